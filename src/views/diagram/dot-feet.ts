/** The feet of foreign keys in a large diagram: each a short level line of its own, for ends of lines from any direction would lie along the box. */
import type { Identity } from '../../catalog/object.ts'
import type { Arrangement, Place } from './arrange.ts'
import type { Box, Diagram, Relation } from './diagram.ts'
import { type Ends, startPort } from './dot-ports.ts'
import { ROW, rowsTop, sizeOf } from './size.ts'

export interface Feet {
  /** The points that the line leads between, in place of the boxes; null where it has no rows. */
  pointsOf(relation: Relation): { readonly tail: string; readonly head: string } | null
  readonly points: number
  /** The points and the feet, as Graphviz takes them. */
  readonly lines: readonly string[]
}

const LENGTH = 16

/**
 * @param nodeId what a box is called
 * @param footOf the attributes of the foot at either end
 */
export function feetIn(
  diagram: Diagram,
  ends: Ends,
  arrangement: Arrangement,
  nodeId: (identity: Identity) => string,
  footOf: (relation: Relation, end: 'tail' | 'head') => string,
): Feet {
  const boxes = new Map<Identity, Box>(diagram.entities.map((entity) => [entity.identity, entity]))
  const points = new Map<string, string>()
  const feet = new Set<string>()
  const pointAt = (port: string, place: Place): string => {
    const known = points.get(port)
    if (known !== undefined) return known
    const name = `p${points.size}`
    points.set(port, name)
    feet.add(`${name} [shape=point width=0.01 style=invis pos="${place.x.toFixed(1)},${place.y.toFixed(1)}"]`)
    return name
  }
  const edgeOf = (
    identity: Identity,
  ): { readonly left: number; readonly right: number; readonly top: number } => {
    const box = boxes.get(identity)
    const { x, y } = arrangement.places.get(identity) ?? { x: 0, y: 0 }
    if (box === undefined) return { left: x, right: x, top: y }
    const { width, height } = sizeOf(box, diagram.withoutColumns)
    return { left: x - width / 2, right: x + width / 2, top: y + height / 2 - rowsTop(box) }
  }
  const byRelation = new Map<Relation, { readonly tail: string; readonly head: string }>()
  for (const relation of diagram.relations) {
    const { from, to, optional } = relation
    const rows = ends.rowsOf(relation)
    if (rows === null) continue
    const [start, end] = [edgeOf(to), edgeOf(from)]
    const fork = (table: Identity, row: number): number => (ends.areBoth(table, row) ? ROW / 4 : 0)
    const yOf = (top: number, row: number): number => top - (row + 0.5) * ROW
    const port = `${nodeId(to)}:${startPort(relation, rows.to, ends)}:e`
    const tail = pointAt(port, {
      x: start.right + LENGTH,
      y: yOf(start.top, rows.to) + (optional ? -1 : 1) * fork(to, rows.to),
    })
    // A table that references itself does so on one side.
    const goal = from === to ? `${nodeId(from)}:r${rows.from}:e` : `${nodeId(from)}:l${rows.from}:w`
    const head = pointAt(goal, {
      x: from === to ? end.right + LENGTH : end.left - LENGTH,
      y: yOf(end.top, rows.from) + (from === to ? fork(from, rows.from) : 0),
    })
    feet.add(`${tail} -> ${port} [${footOf(relation, 'tail')}]`)
    feet.add(`${head} -> ${goal} [${footOf(relation, 'head')}]`)
    byRelation.set(relation, { tail, head })
  }
  return { pointsOf: (relation) => byRelation.get(relation) ?? null, points: points.size, lines: [...feet] }
}
