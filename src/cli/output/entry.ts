/** Everything that is known of a revision, over several lines. */
import { relative } from 'node:path'
import { exactTime } from '../../dates.ts'
import type { Applied, HistoryEntry } from '../../index.ts'
import { headMark } from './line.ts'
import type { Style } from './style.ts'
import { type Part, wrapWithin } from './text.ts'

export interface EntryContext {
  readonly style: Style
  /** Paths are shown relative to it. */
  readonly cwd: string
}

const NAME_WIDTH = 12

/** The lines of `fullEntryLines` as one text. */
export function fullEntry(
  entry: HistoryEntry,
  current: readonly string[] | null,
  context: EntryContext,
): string {
  return fullEntryLines(entry, current, context).join('\n')
}

/**
 * @param current what the database is at; null when it was not asked
 * @param room what is longer goes on in the next line
 */
export function fullEntryLines(
  entry: HistoryEntry,
  current: readonly string[] | null,
  { style, cwd }: EntryContext,
  room: number = Number.POSITIVE_INFINITY,
): string[] {
  const marks = marksOf(entry, current)
  const rows: [string, Part[]][] = [
    [
      'Revision',
      [
        { text: entry.revision, paint: style.cyan },
        { text: marks.length > 0 ? ` (${marks.join(', ')})` : '' },
      ],
    ],
    ['Message', [{ text: entry.message }]],
    ['Follows', [{ text: entry.downRevision.join(', ') || 'nothing: it is a base' }]],
    ['Labels', [{ text: entry.branchLabels.join(', ') }]],
    ['Replaces', [{ text: entry.replaces.join(', ') }]],
    ['Depends on', [{ text: entry.dependsOn.join(', ') }]],
    ['Created', [{ text: entry.createDate === null ? '' : exactTime(entry.createDate) }]],
    ['Applied', current === null ? [] : appliedParts(entry, style)],
    ['File', [{ text: relative(cwd, entry.path) }]],
  ]
  return rows
    .filter(([, parts]) => parts.some(({ text }) => text !== ''))
    .flatMap(([name, parts]) =>
      // Nothing is cut: an auditor needs the whole path, and all of who and when.
      wrapWithin(parts, Math.max(room - NAME_WIDTH, 16)).map(
        (text, index) => `${style.dim((index === 0 ? name : '').padEnd(NAME_WIDTH))}${text}`,
      ),
    )
}

function marksOf(entry: HistoryEntry, current: readonly string[] | null): string[] {
  const { revision, isHead, isBase, isBranchPoint, isMerge } = entry
  return [
    ...(isHead ? [headMark(entry)] : []),
    ...(current?.includes(revision) ? ['current'] : []),
    ...(isMerge ? ['merge'] : []),
    ...(isBase ? ['base'] : []),
    ...(isBranchPoint ? ['branch point'] : []),
  ]
}

function appliedParts({ applied }: HistoryEntry, style: Style): Part[] {
  if (applied === null) return [{ text: 'no', paint: style.yellow }]
  const { at, durationMs, matches, status, attempt } = applied
  const by = byText(applied)
  if (status !== 'applied') {
    const since = exactTime(attempt?.startedAt ?? at)
    const way = attempt === null ? '' : ` on the way ${attempt.direction}`
    const why = attempt?.error ? `: ${attempt.error}` : ''
    return [{ text: `${status}${way} since ${since}, by ${by}${why}`, paint: style.red }]
  }
  const changed = { text: '; the file was changed since', paint: style.yellow }
  return [{ text: `${exactTime(at)} by ${by}, in ${durationMs} ms` }, ...(matches === false ? [changed] : [])]
}

/** `deploy (ann@laptop)`: the database user, and from where. */
function byText({ by, osUser, host }: Applied): string {
  const origin = [osUser, host].filter((part) => part !== null).join('@')
  return origin === '' ? by : `${by} (${origin})`
}
