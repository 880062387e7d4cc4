/** Which types a plan makes anew, and which columns are converted for it or for a type of their own. */
import type { Column } from '../catalog/column.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { Difference, Sides } from './change.ts'
import { collationDiffer } from './collation.ts'
import { compositeTypeDiffer } from './composite-type.ts'
import { domainDiffer } from './domain.ts'
import { enumDiffer } from './enum.ts'
import { rangeTypeDiffer } from './range-type.ts'
import { holdsType } from './remake.ts'

/** Whether the plan between two sides makes a type anew: for what differs in it, or because a type that it needs is. */
export function isRemade(identity: Identity, sides: Sides): boolean {
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
  if (before.typed && after.typed) return false
  if (before.type !== after.type || before.collation !== after.collation) return true
  return [...(sides.live.dependencies.get(before.identity) ?? [])].some((needed) => {
    const type = sides.live.objects.get(needed)
    return type !== undefined && isRemade(needed, sides) && holdsType(before, type, sides.live)
  })
}
