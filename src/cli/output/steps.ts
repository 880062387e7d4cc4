/** The steps of a run as text. */
import type { CommandResult } from '../../index.ts'
import type { Style } from './style.ts'

/** What `upgrade`, `downgrade` and `stamp` print. */
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
