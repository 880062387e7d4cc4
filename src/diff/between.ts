/** States between the live schema and the target: what stands after some of a plan's steps. */
import { attachmentOf } from '../catalog/attachment.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import { type CatalogObject, kindOrder } from '../catalog/kinds.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import type { Table } from '../catalog/table.ts'
import { attachedTo, goesUnsaid } from './attached.ts'
import type { Difference, Sides, Step } from './change.ts'
import { childrenOf } from './descent.ts'
import { differOf } from './kinds.ts'

export type Objects = ReadonlyMap<Identity, CatalogObject>

/** The catalog that stands when steps of a plan have run on what stood before them. */
export function catalogAfter(before: Catalog, steps: readonly Step[], sides: Sides): Catalog {
  const catalog = catalogBetween(objectsAfter(before.objects, steps, sides), sides)
  return { ...catalog, access: accessAfter(before.access, steps) }
}

/** What is made has the access of a new object until a step says otherwise. */
function accessAfter(before: Catalog['access'], steps: readonly Step[]): Catalog['access'] {
  const access = new Map(before)
  for (const step of steps) {
    if (step.action === 'alter') {
      if (step.access !== undefined) access.set(step.after.identity, step.access.to)
    } else for (const object of [step.object, ...step.parts]) access.delete(object.identity)
  }
  return access
}

/**
 * A catalog of objects of both sides.
 *
 * @param objects each as the live side or the target has it, or as an interim
 */
export function catalogBetween(objects: Objects, { live, target }: Sides): Catalog {
  const rank = new Map<string, number>(kindOrder.map((kind, i) => [kind, i]))
  const sorted = [...objects].sort(([, a], [, b]) => (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0))
  const dependencies = new Map<Identity, ReadonlySet<Identity>>()
  for (const [identity, object] of sorted) {
    const owners = [live, target].filter((side) => side.objects.get(identity) === object)
    const needs = (owners.length === 0 ? [live, target] : owners.slice(-1)).flatMap((side) => [
      ...(side.dependencies.get(identity) ?? []),
    ])
    dependencies.set(identity, new Set(needs.filter((needed) => objects.has(needed))))
  }
  return { ...target, objects: new Map(sorted), dependencies }
}

function objectsAfter(before: Objects, steps: readonly Step[], sides: Sides): Objects {
  const objects = new Map(before)
  for (const step of steps) {
    if (step.action === 'alter') {
      const { after, differences } = step
      const now = objects.get(after.identity)
      objects.set(after.identity, settles(after, differences) ? after : unsettled(after, now))
      if (after.kind === 'column' && now?.kind === 'column') reachBelow(now, after, objects, sides)
      continue
    }
    for (const object of [step.object, ...step.parts]) {
      if (step.action === 'create') objects.set(object.identity, object)
      else objects.delete(object.identity)
    }
    if (step.action === 'create') objects.set(step.object.identity, unsettled(step.object, undefined))
  }
  leaveUnsaid(objects, sides)
  joinUnsaid(objects, sides)
  return objects
}

/** What `alter column` alters of the columns below too (tablecmds.c, ATSimpleRecursion), beside not null. */
const REACHING = [
  ...(['type', 'baseType', 'collation', 'default', 'generated', 'storage', 'usualStorage'] as const),
  'statistics',
] as const satisfies readonly (keyof Column)[]

/** Alters the columns below whose tables a later step drops: they have no step of their own, and follow. */
function reachBelow(
  before: Column,
  after: Column,
  objects: Map<Identity, CatalogObject>,
  sides: Sides,
): void {
  for (const table of childrenOf(after.parent, sides.live)) {
    const relation = objects.get(table)
    if (relation === undefined || sides.target.objects.has(table)) continue
    const below = objects.get(identityOf('column', relation.schema, relation.name, after.name))
    if (below?.kind !== 'column') continue
    const followed = following(below, before, after)
    objects.set(below.identity, followed)
    reachBelow(below, followed, objects, sides)
  }
}

function following(below: Column, before: Column, after: Column): Column {
  const changed = REACHING.filter((key) => before[key] !== after[key])
  const followed: Column = { ...below, ...Object.fromEntries(changed.map((key) => [key, after[key]])) }
  // From PostgreSQL 18 on what a table says of itself stays.
  if (before.notNull === after.notNull || below.notNullConstraint?.local) return followed
  const constraint = after.notNullConstraint
  return {
    ...followed,
    notNull: after.notNull,
    notNullConstraint: constraint && { ...constraint, local: false, inherited: true },
  }
}

/** Whether an alteration is the one that comes after an object's creation. */
function settles(object: CatalogObject, differences: readonly Difference[]): boolean {
  const later = differOf(object).afterCreation(object)
  return differences.some(({ aspect }) => later.some(({ difference }) => difference.aspect === aspect))
}

/** An object without what is settled in a step after its creation: see `KindDiffer.afterCreation`. */
function unsettled(object: CatalogObject, before: CatalogObject | undefined): CatalogObject {
  if (differOf(object).afterCreation(object).length === 0) return object
  if (object.kind === 'sequence')
    return { ...object, ownedBy: before?.kind === 'sequence' ? before.ownedBy : null }
  if (object.kind === 'trigger')
    return { ...object, partitions: before?.kind === 'trigger' ? before.partitions : [] }
  if (object.kind !== 'table') return object
  const replicaIdentity: Table['replicaIdentity'] =
    before?.kind === 'table' ? before.replicaIdentity : { mode: 'default', index: null }
  return { ...object, replicaIdentity }
}

/** What goes with another object, without a step of its own. */
function leaveUnsaid(objects: Map<Identity, CatalogObject>, { target }: Sides): void {
  for (const [identity, object] of objects) {
    if (target.objects.has(identity)) continue
    const above = attachmentOf(object)?.to ?? null
    const stands = (needed: Identity | null): boolean => needed === null || objects.has(needed)
    if (!stands(object.parent) || !stands(above)) objects.delete(identity)
  }
}

/** The indexes that PostgreSQL gives a partition by itself. */
function joinUnsaid(objects: Map<Identity, CatalogObject>, sides: Sides): void {
  const { live, target } = sides
  for (const above of [...objects.keys()]) {
    const held = new Set(
      attachedTo(above, live).flatMap((part) => (objects.has(part.identity) ? [part.parent] : [])),
    )
    for (const part of attachedTo(above, target)) {
      if (objects.has(part.identity) || live.objects.has(part.identity) || held.has(part.parent)) continue
      if (part.parent === null || !objects.has(part.parent)) continue
      if (goesUnsaid(part, target, live, sides)) joinBelow(part, objects, sides)
    }
  }
}

function joinBelow(part: CatalogObject, objects: Map<Identity, CatalogObject>, sides: Sides): void {
  objects.set(part.identity, part)
  for (const below of attachedTo(part.identity, sides.target))
    if (below.parent !== null && objects.has(below.parent) && !objects.has(below.identity))
      joinBelow(below, objects, sides)
}
