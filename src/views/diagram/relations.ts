/** The lines of a diagram: foreign keys with how many rows each end has, what views read, and who inherits. */
import type { Catalog } from '../../catalog/catalog.ts'
import type { ForeignTable } from '../../catalog/foreign-table.ts'
import type { MaterializedView } from '../../catalog/materialized-view.ts'
import { type Identity, identityOf } from '../../catalog/object.ts'
import type { Table } from '../../catalog/table.ts'
import type { View } from '../../catalog/view.ts'
import { type Link, type Relation, UNMARKED } from './diagram.ts'
import { mayBeNull, mayRepeat } from './keys.ts'
import type { Parts } from './parts.ts'

type Folded = ReadonlyMap<Identity, Identity>

/** The foreign keys between tables of a catalog. What a partition has of its own is a line of the table that it is folded into. */
export function relationsIn(
  catalog: Catalog,
  tables: readonly (Table | ForeignTable)[],
  partsOf: (relation: Identity) => Parts,
  folded: Folded,
): Relation[] {
  const relations = new Map<string, Relation>()
  for (const { identity: table } of tables) {
    const { columns, keys, foreignKeys } = partsOf(table)
    for (const { identity, name, references, partOf, inherited, columns: fromColumns } of foreignKeys) {
      if (references === null || (folded.has(table) && (inherited || partOf !== null))) continue
      const referenced = identityOf('table', references.schema, references.table)
      if (!catalog.objects.has(referenced)) continue
      const [from, to] = [folded.get(table) ?? table, folded.get(referenced) ?? referenced]
      const own = columns.filter((column) => fromColumns.includes(column.name))
      const { columns: toColumns, onDelete, matchFull } = references
      // Foreign keys of several partitions may be one line.
      const line = JSON.stringify([from, fromColumns, to, toColumns])
      if (relations.has(line)) continue
      relations.set(line, {
        ...{ identity, name, from, fromColumns, to, toColumns },
        optional: mayBeNull(own, matchFull),
        many: mayRepeat(fromColumns, keys),
        onDelete: onDelete === 'no action' || onDelete === 'restrict' ? null : onDelete,
        ...UNMARKED,
      })
    }
  }
  return [...relations.values()]
}

/** Which relations each view reads, itself or a column of it. */
export function readsIn(
  catalog: Catalog,
  views: readonly (View | MaterializedView)[],
  folded: Folded,
): Link[] {
  return views.flatMap(({ identity: from }) => {
    const read = new Set<Identity>()
    for (const needed of catalog.dependencies.get(from) ?? []) {
      const object = catalog.objects.get(needed)
      const relation = object?.kind === 'column' ? object.parent : needed
      const root = folded.get(relation) ?? relation
      if (root !== from && /^(?:foreign table|table|view|materialized view):/.test(root)) read.add(root)
    }
    return [...read].map((to): Link => ({ kind: 'reads', from, to, ...UNMARKED }))
  })
}

/** Who inherits from whom; partitions do not. */
export function inheritanceIn(catalog: Catalog, tables: readonly (Table | ForeignTable)[]): Link[] {
  return tables.flatMap(({ identity: from, inherits }) =>
    inherits
      .filter((to) => catalog.objects.has(to))
      .map((to): Link => ({ kind: 'inherits', from, to, ...UNMARKED })),
  )
}
