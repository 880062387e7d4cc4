/** Where the lines of foreign keys begin and end: at rows, or at boxes where columns are not shown. */
import type { Identity } from '../../catalog/object.ts'
import type { Diagram, Relation } from './diagram.ts'

export interface Rows {
  readonly from: number
  readonly to: number
}

export interface Ends {
  /** The rows at both ends, those of their first columns; null where columns are not shown. */
  rowsOf(relation: Relation): Rows | null
  /** Whether "one" and "zero or one" both begin at the row, so that each has a port of its own. */
  areBoth(table: Identity, row: number): boolean
}

/** The port of "zero or one" where there are two; else there is `r` alone. */
export const OPTIONAL_PORT = 'o'

/** @param loops whether a table that references itself has its line at its rows */
export function endsIn({ entities, relations, withoutColumns }: Diagram, loops: boolean): Ends {
  const places = new Map(
    entities.map(({ identity, columns }) => [identity, new Map(columns.map(({ name }, i) => [name, i]))]),
  )
  const rowsOf = ({
    from,
    fromColumns: [first = ''],
    to,
    toColumns: [other = ''],
  }: Relation): Rows | null => {
    const [start, end] = [places.get(from)?.get(first), places.get(to)?.get(other)]
    return withoutColumns || start === undefined || end === undefined ? null : { from: start, to: end }
  }
  const kinds = new Map<string, Set<boolean>>()
  for (const relation of relations) {
    const rows = rowsOf(relation)
    if (rows === null || (relation.from === relation.to && !loops)) continue
    const key = `${rows.to} ${relation.to}`
    kinds.set(key, (kinds.get(key) ?? new Set()).add(relation.optional))
  }
  return { rowsOf, areBoth: (table, row) => kinds.get(`${row} ${table}`)?.size === 2 }
}

/** The name of the port at the referenced row: `r2`, or `o2` where both kinds begin. */
export function startPort({ to, optional }: Relation, row: number, ends: Ends): string {
  return `${optional && ends.areBoth(to, row) ? OPTIONAL_PORT : 'r'}${row}`
}
