/** Comparing constraints: most differences make a new one, validation and deferral do not. */

import { findObject } from '../catalog/catalog.ts'
import type { Constraint } from '../catalog/constraint.ts'
import { canonicalExpression } from '../catalog/expression.ts'
import type { Identity } from '../catalog/object.ts'
import { identityOf } from '../catalog/object.ts'
import { attachmentDifferences, goesWith, staysAttached, survivesPart } from './attached.ts'
import type { Change, CreateStep, Difference } from './change.ts'
import { becomesOwn, comesFrom, goneWith, isReplaced, keptOrigins, madeWith } from './descent.ts'
import {
  convertsColumn,
  difference,
  goesAway,
  type KindDiffer,
  listed,
  listedOptions,
  plainDiffer,
  relationName,
} from './differ.ts'
import { shortName } from './names.ts'
import { remakesType } from './remake.ts'
import { constraintRisk } from './row-risks.ts'

/** The aspect of the comment on a key's index, beside the key's own. */
export const INDEX_COMMENT = 'comment on its index'

export const constraintDiffer: KindDiffer<Constraint> = {
  ...plainDiffer,
  separable: true,
  compare: (before, after, sides) => {
    const index = indexDifferences(before, after)
    if (staysAttached(before, after)) return index
    const alterable = before.type === 'foreign key' && after.type === 'foreign key'
    // Both ways in place, but that what comes to be enforced is validated at once.
    const enforces = alterable && before.enforced !== after.enforced && (!after.enforced || after.validated)
    const validates = !before.validated && after.validated && before.enforced
    // What a parent hands down holds for the rows of before or not, as it came about.
    const isHandedDown = before.inherited && after.inherited && before.validated
    const alike = (definition: string): string => {
      const canonical = canonicalExpression(definition)
      const bare = enforces
        ? withoutEnforcement(canonical)
        : validates || isHandedDown
          ? withoutNotValid(canonical)
          : canonical
      return alterable ? withoutDeferral(bare) : bare
    }
    return [
      // Most are the same text, which need not be taken apart.
      ...(before.definition === after.definition
        ? []
        : difference('definition', alike(before.definition), alike(after.definition), { replaces: true })),
      ...(before.complete && !after.complete
        ? difference('on all partitions', true, false, { replaces: true })
        : []),
      ...attachmentDifferences(before, after, sides),
      ...(validates ? difference('validated', false, true) : []),
      ...(enforces ? difference('enforcement', enforcement(before), enforcement(after)) : []),
      ...index,
      ...(becomesOwn(before, after, sides)
        ? difference('defined', 'by its parents', 'by itself', { replaces: true })
        : []),
      ...(alterable ? difference('deferral', deferral(before), deferral(after)) : []),
    ]
  },
  names: (constraint) => {
    const own = `constraint ${JSON.stringify([constraint.schema, constraint.table, constraint.name])}`
    const hasIndex = constraint.type !== 'check' && constraint.type !== 'foreign key'
    return hasIndex ? [own, relationName(constraint)] : [own]
  },
  rebuiltBy: (constraint, cause, sides) => {
    if (goesAway(cause) && comesFrom(constraint, cause.before, sides.live))
      return cause.action === 'replace' && keptOrigins(constraint, sides.live, sides).length > 0
    if (goesAway(cause)) return !survivesPart(constraint, cause, sides)
    // Between a column of the new type and one of the old no foreign key holds.
    if (remakesType(cause))
      return constraint.type !== 'foreign key'
        ? constraint.type === 'check' || constraint.type === 'exclusion'
        : cause.action === 'alter' && cause.before.kind === 'column'
    if (constraint.type !== 'foreign key' || !convertsColumn(cause)) return false
    return isTemporal(constraint) || !staysComparable(cause)
  },
  createdWith: (constraint, sides) => {
    // PostgreSQL takes what a new table comes with for valid.
    const staysUnchecked = constraint.enforced && !constraint.validated
    const apart = (constraint.type === 'foreign key' || staysUnchecked) && !constraint.inherited
    const [own, above] = [apart ? [] : [constraint.parent], madeWith(constraint, sides)]
    // A partitioned table's foreign key, which is added when both tables are there, gives its like to all partitions.
    return constraint.type === 'foreign key' ? [...above, ...own] : [...own, ...above]
  },
  droppedWith: (constraint, sides) => [
    constraint.parent,
    ...goesWith(constraint, sides),
    ...goneWith(constraint, sides),
    ...ownColumns(constraint),
  ],
  dropsEarly: true,
  risk: (step) => (step.action === 'create' ? emptiedRisk(step) : null) ?? constraintRisk(step),
}

/** Rows that refer to those of a table that is made anew have none to refer to. */
function emptiedRisk({ object, sides }: CreateStep<Constraint>): string | null {
  const { references, parent, name } = object
  if (references === null || !object.validated || isReplaced(parent, sides)) return null
  const referenced = identityOf('table', references.schema, references.table)
  const before = findObject(sides.live, 'table', referenced)
  // Partitions join a table that is made anew with their rows.
  if (!sides.live.objects.has(parent) || before === undefined || before.partitionKey !== null) return null
  const [table, emptied] = [shortName(parent, sides.target), shortName(referenced, sides.target)]
  return isReplaced(referenced, sides)
    ? `foreign key ${name} of table ${table} refers to ${emptied}, which is made anew without its rows: adding it fails while rows of ${table} refer to some`
    : null
}

/** The operators of GiST, by which PostgreSQL checks a foreign key with a period, compare no two types. */
function isTemporal({ definition }: Constraint): boolean {
  return definition.includes(', PERIOD ')
}

/** Types between which an index compares (the operator families of btree in PostgreSQL). */
const FAMILIES: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint'],
  ['real', 'double precision'],
  ['text', 'character varying'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
]

/** PostgreSQL makes a foreign key again by itself while both of its ends, changed one by one, can be compared. */
function staysComparable(cause: Change): boolean {
  if (cause.action !== 'alter' || cause.before.kind !== 'column' || cause.after.kind !== 'column') return true
  const { baseType: from } = cause.before
  const { baseType: to } = cause.after
  return from === to || FAMILIES.some((family) => family.includes(from) && family.includes(to))
}

function ownColumns(constraint: Constraint): Identity[] {
  return constraint.columns.map((name) => identityOf('column', constraint.schema, constraint.table, name))
}

/** What differs in the index of a key; PostgreSQL sets no storage parameters of one on a partitioned table. */
function indexDifferences(before: Constraint, after: Constraint): Difference[] {
  return [
    ...difference('storage parameters', listedOptions(before.options), listedOptions(after.options), {
      replaces: before.partitioned,
    }),
    ...difference('tablespace', before.tablespace, after.tablespace),
    ...difference('clustered', before.clustered, after.clustered),
    ...difference('statistics', listed(before.statistics), listed(after.statistics)),
    ...difference(INDEX_COMMENT, before.indexComment, after.indexComment),
  ]
}

function withoutNotValid(definition: string): string {
  return definition.replace(/ NOT VALID$/, '')
}

function withoutEnforcement(definition: string): string {
  return definition.replace(/ NOT (VALID|ENFORCED)$/, '')
}

function withoutDeferral(definition: string): string {
  return definition.replace(/ DEFERRABLE( INITIALLY DEFERRED)?(?= NOT VALID$| NOT ENFORCED$|$)/, '')
}

function enforcement(constraint: Constraint): string {
  return constraint.enforced ? 'enforced' : 'not enforced'
}

function deferral(constraint: Constraint): string {
  if (!constraint.deferrable) return 'not deferrable'
  return constraint.initiallyDeferred ? 'deferrable initially deferred' : 'deferrable'
}
