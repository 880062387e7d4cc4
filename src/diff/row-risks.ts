/** Which rows a key, a check or a foreign key fails on when it comes to a table that has some: an empty shadow database cannot show it. */
import { dependentsIn, findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Constraint } from '../catalog/constraint.ts'
import { canonicalExpression } from '../catalog/expression.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { identityOf } from '../catalog/object.ts'
import type { TableIndex } from '../catalog/table-index.ts'
import type { AlterStep, CreateStep, DropStep, Sides } from './change.ts'
import { isReplaced } from './descent.ts'
import { shortName } from './names.ts'

type AnyStep<O extends CatalogObject> = AlterStep<O> | CreateStep<O> | DropStep<O>

/** What fails where a constraint comes to hold for the rows of before, in a sentence; null where none can be against it. */
export function constraintRisk(step: AnyStep<Constraint>): string | null {
  if (step.action === 'drop') return null
  const { sides } = step
  const constraint = step.action === 'create' ? step.object : step.after
  const isPart = constraint.inherited || constraint.attached !== null || constraint.partOf !== null
  if (isPart || !constraint.validated || !constraint.enforced) return null
  if (step.action === 'alter') {
    const holds = step.differences.some(({ aspect }) => aspect === 'validated' || aspect === 'enforcement')
    if (!holds) return null
  }
  if (!keepsRows(constraint, sides) || isHeld(constraint, sides) || passesByItself(constraint, sides))
    return null
  const what = `constraint ${constraint.name} comes to table ${shortName(constraint.parent, sides.target)}`
  return `${what}: that fails while ${offence(constraint, sides)}`
}

/** What fails where a unique index comes to rows of before, in a sentence; null where none can be against it. */
export function indexRisk(step: AnyStep<TableIndex>): string | null {
  if (step.action !== 'create' || !step.object.unique) return null
  const { object: index, sides } = step
  if (index.attached !== null || !keepsRows(index, sides) || isHeld(index, sides)) return null
  if (passesByItself(index, sides)) return null
  const which = index.predicate === null ? 'two rows' : 'two of the rows that it covers'
  const keys = index.keys.map((key) => key.sql).join(', ')
  return `unique index ${index.name} comes to ${shortName(index.parent, sides.target)}: that fails while ${which} have the same ${keys}`
}

function offence(constraint: Constraint, { target }: Sides): string {
  const columns = constraint.columns.join(', ')
  switch (constraint.type) {
    case 'foreign key': {
      const { schema, table } = constraint.references ?? { schema: '', table: '' }
      return `a row has a ${columns} that ${shortName(identityOf('table', schema, table), target)} does not have`
    }
    case 'check':
      return 'a row does not meet it'
    case 'exclusion':
      return 'two rows exclude each other'
    default:
      return isTemporal(constraint) ? 'two rows overlap' : `two rows have the same ${columns}`
  }
}

/** PostgreSQL takes the rows of a foreign table at its word. */
function keepsRows({ parent }: Constraint | TableIndex, sides: Sides): boolean {
  const table = sides.live.objects.get(parent)
  return table !== undefined && table.kind !== 'foreign table' && !isReplaced(parent, sides)
}

/** Whether something that the rows of before have met says as much. */
function isHeld(rule: Constraint | TableIndex, { live, target }: Sides): boolean {
  const isSame = (name: string): boolean => {
    const column = identityOf('column', rule.schema, rule.table, name)
    return findObject(live, 'column', column)?.type === findObject(target, 'column', column)?.type
  }
  if (!columnsOf(rule).every(isSame)) return false
  const own = live.objects.get(rule.identity)
  if (own !== undefined && implies(own, rule)) return true
  return [...(dependentsIn(live).get(rule.parent) ?? [])].some((identity) => {
    const object = live.objects.get(identity)
    return object?.parent === rule.parent && implies(object, rule)
  })
}

function implies(before: CatalogObject, rule: Constraint | TableIndex): boolean {
  if (before.kind !== 'constraint' && before.kind !== 'index') return false
  const [from, to] = [uniquenessOf(before), uniquenessOf(rule)]
  if (to !== null) {
    return (
      from?.keys.every((key) => to.keys.includes(key)) === true &&
      (from.nullsCollide || !to.nullsCollide) &&
      (from.predicate === null || from.predicate === to.predicate)
    )
  }
  if (before.kind === 'index' || rule.kind === 'index' || !before.validated || !before.enforced) return false
  if (before.type !== rule.type) return false
  if (rule.type === 'check')
    return canonicalExpression(before.expression ?? '') === canonicalExpression(rule.expression ?? '')
  if (rule.type === 'foreign key') return target(before) === target(rule)
  return before.definition === rule.definition
}

function target({ columns, references }: Constraint): string {
  return JSON.stringify([
    columns,
    references?.schema,
    references?.table,
    references?.columns,
    references?.matchFull,
  ])
}

interface Uniqueness {
  readonly keys: readonly string[]
  readonly predicate: string | null
  /** Two nulls are the same, or there are none. */
  readonly nullsCollide: boolean
}

function uniquenessOf(rule: Constraint | TableIndex): Uniqueness | null {
  if (rule.kind === 'index') {
    if (!rule.unique || !rule.valid) return null
    const keys = rule.keys.map(({ column, sql, extras }) => `${column ?? sql} ${extras ?? ''}`)
    return { keys, predicate: rule.predicate, nullsCollide: rule.nullsNotDistinct }
  }
  if ((rule.type !== 'unique' && rule.type !== 'primary key') || isTemporal(rule)) return null
  const nullsCollide = rule.nullsNotDistinct || rule.type === 'primary key'
  return { keys: rule.columns.map((column) => `${column} `), predicate: null, nullsCollide }
}

function isTemporal({ definition }: Constraint): boolean {
  return / WITHOUT OVERLAPS\b/.test(definition)
}

/** Whether the columns that come with it are filled so that no row is against it. */
function passesByItself(rule: Constraint | TableIndex, { live, target }: Sides): boolean {
  const names = columnsOf(rule)
  const added = names.flatMap((name) => {
    const identity = identityOf('column', rule.schema, rule.table, name)
    const column = live.objects.has(identity) ? undefined : findObject(target, 'column', identity)
    return column ?? []
  })
  if (added.length === 0) return false
  if (rule.kind === 'index') return added.some((column) => isDistinct(column, rule.nullsNotDistinct))
  switch (rule.type) {
    case 'foreign key':
      return rule.references?.matchFull
        ? added.length === names.length && added.every(isEmpty)
        : added.some(isEmpty)
    // What new columns are filled with is chosen with the check in mind, unless it is nothing.
    case 'check':
      return added.length === names.length && !(added.some(isEmpty) && NULL_TEST.test(rule.expression ?? ''))
    case 'exclusion':
      return added.some(isEmpty)
    default:
      return added.some((column) => isDistinct(column, rule.nullsNotDistinct))
  }
}

const NULL_TEST = /\bIS\b|coalesce|num_nulls|num_nonnulls/i

function columnsOf(rule: Constraint | TableIndex): readonly string[] {
  return rule.kind === 'constraint' ? rule.columns : rule.keys.flatMap(({ column }) => column ?? [])
}

/** A column that is null in the rows of before. */
function isEmpty(column: Column): boolean {
  return column.default === null && column.generated === null && column.identityColumn === null
}

/** A column that is another in each of the rows of before. */
function isDistinct(column: Column, nullsCollide: boolean): boolean {
  if (isEmpty(column)) return !nullsCollide
  return column.identityColumn !== null || (column.default !== null && /\w\(/.test(column.default))
}
