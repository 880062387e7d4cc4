/** Owners and privileges: how they differ, and the steps at the end of a plan that put them right. */
import { type Access, accessIn, accessOfNew, withOwner } from '../catalog/access.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import { type Grant, type Role, sameGrants } from '../catalog/privileges.ts'
import type { AccessMove, AlterStep, Change, Difference, Sides, Step } from './change.ts'
import { difference } from './differ.ts'
import { differOf } from './kinds.ts'
import { remakesType } from './remake.ts'

export const OWNER = 'owner'
export const PRIVILEGES = 'privileges'

/** What differs in who owns an object and who may use it, as far as both catalogs say that it is part of the schema. */
export function accessDifferences(before: CatalogObject, after: CatalogObject, sides: Sides): Difference[] {
  const { owners, grants } = managedIn(sides)
  if (!owners && !grants) return []
  // Both as they were made, which most are.
  if (!sides.live.access.has(before.identity) && !sides.target.access.has(after.identity)) return []
  const [from, to] = [accessIn(sides.live, before), accessIn(sides.target, after)]
  return [
    ...(owners && hasOwnOwner(after) ? ownerDifference(from, to) : []),
    ...(grants ? privilegeDifference(compared(from, owners), compared(to, owners)) : []),
  ]
}

function managedIn({ live, target }: Sides): { readonly owners: boolean; readonly grants: boolean } {
  return {
    owners: live.managed.owners && target.managed.owners,
    grants: live.managed.grants && target.managed.grants,
  }
}

/** The owner of a column is its table's, and the owner of a column's sequence too. */
function hasOwnOwner(object: CatalogObject): boolean {
  return object.kind !== 'column' && (object.kind !== 'sequence' || object.ownedBy === null)
}

/** Whether the role that reads owns an object or was granted something on it is one question, which then is not asked. */
function compared({ owner, grants }: Access, owners: boolean): Access {
  return { owner, grants: owners ? grants : grants.filter(({ role }) => role !== 'me') }
}

function ownerDifference(from: Access, to: Access): Difference[] {
  return difference(OWNER, from.owner ?? CURRENT_USER, to.owner ?? CURRENT_USER)
}

function privilegeDifference(from: Access, to: Access): Difference[] {
  return grantsDifference(PRIVILEGES, from.grants, to.grants)
}

const CURRENT_USER = 'the current user'

/** A difference that shows of two lists of grants the roles for which they differ. */
export function grantsDifference(aspect: string, from: readonly Grant[], to: readonly Grant[]): Difference[] {
  if (sameGrants(from, to)) return []
  const [before, after] = [byRole(from), byRole(to)]
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
    (role) => before.get(role) !== after.get(role),
  )
  const shown = (by: ReadonlyMap<string, string>): string | null =>
    differing.flatMap((role) => by.get(role) ?? []).join('; ') || null
  return difference(aspect, shown(before), shown(after))
}

/** `reader: select, insert (a) with grant option`, for each role. */
function byRole(grants: readonly Grant[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const { role, grantor, privilege, grantable, column } of grants) {
    const text = `${privilege}${column === null ? '' : ` (${column})`}${grantable ? ' with grant option' : ''}${grantor === 'owner' ? '' : ` by ${roleText(grantor)}`}`
    const known = texts.get(role)
    texts.set(role, known === undefined ? `${roleText(role)}: ${text}` : `${known}, ${text}`)
  }
  return texts
}

function roleText(role: Role): string {
  if (role === 'me') return CURRENT_USER
  return role.startsWith('role:') ? role.slice('role:'.length) : role
}

/** The changes without what the steps of access see to. */
export function withoutAccess(changes: readonly Change[]): Change[] {
  return changes.flatMap((change): Change[] => {
    if (change.action === 'create' || change.action === 'drop') return [change]
    const differences = change.differences.filter(({ aspect }) => aspect !== OWNER && aspect !== PRIVILEGES)
    if (differences.length === change.differences.length) return [change]
    return change.action === 'alter' && differences.length === 0 ? [] : [{ ...change, differences }]
  })
}

/** A step that is about nothing but access. */
export type AccessStep = AlterStep & { readonly access: AccessMove }

/** Whether a step of a plan is one of these, which stand at its end. */
export function isAccessStep<S extends Step>(step: S): step is S & AccessStep {
  return step.action === 'alter' && step.access !== undefined
}

/**
 * The steps that give every object the owner and the privileges that it shall have, once all else is done: what was made
 * in the plan starts with what PostgreSQL gives to a new object, what was there with what it had.
 *
 * Owners change after everything that only the owner may do; in a schema that the new owners may create in.
 *
 * @param changes all that the plan does
 */
export function accessSteps(changes: readonly Change[], sides: Sides): AccessStep[] {
  const managed = managedIn(sides)
  const made = madeBy(changes)
  const lostColumns = columnsLost(changes)
  if (!managed.owners && !managed.grants && made.size === 0 && lostColumns.size === 0) return []
  const inForce = (managed.grants ? sides.target : sides.live).defaultPrivileges
  const ofSchemas: AccessStep[] = []
  const ofOwners: AccessStep[] = []
  const ofGrants: AccessStep[] = []
  for (const object of sides.target.objects.values()) {
    const isNew = made.has(object.identity)
    // What is not managed is put back where it would be lost.
    const restored = (isNew && sides.live.objects.has(object.identity)) || lostColumns.has(object.identity)
    if (!managed.owners && !managed.grants && !restored) continue
    const had = accessIn(sides.live, object)
    const shall = accessIn(sides.target, object)
    let from = isNew
      ? accessOfNew(object, ownerOfNew(object, made, sides), sides.target, inForce)
      : surviving(object, had, lostColumns)
    if (managed.owners || restored) {
      const to = withOwner(from, (managed.owners ? shall : had).owner)
      if (hasOwnOwner(object) && to.owner !== from.owner)
        (object.kind === 'schema' ? ofSchemas : ofOwners).push(
          stepOf(object, ownerDifference(from, to), { from, to }, sides),
        )
      from = to
    }
    if (managed.grants || restored) {
      const grants = managed.grants ? shall.grants : grantable(object, had.grants, sides.target)
      const to = { owner: from.owner, grants }
      if (!sameGrants(from.grants, grants))
        (object.kind === 'schema' ? ofSchemas : ofGrants).push(
          stepOf(object, privilegeDifference(from, to), { from, to }, sides),
        )
    }
  }
  return [...ofSchemas, ...ofOwners, ...ofGrants]
}

/** The grants that can be put back: those on columns that are still there. */
function grantable(object: CatalogObject, grants: readonly Grant[], { objects }: Catalog): readonly Grant[] {
  const isThere = (column: string): boolean =>
    'columns' in object && object.kind !== 'publication table'
      ? object.columns.some((one) => typeof one === 'object' && one.name === column)
      : objects.has(identityOf('column', object.schema, object.name, column))
  return grants.filter(({ column }) => column === null || isThere(column))
}

function stepOf(
  object: CatalogObject,
  differences: readonly Difference[],
  access: AccessMove,
  sides: Sides,
): AccessStep {
  return { action: 'alter', before: object, after: object, differences, sides, access }
}

/** A sequence that comes with its column belongs to the table's owner from the start. */
function ownerOfNew(object: CatalogObject, made: ReadonlySet<Identity>, sides: Sides): string | null {
  const column =
    object.kind === 'sequence'
      ? differOf(object)
          .createdWith(object, sides)
          .find((identity) => made.has(identity))
      : object.identity
  const part = column === undefined ? undefined : sides.target.objects.get(column)
  if (part?.kind !== 'column' || made.has(part.parent)) return null
  return sides.live.access.get(part.parent)?.owner ?? null
}

/** The access of what was there, but for the grants on columns that are not the same any more. */
function surviving(
  object: CatalogObject,
  access: Access,
  lost: ReadonlyMap<Identity, ReadonlySet<string>>,
): Access {
  const columns = lost.get(object.identity)
  if (columns === undefined) return access
  const grants = access.grants.filter(({ column }) => column === null || !columns.has(column))
  return { ...access, grants }
}

/** What the changes make, or make again: with it, its access is new. */
function madeBy(changes: readonly Change[]): ReadonlySet<Identity> {
  const made = new Set<Identity>()
  for (const change of changes) {
    if (change.action === 'drop') continue
    const { after } = change
    // Of a column, its identity sequence is meant.
    const again =
      change.action !== 'alter' ||
      (after.kind === 'column' ? getsSequence(change.before) : remakesType(change))
    if (again) made.add(after.identity)
  }
  return made
}

function getsSequence(before: CatalogObject): boolean {
  return before.kind !== 'column' || before.identityColumn === null
}

/** The columns that go, by the relation whose grants on them go with them. */
function columnsLost(changes: readonly Change[]): ReadonlyMap<Identity, ReadonlySet<string>> {
  const lost = new Map<Identity, Set<string>>()
  for (const change of changes) {
    if (change.action !== 'drop' && change.action !== 'replace') continue
    const { kind, parent, name } = change.before
    if (kind !== 'column' || parent === null) continue
    const columns = lost.get(parent)
    if (columns === undefined) lost.set(parent, new Set([name]))
    else columns.add(name)
  }
  return lost
}

/** What each of these steps must follow: what makes or alters its object, and the steps of access before it that it rests on. */
export function needsOfAccess<S extends Step & AccessStep>(
  access: readonly S[],
  others: readonly Step[],
): ReadonlyMap<Step, ReadonlySet<Step>> {
  const about = new Map<Identity, Step[]>()
  const tell = (identity: Identity | null, step: Step): void => {
    if (identity === null) return
    const steps = about.get(identity)
    if (steps === undefined) about.set(identity, [step])
    else steps.push(step)
  }
  for (const step of others) {
    const objects =
      step.action === 'alter' ? [step.after] : [step.object, ...('parts' in step ? step.parts : [])]
    for (const { identity, parent } of objects) {
      tell(identity, step)
      tell(parent, step)
    }
  }
  const needs = new Map<Step, ReadonlySet<Step>>()
  for (const step of access) {
    const { after, sides } = step
    const schema = after.schema === null ? null : identityOf('schema', after.schema)
    // The owner of a column's sequence is its table's.
    const column =
      after.kind === 'sequence' && after.ownedBy !== null ? sides.target.objects.get(after.ownedBy) : after
    const restsOn = [after.identity, schema, column?.parent ?? null]
    needs.set(
      step,
      new Set(restsOn.flatMap((identity) => (identity === null ? [] : (about.get(identity) ?? [])))),
    )
    tell(after.identity, step)
  }
  return needs
}
