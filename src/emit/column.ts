/** Writing columns of tables that are there; see `column-definition.ts` for what a column is made of. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Sides } from '../diff/change.ts'
import { childrenOf, leavesChildren } from '../diff/descent.ts'
import { staysTyped } from '../diff/remade.ts'
import { alterColumn } from './column-alteration.ts'
import { addColumn, columnExtras, columnSql, identityWords } from './column-definition.ts'
import {
  alterTable,
  builder,
  isBuilderName,
  type KindEmitter,
  raw,
  type Statement,
  tableSqlName,
} from './emitter.ts'
import { ownOfInherited } from './inherited.ts'
import { addNotNull } from './not-null.ts'
import { quoteString } from './source.ts'
import { quoteIdentifier } from './sql.ts'

export const columnEmitter: KindEmitter<Column> = {
  create: ({ object: whole, parts, sides }) => {
    const { first: object, last } = apartFromChildren(whole, sides)
    const catalog = sides.target
    if (object.typed && staysTyped(object.parent, sides)) return typedColumn(object, catalog)
    const inBuilder =
      isBuilderName(object.schema, object.table, catalog) && (object.foreignOptions ?? []).length === 0
    const added = inBuilder
      ? builder(alterTable(object, catalog), addColumn(object, parts, [], catalog))
      : raw(`alter table ${tableSqlName(object, catalog)} add column ${columnSql(object, parts, catalog)}`)
    const below = parts.filter((part): part is Column => part.kind === 'column')
    return [
      added,
      ...last,
      ...columnExtras(object, catalog),
      ...ownOfInherited(below, catalog),
      ...below.flatMap((column) => columnExtras(column, catalog)),
    ]
  },
  drop: ({ object, sides }) => {
    if (object.typed && staysTyped(object.parent, sides)) return []
    const catalog = sides.live
    const only = leavesChildren(object, sides) ? 'only ' : ''
    if (only !== '' || !isBuilderName(object.schema, object.table, catalog)) {
      const alter = `alter table ${only}${tableSqlName(object, catalog)}`
      const name = quoteIdentifier(object.name)
      // PostgreSQL 18 would leave the children a constraint that no parent of theirs has.
      const frees = only !== '' && object.notNullConstraint !== null
      return [
        ...(frees ? [raw(`${alter} alter column ${name} drop not null`)] : []),
        raw(`${alter} drop column ${name}`),
      ]
    }
    return [builder(alterTable(object, catalog), `.dropColumn(${quoteString(object.name)})`)]
  },
  alter: alterColumn,
  commentTarget: (column, catalog) =>
    `column ${tableSqlName(column, catalog)}.${quoteIdentifier(column.name)}`,
}

/** What a new column has that its children have not: PostgreSQL adds the column to all of them as it is added first. */
function apartFromChildren(
  column: Column,
  { live, target }: Sides,
): { readonly first: Column; readonly last: Statement[] } {
  const { identityColumn, notNullConstraint } = column
  const isPartitioned = (findObject(target, 'table', column.parent)?.partitionKey ?? null) !== null
  if (isPartitioned || childrenOf(column.parent, live).length === 0) return { first: column, last: [] }
  if (identityColumn === null && notNullConstraint?.noInherit !== true) return { first: column, last: [] }
  const name = quoteIdentifier(column.name)
  return {
    first: { ...column, identityColumn: null, notNull: false, notNullConstraint: null },
    last: [
      ...(notNullConstraint === null
        ? [raw(`alter table ${tableSqlName(column, target)} alter column ${name} set not null`)]
        : [addNotNull(column, notNullConstraint, target)]),
      ...(identityColumn === null
        ? []
        : [
            raw(
              `alter table ${tableSqlName(column, target)} alter column ${name} add ${identityWords(column, target)}`,
            ),
          ]),
    ],
  }
}

/** A typed table's column comes from its type; only its default and not-null are its own. */
export function typedColumn(column: Column, catalog: Catalog): Statement[] {
  const alter = `alter table ${tableSqlName(column, catalog)} alter column ${quoteIdentifier(column.name)}`
  return [
    ...(column.default === null ? [] : [raw(`${alter} set default ${column.default}`)]),
    ...(column.notNull ? [raw(`${alter} set not null`)] : []),
  ]
}
