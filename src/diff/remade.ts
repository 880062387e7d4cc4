/** Which types a plan makes anew, and which columns are converted for it or for a type of their own. */
import { findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { Difference, Sides } from './change.ts'
import { collationDiffer } from './collation.ts'
import { compositeTypeDiffer } from './composite-type.ts'
import { domainDiffer } from './domain.ts'
import { enumDiffer } from './enum.ts'
import { rangeTypeDiffer } from './range-type.ts'
import { holdsType, printsAs } from './remake.ts'

/** A type of many columns is asked about once for each of them. */
const remadeIn = new WeakMap<Sides, Map<Identity, boolean>>()

/** Whether the plan between two sides makes a type anew: for what differs in it, or because a type that it needs is. */
export function isRemade(identity: Identity, sides: Sides): boolean {
  const known = remadeIn.get(sides) ?? new Map<Identity, boolean>()
  remadeIn.set(sides, known)
  const found = known.get(identity) ?? findRemade(identity, sides)
  known.set(identity, found)
  return found
}

function findRemade(identity: Identity, sides: Sides): boolean {
  const [before, after] = [sides.live.objects.get(identity), sides.target.objects.get(identity)]
  if (before === undefined || after === undefined) return false
  const differences = typeDifferences(before, after, sides)
  if (differences === null) return false
  if (differences.some((one) => one.remakes)) return true
  return [...(sides.live.dependencies.get(identity) ?? [])].some((needed) => isRemade(needed, sides))
}

/** What differs in what is made anew beside the old one (`KindDiffer.remade`); null of other kinds. */
function typeDifferences(before: CatalogObject, after: CatalogObject, sides: Sides): Difference[] | null {
  if (before.kind === 'enum' && after.kind === 'enum') return enumDiffer.compare(before, after, sides)
  if (before.kind === 'domain' && after.kind === 'domain') return domainDiffer.compare(before, after, sides)
  if (before.kind === 'collation' && after.kind === 'collation')
    return collationDiffer.compare(before, after, sides)
  if (before.kind === 'range type' && after.kind === 'range type')
    return rangeTypeDiffer.compare(before, after, sides)
  if (before.kind === 'composite type' && after.kind === 'composite type')
    return compositeTypeDiffer.compare(before, after, sides)
  return null
}

/** Whether the values of a column that stays are converted: to another type or collation, or to the same made anew. */
export function isConverted(before: Column, after: Column, sides: Sides): boolean {
  if (followsType(before, after, sides)) return false
  if (before.type !== after.type || before.collation !== after.collation) return true
  return [...(sides.live.dependencies.get(before.identity) ?? [])].some((needed) => {
    const type = sides.live.objects.get(needed)
    return type !== undefined && isRemade(needed, sides) && holdsType(before, type, sides.live)
  })
}

/** Whether a column goes with an attribute of its table's row type, whatever becomes of that. */
export function followsType(before: Column, after: Column, sides: Sides): boolean {
  return before.typed && after.typed && staysTyped(after.parent, sides)
}

/** Whether a table is of the same type all along; one that is made anew it leaves meanwhile. */
export function staysTyped(table: Identity, sides: Sides): boolean {
  const [before, after] = [sides.live.objects.get(table), sides.target.objects.get(table)]
  if (before?.kind !== 'table' || after?.kind !== 'table') return false
  const { ofType } = before
  if (ofType === null || ofType !== after.ofType) return false
  return ![...(sides.live.dependencies.get(table) ?? [])].some((needed) => {
    const type = findObject(sides.live, 'composite type', needed)
    return type !== undefined && printsAs(ofType, type, sides.live) && isRemade(needed, sides)
  })
}
