/** Writing columns of tables that are there; see `column-definition.ts` for what a column is made of. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import { alterColumn } from './column-alteration.ts'
import { addColumn, columnExtras, columnSql } from './column-definition.ts'
import {
  alterTable,
  builder,
  isBuilderName,
  type KindEmitter,
  raw,
  type Statement,
  tableSqlName,
} from './emitter.ts'
import { quoteString } from './source.ts'
import { quoteIdentifier } from './sql.ts'

export const columnEmitter: KindEmitter<Column> = {
  create: ({ object, parts, sides }) => {
    if (object.inherited) return []
    const catalog = sides.target
    if (object.typed) return typedColumn(object, catalog)
    const inBuilder =
      isBuilderName(object.schema, object.table, catalog) && (object.foreignOptions ?? []).length === 0
    const added = inBuilder
      ? builder(alterTable(object, catalog), addColumn(object, parts, [], catalog))
      : raw(`alter table ${tableSqlName(object, catalog)} add column ${columnSql(object, parts, catalog)}`)
    return [added, ...columnExtras(object, catalog)]
  },
  drop: ({ object, sides }) => {
    if (object.inherited || object.typed) return []
    const catalog = sides.live
    if (!isBuilderName(object.schema, object.table, catalog)) {
      return [raw(`alter table ${tableSqlName(object, catalog)} drop column ${quoteIdentifier(object.name)}`)]
    }
    return [builder(alterTable(object, catalog), `.dropColumn(${quoteString(object.name)})`)]
  },
  alter: alterColumn,
  commentTarget: (column, catalog) =>
    `column ${tableSqlName(column, catalog)}.${quoteIdentifier(column.name)}`,
}

/** A typed table's column comes from its type; only its default and not-null are its own. */
export function typedColumn(column: Column, catalog: Catalog): Statement[] {
  const alter = `alter table ${tableSqlName(column, catalog)} alter column ${quoteIdentifier(column.name)}`
  return [
    ...(column.default === null ? [] : [raw(`${alter} set default ${column.default}`)]),
    ...(column.notNull ? [raw(`${alter} set not null`)] : []),
  ]
}
