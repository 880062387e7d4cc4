/** Where each box of a large diagram stands: in columns that together are about as high as wide. */
import type { Identity } from '../../catalog/object.ts'
import type { Box, Diagram } from './diagram.ts'
import { bySchema, groupBy } from './order.ts'
import { type Size, sizeOf } from './size.ts'

/** The middle of a box, in points from the lower left corner, as Graphviz counts. */
export interface Place {
  readonly x: number
  readonly y: number
}

export interface Block {
  readonly schema: string
  readonly left: number
  readonly bottom: number
  readonly right: number
  readonly top: number
}

export interface Arrangement {
  readonly places: ReadonlyMap<Identity, Place>
  readonly blocks: readonly Block[]
}

const BESIDE = 90
const BETWEEN = 26
const AROUND = 60
/** Within the frame of a schema, and for its name. */
const INSIDE = 20
const TITLE = 24
/** How much wider than high a block is. */
const SHAPE = 1.5
const SWEEPS = 8

interface Graph {
  above(identity: Identity): readonly Identity[]
  below(identity: Identity): readonly Identity[]
}

/** So many boxes Graphviz lays out well by itself. */
const FEW = 50

/** Whether it would become a tower: what many tables reference stands in one column beside all of them. */
export function isLarge({ entities, enums }: Diagram): boolean {
  return entities.length + enums.length > FEW
}

/**
 * Schemas beside and below each other; within one, what is referenced to the left of what references it, and what is joined at about
 * the same height.
 */
export function arrange(diagram: Diagram): Arrangement {
  const graph = graphOf(diagram)
  const arranged = [...bySchema(diagram)].map(([schema, boxes]) => ({
    schema,
    ...arrangeBlock(boxes, diagram.withoutColumns, graph),
  }))
  const area = arranged.reduce((sum, { width, height }) => sum + (width + AROUND) * (height + AROUND), 0)
  const widest = Math.max(Math.sqrt(area * SHAPE), ...arranged.map(({ width }) => width))
  const places = new Map<Identity, Place>()
  const blocks: Block[] = []
  let [left, top, lowest] = [0, 0, 0]
  for (const { schema, width, height, offsets } of arranged) {
    if (left > 0 && left + width > widest) {
      left = 0
      top = lowest - AROUND
    }
    for (const [identity, { x, y }] of offsets) places.set(identity, { x: left + x, y: top - y })
    const bounds = { left, right: left + width, top, bottom: top - height }
    blocks.push({ schema, ...bounds })
    left = bounds.right + AROUND
    lowest = Math.min(lowest, bounds.bottom)
  }
  return { places, blocks }
}

function graphOf({ relations, links }: Diagram): Graph {
  const lines = [...relations, ...links].filter(({ from, to }) => from !== to)
  const once = [...new Map(lines.map((line) => [`${line.from} ${line.to}`, line])).values()]
  const above = groupBy(once, ({ from }) => from)
  const below = groupBy(once, ({ to }) => to)
  return {
    above: (identity) => (above.get(identity) ?? []).map(({ to }) => to),
    below: (identity) => (below.get(identity) ?? []).map(({ from }) => from),
  }
}

interface ArrangedBlock extends Size {
  /** Of the middle of each box, from the upper left corner. */
  readonly offsets: ReadonlyMap<Identity, Place>
}

function arrangeBlock(boxes: readonly Box[], withoutColumns: boolean, graph: Graph): ArrangedBlock {
  const sizes = new Map(boxes.map((box) => [box.identity, sizeOf(box, withoutColumns)]))
  const sizeOfBox = (identity: Identity): Size => sizes.get(identity) ?? { width: 0, height: 0 }
  let area = 0
  for (const { width, height } of sizes.values()) area += (width + BESIDE) * (height + BETWEEN)
  const columns = columnsOf(
    [...sizes.keys()],
    graph,
    Math.sqrt(area / SHAPE),
    (identity) => sizeOfBox(identity).height + BETWEEN,
  )
  const middles = new Map<Identity, number>()
  const stack = (column: readonly Identity[]): void => {
    let top = 0
    for (const identity of column) {
      const { height } = sizeOfBox(identity)
      middles.set(identity, top + height / 2)
      top += height + BETWEEN
    }
  }
  columns.forEach(stack)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of sweep % 2 === 0 ? columns : [...columns].reverse()) {
      const wish = new Map(
        column.map((identity) => {
          const ends = [...graph.above(identity), ...graph.below(identity)].flatMap(
            (end) => middles.get(end) ?? [],
          )
          const own = middles.get(identity) ?? 0
          return [identity, ends.length === 0 ? own : ends.reduce((sum, y) => sum + y, 0) / ends.length]
        }),
      )
      column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0))
      stack(column)
    }
  }
  const offsets = new Map<Identity, Place>()
  let [left, bottom] = [INSIDE, 0]
  for (const column of columns) {
    const widest = Math.max(...column.map((identity) => sizeOfBox(identity).width))
    for (const identity of column) {
      const { width, height } = sizeOfBox(identity)
      const y = INSIDE + TITLE + (middles.get(identity) ?? 0)
      offsets.set(identity, { x: left + width / 2, y })
      bottom = Math.max(bottom, y + height / 2)
    }
    left += widest + BESIDE
  }
  return { offsets, width: left - BESIDE + INSIDE, height: bottom + INSIDE }
}

/** From left to right, none taller than told unless one box is. What is referenced comes before what references it, as far as there are no circles. */
function columnsOf(
  boxes: readonly Identity[],
  graph: Graph,
  tallest: number,
  heightOf: (identity: Identity) => number,
): Identity[][] {
  const levels = levelsOf(boxes, graph)
  const own = new Set(boxes)
  const columns: Identity[][] = []
  const place = new Map<Identity, number>()
  const waiting = new Map<Identity, number>(
    [...boxes].map((identity) => [identity, graph.above(identity).filter((above) => own.has(above)).length]),
  )
  let ready = [...boxes].filter((identity) => waiting.get(identity) === 0)
  const later = (identity: Identity): number =>
    Math.max(-1, ...graph.above(identity).map((above) => place.get(above) ?? -1))
  while (place.size < boxes.length) {
    if (ready.length === 0) {
      // A circle: whoever waits for the fewest goes first.
      const [next] = [...boxes]
        .filter((identity) => !place.has(identity))
        .sort((a, b) => (waiting.get(a) ?? 0) - (waiting.get(b) ?? 0))
      if (next !== undefined) ready.push(next)
    }
    ready.sort((a, b) => (levels.get(b) ?? 0) - (levels.get(a) ?? 0) || later(b) - later(a))
    const column: Identity[] = []
    let room = tallest
    for (const identity of ready) {
      if (column.length > 0 && room < heightOf(identity)) break
      room -= heightOf(identity)
      column.push(identity)
      place.set(identity, columns.length)
    }
    columns.push(column)
    ready = ready.slice(column.length)
    for (const identity of column) {
      for (const below of graph.below(identity)) {
        const left = (waiting.get(below) ?? 0) - 1
        waiting.set(below, left)
        if (left === 0 && own.has(below) && !place.has(below) && !ready.includes(below)) ready.push(below)
      }
    }
  }
  return columns
}

/** How long the longest chain is that hangs on each box; a line that closes a circle does not count. */
function levelsOf(boxes: Iterable<Identity>, { below }: Graph): Map<Identity, number> {
  const levels = new Map<Identity, number>()
  const open = new Set<Identity>()
  const levelOf = (identity: Identity): number => {
    const known = levels.get(identity)
    if (known !== undefined || open.has(identity)) return known ?? -1
    open.add(identity)
    const level = 1 + Math.max(-1, ...below(identity).map(levelOf))
    open.delete(identity)
    levels.set(identity, level)
    return level
  }
  for (const identity of boxes) levelOf(identity)
  return levels
}
