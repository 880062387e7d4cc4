/** What `resolve` prints. */
import type { ResolveResult } from '../../index.ts'
import type { Style } from './style.ts'

export function resolveText({ revision, resolved, heads }: ResolveResult, style: Style): string {
  const place = heads.length === 0 ? 'nothing is applied' : `the database is at ${heads.join(', ')}`
  const sign = resolved === 'applied' ? style.green('+') : style.yellow('-')
  const now = resolved === 'applied' ? 'counts as applied' : 'counts as never run'
  return `${sign} ${style.cyan(revision)}  ${now}\nThe ledger says that ${place}.`
}

/** What nobody else would notice: no query uses such an index, and every write maintains it. */
export function leftInvalidText(names: readonly string[], style: Style): string {
  const [one] = names
  const which = names.length === 1 ? `The index ${one} is` : `The indexes ${names.join(', ')} are`
  return `${style.yellow('warning:')} ${which} invalid, left by that revision. Drop with "drop index concurrently ${one}", or rebuild with "reindex index concurrently ${one}".`
}
