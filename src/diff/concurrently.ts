/** Indexes that can be made and dropped beside running work: which they are, and the states before and after they change. */
import { attachmentOf, isIncomplete } from '../catalog/attachment.ts'
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { Constraint } from '../catalog/constraint.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import type { TableIndex } from '../catalog/table-index.ts'
import { attachedTo, staysPartition } from './attached.ts'
import { catalogBetween } from './between.ts'
import type { Change, Sides } from './change.ts'
import { compareCatalogs, subjectOf } from './compare.ts'
import { convertsColumn } from './differ.ts'
import { namesOf } from './name-moves.ts'
import { withRebuilds } from './rebuild.ts'
import { remakesType } from './remake.ts'

/** The target before those indexes change, and after; the foreign keys that wait for one of them are in neither. */
export interface IndexStates {
  readonly before: Catalog
  readonly after: Catalog
}

type Waiting = TableIndex | Constraint

/**
 * The states around the changes that can be made `concurrently`: of indexes, unique constraints and primary keys of
 * tables that are there before and after, on which nothing stands but new foreign keys.
 *
 * @returns null where there are none
 */
export function withoutIndexes(sides: Sides): IndexStates | null {
  const changes = compareCatalogs(sides)
  const context: Context = {
    sides,
    all: new Map(withRebuilds(changes, sides).map((change) => [subjectOf(change).identity, change])),
    names: namesIn(sides.target),
  }
  const waiting = changes.filter((change) => canWait(change, context))
  if (waiting.length === 0) return null
  const late = new Set<Identity>()
  const before = new Map(sides.target.objects)
  for (const change of waiting) {
    if (change.action !== 'drop')
      for (const object of withAttached(change.after, sides.target)) before.delete(object.identity)
    if (change.action !== 'create')
      for (const object of withAttached(change.before, sides.live)) before.set(object.identity, object)
    if (change.action === 'create')
      for (const key of dependentsIn(sides.target).get(change.after.identity) ?? [])
        if (sides.target.objects.get(key)?.kind === 'constraint' && !isAttached(key, sides.target))
          late.add(key)
  }
  const after = new Map(sides.target.objects)
  for (const key of late) for (const objects of [before, after]) objects.delete(key)
  return {
    before: catalogBetween(before, sides),
    after: late.size === 0 ? sides.target : catalogBetween(after, sides),
  }
}

interface Context {
  readonly sides: Sides
  /** With what must be made again because of them. */
  readonly all: ReadonlyMap<Identity, Change>
  /** Who has each name in the target. */
  readonly names: ReadonlyMap<string, Identity>
}

function namesIn(catalog: Catalog): ReadonlyMap<string, Identity> {
  const names = new Map<string, Identity>()
  for (const object of catalog.objects.values())
    for (const name of namesOf(object)) names.set(name, object.identity)
  return names
}

/** Whether nothing else takes the names of an index, or of those below it, so that it can go last. */
function keepsItsNames(object: CatalogObject, { sides, names }: Context): boolean {
  return withAttached(object, sides.live).every((part) =>
    namesOf(part).every((name) => (names.get(name) ?? part.identity) === part.identity),
  )
}

function canWait(change: Change, context: Context): change is Exclude<Change, { action: 'alter' }> {
  const { live, target } = context.sides
  if (change.action === 'alter' || context.all.get(subjectOf(change).identity)?.action !== change.action)
    return false
  if (change.action === 'create') return canStandAlone(change.after, target, context)
  if (change.action === 'drop')
    return (
      canStandAlone(change.before, live, context) &&
      isUntouched(change.before, context) &&
      keepsItsNames(change.before, context)
    )
  return (
    change.before.kind === 'index' &&
    change.after.kind === 'index' &&
    !change.before.partitioned &&
    !change.after.partitioned &&
    canStandAlone(change.before, live, context) &&
    canStandAlone(change.after, target, context) &&
    isUntouched(change.before, context)
  )
}

/** Whether all else can be as it shall be while the object is not there. */
function canStandAlone(object: CatalogObject, catalog: Catalog, context: Context): boolean {
  if ((object.kind !== 'index' && object.kind !== 'constraint') || object.attached !== null) return false
  if (!staysThere(object, context) || isReplicaIdentity(object, context.sides)) return false
  const known = catalog === context.sides.target ? context.sides.live : context.sides.target
  const dependents = [...(dependentsIn(catalog).get(object.identity) ?? [])]
  if (object.kind === 'index') {
    const parts = withAttached(object, catalog)
    return (
      dependents.every((one) => isAttached(one, catalog)) &&
      parts.every((part) => part.kind === 'index') &&
      parts.slice(1).every((part) => canBeBelow(part, known, context))
    )
  }
  if ((object.type !== 'unique' && object.type !== 'primary key') || !object.plain) return false
  return (
    !isPartitioned(object, catalog) &&
    !isIncomplete(object) &&
    !known.objects.has(identityOf('index', object.schema, object.name)) &&
    !(object.type === 'primary key' && hasPrimaryKey(object.parent, known)) &&
    dependents.every((one) => isForeignKeyOf(one, catalog, known))
  )
}

/** An index of a partition that comes or goes with the one above it. */
function canBeBelow(part: CatalogObject, other: Catalog, { sides }: Context): boolean {
  const isNewPartition = part.parent !== null && !sides.live.objects.has(part.parent)
  return !other.objects.has(part.identity) && (isNewPartition || staysPartition(part.parent, sides))
}

/** A table on both sides that is not made anew. */
function staysThere(object: Waiting, { sides: { live, target }, all }: Context): boolean {
  const change = all.get(object.parent)
  return (
    live.objects.has(object.parent) &&
    target.objects.has(object.parent) &&
    (change?.action ?? 'alter') === 'alter'
  )
}

function isReplicaIdentity(object: Waiting, { live, target }: Sides): boolean {
  return [live, target].some((catalog) => {
    const table = catalog.objects.get(object.parent)
    return table?.kind === 'table' && table.replicaIdentity.index === object.name
  })
}

function isPartitioned(object: Constraint, catalog: Catalog): boolean {
  const table = catalog.objects.get(object.parent)
  return table?.kind !== 'table' || table.partitionKey !== null || table.partitionOf !== null
}

/** Of two primary keys one must go before the other comes. */
function hasPrimaryKey(table: Identity, catalog: Catalog): boolean {
  return [...(dependentsIn(catalog).get(table) ?? [])].some((identity) => {
    const object = catalog.objects.get(identity)
    return object?.kind === 'constraint' && object.type === 'primary key' && object.parent === table
  })
}

/** A foreign key that comes or goes as a whole, on which nothing stands. */
function isForeignKeyOf(identity: Identity, catalog: Catalog, known: Catalog): boolean {
  const key = catalog.objects.get(identity)
  return (
    key?.kind === 'constraint' &&
    key.type === 'foreign key' &&
    key.attached === null &&
    !known.objects.has(identity) &&
    (dependentsIn(catalog).get(identity)?.size ?? 0) === 0
  )
}

/** Whether the object can outlive all other changes: what it needs stays, and is not converted. */
function isUntouched(object: CatalogObject, { sides, all }: Context): boolean {
  const isKey = object.kind === 'constraint' && object.type === 'primary key'
  const bears = (change: Change | undefined): boolean => {
    if (change === undefined) return true
    // The columns of a primary key must stay not null.
    return change.action === 'alter' && !isKey && !convertsColumn(change) && !remakesType(change)
  }
  return withAttached(object, sides.live).every((part) =>
    [...(sides.live.dependencies.get(part.identity) ?? [])].every(
      (needed) => needed === part.parent || needed === attachmentOf(part)?.to || bears(all.get(needed)),
    ),
  )
}

function isAttached(identity: Identity, catalog: Catalog): boolean {
  const object = catalog.objects.get(identity)
  return object !== undefined && attachmentOf(object) !== null
}

/** The index and those below it in partitions, above before below. */
function withAttached(object: CatalogObject, catalog: Catalog): CatalogObject[] {
  return [object, ...attachedTo(object.identity, catalog).flatMap((part) => withAttached(part, catalog))]
}
