/** Revisions as text: a line each, or everything that is known of each. */
import { relative } from 'node:path'
import type { HistoryEntry, Listing } from '../../index.ts'
import type { Style } from './style.ts'

export interface ListingContext {
  readonly style: Style
  /** Paths are shown relative to it. */
  readonly cwd: string
  readonly verbose: boolean
  /** Whether the parent of a revision is on the next line, unless something else is said. */
  readonly consecutive: boolean
  /** What is said when there is nothing to list. */
  readonly empty: string
}

/** What `history`, `heads` and `show` print. */
export function listingText({ entries, current, unknown }: Listing, context: ListingContext): string {
  const { style, verbose, consecutive, empty } = context
  const lines = verbose
    ? entries.map((entry) => fullEntry(entry, current, context)).join('\n\n')
    : entries
        .map((entry, index) => line(entry, consecutive ? entries[index + 1] : undefined, current, style))
        .join('\n')
  const gone =
    unknown.length === 0
      ? []
      : [style.yellow(`Applied in the database, but no file declares: ${unknown.join(', ')}`)]
  return [entries.length === 0 ? empty : lines, ...gone].join('\n')
}

const DATE_WIDTH = 16

/** `3f2a9c1b7d10  2026-11-22 12:31  add email to users (current)`, shortened to the width of a terminal. */
export function line(
  entry: HistoryEntry,
  below: HistoryEntry | undefined,
  current: readonly string[] | null,
  style: Style,
): string {
  const state = current === null ? '' : `${stateOf(entry).padEnd(DATE_WIDTH)}  `
  const marks = marksOf(entry, below, current)
  const note = marks.length === 0 ? '' : ` (${marks.join(', ')})`
  const room = style.width - entry.revision.length - 2 - state.length - note.length
  const paintState = entry.applied === null ? style.yellow : style.green
  return `${style.cyan(entry.revision)}  ${paintState(state)}${cut(entry.message, room)}${style.dim(note)}`.trimEnd()
}

function stateOf({ applied }: HistoryEntry): string {
  if (applied === null) return 'pending'
  return applied.status === 'applied' ? localTime(applied.at) : applied.status
}

function marksOf(
  entry: HistoryEntry,
  below: HistoryEntry | undefined,
  current: readonly string[] | null,
): string[] {
  const { downRevision, branchLabels, dependsOn, isHead, isMerge, isBranchPoint, applied } = entry
  const [parent] = downRevision
  // In one line of revisions the parent is the next line, and need not be said.
  const isPlain = downRevision.length === 1 && (below === undefined || parent === below.revision)
  return [
    ...branchLabels,
    ...(isHead ? ['head'] : []),
    ...(current?.includes(entry.revision) ? ['current'] : []),
    ...(isMerge ? [`merges ${downRevision.join(', ')}`] : []),
    ...(isMerge || isPlain || parent === undefined ? [] : [`follows ${parent}`]),
    ...(parent === undefined && below !== undefined ? ['base'] : []),
    ...(isBranchPoint ? ['branch point'] : []),
    ...(dependsOn.length > 0 ? [`needs ${dependsOn.join(', ')}`] : []),
    ...(applied?.matches === false ? ['file changed since'] : []),
  ]
}

/** Everything, over several lines. */
export function fullEntry(
  entry: HistoryEntry,
  current: readonly string[] | null,
  { style, cwd }: Pick<ListingContext, 'style' | 'cwd'>,
): string {
  const marks = [
    ...(entry.isHead ? ['head'] : []),
    ...(current?.includes(entry.revision) ? ['current'] : []),
    ...(entry.isBranchPoint ? ['branch point'] : []),
    ...(entry.isMerge ? ['merge'] : []),
  ]
  const rows: [string, string][] = [
    ['Revision', `${style.cyan(entry.revision)}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`],
    ['Message', entry.message],
    ['Follows', entry.downRevision.join(', ') || 'nothing: it is a base'],
    ['Labels', entry.branchLabels.join(', ')],
    ['Depends on', entry.dependsOn.join(', ')],
    ['Created', entry.createDate === null ? '' : localTime(entry.createDate)],
    ['Applied', current === null ? '' : appliedText(entry, style)],
    ['File', relative(cwd, entry.path)],
  ]
  return rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${style.dim(name.padEnd(10))}  ${value}`)
    .join('\n')
}

function appliedText({ applied }: HistoryEntry, style: Style): string {
  if (applied === null) return style.yellow('no')
  const { at, by, durationMs, matches, status } = applied
  if (status !== 'applied') return style.red(`${status} since ${localTime(at)}, by ${by}`)
  const changed = matches === false ? style.yellow('; the file was changed since') : ''
  return `${localTime(at)} by ${by}, in ${durationMs} ms${changed}`
}

/** In the time zone of the reader: `2026-11-22 12:31`. A date that cannot be read is shown as it is. */
function localTime(date: string): string {
  const at = new Date(date)
  return Number.isNaN(at.getTime())
    ? date
    : at.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}

function cut(text: string, room: number): string {
  const letters = [...text]
  // Below that a message says nothing, and the line had better wrap.
  const limit = Math.max(room, 16)
  return letters.length <= limit ? text : `${letters.slice(0, limit - 1).join('')}…`
}
