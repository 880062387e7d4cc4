/** How large a box is, in points: Graphviz tells only afterwards, and makes none smaller than it is told. */
import { cut, visible, wrapped } from '../formats/visible.ts'
import type { Box, DrawnColumn } from './diagram.ts'
import { isEntity, keyWords, kindWords, markWords } from './words.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

export const LONGEST_TYPE = 32
export const LONGEST_COMMENT = 48
export const LONGEST_WORDS = 60

export const ROW = 20
export const HEADER = 24
const BORDER = 1
/** On both sides of what stands in a cell. */
const PADDING = 6
const SMALL_LINE = 11
/** What bold letters are wider. */
const BOLD = 1.1

export function sizeOf(box: Box, withoutColumns: boolean): Size {
  const rows = withoutColumns ? 0 : isEntity(box) ? box.columns.length : box.labels.length
  return {
    height: rowsTop(box) + rows * ROW + BORDER,
    width: Math.ceil(2 * BORDER + Math.max(headWidth(box), withoutColumns ? 0 : rowsWidth(box))),
  }
}

/** How far below the upper edge the first row begins. */
export function rowsTop(box: Box): number {
  const blocks = [wordLines(box), commentLines(box)].filter((lines) => lines.length > 0)
  return BORDER + HEADER + blocks.reduce((sum, lines) => sum + blockHeight(lines), 0)
}

/** Of small lines below each other in one cell. */
export function blockHeight(lines: readonly string[]): number {
  return lines.length * SMALL_LINE + PADDING
}

/** What became of the box, in lines. */
export function wordLines(box: Box): string[] {
  const words = markWords(box)
  return words === null ? [] : wrapped(words, LONGEST_WORDS)
}

export function commentLines({ comment }: Box): string[] {
  return comment === null ? [] : wrapped(cut(comment, 3 * LONGEST_COMMENT), LONGEST_COMMENT)
}

function headWidth(box: Box): number {
  const kind = kindWords(box)
  const title =
    textWidth(box.name, 13) * BOLD + (kind === null ? 0 : textWidth('  ', 11) + textWidth(kind, 9))
  const lines = [...wordLines(box), ...commentLines(box)].map((line) => textWidth(line, 9))
  return PADDING + Math.max(title, ...lines)
}

function rowsWidth(box: Box): number {
  if (!isEntity(box))
    return (
      PADDING + Math.max(0, ...box.labels.map((label) => textWidth(`${label.name}  ${label.mark ?? ''}`, 11)))
    )
  const { columns } = box
  const widest = (widthOf: (column: DrawnColumn) => number): number =>
    PADDING + Math.max(textWidth(' ', 11), ...columns.map(widthOf))
  const hasComments = columns.some(({ comment }) => comment !== null)
  return (
    widest((column) => textWidth(keyWords(column).join(' '), 9)) +
    widest(({ name }) => textWidth(name, 11)) +
    widest(({ type }) => textWidth(cut(type, LONGEST_TYPE), 11)) +
    widest((column) => {
      const notNull =
        column.notNull && !column.primaryKey ? textWidth('not null', 9) + textWidth('  ', 11) : 0
      return notNull + textWidth(cut(markWords(column) ?? '', LONGEST_WORDS), 9)
    }) +
    (hasComments ? widest(({ comment }) => textWidth(cut(comment ?? '', LONGEST_COMMENT), 9)) : 0)
  )
}

/** Of the letters from space to tilde in Arial, in thousandths of its size. */
const ARIAL = [
  ...[278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556],
  ...[556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778],
  ...[722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278],
  ...[278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556],
  ...[556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584],
]

/** The width of a text in Arial; of other letters than those of ASCII, about. */
export function textWidth(text: string, size: number): number {
  let width = 0
  for (const character of visible(text))
    width += ARIAL[character.charCodeAt(0) - 32] ?? (character <= '\u024f' ? 560 : 1100)
  return (width * size) / 1000
}
