/** Writing what a table says otherwise about what it has from its parents. */

import type { Catalog } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Constraint } from '../catalog/constraint.ts'
import { originOf, originsOf } from '../catalog/inheritance.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { raw, type Statement, tableSqlName } from './emitter.ts'
import { addNotNull } from './not-null.ts'
import { quoteIdentifier } from './sql.ts'

/** What follows the creation of a table, or of a parent's part, for what came with it. */
export function ownOfInherited(parts: readonly CatalogObject[], catalog: Catalog): Statement[] {
  return parts.flatMap((part) => {
    if (part.kind === 'column') return ownOfColumn(part, catalog)
    return part.kind === 'constraint' ? ownName(part, catalog) : []
  })
}

function ownOfColumn(column: Column, catalog: Catalog): Statement[] {
  const origin = originsOf(column, catalog.objects).find((one) => one.kind === 'column')
  if (origin?.kind !== 'column') return []
  const alter = (what: string): Statement =>
    raw(`alter table ${tableSqlName(column, catalog)} alter column ${quoteIdentifier(column.name)} ${what}`)
  const regenerated =
    column.inherited &&
    column.generated !== null &&
    column.generated.expression !== origin.generated?.expression
  return [
    ...(column.default === null && origin.default !== null ? [alter('drop default')] : []),
    ...(column.inherited && column.default !== null && column.default !== origin.default
      ? [alter(`set default ${column.default}`)]
      : []),
    ...(regenerated ? [alter(`set expression as (${column.generated?.expression})`)] : []),
    ...ownNotNull(column, origin, catalog).map((what) => (typeof what === 'string' ? alter(what) : what)),
    ...(column.storage === null && origin.storage !== null
      ? [alter(`set storage ${column.usualStorage}`)]
      : []),
    ...(column.compression === null && origin.compression !== null ? [alter('set compression default')] : []),
  ]
}

function ownNotNull(column: Column, origin: Column, catalog: Catalog): (Statement | string)[] {
  const { notNullConstraint: constraint } = column
  if (!column.notNull) return origin.notNull && origin.notNullConstraint === null ? ['drop not null'] : []
  if (!column.inherited || constraint?.inherited === true) return []
  if (constraint !== null) return [addNotNull(column, constraint, catalog)]
  return origin.notNull ? [] : ['set not null']
}

/** A partition's foreign key is called as the partitioned table's, unless it was there before. */
function ownName(constraint: Constraint, catalog: Catalog): Statement[] {
  const origin = originOf(constraint, catalog.objects)
  if (origin === undefined || origin.name === constraint.name) return []
  const name = (one: Constraint): string => quoteIdentifier(one.name)
  return [
    raw(
      `alter table ${tableSqlName(constraint, catalog)} rename constraint ${name(origin)} to ${name(constraint)}`,
    ),
  ]
}
