/** Writing what forbids nulls, with its name where PostgreSQL would choose another. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { NotNull } from '../catalog/not-null.ts'
import { NOT_NULL, NOT_NULL_COMMENT } from '../diff/not-null.ts'
import { raw, type Statement, tableSqlName } from './emitter.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'

/** Whether `not null` says all of it. */
export function isPlainNotNull({ notNull, notNullConstraint: constraint }: Column): boolean {
  return (
    notNull && (constraint === null || (constraint.usual && constraint.validated && !constraint.noInherit))
  )
}

/** What a column's definition says about it where `not null` is not enough; null where it says nothing more. */
export function namedNotNull({ notNullConstraint: constraint }: Column): string | null {
  if (constraint === null || !constraint.validated || (constraint.usual && !constraint.noInherit)) return null
  const name = constraint.usual ? '' : `constraint ${quoteIdentifier(constraint.name)} `
  return `${name}not null${constraint.noInherit ? ' no inherit' : ''}`
}

/** What follows a column's definition: a constraint that does not hold for all rows, and a comment. */
export function notNullExtras(column: Column, catalog: Catalog): Statement[] {
  const { notNullConstraint: constraint } = column
  if (constraint === null) return []
  return [
    ...(constraint.validated || constraint.inherited ? [] : [addNotNull(column, constraint, catalog)]),
    ...(constraint.comment === null ? [] : [commentOn(column, constraint, catalog)]),
  ]
}

/** The statement that forbids nulls in a column that is there. */
export function addNotNull(column: Column, constraint: NotNull, catalog: Catalog): Statement {
  const name = constraint.usual ? '' : `constraint ${quoteIdentifier(constraint.name)} `
  const words = `${constraint.noInherit ? ' no inherit' : ''}${constraint.validated ? '' : ' not valid'}`
  return raw(
    `alter table ${tableSqlName(column, catalog)} add ${name}not null ${quoteIdentifier(column.name)}${words}`,
  )
}

function commentOn(column: Column, constraint: NotNull, catalog: Catalog): Statement {
  const text = constraint.comment === null ? 'null' : quoteLiteral(constraint.comment)
  const target = `constraint ${quoteIdentifier(constraint.name)} on ${tableSqlName(column, catalog)}`
  return raw(`comment on ${target} is ${text}`)
}

/** The alterations that the builder has no word for; it says those between a nullable column and a plain `not null`. */
export function notNullMoves(
  before: Column,
  after: Column,
  aspects: ReadonlySet<string>,
  catalog: Catalog,
): Statement[] {
  const [from, to] = [before.notNullConstraint, after.notNullConstraint]
  if (to === null) return []
  const statements: Statement[] = []
  const alter = (what: string): void => {
    statements.push(raw(`alter table ${tableSqlName(after, catalog)} ${what}`))
  }
  if (aspects.has(NOT_NULL)) {
    const kept = from !== null && (to.validated || !from.validated) ? from : null
    if (kept === null) {
      if (from !== null) alter(`alter column ${quoteIdentifier(after.name)} drop not null`)
      if (from !== null || !isPlainNotNull(after)) statements.push(addNotNull(after, to, catalog))
    } else {
      const name = quoteIdentifier(to.name)
      if (kept.name !== to.name && !kept.inherited && !to.inherited)
        alter(`rename constraint ${quoteIdentifier(kept.name)} to ${name}`)
      if (kept.noInherit !== to.noInherit)
        alter(`alter constraint ${name} ${to.noInherit ? 'no inherit' : 'inherit'}`)
      if (!kept.validated && to.validated) alter(`validate constraint ${name}`)
    }
  }
  if (aspects.has(NOT_NULL_COMMENT)) statements.push(commentOn(after, to, catalog))
  return statements
}
