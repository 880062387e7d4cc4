/** Which column each box of a large diagram stands in. */
import type { Identity } from '../../catalog/object.ts'
import { groupBy } from './order.ts'

/** Who references whom. */
export interface Graph {
  above(identity: Identity): readonly Identity[]
  below(identity: Identity): readonly Identity[]
}

/**
 * From left to right, none taller than told unless one box is. What is referenced comes before what references it, as far as there
 * are no circles; only what would leave a column half empty stands in the same one.
 */
export function columnsOf(
  boxes: readonly Identity[],
  graph: Graph,
  tallest: number,
  heightOf: (identity: Identity) => number,
): Identity[][] {
  const { levels, below, waiting } = unwound(boxes, graph)
  const place = new Map<Identity, number>()
  const lastAbove = (identity: Identity): number =>
    Math.max(-1, ...graph.above(identity).map((above) => place.get(above) ?? -1))
  const columns: Identity[][] = []
  let ready = boxes.filter((identity) => waiting.get(identity) === 0)
  let [column, room]: [Identity[], number] = [[], tallest]
  let next: Identity[] = []
  while (ready.length > 0) {
    // First what much hangs on, then what is near to what it references.
    ready.sort((a, b) => (levels.get(b) ?? 0) - (levels.get(a) ?? 0) || lastAbove(b) - lastAbove(a))
    let placed = 0
    for (const identity of ready) {
      if (column.length > 0 && room < heightOf(identity)) break
      placed++
      room -= heightOf(identity)
      column.push(identity)
      place.set(identity, columns.length)
      for (const one of below(identity)) {
        const left = (waiting.get(one) ?? 0) - 1
        waiting.set(one, left)
        if (left === 0) next.push(one)
      }
    }
    ready = ready.slice(placed)
    if (ready.length > 0 || next.length === 0 || room < tallest / 2) {
      columns.push(column)
      ;[column, room] = [[], tallest]
    }
    ready.push(...next)
    next = []
  }
  if (column.length > 0) columns.push(column)
  return columns
}

/** The boxes on which as long a chain hangs, together: what Graphviz puts above each other, about. */
export function levelsOf(boxes: readonly Identity[], graph: Graph): Identity[][] {
  const { levels } = unwound(boxes, graph)
  return [...groupBy(boxes, (identity) => levels.get(identity)).values()]
}

interface Unwound {
  /** How long the longest chain is that hangs on each box. */
  readonly levels: ReadonlyMap<Identity, number>
  below(identity: Identity): readonly Identity[]
  /** How many boxes come before each. */
  readonly waiting: Map<Identity, number>
}

/** The graph among these boxes without the lines that close a circle. */
function unwound(boxes: readonly Identity[], graph: Graph): Unwound {
  const own = new Set(boxes)
  const levels = new Map<Identity, number>()
  const below = new Map<Identity, Identity[]>()
  const waiting = new Map(boxes.map((identity) => [identity, 0]))
  const open = new Set<Identity>()
  const visit = (identity: Identity): number => {
    const known = levels.get(identity)
    if (known !== undefined) return known
    open.add(identity)
    const kept = graph.below(identity).filter((one) => own.has(one) && !open.has(one))
    below.set(identity, kept)
    for (const one of kept) waiting.set(one, (waiting.get(one) ?? 0) + 1)
    const level = 1 + Math.max(-1, ...kept.map(visit))
    open.delete(identity)
    levels.set(identity, level)
    return level
  }
  for (const identity of boxes) visit(identity)
  return { levels, below: (identity) => below.get(identity) ?? [], waiting }
}
