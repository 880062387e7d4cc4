/** A revision as one line. */

import { localTime } from '../../dates.ts'
import type { HistoryEntry } from '../../index.ts'
import type { Style } from './style.ts'
import { cut, joinWithin, type Part, widthOf } from './text.ts'

/** How a line stands among the others. */
export interface Place {
  /** How much of the width is taken before it. */
  readonly indent?: number
  /** What ids are padded to, so that what comes after them stands in a column. */
  readonly idWidth?: number
  /** How wide the column of who applied it is; 0 for none. */
  readonly byWidth?: number
  /** Those of its parents that the line has to name; by default all of a merge, and none of others. */
  readonly named?: readonly string[]
  /** Whether it stands beside a drawing, which would be torn if the line wrapped. */
  readonly drawn?: boolean
}

const STATE_WIDTH = 16

/**
 * `3f2a9c1b7d10  2026-11-22 12:31  add email to users (head, current)`: on a terminal, its message is cut so that the line fits.
 *
 * @param current what the database is at; null when it was not asked, so that nothing is said of what is applied
 */
export function line(
  entry: HistoryEntry,
  current: readonly string[] | null,
  style: Style,
  place: Place = {},
): string {
  const { indent = 0, idWidth = 0, byWidth = 0, drawn = false } = place
  const state = current === null ? [] : stateOf(entry, byWidth, style)
  const note = noteOf(entry, current, style, place)
  const id = { text: entry.revision.padEnd(idWidth), paint: style.cyan }
  // Of 10,000 lines in a pipe most are no more than that.
  if (state.length === 0 && note.length === 0 && style.width === Number.POSITIVE_INFINITY)
    return joinWithin([id, { text: `  ${entry.message}` }], style.width, style)
  const start = [id, { text: '  ' }, ...state]
  const room = style.width - indent - partsWidth(start)
  // Below 16 letters a message says nothing.
  const message = { text: cut(entry.message, Math.max(room - partsWidth(note), 16), style) }
  const limit = drawn ? style.width - indent : Number.POSITIVE_INFINITY
  return joinWithin([...start, message, ...note], limit, style)
}

/** How wide ids are, but for a few that are far longer than ids are. */
export function idWidthOf(entries: readonly HistoryEntry[]): number {
  return Math.min(
    longest(entries, ({ revision }) => revision),
    32,
  )
}

/** Who applied it has a column where there is room for it beside 40 letters of the message; a pipe gets none, as scripts cut by columns. */
export function byWidthOf(entries: readonly HistoryEntry[], indent: number, style: Style): number {
  if (!Number.isFinite(style.width)) return 0
  const width = Math.min(
    longest(entries, ({ applied }) => applied?.by ?? ''),
    20,
  )
  const room = style.width - indent - idWidthOf(entries) - STATE_WIDTH - width - 6
  return room < 40 ? 0 : width
}

function longest(entries: readonly HistoryEntry[], textOf: (entry: HistoryEntry) => string): number {
  return entries.reduce((width, entry) => Math.max(width, textOf(entry).length), 0)
}

function stateOf({ applied }: HistoryEntry, byWidth: number, style: Style): Part[] {
  const by = byWidth === 0 ? [] : [`${cut(applied?.by ?? '', byWidth, style).padEnd(byWidth)}  `]
  const state = (text: string) => `${text.padEnd(STATE_WIDTH)}  `
  const byPart = by.map((text) => ({ text, paint: style.dim }))
  if (applied === null) return [{ text: state('pending'), paint: style.yellow }, ...byPart]
  if (applied.status !== 'applied') return [{ text: state(applied.status), paint: style.red }, ...byPart]
  return [{ text: state(localTime(applied.at)), paint: style.green }, ...byPart]
}

/** ` (left, head, current)` */
function noteOf(
  entry: HistoryEntry,
  current: readonly string[] | null,
  style: Style,
  { named, drawn }: Place,
): Part[] {
  const { dim } = style
  // Of 10,000 lines most have no mark at all: nothing is made for those.
  const marks: Part[] = []
  for (const text of entry.branchLabels) marks.push({ text, paint: style.bold })
  if (entry.isHead) marks.push({ text: headMark(entry), paint: style.cyan })
  if (current?.includes(entry.revision)) marks.push({ text: 'current', paint: style.green })
  // What an auditor must not miss comes before what may be cut.
  if (entry.applied?.matches === false) marks.push({ text: 'file changed since', paint: style.yellow })
  const parents = named ?? (entry.isMerge ? entry.downRevision : [])
  if (entry.isMerge)
    marks.push({ text: mergeMark(entry, drawn === true && parents.length === 0), paint: dim })
  else if (parents.length > 0) marks.push({ text: `follows ${parents.join(', ')}`, paint: dim })
  if (entry.isBase) marks.push({ text: 'base', paint: dim })
  if (entry.isBranchPoint) marks.push({ text: 'branch point', paint: dim })
  if (entry.dependsOn.length > 0) marks.push({ text: `needs ${entry.dependsOn.join(', ')}`, paint: dim })
  if (marks.length === 0) return marks
  const separated = marks.flatMap((mark, index) =>
    index === 0 ? [mark] : [{ text: ', ', paint: dim }, mark],
  )
  return [{ text: ' (', paint: dim }, ...separated, { text: ')', paint: dim }]
}

/** `head`, or what it is where another revision depends on it. */
export function headMark({ isEffectiveHead }: HistoryEntry): string {
  return isEffectiveHead ? 'effective head' : 'head'
}

function mergeMark({ downRevision }: HistoryEntry, isSeen: boolean): string {
  return isSeen ? 'merge' : `merges ${downRevision.join(', ')}`
}

function partsWidth(parts: readonly Part[]): number {
  return parts.reduce((width, { text }) => width + widthOf(text), 0)
}
