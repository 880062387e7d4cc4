/** Writing what forbids nulls, with its name where PostgreSQL would choose another. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { NotNull } from '../catalog/not-null.ts'
import type { Sides } from '../diff/change.ts'
import { handedDown, lastingOrigins } from '../diff/descent.ts'
import { NOT_NULL, NOT_NULL_COMMENT } from '../diff/not-null.ts'
import { raw, type Statement, tableSqlName } from './emitter.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'

/** Whether `not null` says all of it. */
export function isPlainNotNull({ notNull, notNullConstraint: constraint }: Column): boolean {
  if (!notNull || constraint === null) return notNull
  return isUnnamed(constraint) && constraint.validated && !constraint.noInherit
}

/** Whether PostgreSQL may choose the name: a comment must find it. */
function isUnnamed({ usual, comment }: NotNull): boolean {
  return usual && comment === null
}

function isRenamed(from: NotNull, to: NotNull): boolean {
  return from.name !== to.name && !to.inherited && !(from.usual && to.usual)
}

/** What a column's definition says about it where `not null` is not enough; null where it says nothing more. */
export function namedNotNull({ notNullConstraint: constraint }: Column): string | null {
  if (constraint === null || !constraint.validated) return null
  if (isUnnamed(constraint) && !constraint.noInherit) return null
  const name = isUnnamed(constraint) ? '' : `constraint ${quoteIdentifier(constraint.name)} `
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
  const name = isUnnamed(constraint) ? '' : `constraint ${quoteIdentifier(constraint.name)} `
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

/** Whether a partition loses its constraint with that of the partitioned table. */
export function isTakenAlong(before: Column, sides: Sides): boolean {
  if (before.notNullConstraint === null || before.notNullConstraint.local) return false
  return lastingOrigins(before, sides).some((after) => {
    const origin = sides.live.objects.get(after.identity)
    if (origin?.kind !== 'column' || after.kind !== 'column' || !origin.notNull) return false
    const isPartitioned = (findObject(sides.live, 'table', origin.parent)?.partitionKey ?? null) !== null
    return isPartitioned && (!after.notNull || isTakenAlong(origin, sides))
  })
}

/** Whether a column's constraint can get a name: PostgreSQL renames those of the children with it, if they are called the same. */
function canBeCalled(to: NotNull, column: Column, sides: Sides): boolean {
  const { notNullConstraint: from } = column
  if (from === null || !isRenamed(from, to)) return true
  // What it is called that came with or from a parent is up to the order in which that happened.
  if (from.inherited) return false
  return handedDown(column, sides.live, sides).every(
    (own) =>
      own.kind === 'column' && own.notNullConstraint?.name === from.name && canBeCalled(to, own, sides),
  )
}

/** The alterations that the builder has no word for; it says those between a nullable column and a plain `not null`. */
export function notNullMoves(
  before: Column,
  after: Column,
  aspects: ReadonlySet<string>,
  sides: Sides,
): Statement[] {
  const catalog = sides.target
  const [from, to] = [before.notNullConstraint, after.notNullConstraint]
  if (to === null) return []
  const statements: Statement[] = []
  let called = from?.name ?? to.name
  const alter = (what: string): void => {
    statements.push(raw(`alter table ${tableSqlName(after, catalog)} ${what}`))
  }
  if (aspects.has(NOT_NULL)) {
    const kept =
      from !== null && (to.validated || !from.validated) && canBeCalled(to, before, sides) ? from : null
    if (kept === null || isTakenAlong(before, sides)) {
      if (from !== null && !isTakenAlong(before, sides))
        alter(`alter column ${quoteIdentifier(after.name)} drop not null`)
      if (from !== null || !isPlainNotNull(after)) statements.push(addNotNull(after, to, catalog))
      called = to.name
    } else {
      // Renamed, a constraint has no children that would have to be called the same.
      if (!kept.noInherit && to.noInherit) alter(`alter constraint ${quoteIdentifier(kept.name)} no inherit`)
      if (isRenamed(kept, to)) {
        alter(`rename constraint ${quoteIdentifier(kept.name)} to ${quoteIdentifier(to.name)}`)
        called = to.name
      }
      const name = quoteIdentifier(called)
      if (kept.noInherit && !to.noInherit) alter(`alter constraint ${name} inherit`)
      if (!kept.validated && to.validated) alter(`validate constraint ${name}`)
    }
  }
  if (aspects.has(NOT_NULL_COMMENT)) statements.push(commentOn(after, { ...to, name: called }, catalog))
  return statements
}
