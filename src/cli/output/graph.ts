/** The cells of a drawn graph as characters and colours. */
import type { Cell } from '../../index.ts'
import type { Paint, Style } from './style.ts'

/** What a revision is to the database. */
export type Mark = 'applied' | 'pending' | 'unfinished' | 'current' | 'unasked'

interface Letters {
  readonly shapes: Readonly<Record<Exclude<Cell['shape'], 'node'>, string>>
  /** Of a line that turns where another goes on to the right. */
  readonly onward: Readonly<Record<'begin' | 'end', string>>
  readonly right: string
  readonly nodes: Readonly<Record<Mark, string>>
}

const drawn: Letters = {
  shapes: {
    empty: ' ',
    lane: '│',
    crossing: '┼',
    begin: '╮',
    end: '╯',
    line: '─',
    open: '┊',
    bundle: '║',
    into: '╢',
  },
  onward: { begin: '┬', end: '┴' },
  right: '─',
  nodes: { applied: '●', pending: '○', unfinished: '✗', current: '◉', unasked: '●' },
}

const ascii: Letters = {
  shapes: {
    empty: ' ',
    lane: '|',
    crossing: '+',
    begin: '.',
    end: "'",
    line: '-',
    open: ':',
    bundle: '#',
    into: '#',
  },
  onward: { begin: '.', end: "'" },
  right: '-',
  nodes: { applied: '*', pending: 'o', unfinished: 'x', current: '@', unasked: '*' },
}

/** How many letters a column takes. */
export const COLUMN_WIDTH = 2

/** The columns that may be drawn: a quarter of a terminal's width, so that the message keeps its place. */
export function columnLimit({ width }: Style): number {
  return Number.isFinite(width) ? Math.floor(width / 4 / COLUMN_WIDTH) : 40
}

/** One row, `COLUMN_WIDTH` letters per cell. */
export function cellsText(cells: readonly Cell[], mark: Mark, style: Style): string {
  const letters = style.unicode ? drawn : ascii
  return cells
    .map(({ shape, colour, right }) => {
      const rest = right === null ? ' ' : laneColour(right, style)(letters.right)
      if (shape === 'empty' && right === null) return '  '
      if (shape === 'node') return `${markColour(mark, colour, style)(letters.nodes[mark])}${rest}`
      if (shape === 'bundle' || shape === 'into') return `${style.dim(letters.shapes[shape])}${rest}`
      const turns = shape === 'begin' || shape === 'end'
      const letter = turns && right !== null ? letters.onward[shape] : letters.shapes[shape]
      return `${laneColour(colour, style)(letter)}${rest}`
    })
    .join('')
}

function laneColour(lane: number, { palette }: Style): Paint {
  return palette[lane % palette.length] ?? ((text) => text)
}

function markColour(mark: Mark, lane: number, style: Style): Paint {
  if (mark === 'unasked') return laneColour(lane, style)
  if (mark === 'pending') return style.yellow
  return mark === 'unfinished' ? style.red : style.green
}
