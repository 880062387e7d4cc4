/** What has columns: tables, partitions folded into them, and views. */
import { type Catalog, objectsOf } from '../../catalog/catalog.ts'
import type { Column } from '../../catalog/column.ts'
import type { ForeignTable } from '../../catalog/foreign-table.ts'
import type { MaterializedView } from '../../catalog/materialized-view.ts'
import { type Identity, quotePart } from '../../catalog/object.ts'
import type { RelationColumn } from '../../catalog/relation-columns.ts'
import type { Table } from '../../catalog/table.ts'
import type { View } from '../../catalog/view.ts'
import { type DrawnColumn, type Entity, UNMARKED } from './diagram.ts'
import type { Parts } from './parts.ts'
import { shortType } from './types.ts'

/**
 * @param referencing the columns of its foreign keys, those of its partitions too
 * @param partitions how many are folded into it
 */
export function tableEntity(
  table: Table | ForeignTable,
  { columns, keys }: Parts,
  referencing: ReadonlySet<string>,
  partitions: number,
  catalog: Catalog,
): Entity {
  const { kind, identity, schema, name, comment } = table
  const primary = keys.find((key) => key.primary)?.columns ?? []
  const unique = new Set(keys.flatMap((key) => (key.columns.length === 1 ? key.columns : [])))
  return {
    ...{ kind, identity, schema, name, comment, partitions },
    columns: columns.map((column): DrawnColumn => {
      const isPrimary = primary.includes(column.name)
      return {
        name: column.name,
        type: shortType(column.type),
        primaryKey: isPrimary,
        foreignKey: referencing.has(column.name),
        unique: unique.has(column.name) && !(isPrimary && primary.length === 1),
        notNull: column.notNull,
        comment: column.comment,
        enumType: enumOf(column, catalog),
        ...UNMARKED,
      }
    }),
    keys: keys.filter((key) => key.primary || key.columns.length > 1),
    partitionKey: kind === 'table' ? table.partitionKey : null,
    ...UNMARKED,
  }
}

/** The enum that a column's type is, or is an array of. */
function enumOf({ identity, baseType }: Column, catalog: Catalog): Identity | null {
  for (const needed of catalog.dependencies.get(identity) ?? []) {
    const type = catalog.objects.get(needed)
    // A default may need another enum than the type does.
    if (type?.kind === 'enum' && baseType.replace(/(?:\[\])+$/, '').endsWith(quotePart(type.name)))
      return needed
  }
  return null
}

export function viewEntity(view: View | MaterializedView, { keys }: Parts): Entity {
  const { kind, identity, schema, name, comment } = view
  const unique = new Set(keys.flatMap((key) => (key.columns.length === 1 ? key.columns : [])))
  return {
    ...{ kind, identity, schema, name, comment },
    columns: view.columns.map((column) => ({ ...viewColumn(column), unique: unique.has(column.name) })),
    keys: keys.filter((key) => key.columns.length > 1),
    partitionKey: null,
    partitions: 0,
    ...UNMARKED,
  }
}

function viewColumn({ name, type, comment }: RelationColumn): DrawnColumn {
  return {
    ...{ name, type: shortType(type), comment },
    ...{ primaryKey: false, foreignKey: false, unique: false, notNull: false },
    enumType: null,
    ...UNMARKED,
  }
}

/** The tables of a catalog, foreign ones too. */
export function tablesIn(catalog: Catalog): (Table | ForeignTable)[] {
  return [...objectsOf(catalog, 'table'), ...objectsOf(catalog, 'foreign table')]
}

/** The views of a catalog, materialized ones too. */
export function viewsIn(catalog: Catalog): (View | MaterializedView)[] {
  return [...objectsOf(catalog, 'view'), ...objectsOf(catalog, 'materialized view')]
}
