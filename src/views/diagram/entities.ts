/** What has columns: tables, partitions folded into them, and views. */
import { type Catalog, objectsOf } from '../../catalog/catalog.ts'
import type { ForeignTable } from '../../catalog/foreign-table.ts'
import type { MaterializedView } from '../../catalog/materialized-view.ts'
import type { Identity } from '../../catalog/object.ts'
import type { RelationColumn } from '../../catalog/relation-columns.ts'
import type { Table } from '../../catalog/table.ts'
import type { View } from '../../catalog/view.ts'
import { keyOfPair, parseTypeName, typeKey } from '../../types/type-name.ts'
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
  enumOf: EnumOf,
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
        enumType: enumOf(column.type),
        ...UNMARKED,
      }
    }),
    keys: keys.filter((key) => key.primary || key.columns.length > 1),
    partitionKey: kind === 'table' ? table.partitionKey : null,
    ...UNMARKED,
  }
}

/** The enum that a type, as `format_type` prints it, is, or is an array of. */
export type EnumOf = (printed: string) => Identity | null

export function enumsIn(catalog: Catalog): EnumOf {
  const enums = new Map(
    objectsOf(catalog, 'enum').map(({ schema, name, identity }) => [keyOfPair(schema, name), identity]),
  )
  return (printed) => enums.get(typeKey(parseTypeName(printed), catalog.defaultSchema)) ?? null
}

export function viewEntity(view: View | MaterializedView, { keys }: Parts, enumOf: EnumOf): Entity {
  const { kind, identity, schema, name, comment } = view
  const unique = new Set(keys.flatMap((key) => (key.columns.length === 1 ? key.columns : [])))
  return {
    ...{ kind, identity, schema, name, comment },
    columns: view.columns.map((column) => ({
      ...viewColumn(column, enumOf),
      unique: unique.has(column.name),
    })),
    keys: keys.filter((key) => key.columns.length > 1),
    partitionKey: null,
    partitions: 0,
    ...UNMARKED,
  }
}

function viewColumn({ name, type, comment }: RelationColumn, enumOf: EnumOf): DrawnColumn {
  return {
    ...{ name, type: shortType(type), comment },
    ...{ primaryKey: false, foreignKey: false, unique: false, notNull: false },
    enumType: enumOf(type),
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
