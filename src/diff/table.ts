/** Comparing tables. */
import { parentsOf } from '../catalog/inheritance.ts'
import { identityOf, nameOfIdentity } from '../catalog/object.ts'
import type { Table } from '../catalog/table.ts'
import type { Change, Drop, Replace } from './change.ts'
import { isReplaced } from './descent.ts'
import {
  accessMethodDifference,
  difference,
  goesAway,
  type KindDiffer,
  listed,
  listedOptions,
  plainDiffer,
  relationName,
  typeName,
} from './differ.ts'
import { shortName } from './names.ts'
import { PARENTAGE, without } from './partings.ts'
import { printsAs, remakesType } from './remake.ts'

/** The aspect of the TOAST table's settings, which is there when a column asks for it. */
export const TOAST_PARAMETERS = 'storage parameters of its TOAST table'

const FREE_ASPECTS: ReadonlySet<string> = new Set([
  'storage parameters',
  TOAST_PARAMETERS,
  'row level security',
  'forced row level security',
  'replica identity',
  'tablespace',
  'unlogged',
])

export const tableDiffer: KindDiffer<Table> = {
  ...plainDiffer,
  compare: (before, after, sides) => [
    ...difference('partition key', before.partitionKey, after.partitionKey, { replaces: true }),
    ...difference('row type', before.ofType, after.ofType),
    ...difference('partition of', partition(before), partition(after)),
    ...difference(
      'inherits',
      listed(before.inherits.map(nameOfIdentity)),
      listed(after.inherits.map(nameOfIdentity)),
    ),
    ...difference('unlogged', before.unlogged, after.unlogged),
    ...accessMethodDifference(before, after, sides),
    ...difference('tablespace', before.tablespace, after.tablespace),
    ...difference('storage parameters', ofTable(before), ofTable(after)),
    ...difference(TOAST_PARAMETERS, ofToast(before), ofToast(after)),
    ...difference('row level security', before.rowSecurity, after.rowSecurity),
    ...difference('forced row level security', before.forceRowSecurity, after.forceRowSecurity),
    ...difference('replica identity', replicaIdentity(before), replicaIdentity(after)),
  ],
  names: (table) => [relationName(table), typeName(table)],
  // The columns of a table of a type change with the type alone; on their own they can be converted.
  interim: (table, cause, { live }) => {
    if (isParent(cause, table)) return without(table, (parent) => parent === cause.before.identity)
    // A column of its parent is no longer generated: see `keptParents`.
    if (cause.after.kind === 'column') {
      const { parent } = cause.after
      return parentsOf(table).includes(parent) ? without(table, (one) => one === parent) : null
    }
    return table.ofType !== null &&
      remakesType(cause) &&
      cause.action === 'alter' &&
      printsAs(table.ofType, cause.before, live)
      ? { ...table, ofType: null }
      : null
  },
  // It leaves a parent that is made anew, and joins it again with its rows.
  rebuiltBy: (table, cause, sides) =>
    goesAway(cause)
      ? !isParent(cause, table)
      : cause.after.kind === 'column' &&
        cause.after.parent === table.identity &&
        isReplaced(table.identity, sides),
  afterParts: [...PARENTAGE, TOAST_PARAMETERS],
  createdWith: () => [],
  // A partition goes with its parent (manual, DROP TABLE).
  droppedWith: (table) => (table.partitionOf === null ? [] : [table.partitionOf.table]),
  loss: (step) => {
    if (step.action !== 'drop') return null
    const { object, replaced } = step
    const name = shortName(object.identity, step.sides.live)
    const fate = replaced ? 'made anew' : 'dropped'
    if (object.partitionKey !== null) {
      // Its rows are those of its partitions; what leaves it before takes its own along.
      const partitions = step.parts.filter(({ kind }) => kind === 'table').length
      if (partitions === 0) return null
      const which =
        partitions === 1 ? 'the rows of its partition' : `the rows of its ${partitions} partitions`
      return `table ${name} is ${fate}${replaced ? ', without' : ' with'} ${which}`
    }
    return `table ${name} is ${fate}${replaced ? ', without its rows' : ' with all its rows'}`
  },
  // Its columns, and what reads them, may change before or after these.
  isFree: (aspect) => FREE_ASPECTS.has(aspect),
  risk: (step) => {
    if (step.action !== 'alter' || !step.differences.some(({ aspect }) => aspect === 'partition of'))
      return null
    const { partitionOf } = step.after
    if (partitionOf === null) return null
    const { target } = step.sides
    return `table ${shortName(step.after.identity, target)} becomes a partition of ${shortName(partitionOf.table, target)} ${partitionOf.bound}: that fails while it has other rows`
  },
  afterCreation: (table) => {
    const { mode, index } = table.replicaIdentity
    if (mode !== 'index' || index === null) return []
    const [change] = difference('replica identity', 'default', replicaIdentity(table))
    // The index is one of its own or the index of a constraint; whichever exists is waited for.
    const needs = [
      identityOf('index', table.schema, index),
      identityOf('constraint', table.schema, table.name, index),
    ]
    return change === undefined ? [] : [{ difference: change, needs }]
  },
}

function ofTable({ options }: Table): string | null {
  return listedOptions(options.filter((option) => !isOfToast(option)))
}

function ofToast({ options }: Table): string | null {
  return listedOptions(options.filter(isOfToast))
}

/** Whether a storage parameter is one of the TOAST table's. */
export function isOfToast(option: string): boolean {
  return option.startsWith('toast.')
}

function isParent(cause: Change, table: Table): cause is Replace | Drop {
  return goesAway(cause) && parentsOf(table).includes(cause.before.identity)
}

function partition(table: Table): string | null {
  return table.partitionOf === null
    ? null
    : `${nameOfIdentity(table.partitionOf.table)} ${table.partitionOf.bound}`
}

function replicaIdentity(table: Table): string {
  const { mode, index } = table.replicaIdentity
  return index === null || mode !== 'index' ? mode : `index ${index}`
}
