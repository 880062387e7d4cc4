/** What reaches a table through its parents while a plan runs: only from those that it neither leaves nor joins. */
import { type Catalog, findObject, objectsOf } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import { isPart, originIn, originsOf, type Part, parentsOf } from '../catalog/inheritance.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import type { Sides } from './change.ts'
import { isConverted } from './remade.ts'

const childrenOfCatalog = new WeakMap<Catalog, ReadonlyMap<Identity, readonly Identity[]>>()

/** The tables that have a table for a parent. */
export function childrenOf(table: Identity, catalog: Catalog): readonly Identity[] {
  const known = childrenOfCatalog.get(catalog)
  if (known !== undefined) return known.get(table) ?? []
  const children = new Map<Identity, Identity[]>()
  for (const object of catalog.objects.values())
    for (const parent of parentsOf(object)) {
      const others = children.get(parent)
      if (others === undefined) children.set(parent, [object.identity])
      else others.push(object.identity)
    }
  childrenOfCatalog.set(catalog, children)
  return children.get(table) ?? []
}

/**
 * The parents that a table has all along. A partition whose bounds change leaves its parent meanwhile; and so does a
 * table whose parents change their order, in which new ones come last.
 */
export function keptParents(table: Identity, sides: Sides): readonly Identity[] {
  const { live, target } = sides
  const [before, after] = [live.objects.get(table), target.objects.get(table)]
  if (before === undefined || after === undefined) return []
  const stays = (parent: Identity): boolean =>
    !isReplaced(parent, sides) && !tablesFreedFromAbove(sides).has(parent)
  const [from, to] = [boundOf(before), boundOf(after)]
  if (from !== null || to !== null) return from === to ? parentsOf(before).filter(stays) : []
  const kept: Identity[] = []
  let at = -1
  for (const parent of parentsOf(after)) {
    const found = parentsOf(before).indexOf(parent)
    if (found <= at || !stays(parent)) break
    kept.push(parent)
    at = found
  }
  return kept
}

const freedIn = new WeakMap<Sides, ReadonlySet<Identity>>()

/**
 * The tables that have a generated column from a parent and are to have a plain one: PostgreSQL makes it one in a table and
 * its children, but not in theirs (tablecmds.c, ATPrepDropExpression), so that these leave meanwhile.
 */
function tablesFreedFromAbove(sides: Sides): ReadonlySet<Identity> {
  const { live, target } = sides
  const known = freedIn.get(sides)
  if (known !== undefined) return known
  const freed = new Set<Identity>()
  for (const column of objectsOf(live, 'column')) {
    if (column.generated?.stored !== true || originsOf(column, live.objects).length === 0) continue
    const after = findObject(target, 'column', column.identity)
    if (after !== undefined && after.generated === null) freed.add(column.parent)
  }
  freedIn.set(sides, freed)
  return freed
}

/** The tables that leave a table because a column of it is no longer generated. */
export function childrenFreed({ parent }: Column, sides: Sides): readonly Identity[] {
  return tablesFreedFromAbove(sides).has(parent) ? childrenOf(parent, sides.live) : []
}

/** The tables below a table, children of children too. */
export function descendantsOf(table: Identity, catalog: Catalog): Identity[] {
  return childrenOf(table, catalog).flatMap((child) => [child, ...descendantsOf(child, catalog)])
}

/**
 * Whether a table is dropped and made again for what it is partitioned by: by another key, or by a column that PostgreSQL
 * converts of no table that is partitioned by it.
 */
export function isReplaced(table: Identity, sides: Sides): boolean {
  const [before, after] = [sides.live.objects.get(table), sides.target.objects.get(table)]
  if (before?.kind !== 'table' || after?.kind !== 'table') return false
  if (before.partitionKey !== after.partitionKey) return true
  return before.partitionColumns.some((name) => {
    const column = identityOf('column', before.schema, before.name, name)
    const [now, then] = [sides.live.objects.get(column), sides.target.objects.get(column)]
    return now?.kind === 'column' && then?.kind === 'column' && isConverted(now, then, sides)
  })
}

/** The tables below a table that are dropped and made again, while it is not. */
export function replacedBelow(table: Identity, sides: Sides): Identity[] {
  return childrenOf(table, sides.live).flatMap((child) =>
    isReplaced(child, sides) ? [child] : replacedBelow(child, sides),
  )
}

function boundOf(object: CatalogObject): string | null {
  if (object.kind !== 'table' && object.kind !== 'foreign table') return null
  return object.partitionOf === null ? null : `${object.partitionOf.table} ${object.partitionOf.bound}`
}

/** What hands a part down all along, as one of the sides has it. */
export function keptOrigins(part: Part, catalog: Catalog, sides: Sides): Part[] {
  return keptParents(part.parent, sides).flatMap((parent) => originIn(parent, part, catalog.objects) ?? [])
}

/** What makes a new part by being made. */
export function madeWith(object: CatalogObject, sides: Sides): Identity[] {
  if (!isPart(object) || !object.inherited) return []
  const isNew = !sides.live.objects.has(object.parent)
  const origins = isNew ? originsOf(object, sides.target.objects) : keptOrigins(object, sides.target, sides)
  return origins.map(({ identity }) => identity)
}

/** What takes a part along by being dropped. */
export function goneWith(object: CatalogObject, sides: Sides): Identity[] {
  if (!isPart(object) || !object.inherited) return []
  if (!sides.target.objects.has(object.parent))
    return originsOf(object, sides.live.objects).map(({ identity }) => identity)
  return keptOrigins(object, sides.live, sides)
    .filter((origin) => !leavesChildren(origin, sides))
    .map(({ identity }) => identity)
}

/** A column of many partitions is asked about once for each of them. */
const handedDownIn = new WeakMap<Sides, Record<'live' | 'target', Map<Identity, readonly Part[]>>>()

/** The part of each child that a part is handed down to all along, as one of the sides has it. */
export function handedDown(part: Part, catalog: Catalog, sides: Sides): readonly Part[] {
  const known = handedDownIn.get(sides) ?? { live: new Map(), target: new Map() }
  handedDownIn.set(sides, known)
  const ofCatalog = catalog === sides.live ? known.live : known.target
  const found = ofCatalog.get(part.identity) ?? findHandedDown(part, catalog, sides)
  ofCatalog.set(part.identity, found)
  return found
}

function findHandedDown(part: Part, catalog: Catalog, sides: Sides): Part[] {
  return childrenOf(part.parent, catalog).flatMap((child) => {
    if (!keptParents(child, sides).includes(part.parent)) return []
    const own = counterpart(part, child, catalog)
    return own !== undefined && originIn(part.parent, own, catalog.objects)?.identity === part.identity
      ? [own]
      : []
  })
}

function counterpart(part: Part, table: Identity, catalog: Catalog): Part | undefined {
  const relation = catalog.objects.get(table)
  if (relation === undefined) return undefined
  const found = catalog.objects.get(identityOf(part.kind, relation.schema, relation.name, part.name))
  return found !== undefined && isPart(found) ? found : undefined
}

/** Whether a column is dropped of its table only, since a child keeps what it has from it as its own: no partition can. */
export function leavesChildren(part: Part, sides: Sides): boolean {
  const table = findObject(sides.live, 'table', part.parent)
  if (table !== undefined && table.partitionKey !== null) return false
  return (
    part.kind === 'column' &&
    handedDown(part, sides.live, sides).some((own) => sides.target.objects.has(own.identity))
  )
}

/** Whether what is said of a column is wanted of all columns below it, so that it may reach them. */
export function reachesAll(column: Column, has: (column: Column) => unknown, sides: Sides): boolean {
  return handedDown(column, sides.target, sides).every(
    (own) => own.kind === 'column' && has(own) === has(column) && reachesAll(own, has, sides),
  )
}

/** Whether an alteration of a column above says it of this one too. */
export function isSaidAbove(column: Column, has: (column: Column) => unknown, sides: Sides): boolean {
  return keptOrigins(column, sides.target, sides).some((origin) => {
    const before = sides.live.objects.get(origin.identity)
    if (origin.kind !== 'column' || before?.kind !== 'column') return false
    if (has(origin) !== has(before) && reachesAll(origin, has, sides)) return true
    return isSaidAbove(origin, has, sides)
  })
}

/** Whether a part goes with what it comes from, so that it is made again as its table's own. */
export function becomesOwn(before: Part, after: Part, sides: Sides): boolean {
  if (!before.inherited || after.inherited || keptOrigins(before, sides.live, sides).length === 0)
    return false
  return keptOrigins(after, sides.target, sides).length === 0
}

/** What hands down a part that is there on both sides. */
export function lastingOrigins(part: Part, { live, target }: Sides): Part[] {
  return keptOrigins(part, target, { live, target }).filter(({ identity }) => live.objects.has(identity))
}

/** Whether a part is one with what another hands down. */
export function comesFrom(part: CatalogObject, other: CatalogObject, catalog: Catalog): boolean {
  return (
    isPart(part) &&
    isPart(other) &&
    originsOf(part, catalog.objects).some(({ identity }) => identity === other.identity)
  )
}
