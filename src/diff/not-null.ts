/** Comparing what forbids nulls. */
import type { Column } from '../catalog/column.ts'
import type { Difference, Sides } from './change.ts'
import { keptOrigins, reachesAll } from './descent.ts'
import { difference } from './differ.ts'

export const NOT_NULL = 'not null'

/** The aspect of the comment on the constraint. */
export const NOT_NULL_COMMENT = 'comment on not null'

/** Whether a column may hold null, and from PostgreSQL 18 on what the constraint against it is called and reaches. */
export function notNullDifferences(before: Column, after: Column): Difference[] {
  const [from, to] = [before.notNullConstraint, after.notNullConstraint]
  // What a parent's constraint brings has the name that it happened to get.
  const byName = to?.inherited !== true
  return [
    ...difference(NOT_NULL, described(before, byName), described(after, byName)),
    ...(after.notNull ? difference(NOT_NULL_COMMENT, from?.comment ?? null, to?.comment ?? null) : []),
  ]
}

/** `true` for what every version has, else what there is to say beyond it. */
function described({ notNull, notNullConstraint: constraint }: Column, byName: boolean): string {
  if (!notNull || constraint === null) return String(notNull)
  const words = [
    ...(byName && !constraint.usual ? [constraint.name] : []),
    ...(constraint.noInherit ? ['no inherit'] : []),
    ...(constraint.validated ? [] : ['not valid']),
  ]
  return words.length === 0 ? 'true' : words.join(' ')
}

/** Whether `alter table` says it of a column because of what it says of one above. */
export function isHeldAbove(column: Column, sides: Sides): boolean {
  return keptOrigins(column, sides.target, sides).some((after) => {
    const before = sides.live.objects.get(after.identity)
    if (after.kind !== 'column' || before?.kind !== 'column') return false
    const [from, to] = [handsDown(before), handsDown(after)]
    // `no inherit` leaves the children what they have.
    const says =
      from !== to && (to || !after.notNull) && (to || reachesAll(after, (one) => one.notNull, sides))
    return says || isHeldAbove(after, sides)
  })
}

function handsDown(column: Column): boolean {
  return column.notNull && column.notNullConstraint?.noInherit !== true
}

/** Whether rows are searched for nulls. */
export function forbidsMore(before: Column, after: Column): boolean {
  const isHeld = (column: Column): boolean => column.notNull && column.notNullConstraint?.validated !== false
  return isHeld(after) && !isHeld(before)
}
