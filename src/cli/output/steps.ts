/** The steps of a run as text. */
import type { CommandResult, RunEvent, StepResult, UpgradeResult } from '../../index.ts'
import { durationText } from './durations.ts'
import type { Style } from './style.ts'
import { joinWithin, type Part, widthOf } from './text.ts'

/** How the steps of a run are shown. */
export interface Shown {
  /** Each was told as it was done, on the same terminal. */
  readonly told?: boolean
}

/** What `upgrade` prints. */
export function upgradeText(result: UpgradeResult, style: Style, shown?: Shown): string {
  const { steps, heads, alreadyApplied, plan } = result
  if (steps.length > 0 || plan !== undefined || alreadyApplied.every((id) => heads.includes(id)))
    return stepsText(result, style, shown)
  const what =
    alreadyApplied.length === 1
      ? `revision ${alreadyApplied[0]} is applied already`
      : `revisions ${alreadyApplied.join(', ')} are applied already`
  return `Nothing to do: ${what}. The database is at ${heads.join(', ')}.`
}

/** What `upgrade` warns of: nobody else would notice. */
export function outOfOrderText(revisions: readonly string[], style: Style): string {
  const them = revisions.length === 1 ? 'it' : 'them'
  return `${style.yellow('warning:')} ${revisions.join(', ')} never ran, though a revision above is applied. Add --out-of-order to run ${them}.`
}

/** What `upgrade` and `downgrade` print. */
export function stepsText(
  { steps, heads, dryRun, plan }: CommandResult,
  style: Style,
  { told = false }: Shown = {},
): string {
  const place = heads.length === 0 ? 'at the base: nothing is applied' : `at ${heads.join(', ')}`
  if (steps.length === 0 && plan === undefined) return `Nothing to do: the database is ${place}.`
  if (steps.some(({ preview }) => preview !== undefined)) {
    const end = `-- A dry run: nothing was run. The database would be ${place}.`
    return [...steps.map((step, index) => previewText(step, `${index + 1} of ${steps.length}`)), end].join(
      '\n\n',
    )
  }
  const lines = told
    ? []
    : steps.flatMap((step) => [
        ...(step.drops ?? []).map(
          (name) => `first  drop index concurrently ${name}, which an earlier try left invalid`,
        ),
        stepLine(step, style, { timed: !dryRun }),
      ])
  const would = `nothing was run. The database would be ${place}.`
  if (plan !== undefined) return [...lines, `The plan is in ${plan}; ${would}`].join('\n')
  return [...lines, dryRun ? `A dry run: ${would}` : `The database is ${place}.`].join('\n')
}

/** SQL: all else stands in comments. */
function previewText({ revision, direction, message, preview }: StepResult, position: string): string {
  const { statements = [], transaction = true, incomplete = null } = preview ?? {}
  const where = transaction ? '' : ', outside a transaction'
  return [
    `-- ${inLine(`${direction} ${revision} ${message}`)} (${position}${where})`,
    ...statements.map((sql) => `${sql}${/--[^\n]*$/.test(sql) ? '\n' : ''};`),
    ...(incomplete === null ? [] : [`-- Not all of it: ${inLine(incomplete)}`]),
  ].join('\n')
}

function inLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** A step that is done, as it is told at once. */
export function doneLine(event: Extract<RunEvent, { type: 'done' }>, style: Style): string {
  const sign = { text: style.unicode ? '✓ ' : 'done ', paint: style.green }
  return stepLine(stepOf(event), style, { timed: true, sign })
}

/** A step that has failed. The error says more. */
export function failedLine(event: Extract<RunEvent, { type: 'failed' }>, style: Style): string {
  const sign = { text: style.unicode ? '✗ ' : 'failed ', paint: style.red }
  return stepLine(stepOf({ ...event, durationMs: 0 }), style, { timed: false, sign })
}

function stepOf({
  revision: { revision, message },
  direction,
  durationMs,
}: Pick<Extract<RunEvent, { type: 'done' }>, 'revision' | 'direction' | 'durationMs'>): StepResult {
  return { revision, message, direction, durationMs }
}

/** On a terminal the message is cut, so that the line fits. */
function stepLine(
  { revision, direction, message, durationMs }: StepResult,
  style: Style,
  { timed, sign }: { readonly timed: boolean; readonly sign?: Part },
): string {
  const time = timed ? `  ${durationText(durationMs)}` : ''
  const parts = [
    ...(sign === undefined ? [] : [sign]),
    direction === 'up' ? { text: 'up    ', paint: style.green } : { text: 'down  ', paint: style.yellow },
    { text: revision, paint: style.cyan },
    { text: `  ${message}` },
  ]
  return `${joinWithin(parts, style.width - widthOf(time), style)}${style.dim(time)}`
}

/** What `stamp` prints: its steps are entries of the ledger, and nothing has run. */
export function stampText({ steps, heads, dryRun }: CommandResult, style: Style): string {
  const place = heads.length === 0 ? 'nothing is applied' : `the database is at ${heads.join(', ')}`
  if (steps.length === 0) return `Nothing to do: the ledger says already that ${place}.`
  const lines = steps.map(({ revision, direction, message }) => {
    const sign = direction === 'up' ? style.green('+') : style.yellow('-')
    return `${sign} ${style.cyan(revision)}  ${message}`.trimEnd()
  })
  const end = dryRun
    ? `A dry run: nothing was written. The ledger would say that ${place}.`
    : `The ledger says that ${place}.`
  return [...lines, end].join('\n')
}
