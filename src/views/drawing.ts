/** A graph of revisions as rows of cells, as `history` draws it beside its list. */
import { type GraphNode, type Lane, layLanes, type Placement } from './lanes.ts'

/**
 * - `lane`: a line from above to below; `crossing`: one that another crosses without touching it
 * - `begin`: a line from the left that turns down; `end`: one from above that turns left
 * - `line`: from left to right only
 * - `open`: a line down to what is not listed
 * - `bundle`: lanes for which there is no column; `into`: a line from the left that leads there
 */
export type Shape =
  | 'empty'
  | 'node'
  | 'lane'
  | 'crossing'
  | 'begin'
  | 'end'
  | 'line'
  | 'open'
  | 'bundle'
  | 'into'

export interface Cell {
  readonly shape: Shape
  /** The number of the lane that is seen in it: a colour each, over and over. */
  readonly colour: number
  /** The number of the lane that leads from it to the right, if any does. */
  readonly right: number | null
}

export interface DrawnRow {
  readonly revision: string
  readonly cells: readonly Cell[]
  /** What goes on below it: beside further lines of the same entry, and where a line ends openly. */
  readonly below: readonly Cell[]
  /** Whether a line ends openly below, so that `below` has to be shown. */
  readonly isOpen: boolean
  /** Those of its down revisions to which no line can be followed: they are not listed, or the line is in the bundle. */
  readonly hidden: readonly string[]
}

export interface Drawing {
  /** How many columns the rows have. */
  readonly columns: number
  /** The column in which lanes are bundled, if some are. */
  readonly bundle: number | null
  readonly rows: Iterable<DrawnRow>
}

/**
 * Draws revisions: one row each, a column per line that is open beside it. Takes time for each revision and each column that is drawn.
 *
 * @param nodes newest first
 * @param limit how many columns there may be, at least 2: lanes further to the right share the last one, as a bundle
 */
export function drawGraph(nodes: readonly GraphNode[], limit: number = Number.POSITIVE_INFINITY): Drawing {
  const { placements, width } = layLanes(nodes)
  const columns = Math.min(width, Math.max(limit, 2))
  const canvas = { columns, bundle: width > columns ? columns - 1 : null }
  return { ...canvas, rows: { [Symbol.iterator]: () => drawRows(placements, canvas) } }
}

type Canvas = Pick<Drawing, 'columns' | 'bundle'>

function* drawRows(placements: readonly Placement[], canvas: Canvas): Generator<DrawnRow, void> {
  const lanes = new OpenLanes(canvas.bundle)
  for (const placement of placements) {
    const { revision, column, ended, begun, open } = placement
    const cells = cellsBeside(placement, lanes, canvas)
    for (const at of [column, ...ended.map((lane) => lane.column)]) lanes.close(at)
    for (const lane of begun) if (!open.includes(lane)) lanes.open(lane)
    yield {
      revision,
      cells,
      below: cellsBelow(open, lanes, canvas),
      isOpen: open.length > 0,
      hidden: begun.filter((lane) => open.includes(lane) || lane.column >= lanes.bundle).map(({ to }) => to),
    }
  }
}

/** The lines that come down from above. */
class OpenLanes {
  readonly bundle: number
  private readonly colours: (number | undefined)[] = []
  private readonly bundled = new Set<number>()

  constructor(bundle: number | null) {
    this.bundle = bundle ?? Number.POSITIVE_INFINITY
  }

  open({ column, colour }: Lane): void {
    if (column < this.bundle) this.colours[column] = colour
    else this.bundled.add(column)
  }

  close(column: number): void {
    if (column < this.bundle) this.colours[column] = undefined
    else this.bundled.delete(column)
  }

  colourAt(column: number): number | undefined {
    return this.colours[column]
  }

  get anyBundled(): boolean {
    return this.bundled.size > 0
  }
}

function cellsBeside(
  { column, colour, ended, begun }: Placement,
  lanes: OpenLanes,
  { columns, bundle }: Canvas,
): Cell[] {
  const seen = (at: number): number => Math.min(at, bundle ?? at)
  const own = seen(column)
  const touched = new Map<number, { shape: Shape; colour: number }>()
  for (const lane of ended) touched.set(seen(lane.column), { shape: 'end', colour: lane.colour })
  for (const lane of begun)
    if (lane.column > column) touched.set(seen(lane.column), { shape: 'begin', colour: lane.colour })
  const reach = Math.max(own, ...touched.keys())

  const cells: Cell[] = []
  let right: number | null = null
  for (let at = columns - 1; at >= 0; at--) {
    const lane = lanes.colourAt(at)
    const passed = at > own && at < reach
    const touch = at > own ? touched.get(at) : undefined
    if (at === own) cells.push({ shape: 'node', colour, right })
    else if (touch) cells.push({ shape: at === bundle ? 'into' : touch.shape, colour: touch.colour, right })
    else if (at === bundle && lanes.anyBundled) cells.push({ shape: 'bundle', colour: 0, right })
    else if (lane !== undefined) cells.push({ shape: passed ? 'crossing' : 'lane', colour: lane, right })
    else cells.push({ shape: passed ? 'line' : 'empty', colour: right ?? 0, right })
    if (touch) right = touch.colour
    if (at === own) right = null
  }
  return cells.reverse()
}

function cellsBelow(open: readonly Lane[], lanes: OpenLanes, { columns, bundle }: Canvas): Cell[] {
  return Array.from({ length: columns }, (_, at): Cell => {
    const lane = lanes.colourAt(at)
    if (lane !== undefined) return { shape: 'lane', colour: lane, right: null }
    if (at === bundle && lanes.anyBundled) return { shape: 'bundle', colour: 0, right: null }
    const ending = open.find(({ column }) => Math.min(column, bundle ?? column) === at)
    return { shape: ending ? 'open' : 'empty', colour: ending?.colour ?? 0, right: null }
  })
}
