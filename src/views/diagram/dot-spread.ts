/** How long the lines of a large diagram are, so that what hangs on one table stands in several columns and not in one tower. */
import type { Diagram, Link, Relation } from './diagram.ts'
import { groupBy } from './order.ts'

/** So many boxes stand above each other at one table before the next ones move further away. */
const TOWER = 6

type Line = Relation | Link

/** The least number of ranks that each line spans, where that is more than 1. */
export function spread({ relations, links }: Diagram): ReadonlyMap<Line, number> {
  const lines: Line[] = [...relations, ...links]
  const ends = groupBy(
    lines.flatMap((line) => (line.from === line.to ? [] : [line.from, line.to])),
    (identity) => identity,
  )
  const lengths = new Map<Line, number>()
  // What is joined to one table alone can stand anywhere beside it.
  const hanging = lines.filter(({ from, to }) => from !== to && ends.get(from)?.length === 1)
  for (const leaves of groupBy(hanging, ({ to }) => to).values()) {
    const towers = Math.ceil(leaves.length / TOWER)
    leaves.forEach((line, i) => {
      const length = 1 + (i % towers)
      if (length > 1) lengths.set(line, length)
    })
  }
  return lengths
}
