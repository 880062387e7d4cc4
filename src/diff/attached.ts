/** Indexes of partitions: which of them come and go with the index of the partitioned table, so that no step says so. */
import { isDeepStrictEqual } from 'node:util'
import { attachmentOf, isIncomplete } from '../catalog/attachment.ts'
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { Constraint } from '../catalog/constraint.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { TableIndex } from '../catalog/table-index.ts'
import type { Change, Difference, Sides } from './change.ts'
import { isReplaced } from './descent.ts'
import { difference } from './differ.ts'

/** Whether an object on one side alone is no difference: PostgreSQL makes or keeps it below the other side's index. */
export function goesUnsaid(object: CatalogObject, own: Catalog, other: Catalog, sides: Sides): boolean {
  const attached = attachmentOf(object)
  if (attached === null) return false
  if (!own.objects.has(attached.to)) return true
  if (staysPartition(object.parent, sides)) {
    const counterpart = childOf(attached.to, object.parent, other)
    // Their names may differ: an index of a partition cannot be dropped, and its name was mostly PostgreSQL's choice.
    if (counterpart !== undefined) return isSameKind(object, counterpart)
    if (other.objects.has(attached.to)) return false
  }
  // What goes with its partition or with the index above it has no step; what its partition keeps as it leaves has.
  return own === sides.target ? isImplied(object, own) : !isLeft(object, sides)
}

/** Whether PostgreSQL makes the object as it is when it makes the index above it, or the partition. */
export function isImplied(object: CatalogObject, catalog: Catalog): boolean {
  const attached = attachmentOf(object)
  if (attached === null || object.comment !== null || object.goesWithExtensions !== undefined) return false
  const above = catalog.objects.get(attached.to)
  if (above === undefined) return true
  const hasStatistics =
    (object.kind === 'index' || object.kind === 'constraint') && object.statistics.length > 0
  const isAltered = isClustered(object) || hasStatistics
  return attached.usual && !isIncomplete(above) && isSameKind(object, above) && !isAltered
}

/** Whether both are attached to the same index and so differ in nothing that a statement could change. */
export function staysAttached(before: CatalogObject, after: CatalogObject): boolean {
  const to = attachmentOf(before)?.to
  return to !== undefined && to === attachmentOf(after)?.to
}

/** What differs in the attachment; what a partition had it keeps when it leaves its parent. */
export function attachmentDifferences(
  before: CatalogObject,
  after: CatalogObject,
  sides: Sides,
): Difference[] {
  const from = attachmentOf(before)?.to ?? null
  const to = attachmentOf(after)?.to ?? null
  if (from === null) return difference('attached to', from, to)
  const leaves = isLeft(before, sides)
  if (leaves && to === null) return []
  return difference('attached to', from, to, { replaces: !leaves })
}

/** Whether an index must be made again because of what a partition's index or a partition, of which it is made, becomes. */
export function survivesPart(object: CatalogObject, cause: Change, sides: Sides): boolean {
  if (cause.action !== 'drop') return false
  const part = cause.before
  if (part.kind === 'table') return part.identity !== object.parent
  return attachmentOf(part)?.to === object.identity && !staysPartition(part.parent, sides)
}

const attachedInCatalog = new WeakMap<Catalog, ReadonlyMap<Identity, readonly CatalogObject[]>>()

/** The indexes of partitions that go with an index of a partitioned table. */
export function attachedTo(identity: Identity, catalog: Catalog): readonly CatalogObject[] {
  const known = attachedInCatalog.get(catalog)
  if (known !== undefined) return known.get(identity) ?? []
  const attached = new Map<Identity, CatalogObject[]>()
  for (const object of catalog.objects.values()) {
    const to = attachmentOf(object)?.to
    if (to === undefined) continue
    const others = attached.get(to)
    if (others === undefined) attached.set(to, [object])
    else others.push(object)
  }
  attachedInCatalog.set(catalog, attached)
  return attached.get(identity) ?? []
}

/** An index, or a constraint that has one. */
export type Indexed = Constraint | TableIndex

/** The parts below an index that have other statistics than it has: what is set above reaches them. */
export function partsWithOtherStatistics(index: Indexed, { live, target }: Sides): Indexed[] {
  return attachedTo(index.identity, target).filter(
    (part): part is Indexed =>
      // A new partition says its own where the constraint is made with the table, before there are any.
      (part.kind === 'index' || (part.kind === 'constraint' && live.objects.has(part.parent))) &&
      !isDeepStrictEqual(part.statistics, index.statistics),
  )
}

/**
 * Whether a table has an index that would become the one below its new parent's index, which shall be another beside it:
 * so it is made again when that is there.
 */
export function isBesideTwin(object: CatalogObject, sides: Sides): boolean {
  const { live, target } = sides
  if (object.kind !== 'index' || object.attached !== null || staysPartition(object.parent, sides))
    return false
  const parent = partitionedTable(object.parent, target)
  if (parent === null || !live.objects.has(object.parent)) return false
  return indexesOf(parent, target).some((above) =>
    attachedTo(above, target).some(
      (twin) =>
        twin.kind === 'index' &&
        twin.parent === object.parent &&
        !live.objects.has(twin.identity) &&
        afterName(twin.definition) === afterName(object.definition),
    ),
  )
}

function afterName(definition: string): string {
  return definition.slice(definition.indexOf(' USING '))
}

function indexesOf(table: Identity, catalog: Catalog): Identity[] {
  return [...(dependentsIn(catalog).get(table) ?? [])].filter(
    (identity) => catalog.objects.get(identity)?.kind === 'index',
  )
}

/** Whether the object is an index that its partition keeps when it leaves its parent. */
export function isLeft(object: CatalogObject, sides: Sides): boolean {
  const { parent } = object
  if (parent === null || attachmentOf(object) === null) return false
  return sides.target.objects.has(parent) && !staysPartition(parent, sides)
}

/** The index above, with which the index of a partition goes that stays one. */
export function goesWith(object: CatalogObject, sides: Sides): Identity[] {
  const attached = attachmentOf(object)
  return attached === null || isLeft(object, sides) ? [] : [attached.to]
}

/** The partitions that leave their parent and keep what they have below one of its indexes. */
export function partitionsThatKeep(index: Identity, sides: Sides): Identity[] {
  return attachedTo(index, sides.live)
    .filter((part) => isLeft(part, sides))
    .flatMap(({ parent }) => (parent === null ? [] : [parent]))
}

/** Whether a table is a partition of the same table on both sides. */
export function staysPartition(table: Identity | null, sides: Sides): boolean {
  const parent = partitionedTable(table, sides.live)
  if (parent === null || parent !== partitionedTable(table, sides.target)) return false
  return !isReplaced(parent, sides)
}

/**
 * Whether a new index of a partition meets the index above it: `kept` when that is there already, `kept alone` when it
 * has none below it yet, null when it comes later.
 */
export function indexAbove(object: CatalogObject, sides: Sides): 'kept' | 'kept alone' | null {
  const { live, target } = sides
  const to = attachmentOf(object)?.to
  const before = to === undefined ? undefined : live.objects.get(to)
  const after = to === undefined ? undefined : target.objects.get(to)
  if (before === undefined && after !== undefined) {
    // A new partition that is partitioned itself gets it from above.
    const isGiven = !live.objects.has(after.parent ?? '') && indexAbove(after, sides) === 'kept'
    return isGiven ? 'kept' : null
  }
  if (before === undefined || after === undefined || definitionOf(before) !== definitionOf(after)) return null
  if (!isIncomplete(before) && isIncomplete(after)) return null
  if (attachedTo(before.identity, live).some((part) => isExchanged(part, sides))) return null
  const { parent } = object
  if (!staysPartition(parent, sides) || (parent !== null && isReplaced(parent, sides))) return 'kept'
  return isIncomplete(before) ? 'kept alone' : null
}

/** Whether a partition gets an index of another kind below the same index, which is made again for it. */
function isExchanged(part: CatalogObject, sides: Sides): boolean {
  return (
    staysPartition(part.parent, sides) &&
    !sides.target.objects.has(part.identity) &&
    !goesUnsaid(part, sides.live, sides.target, sides)
  )
}

/** Whether both are an index, or both a constraint of the same type. */
export function isSameKind(one: CatalogObject, other: CatalogObject): boolean {
  if (one.kind === 'constraint' && other.kind === 'constraint') return one.type === other.type
  return one.kind === other.kind
}

function childOf(above: Identity, table: Identity | null, catalog: Catalog): CatalogObject | undefined {
  return attachedTo(above, catalog).find((object) => object.parent === table)
}

function partitionedTable(table: Identity | null, catalog: Catalog): Identity | null {
  const object = table === null ? undefined : catalog.objects.get(table)
  return object?.kind === 'table' ? (object.partitionOf?.table ?? null) : null
}

function isClustered(object: CatalogObject): boolean {
  return (object.kind === 'index' || object.kind === 'constraint') && object.clustered
}

function definitionOf(object: CatalogObject): string | null {
  return object.kind === 'index' || object.kind === 'constraint' ? object.definition : null
}
