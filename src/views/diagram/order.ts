/** The order in which a diagram tells: the same for the same schema, and by names, so that what is new moves nothing else. */
import type { Box, Diagram } from './diagram.ts'

interface Placed {
  readonly schema: string
  readonly name: string
}

/** By schema, the default one first, and by name. */
export function inOrder(defaultSchema: string): (a: Placed, b: Placed) => number {
  const rank = ({ schema }: Placed): number => (schema === defaultSchema ? 0 : 1)
  return (a, b) => rank(a) - rank(b) || byText(a.schema, b.schema) || byText(a.name, b.name)
}

/** By code units, whatever the locale. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What is said of several things, by what they have in common. */
export function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

/** The boxes of each schema. */
export function bySchema({ entities, enums, defaultSchema }: Diagram): Map<string, Box[]> {
  const boxes: Box[] = [...entities, ...enums]
  // Stable: the boxes of a schema stay entities first.
  const order = inOrder(defaultSchema)
  return groupBy(
    boxes.sort((a, b) => order({ schema: a.schema, name: '' }, { schema: b.schema, name: '' })),
    ({ schema }) => schema,
  )
}

export interface Group {
  readonly schema: string
  readonly boxes: readonly Box[]
  /** A frame around everything would say nothing. */
  readonly isFramed: boolean
}

/** The boxes of each schema, and whether its frame is drawn. */
export function groupsOf(diagram: Diagram): Group[] {
  const groups = bySchema(diagram)
  const isFramed = groups.size > 1 || !groups.has(diagram.defaultSchema)
  return [...groups].map(([schema, boxes]) => ({ schema, boxes, isFramed }))
}

/** The boxes that no line leads to or from, by schema: no foreign key, no view that reads, no column of an enum. */
export function looseBoxes(diagram: Diagram): Box[][] {
  const { entities, relations, links } = diagram
  const joined = new Set([...relations, ...links].flatMap(({ from, to }) => (from === to ? [] : [from, to])))
  for (const { identity, columns } of entities) {
    for (const { enumType } of columns) if (enumType !== null) joined.add(enumType).add(identity)
  }
  return [...bySchema(diagram).values()]
    .map((boxes) => boxes.filter(({ identity }) => !joined.has(identity)))
    .filter((boxes) => boxes.length > 0)
}

/** As many rows as there are columns, about. */
export function inRows<T>(items: readonly T[]): T[][] {
  const across = Math.ceil(Math.sqrt(items.length))
  return Array.from({ length: Math.ceil(items.length / Math.max(across, 1)) }, (_, i) =>
    items.slice(i * across, (i + 1) * across),
  )
}
