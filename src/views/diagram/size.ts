/** How large a box will be, about, in points: Graphviz tells only afterwards. */
import { visible } from '../formats/visible.ts'
import type { Box, DrawnColumn } from './diagram.ts'
import { isEntity, keyWords } from './words.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

const ROW = 20
const HEADER = 24

export function sizeOf(box: Box, withoutColumns: boolean): Size {
  const above = (box.comment === null ? 0 : 3) + (box.mark === null ? 0 : 1)
  const rows = withoutColumns ? 0 : isEntity(box) ? box.columns.length : box.labels.length
  return {
    height: HEADER + (rows + above) * ROW,
    width: 20 + Math.max(titleWidth(box), withoutColumns ? 0 : rowsWidth(box)),
  }
}

function titleWidth(box: Box): number {
  return textWidth(box.name, 13) * 1.1 + (box.kind === 'table' ? 0 : textWidth(box.kind, 9) + 10)
}

function rowsWidth(box: Box): number {
  if (!isEntity(box)) return Math.max(0, ...box.labels.map(({ name }) => textWidth(name, 11)))
  const widest = (widthOf: (column: DrawnColumn) => number): number =>
    Math.max(0, ...box.columns.map(widthOf))
  return (
    widest((column) => textWidth(keyWords(column).join(' '), 9)) +
    widest(({ name }) => textWidth(name, 11)) +
    widest(({ type }) => Math.min(textWidth(type, 11), 190)) +
    widest(
      ({ notNull, mark, said }) => (notNull ? 38 : 0) + (mark === null ? 0 : textWidth(said.join(', '), 9)),
    ) +
    widest(({ comment }) => Math.min(textWidth(comment ?? '', 9), 220)) +
    30
  )
}

/** The width of a text in Arial, about. */
export function textWidth(text: string, size: number): number {
  let width = 0
  for (const character of visible(text)) width += character <= '\u024f' ? 0.56 : 1.1
  return width * size
}
