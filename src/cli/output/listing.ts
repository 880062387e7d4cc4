/** Revisions as text: a line each, or everything that is known of each; with the graph beside them, or without. */
import type { Drawing, DrawnRow, HistoryEntry, Listing } from '../../index.ts'
import { fullEntryLines } from './entry.ts'
import { COLUMN_WIDTH, cellsText, type Mark } from './graph.ts'
import { insideLines } from './inside.ts'
import { byWidthOf, idWidthOf, line, type Place } from './line.ts'
import type { Style } from './style.ts'

export interface ListingContext {
  readonly style: Style
  /** Paths are shown relative to it. */
  readonly cwd: string
  readonly verbose: boolean
  /** Whether the parent of a revision is on the next line, unless something else is said. */
  readonly consecutive: boolean
  /** Oldest first: it is then on the line before. */
  readonly reversed?: boolean
  /** What is said when there is nothing to list. */
  readonly empty: string
  /** The graph of the entries, where it is drawn. */
  readonly drawing?: Drawing | undefined
}

/** What `history`, `heads` and `show` print. */
export function listingText(listing: Listing, context: ListingContext): string {
  const lines = listing.entries.length === 0 ? [context.empty] : entryLines(listing, context)
  return [...lines, ...notesOf(listing, context.style)].join('\n')
}

function entryLines({ entries, current }: Listing, context: ListingContext): string[] {
  const { style, verbose, consecutive, reversed, drawing } = context
  if (drawing) return drawnLines(entries, current, drawing, context)
  if (verbose) {
    const blocks = entries.map((entry) => fullEntryLines(entry, current, context))
    return blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block]))
  }
  const place = { idWidth: idWidthOf(entries), byWidth: byWidthOf(entries, 0, style) }
  const namesNone = { ...place, named: [] }
  return entries.map((entry, index) => {
    if (!consecutive) return line(entry, current, style, place)
    const isBeside = isParent(entries[reversed ? index - 1 : index + 1], entry)
    return line(entry, current, style, isBeside ? namesNone : { ...place, named: entry.downRevision })
  })
}

/** In one line of revisions the parent is next to its child, and need not be said. */
function isParent(next: HistoryEntry | undefined, { downRevision }: HistoryEntry): boolean {
  return downRevision.length === 1 && downRevision[0] === next?.revision
}

function drawnLines(
  entries: readonly HistoryEntry[],
  current: readonly string[] | null,
  drawing: Drawing,
  context: ListingContext,
): string[] {
  const { style, verbose } = context
  const indent = drawing.columns * COLUMN_WIDTH + 1
  const room = style.width - indent
  const columns = { indent, idWidth: idWidthOf(entries), byWidth: byWidthOf(entries, indent, style) }
  const at = new Set(current)
  const lines: string[] = []
  const left = entries.values()
  for (const row of drawing.rows) {
    const entry = left.next().value
    if (entry === undefined) break
    const place: Place = { ...columns, named: row.hidden, drawn: true }
    const block = verbose
      ? [...fullEntryLines(entry, current, context, room), '']
      : [line(entry, current, style, place), ...(row.isOpen ? [''] : [])]
    lines.push(...beside(row, block, markOf(entry, current === null ? null : at), style))
  }
  // The last entry of all needs nothing below it, but for a line that ends openly.
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function beside(row: DrawnRow, block: readonly string[], mark: Mark, style: Style): string[] {
  const below = block.length > 1 ? cellsText(row.below, mark, style) : ''
  return block.map((text, index) =>
    `${index === 0 ? cellsText(row.cells, mark, style) : below} ${text}`.trimEnd(),
  )
}

function markOf({ revision, applied }: HistoryEntry, current: ReadonlySet<string> | null): Mark {
  if (current === null) return 'unasked'
  if (applied === null) return 'pending'
  if (applied.status !== 'applied') return 'unfinished'
  return current.has(revision) ? 'current' : 'applied'
}

function notesOf({ unknown, inside, undated }: Listing, style: Style): string[] {
  return [
    ...(unknown.length > 0
      ? [style.yellow(`Applied in the database, but no file declares: ${unknown.join(', ')}`)]
      : []),
    ...insideLines(inside).map(style.yellow),
    ...(undated.length > 0
      ? [style.yellow(`Listed whatever the dates, as the create date cannot be read: ${undated.join(', ')}`)]
      : []),
  ]
}
