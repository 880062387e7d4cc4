/** Comparing constraints: most differences make a new one, validation and deferral do not. */

import type { Constraint } from '../catalog/constraint.ts'
import { canonicalExpression } from '../catalog/expression.ts'
import type { Identity } from '../catalog/object.ts'
import { identityOf } from '../catalog/object.ts'
import { attachmentDifferences, goesWith, staysAttached, survivesPart } from './attached.ts'
import type { Change, Sides } from './change.ts'
import { convertsColumn, difference, goesAway, type KindDiffer, plainDiffer, relationName } from './differ.ts'
import { remakesType } from './remake.ts'

export const constraintDiffer: KindDiffer<Constraint> = {
  ...plainDiffer,
  separable: true,
  compare: (before, after, sides) => {
    const validates = !before.validated && after.validated
    const alterable = before.type === 'foreign key' && after.type === 'foreign key'
    const [old, wanted] = canonicalPair(before.definition, after.definition)
    const [from, to] = alterable ? [withoutDeferral(old), withoutDeferral(wanted)] : [old, wanted]
    if (staysAttached(before, after)) return difference('clustered', before.clustered, after.clustered)
    return [
      ...difference(
        'definition',
        validates ? withoutNotValid(from) : from,
        validates ? withoutNotValid(to) : to,
        { replaces: true },
      ),
      ...(before.complete && !after.complete
        ? difference('on all partitions', true, false, { replaces: true })
        : []),
      ...attachmentDifferences(before, after, sides),
      ...(validates ? difference('validated', false, true) : []),
      ...difference('clustered', before.clustered, after.clustered),
      ...(alterable ? difference('deferral', deferral(before), deferral(after)) : []),
    ]
  },
  names: (constraint) => {
    const own = `constraint ${JSON.stringify([constraint.schema, constraint.table, constraint.name])}`
    const hasIndex = constraint.type !== 'check' && constraint.type !== 'foreign key'
    return hasIndex ? [own, relationName(constraint)] : [own]
  },
  rebuiltBy: (constraint, cause, sides) => {
    if (goesAway(cause)) return !survivesPart(constraint, cause, sides)
    // Between a column of the new type and one of the old no foreign key holds.
    if (remakesType(cause))
      return constraint.type !== 'foreign key'
        ? constraint.type === 'check' || constraint.type === 'exclusion'
        : cause.action === 'alter' && cause.before.kind === 'column'
    return constraint.type === 'foreign key' && convertsColumn(cause) && !staysComparable(cause, sides)
  },
  createdWith: (constraint) => (constraint.type === 'foreign key' ? [] : [constraint.parent]),
  droppedWith: (constraint, sides) => [
    constraint.parent,
    ...goesWith(constraint, sides),
    ...ownColumns(constraint),
  ],
  dropsEarly: true,
}

/** Most pairs are the same text, which need not be taken apart. */
function canonicalPair(before: string, after: string): readonly [string, string] {
  return before === after ? [before, after] : [canonicalExpression(before), canonicalExpression(after)]
}

/** PostgreSQL makes a foreign key again by itself where both types still have an operator between them. */
function staysComparable(cause: Change, sides: Sides): boolean {
  if (cause.action !== 'alter' || cause.before.kind !== 'column' || cause.after.kind !== 'column') return true
  const { baseType: from } = cause.before
  const { baseType: to } = cause.after
  return from === to || (sides.live.casts.has(`${from}>${to}`) && sides.live.casts.has(`${to}>${from}`))
}

function ownColumns(constraint: Constraint): Identity[] {
  return constraint.columns.map((name) => identityOf('column', constraint.schema, constraint.table, name))
}

function withoutNotValid(definition: string): string {
  return definition.replace(/ NOT VALID$/, '')
}

function withoutDeferral(definition: string): string {
  return definition.replace(/ DEFERRABLE( INITIALLY DEFERRED)?(?= NOT VALID$|$)/, '')
}

function deferral(constraint: Constraint): string {
  if (!constraint.deferrable) return 'not deferrable'
  return constraint.initiallyDeferred ? 'deferrable initially deferred' : 'deferrable'
}
