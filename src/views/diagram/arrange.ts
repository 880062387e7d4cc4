/** Where each box of a large diagram stands: in columns that together are about as high as wide. */
import type { Identity } from '../../catalog/object.ts'
import { columnsOf, type Graph, levelsOf } from './columns.ts'
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

/** So many boxes Graphviz always lays out well by itself, and so many only where they make no tower. */
const FEW = 12
const MANY = 50
/** About as wide as a box and the lines beside it. */
const STEP = 260
const TOWER = 3

/** Whether Graphviz by itself would make a tower of it: what many tables reference stands beside one column of all of them. */
export function isLarge(diagram: Diagram): boolean {
  const boxes = [...diagram.entities, ...diagram.enums]
  if (boxes.length <= FEW || boxes.length > MANY) return boxes.length > FEW
  const heights = new Map(boxes.map((box) => [box.identity, sizeOf(box, diagram.withoutColumns).height]))
  const levels = levelsOf([...heights.keys()], graphOf(diagram))
  const tallest = Math.max(
    ...levels.map((level) => level.reduce((sum, identity) => sum + (heights.get(identity) ?? 0), 0)),
  )
  return tallest > TOWER * STEP * levels.length
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

function graphOf({ entities, relations, links }: Diagram): Graph {
  const ofEnums = entities.flatMap(({ identity: from, columns }) =>
    columns.flatMap(({ enumType: to }) => (to === null ? [] : [{ from, to }])),
  )
  const lines = [...relations, ...links, ...ofEnums].filter(({ from, to }) => from !== to)
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
