/** Tables that leave their parents: first, so that each side of the parting is altered for itself; they join again last. */
import { parentsOf } from '../catalog/inheritance.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { Change, Sides } from './change.ts'
import { keptParents } from './descent.ts'

/** The aspects of a table's parents and row type. */
export const PARENTAGE: readonly string[] = ['partition of', 'inherits', 'row type']

/** Gives each alteration of a table that leaves a parent or its row type the state in between as its interim. */
export function withPartings(changes: readonly Change[], sides: Sides): Change[] {
  return changes.map((change) => {
    if (change.action !== 'alter') return change
    const { before, after, interim = before } = change
    const kept = keptParents(before.identity, sides)
    const leaves = parentsOf(interim).some((parent) => !kept.includes(parent))
    const between = leaves ? without(interim, (parent) => !kept.includes(parent)) : interim
    const freed = leavesType(between, after) ? { ...between, ofType: null } : between
    return freed === before ? change : { ...change, interim: freed }
  })
}

/** The table without some of its parents. */
export function without(table: CatalogObject, goes: (parent: Identity) => boolean): CatalogObject {
  if (table.kind !== 'table' && table.kind !== 'foreign table') return table
  const { partitionOf } = table
  return {
    ...table,
    partitionOf: partitionOf === null || goes(partitionOf.table) ? null : partitionOf,
    inherits: table.inherits.filter((parent) => !goes(parent)),
  }
}

function leavesType(
  before: CatalogObject,
  after: CatalogObject,
): before is Extract<CatalogObject, { kind: 'table' }> {
  if (before.kind !== 'table' || after.kind !== 'table') return false
  return before.ofType !== null && before.ofType !== after.ofType
}
