/** What became of many databases as text: a line each, and the failures in full. */
import { commandsForAny } from '../../commands.ts'
import type { DatabaseFailure, DatabaseResult, StepResult } from '../../index.ts'
import { durationText } from './durations.ts'
import type { Style } from './style.ts'
import { cut, widthOf } from './text.ts'

/** What a database's line says between its name and the time. */
export type Cells<R> = (result: R, style: Style) => string

/**
 * A line for each database, and one that counts them.
 *
 * @param goesOn whether the command leaves alone what is done, so that it is the way on
 */
export function fleetTable<R>(
  databases: readonly DatabaseResult<R>[],
  cells: Cells<R>,
  style: Style,
  goesOn = false,
): string {
  if (databases.length === 0)
    return 'There is no database to work on: `databases` of the configuration lists none, or none falls to this --shard.'
  const room = Math.max(...databases.map(({ name }) => widthOf(name)))
  const lines = databases.map((one) => {
    const name = `${one.name}${' '.repeat(room - widthOf(one.name))}`
    const time = style.dim(durationText(one.durationMs))
    if (one.ok) return `${style.green('ok    ')}  ${name}  ${cells(one, style)}  ${time}`
    const [line = ''] = one.error.message.split('\n')
    if (!isStarted(one)) return `${style.dim('skipped')} ${name}  ${line}`
    return `${style.red('failed')}  ${name}  ${cut(line, Math.max(style.width - room - 10, 20), style)}`
  })
  return [...lines, summary(databases, goesOn)].join('\n')
}

function summary(databases: readonly DatabaseResult<unknown>[], goesOn: boolean): string {
  const count = `${databases.length} ${databases.length === 1 ? 'database' : 'databases'}`
  const undone = databases.filter((one) => !one.ok)
  if (undone.length === 0) return `${count}, none failed.`
  const failed = undone.filter(isStarted).length
  const skipped = undone.length - failed
  const counts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} not started`] : []),
  ]
  return `${[count, ...counts].join(', ')}.${goesOn ? ` ${wayOn(failed, undone.length)}` : ''}`
}

function wayOn(failed: number, undone: number): string {
  const rest = undone === 1 ? 'it' : 'them'
  if (failed === 0) return `The same command again goes on with ${rest}.`
  const first = failed === 1 ? 'Do what its error says' : 'Do what their errors say'
  return `${first}; then the same command goes on with ${rest}.`
}

function isStarted({ error }: DatabaseResult<unknown>): boolean {
  return error?.code !== 'FLEET_NOT_STARTED'
}

/** The failures in full; those that are the same are told once. */
export function failuresText(databases: readonly DatabaseResult<unknown>[], style: Style): string {
  const groups = new Map<string, { readonly text: string; readonly names: string[] }>()
  for (const one of databases) {
    if (one.ok || !isStarted(one)) continue
    const text = textOf(one, style)
    const common = commandsForAny(text, one.name)
    const group = groups.get(common)
    if (group === undefined) groups.set(common, { text, names: [one.name] })
    else group.names.push(one.name)
  }
  return [...groups]
    .map(([common, { text, names }]) => [few(names), names.length === 1 ? text : common])
    .map(([names, text]) => `${style.bold(style.red('error:'))} ${names}: ${text}`)
    .join('\n')
}

function textOf({ error, steps }: DatabaseFailure, style: Style): string {
  const before =
    steps.length === 0
      ? []
      : [style.dim(`(done before: ${steps.map(({ revision }) => revision).join(', ')})`)]
  return [error.message, ...(error.detail === null ? [] : [error.detail.trimEnd()]), ...before].join('\n')
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

/** What was done with a database, and where it is. */
export function movedCells({
  steps,
  heads,
  dryRun,
}: {
  readonly steps: readonly StepResult[]
  readonly heads: readonly string[]
  readonly dryRun: boolean
}): string {
  const place = heads.length === 0 ? 'nothing is applied' : `at ${heads.join(', ')}`
  const count = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`
  if (steps.length === 0) return `nothing to do, ${place}`
  return dryRun ? `would do ${count}, ${place}` : `${count}, ${place}`
}
