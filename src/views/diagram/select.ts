/** A part of a diagram: what patterns name, or what lies around a table. */
import { type Identity, nameOfIdentity } from '../../catalog/object.ts'
import { matchesAny } from '../../catalog/scope.ts'
import { nearest } from '../../nearest.ts'
import type { Box, Diagram } from './diagram.ts'
import { depthOfNothing, nothingNamed } from './errors.ts'
import { groupBy } from './order.ts'

export interface Selection {
  /** Patterns as `include` takes them. */
  readonly only?: readonly string[] | undefined
  /** A table, view or enum, as a pattern: it and what it is joined to. */
  readonly around?: string | undefined
  /** How many lines away from `around`, or in a difference from what differs. Default: 1 with `around`, else everything. */
  readonly depth?: number | undefined
  /** False: boxes with names alone. */
  readonly columns?: boolean | undefined
}

/**
 * The chosen part of a diagram. An enum stays with the columns of its type, a line with both of its ends.
 *
 * @param state what the schema is called
 * @throws DIAGRAM_NOTHING_NAMED, DIAGRAM_DEPTH
 */
export function selectFrom(diagram: Diagram, selection: Selection, state: string): Diagram {
  const { only = [], around, depth, columns = true } = selection
  if (depth !== undefined && around === undefined && diagram.compared === null) throw depthOfNothing()
  let kept = new Set(boxesOf(diagram).map(({ identity }) => identity))
  if (only.length > 0) kept = withEnums(diagram, named(diagram, only, '--only', state))
  if (around !== undefined || depth !== undefined) {
    const start = around === undefined ? changed(diagram) : named(diagram, [around], '--around', state)
    const near = reached(diagram, start, depth ?? 1)
    kept = new Set([...kept].filter((identity) => near.has(identity)))
  }
  const isKept = ({ identity }: Box): boolean => kept.has(identity)
  const joinsKept = ({ from, to }: { from: Identity; to: Identity }): boolean =>
    kept.has(from) && kept.has(to)
  return {
    ...diagram,
    entities: diagram.entities.filter(isKept),
    enums: diagram.enums.filter(isKept),
    relations: diagram.relations.filter(joinsKept),
    links: diagram.links.filter(joinsKept),
    withoutColumns: !columns,
  }
}

function boxesOf({ entities, enums }: Diagram): Box[] {
  return [...entities, ...enums]
}

function named(
  diagram: Diagram,
  patterns: readonly string[],
  flag: '--only' | '--around',
  state: string,
): Set<Identity> {
  const boxes = boxesOf(diagram)
  for (const pattern of patterns) {
    if (boxes.some((box) => matchesAny(box, [pattern]))) continue
    const known = boxes.flatMap(({ name, identity }) => [name, nameOfIdentity(identity)])
    throw nothingNamed(flag, pattern, state, nearest(pattern, known))
  }
  return new Set(boxes.filter((box) => matchesAny(box, patterns)).map(({ identity }) => identity))
}

function changed(diagram: Diagram): Set<Identity> {
  const boxes = boxesOf(diagram).filter(({ mark }) => mark !== null)
  return new Set(boxes.map(({ identity }) => identity))
}

/** What is at most so many lines away. An enum is joined to the tables with columns of it, and they are not to each other by it. */
function reached(diagram: Diagram, start: ReadonlySet<Identity>, depth: number): Set<Identity> {
  const { entities, relations, links } = diagram
  const ofEnums = entities.flatMap(({ identity, columns }) =>
    columns.flatMap(({ enumType }) => (enumType === null ? [] : [{ end: enumType, other: identity }])),
  )
  const lines = [...relations, ...links].flatMap(({ from, to }) => [
    { end: from, other: to },
    { end: to, other: from },
  ])
  const others = groupBy([...lines, ...ofEnums], ({ end }) => end)
  const found = new Set(start)
  let edge = [...start]
  for (let step = 0; step < depth && edge.length > 0; step++) {
    edge = edge
      .flatMap((identity) => (others.get(identity) ?? []).map(({ other }) => other))
      .filter((next) => !found.has(next))
    for (const identity of edge) found.add(identity)
  }
  return withEnums(diagram, found)
}

function withEnums({ entities }: Diagram, kept: ReadonlySet<Identity>): Set<Identity> {
  const enums = entities
    .filter(({ identity }) => kept.has(identity))
    .flatMap(({ columns }) => columns.flatMap(({ enumType }) => (enumType === null ? [] : [enumType])))
  return new Set([...kept, ...enums])
}
