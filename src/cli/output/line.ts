/** A revision as one line. */
import type { HistoryEntry } from '../../index.ts'
import { localTime } from './dates.ts'
import type { Style } from './style.ts'
import { cut, joinWithin, type Part } from './text.ts'

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
  const start: Part[] = [
    { text: entry.revision.padEnd(idWidth), paint: style.cyan },
    { text: '  ' },
    ...(current === null ? [] : stateOf(entry, byWidth, style)),
  ]
  const note = noteOf(entry, current, style, place)
  const room = style.width - indent - lengthOf(start)
  // Below 16 letters a message says nothing.
  const message = cut(entry.message, Math.max(room - lengthOf(note), 16), style)
  const all = [...start, { text: message }, ...note]
  return joinWithin(all, drawn ? style.width - indent : Number.POSITIVE_INFINITY, style)
}

/** How wide ids are, but for a few that are far longer than ids are. */
export function idWidthOf(entries: readonly HistoryEntry[]): number {
  return Math.min(Math.max(0, ...entries.map(({ revision }) => revision.length)), 32)
}

/** Who applied it has a column where there is room for it beside 40 letters of the message; a pipe gets none, as scripts cut by columns. */
export function byWidthOf(entries: readonly HistoryEntry[], indent: number, style: Style): number {
  if (!Number.isFinite(style.width)) return 0
  const width = Math.min(Math.max(0, ...entries.map(({ applied }) => applied?.by.length ?? 0)), 20)
  const room = style.width - indent - idWidthOf(entries) - STATE_WIDTH - width - 6
  return room < 40 ? 0 : width
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
  const isCurrent = current?.includes(entry.revision) === true
  const marks: Part[] = [
    ...entry.branchLabels.map((text) => ({ text, paint: style.bold })),
    ...headMarks(entry).map((text) => ({ text, paint: style.cyan })),
    ...(isCurrent ? [{ text: 'current', paint: style.green }] : []),
    ...lineage(entry, named, drawn === true).map((text) => ({ text, paint: dim })),
    ...(entry.applied?.matches === false ? [{ text: 'file changed since', paint: style.yellow }] : []),
  ]
  if (marks.length === 0) return []
  const separated = marks.flatMap((mark, index) =>
    index === 0 ? [mark] : [{ text: ', ', paint: dim }, mark],
  )
  return [{ text: ' (', paint: dim }, ...separated, { text: ')', paint: dim }]
}

function headMarks({ isHead, isEffectiveHead }: HistoryEntry): string[] {
  if (isEffectiveHead) return ['effective head']
  return isHead ? ['head'] : []
}

function lineage(entry: HistoryEntry, named: readonly string[] | undefined, drawn: boolean): string[] {
  const { downRevision, dependsOn, isBase, isMerge, isBranchPoint } = entry
  const parents = named ?? (isMerge ? downRevision : [])
  const merge = drawn && parents.length === 0 ? 'merge' : `merges ${downRevision.join(', ')}`
  return [
    ...(isMerge ? [merge] : []),
    ...(!isMerge && parents.length > 0 ? [`follows ${parents.join(', ')}`] : []),
    ...(isBase ? ['base'] : []),
    ...(isBranchPoint ? ['branch point'] : []),
    ...(dependsOn.length > 0 ? [`needs ${dependsOn.join(', ')}`] : []),
  ]
}

function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((length, { text }) => length + text.length, 0)
}
