/** What became of many databases as text: a line each, and the failures in full. */
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
  if (databases.length === 0) return 'No databases: `databases` lists none that are meant.'
  const room = Math.max(...databases.map(({ name }) => widthOf(name)))
  const lines = databases.map((one) => {
    const name = `${one.name}${' '.repeat(room - widthOf(one.name))}`
    const time = style.dim(durationText(one.durationMs))
    if (one.ok) return `${style.green('ok    ')}  ${name}  ${cells(one, style)}  ${time}`
    const [line = ''] = one.error.message.split('\n')
    return `${style.red('failed')}  ${name}  ${cut(line, Math.max(style.width - room - 10, 20), style)}`
  })
  return [...lines, summary(databases, goesOn)].join('\n')
}

function summary(databases: readonly DatabaseResult<unknown>[], goesOn: boolean): string {
  const count = `${databases.length} ${databases.length === 1 ? 'database' : 'databases'}`
  const failed = databases.filter(({ ok }) => !ok).length
  if (failed === 0) return `${count}, none failed.`
  const advice = goesOn ? ` The same command again goes on with ${failed === 1 ? 'it' : 'them'}.` : ''
  return `${count}, ${failed} failed.${advice}`
}

/** The failures in full; those that are the same are told once. */
export function failuresText(databases: readonly DatabaseResult<unknown>[], style: Style): string {
  const names = new Map<string, string[]>()
  for (const one of databases) {
    if (one.ok) continue
    const text = textOf(one, style)
    names.set(text, [...(names.get(text) ?? []), one.name])
  }
  return [...names].map(([text, of]) => `${style.bold(style.red('error:'))} ${few(of)}: ${text}`).join('\n')
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
