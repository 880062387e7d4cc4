/** The steps of a run as text. */
import type { CommandResult, UpgradeResult } from '../../index.ts'
import type { Style } from './style.ts'

/** What `upgrade` prints. */
export function upgradeText(result: UpgradeResult, style: Style): string {
  const { steps, heads, alreadyApplied } = result
  if (steps.length > 0 || alreadyApplied.every((id) => heads.includes(id))) return stepsText(result, style)
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
export function stepsText({ steps, heads, dryRun }: CommandResult, style: Style): string {
  const place = heads.length === 0 ? 'at the base: nothing is applied' : `at ${heads.join(', ')}`
  if (steps.length === 0) return `Nothing to do: the database is ${place}.`
  const lines = steps.map(({ revision, direction, message, durationMs }) => {
    const arrow = direction === 'up' ? style.green('up  ') : style.yellow('down')
    const time = dryRun ? '' : style.dim(`  ${durationText(durationMs)}`)
    return `${arrow}  ${style.cyan(revision)}  ${message}${time}`.trimEnd()
  })
  const end = dryRun
    ? `A dry run: nothing was run. The database would be ${place}.`
    : `The database is ${place}.`
  return [...lines, end].join('\n')
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

function durationText(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
