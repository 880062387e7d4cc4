/** What rows come from: tables, foreign tables and views, with what is known of their columns. */
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Identity } from '../catalog/object.ts'
import type { RelationColumn } from '../catalog/relation-columns.ts'
import { type DomainFacts, domainFacts } from './domains.ts'
import { notNullColumns } from './view-nulls.ts'

export interface RowColumn {
  readonly name: string
  readonly comment: string | null
  /** As `format_type` prints it. */
  readonly type: string
  /** Whether a row may hold null. */
  readonly nullable: boolean
  /** What may be written: nothing in a view, nothing but `default` in what PostgreSQL generates. */
  readonly writes: 'anything' | 'not null' | 'nothing' | 'generated'
  readonly hasDefault: boolean
}

export interface Relation {
  readonly identity: Identity
  readonly kind: 'table' | 'view'
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly columns: readonly RowColumn[]
}

/**
 * All that a query can read from, the default schema first, each schema by name.
 *
 * @param partitions whether partitions count beside the tables that they are parts of
 */
export function relationsOf(catalog: Catalog, partitions: boolean): Relation[] {
  const columns = columnsOfTables(catalog)
  const tables = [...objectsOf(catalog, 'table'), ...objectsOf(catalog, 'foreign table')]
  const children = childrenOf(tables)
  const domainOf = domainFacts(catalog)
  const mayHoldNull = ({ parent, name, type, notNull, notNullConstraint }: Column): boolean =>
    (!notNull && !domainOf(type).notNull) ||
    notNullConstraint?.validated === false ||
    // The rows of a table include those of its children.
    (children.get(parent) ?? []).some((child) =>
      (columns.get(child) ?? []).some((column) => column.name === name && mayHoldNull(column)),
    )
  const rowsOfTables = tables
    .filter(({ partitionOf }) => partitions || partitionOf === null)
    .map(
      ({ identity, schema, name, comment }): Relation => ({
        ...{ identity, kind: 'table', schema, name, comment },
        columns: (columns.get(identity) ?? []).map((column) =>
          rowColumn(column, mayHoldNull(column), domainOf(column.type)),
        ),
      }),
    )
  const notNull = notNullColumns(catalog, (table, name) => {
    const column = columns.get(table)?.find((one) => one.name === name)
    return column === undefined || mayHoldNull(column) ? null : column.type
  })
  const views = [...objectsOf(catalog, 'view'), ...objectsOf(catalog, 'materialized view')].map(
    ({ identity, schema, name, comment, columns }): Relation => ({
      ...{ identity, kind: 'view', schema, name, comment },
      columns: columns.map((column) => viewColumn(column, notNull(identity, column.name) !== null)),
    }),
  )
  return [...rowsOfTables, ...views].sort(bySchema(catalog.defaultSchema))
}

/** The order of what has a schema and a name: the default schema's first. */
export function bySchema(defaultSchema: string) {
  const key = (schema: string): string => (schema === defaultSchema ? '' : schema)
  return (a: Named, b: Named): number => compare(key(a.schema), key(b.schema)) || compare(a.name, b.name)
}

interface Named {
  readonly schema: string
  readonly name: string
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function columnsOfTables(catalog: Catalog): ReadonlyMap<Identity, readonly Column[]> {
  const columns = new Map<Identity, Column[]>()
  for (const column of objectsOf(catalog, 'column')) {
    const known = columns.get(column.parent)
    if (known === undefined) columns.set(column.parent, [column])
    else known.push(column)
  }
  for (const list of columns.values()) list.sort((a, b) => a.position - b.position)
  return columns
}

interface Table {
  readonly identity: Identity
  readonly inherits: readonly Identity[]
}

/** A partition is as strict as its parent. */
function childrenOf(tables: readonly Table[]): ReadonlyMap<Identity, readonly Identity[]> {
  const children = new Map<Identity, Identity[]>()
  for (const { identity, inherits } of tables) {
    for (const parent of inherits) {
      const known = children.get(parent)
      if (known === undefined) children.set(parent, [identity])
      else known.push(identity)
    }
  }
  return children
}

function rowColumn(column: Column, nullable: boolean, domain: DomainFacts): RowColumn {
  const { name, comment, type, notNull, generated, identityColumn } = column
  const isGenerated = generated !== null || identityColumn?.generation === 'always'
  return {
    ...{ name, comment, type, nullable },
    writes: isGenerated ? 'generated' : notNull || domain.notNull ? 'not null' : 'anything',
    hasDefault: column.default !== null || identityColumn !== null || domain.hasDefault,
  }
}

function viewColumn({ name, comment, type }: RelationColumn, notNull: boolean): RowColumn {
  return { name, comment, type, nullable: !notNull, writes: 'nothing', hasDefault: false }
}
