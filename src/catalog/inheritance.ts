/** Columns that a partition or an inheriting table has from its parent. */
import type { Column } from './column.ts'
import type { CatalogObject } from './kinds.ts'
import { type Identity, identityOf } from './object.ts'

/** The parent's column that an inherited column comes from; undefined where it has its own definition. */
export function originOf(column: Column, objects: ReadonlyMap<Identity, CatalogObject>): Column | undefined {
  const table = column.inherited ? objects.get(column.parent) : undefined
  if (table?.kind !== 'table') return undefined
  const parents = [...(table.partitionOf === null ? [] : [table.partitionOf.table]), ...table.inherits]
  for (const identity of parents) {
    const parent = objects.get(identity)
    const origin =
      parent === undefined
        ? undefined
        : objects.get(identityOf('column', parent.schema, parent.name, column.name))
    if (origin?.kind === 'column') return origin
  }
  return undefined
}
