/** A table, view or enum as an HTML-like label of Graphviz: a band with the name, and a row for each column. */
import { dotHtml } from '../formats/dot.ts'
import { cut, wrapped } from '../formats/visible.ts'
import type { Box, Diagram, DrawnColumn, DrawnEnum, Entity, Marked, Relation } from './diagram.ts'
import { BAND, BORDER, KEY, MARKED, MUTED } from './palette.ts'
import { textWidth } from './size.ts'
import { isEntity, keyWords, kindWords, markWords } from './words.ts'

/** The rows at both ends of a foreign key, which have the ports `l…` and `r…`; null where columns are not shown. */
export type PortOf = (relation: Relation) => { readonly from: number; readonly to: number } | null

/** Lines begin and end at their first columns. */
export function portsIn({ entities, withoutColumns }: Diagram): PortOf {
  if (withoutColumns) return () => null
  const places = new Map(
    entities.map(({ identity, columns }) => [identity, new Map(columns.map(({ name }, i) => [name, i]))]),
  )
  return ({ from, fromColumns: [first = ''], to, toColumns: [other = ''] }) => {
    const [start, end] = [places.get(from)?.get(first), places.get(to)?.get(other)]
    return start === undefined || end === undefined ? null : { from: start, to: end }
  }
}

const COLUMNS = 4
const LONGEST_TYPE = 32
const LONGEST_COMMENT = 48
const LONGEST_WORDS = 60

/** The label of a box, without the angle brackets around it. */
export function boxTable(box: Box, { withoutColumns }: Diagram): string {
  const hasComments = isEntity(box) && box.columns.some(({ comment }) => comment !== null)
  const width = COLUMNS + (hasComments ? 1 : 0)
  const rows = withoutColumns ? [] : isEntity(box) ? columnRows(box, hasComments) : labelRows(box)
  const color = box.mark === null ? BORDER : MARKED[box.mark].ink
  return [
    `<TABLE BORDER="1" COLOR="${color}" BGCOLOR="white" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">`,
    ...header(box, width),
    ...rows,
    '</TABLE>',
  ].join('')
}

function header(box: Box, width: number): string[] {
  const fill = box.mark === null || box.mark === 'changed' ? BAND[box.kind] : MARKED[box.mark].fill
  const kind = kindWords(box)
  const words = markWords(box)
  const across = `COLSPAN="${width}" ALIGN="LEFT"`
  const name = box.mark === 'removed' ? `<S>${dotHtml(box.name)}</S>` : dotHtml(box.name)
  return [
    `<TR><TD ${across} BGCOLOR="${fill}"${minimalWidth(box.name, 13)}><FONT POINT-SIZE="13"><B>${name}</B></FONT>${kind === null ? '' : `  ${small(kind, MUTED)}`}</TD></TR>`,
    ...(words === null || box.mark === null
      ? []
      : [
          `<TR><TD ${across} BGCOLOR="${MARKED[box.mark].fill}">${wrapped(words, LONGEST_WORDS)
            .map((line) => small(line, MARKED[box.mark ?? 'changed'].ink))
            .join('<BR ALIGN="LEFT"/>')}<BR ALIGN="LEFT"/></TD></TR>`,
        ]),
    ...(box.comment === null
      ? []
      : [
          `<TR><TD ${across}>${wrapped(cut(box.comment, 3 * LONGEST_COMMENT), LONGEST_COMMENT)
            .map(comment)
            .join('<BR ALIGN="LEFT"/>')}<BR ALIGN="LEFT"/></TD></TR>`,
        ]),
  ]
}

function columnRows({ columns }: Entity, hasComments: boolean): string[] {
  return columns.map((column, i) => {
    const cells = [
      keyWords(column).length === 0 ? '' : small(keyWords(column).join(' '), KEY),
      struck(column, dotHtml(column.name)),
      `<FONT COLOR="${MUTED}">${dotHtml(cut(column.type, LONGEST_TYPE))}</FONT>`,
      lastWords(column),
      // Graphviz sets italics higher than the words beside them.
      ...(hasComments
        ? [column.comment === null ? '' : small(cut(column.comment, LONGEST_COMMENT), MUTED)]
        : []),
    ]
    const fill = column.mark === null ? '' : ` BGCOLOR="${MARKED[column.mark].fill}"`
    return `<TR>${cells
      .map((cell, at) => {
        const port = at === 0 ? ` PORT="l${i}"` : at === cells.length - 1 ? ` PORT="r${i}"` : ''
        const width = at === 1 ? minimalWidth(column.name, 11) : ''
        return `<TD ALIGN="LEFT"${port}${fill}${width}>${cell}</TD>`
      })
      .join('')}</TR>`
  })
}

/** That it holds no null, which a primary key says already; and what became of it. */
function lastWords(column: DrawnColumn): string {
  const words = [
    ...(column.notNull && !column.primaryKey ? [small('not null', MUTED)] : []),
    ...(column.mark === null
      ? []
      : [small(cut(markWords(column) ?? '', LONGEST_WORDS), MARKED[column.mark].ink)]),
  ]
  return words.join('  ')
}

function labelRows({ labels }: DrawnEnum): string[] {
  return labels.map((label) => {
    const fill = label.mark === null ? '' : ` BGCOLOR="${MARKED[label.mark].fill}"`
    const words = label.mark === null ? '' : `  ${small(label.mark, MARKED[label.mark].ink)}`
    return `<TR><TD COLSPAN="${COLUMNS}" ALIGN="LEFT"${fill}${minimalWidth(label.name, 11)}>${struck(label, dotHtml(label.name))}${words}</TD></TR>`
  })
}

function struck({ mark }: Marked, html: string): string {
  return mark === 'removed' ? `<S>${html}</S>` : html
}

function small(text: string, color: string): string {
  return `<FONT POINT-SIZE="9" COLOR="${color}">${dotHtml(text)}</FONT>`
}

function comment(text: string): string {
  return `<FONT POINT-SIZE="9" COLOR="${MUTED}"><I>${dotHtml(text)}</I></FONT>`
}

/** Graphviz knows no letters but those of ASCII, and takes the others to be as narrow as a space. */
function minimalWidth(text: string, size: number): string {
  return /^[\u0020-\u007e]*$/.test(text) ? '' : ` WIDTH="${Math.ceil(textWidth(text, size))}"`
}
