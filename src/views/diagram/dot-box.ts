/** A table, view or enum as an HTML-like label of Graphviz: a band with the name, and a row for each column. */
import { dotHtml } from '../formats/dot.ts'
import { cut } from '../formats/visible.ts'
import type { Box, Diagram, DrawnColumn, DrawnEnum, Entity, Marked } from './diagram.ts'
import { type Ends, OPTIONAL_PORT } from './dot-ports.ts'
import { BAND, BORDER, KEY, MARKED, MUTED } from './palette.ts'
import {
  blockHeight,
  commentLines,
  HEADER,
  LONGEST_COMMENT,
  LONGEST_TYPE,
  LONGEST_WORDS,
  ROW,
  sizeOf,
  textWidth,
  wordLines,
} from './size.ts'
import { isEntity, keyWords, kindWords, markWords } from './words.ts'

const COLUMNS = 4

/**
 * The label of a box, without the angle brackets around it.
 *
 * @param isSized whether it is as large as `sizeOf` says, and no smaller
 */
export function boxTable(box: Box, { withoutColumns }: Diagram, ends: Ends, isSized: boolean): string {
  const hasComments = isEntity(box) && box.columns.some(({ comment }) => comment !== null)
  const width = COLUMNS + (hasComments ? 1 : 0)
  const rows = withoutColumns ? [] : isEntity(box) ? columnRows(box, hasComments, ends) : labelRows(box)
  const color = box.mark === null ? BORDER : MARKED[box.mark].ink
  return [
    `<TABLE BORDER="1" COLOR="${color}" BGCOLOR="white" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">`,
    ...header(box, width, isSized ? sizeOf(box, withoutColumns).width - 2 : null),
    ...rows,
    '</TABLE>',
  ].join('')
}

function header(box: Box, columns: number, width: number | null): string[] {
  const fill = box.mark === null || box.mark === 'changed' ? BAND[box.kind] : MARKED[box.mark].fill
  const kind = kindWords(box)
  const [words, about] = [wordLines(box), commentLines(box)]
  const across = `COLSPAN="${columns}" ALIGN="LEFT"`
  const wide = width === null ? minimalWidth(box.name, 13) : ` WIDTH="${width}"`
  const name = box.mark === 'removed' ? `<S>${dotHtml(box.name)}</S>` : dotHtml(box.name)
  return [
    `<TR><TD ${across} HEIGHT="${HEADER}" BGCOLOR="${fill}"${wide}><FONT POINT-SIZE="13"><B>${name}</B></FONT>${kind === null ? '' : `  ${small(kind, MUTED)}`}</TD></TR>`,
    ...(words.length === 0 || box.mark === null
      ? []
      : [
          `<TR><TD ${across} HEIGHT="${blockHeight(words)}" BGCOLOR="${MARKED[box.mark].fill}">${words
            .map((line) => small(line, MARKED[box.mark ?? 'changed'].ink))
            .join('<BR ALIGN="LEFT"/>')}<BR ALIGN="LEFT"/></TD></TR>`,
        ]),
    ...(about.length === 0
      ? []
      : [
          `<TR><TD ${across} HEIGHT="${blockHeight(about)}">${about
            .map(comment)
            .join('<BR ALIGN="LEFT"/>')}<BR ALIGN="LEFT"/></TD></TR>`,
        ]),
  ]
}

function columnRows({ identity, columns }: Entity, hasComments: boolean, ends: Ends): string[] {
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
        if (at === cells.length - 1 && ends.areBoth(identity, i))
          return `<TD CELLPADDING="0" HEIGHT="${ROW}"${fill}>${forked(cell, i)}</TD>`
        return `<TD ALIGN="LEFT" HEIGHT="${ROW}"${port}${fill}${width}>${cell}</TD>`
      })
      .join('')}</TR>`
  })
}

/** Two ports at one cell, so that feet of two kinds stand apart. */
function forked(cell: string, row: number): string {
  const table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
  const port = (name: string): string => `<TD PORT="${name}${row}" WIDTH="1" HEIGHT="${ROW / 2 - 1}"></TD>`
  return `${table}<TR><TD ROWSPAN="2" ALIGN="LEFT" CELLPADDING="3">${cell}</TD>${port('r')}</TR><TR>${port(OPTIONAL_PORT)}</TR></TABLE>`
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
    return `<TR><TD COLSPAN="${COLUMNS}" ALIGN="LEFT" HEIGHT="${ROW}"${fill}${minimalWidth(label.name, 11)}>${struck(label, dotHtml(label.name))}${words}</TD></TR>`
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
