/** Follows the lines of a drawn graph with the finger, cell by cell, knowing nothing but what can be seen. */
import type { Cell, Drawing, DrawnRow } from '../../src/views/drawing.ts'

export interface Seen {
  /** `child parent` for each line that was followed to its end. */
  readonly edges: string[]
  /** `child` for each line that ends openly. */
  readonly open: string[]
  /** `child` for each line that gets lost in the bundle. */
  readonly lost: string[]
}

/** @throws Error where a line breaks off, touches another, or looks like the continuation of one that ended */
export function walkDrawing(drawing: Drawing): Seen {
  const rows = [...drawing.rows]
  const seen: Seen = { edges: [], open: [], lost: [] }
  for (const [index, row] of rows.entries()) {
    checkRow(row, rows[index + 1], drawing.bundle)
    for (const column of startsOf(row)) {
      const end = follow(rows, index, column)
      if (end === 'open') seen.open.push(row.revision)
      else if (end === 'lost') seen.lost.push(row.revision)
      else if (end !== null) seen.edges.push(`${row.revision} ${end}`)
    }
  }
  return seen
}

function nodeOf({ revision, cells }: DrawnRow): number {
  const nodes = cells.flatMap(({ shape }, column) => (shape === 'node' ? [column] : []))
  const [column] = nodes
  if (column === undefined || nodes.length > 1) throw new Error(`${revision} has ${nodes.length} nodes`)
  return column
}

/** Its own column, and those in which a line from it turns down. */
function startsOf(row: DrawnRow): number[] {
  let column = nodeOf(row)
  const starts = [column]
  while (row.cells[column]?.right !== null) {
    column++
    const shape = row.cells[column]?.shape
    if (shape === 'begin' || shape === 'into') starts.push(column)
    else if (shape !== 'end' && shape !== 'crossing' && shape !== 'line') {
      throw new Error(`The line from ${row.revision} runs into ${shape}`)
    }
  }
  return starts
}

function checkRow(
  { revision, cells, below }: DrawnRow,
  next: DrawnRow | undefined,
  bundle: number | null,
): void {
  for (const [column, cell] of cells.entries()) {
    const { shape } = cell
    const left = column > 0 && cells[column - 1]?.right !== null
    const right = cell.right !== null
    const fits: Readonly<Record<Cell['shape'], boolean>> = {
      empty: !left && !right,
      node: !left,
      lane: !left && !right,
      crossing: left && right,
      begin: left,
      end: left,
      line: left && right,
      into: left && !right,
      bundle: !left && !right,
      open: false,
    }
    if (!fits[shape])
      throw new Error(`${shape} in column ${column} of ${revision} does not fit its neighbours`)
    // What is in the bundle cannot be followed.
    if (column !== bundle)
      checkBelow(`${shape} in column ${column} of ${revision}`, cell, below[column], next?.cells[column])
  }
}

function checkBelow(place: string, { shape }: Cell, below: Cell | undefined, under: Cell | undefined): void {
  const reachesUp = under !== undefined && ['lane', 'crossing', 'end', 'node'].includes(under.shape)
  if (below?.shape === 'lane') {
    if (!reachesUp) throw new Error(`${place} breaks off above ${under?.shape}`)
    return
  }
  if (reachesUp && under.shape !== 'node') throw new Error(`${under.shape} below ${place} comes from nowhere`)
  const looksDown = ['node', 'lane', 'crossing', 'begin'].includes(shape) || below?.shape === 'open'
  if (reachesUp && looksDown) throw new Error(`${place} looks as if it led to the node below it`)
}

/** @returns the revision at the end, null where there is no line */
function follow(rows: readonly DrawnRow[], from: number, column: number): string | null {
  for (let index = from; ; index++) {
    const below = rows[index]?.below[column]?.shape
    if (below === 'open') return 'open'
    if (below === 'bundle') return 'lost'
    if (below !== 'lane') return null
    const row = rows[index + 1]
    if (row === undefined) throw new Error('A line runs out of the drawing')
    const shape = row.cells[column]?.shape
    if (shape === 'node') return row.revision
    if (shape === 'end') return endOf(row, column)
    if (shape !== 'lane' && shape !== 'crossing') throw new Error(`A line breaks off at ${row.revision}`)
  }
}

function endOf(row: DrawnRow, column: number): string {
  let at = column
  while (row.cells[at]?.shape !== 'node') {
    at--
    if (at < 0 || row.cells[at]?.right === null)
      throw new Error(`A line to ${row.revision} does not reach it`)
  }
  return row.revision
}
