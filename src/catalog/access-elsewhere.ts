/** The access of two catalogs that another role or another server read, put in the same words. */
import { type Access, accessIn, withOwner } from './access.ts'
import type { Catalog } from './catalog.ts'
import { type DefaultPrivileges, defaultPrivileges } from './default-privileges.ts'
import type { CatalogObject } from './kinds.ts'
import type { Identity } from './object.ts'
import { type Grant, normalGrants, type Role, withRoles } from './privileges.ts'

/**
 * A catalog in the words of the live database's reader: what belongs to its role belongs to the role that reads the shadow,
 * which may have another name, as both stand for whoever runs the revision.
 *
 * @param view.role who reads the live database
 * @param view.maintain whether all servers know the privilege; else it is left out
 */
export function seenBy(
  catalog: Catalog,
  view: { readonly role: string; readonly maintain: boolean },
): Catalog {
  const renamed = catalog.role === view.role ? catalog : withReader(catalog, view.role)
  return renamed.maintain === view.maintain ? renamed : withoutMaintain(renamed)
}

function withReader(catalog: Catalog, role: string): Catalog {
  const own: Role = `role:${role}`
  const known = (one: Role): Role => (one === own ? 'me' : one)
  const defaults = (one: DefaultPrivileges): DefaultPrivileges =>
    defaultPrivileges({
      ...one,
      role: one.role === role ? null : one.role,
      grants: withRoles(one.grants, (other) => (other === own && one.role === null ? 'owner' : known(other))),
    })
  const change = ({ owner, grants }: Access): Access =>
    withOwner({ owner, grants: withRoles(grants, known) }, owner === role ? null : owner)
  return {
    ...withObjects(catalog, { defaults, members: (grants) => withRoles(grants, known) }),
    access: mapped(catalog.access, change),
    accessOfPublic: change(catalog.accessOfPublic),
  }
}

function withoutMaintain(catalog: Catalog): Catalog {
  const without = (grants: readonly Grant[]): readonly Grant[] =>
    grants.filter(({ privilege }) => privilege !== 'maintain')
  const defaults = (one: DefaultPrivileges): DefaultPrivileges => ({ ...one, grants: without(one.grants) })
  const access = mapped(catalog.access, ({ owner, grants }) => ({ owner, grants: without(grants) }))
  return { ...withObjects(catalog, { defaults, members: without }), access, maintain: false }
}

function mapped(
  accesses: ReadonlyMap<Identity, Access>,
  change: (access: Access) => Access,
): ReadonlyMap<Identity, Access> {
  return new Map([...accesses].map(([identity, access]) => [identity, change(access)]))
}

/** A catalog whose objects that are privileges say them in other words. */
function withObjects(
  catalog: Catalog,
  {
    defaults,
    members,
  }: {
    readonly defaults: (one: DefaultPrivileges) => DefaultPrivileges
    readonly members: (grants: readonly Grant[]) => readonly Grant[]
  },
): Catalog {
  const changed = new Map(catalog.defaultPrivileges.map((one) => [one.identity, defaults(one)]))
  const renamed = (identity: Identity): Identity => changed.get(identity)?.identity ?? identity
  const inOtherWords = (object: CatalogObject): CatalogObject => {
    if (object.kind !== 'extension privileges') return changed.get(object.identity) ?? object
    return { ...object, grants: members(object.grants), initial: members(object.initial) }
  }
  return {
    ...catalog,
    objects: new Map(
      [...catalog.objects.values()].map((object) => {
        const now = inOtherWords(object)
        return [now.identity, now]
      }),
    ),
    dependencies: new Map([...catalog.dependencies].map(([identity, needs]) => [renamed(identity), needs])),
    defaultPrivileges: [...changed.values()],
  }
}

/**
 * A catalog that says of access what another says, wherever it is no part of the schema: so it does not differ, and what is
 * made again gets back what it had, on the way down too.
 */
export function keepingAccess(catalog: Catalog, from: Catalog): Catalog {
  const { owners, grants } = catalog.managed
  if (owners && grants) return catalog
  if (!owners && !grants)
    return { ...catalog, access: from.access, defaultPrivileges: from.defaultPrivileges }
  const access = new Map<Identity, Access>()
  for (const object of catalog.objects.values()) {
    const [own, other] = [accessIn(catalog, object), accessIn(from, object)]
    if (!catalog.access.has(object.identity) && !from.access.has(object.identity)) continue
    if (owners) access.set(object.identity, { owner: own.owner, grants: other.grants })
    else access.set(object.identity, grantsOnly(own, other))
  }
  return { ...catalog, access, defaultPrivileges: (grants ? catalog : from).defaultPrivileges }
}

/** What was declared, as if the object belonged to its owner: what that was granted is its own then, and what the reader was stays. */
function grantsOnly(own: Access, { owner, grants }: Access): Access {
  const declared = withOwner(own, owner).grants.filter(({ role }) => role !== 'me')
  const ofReader = grants.filter(({ role }) => role === 'me')
  return { owner, grants: normalGrants([...declared, ...ofReader]) }
}

/** The roles that a database must have so that the schema, as far as access is a part of it, can be made on it. */
export function rolesNamed({ objects, access, managed, defaultPrivileges }: Catalog): ReadonlySet<string> {
  const names = new Set<string>()
  const add = (name: string | null): void => {
    if (name !== null) names.add(name)
  }
  const addGrants = (grants: readonly Grant[]): void => {
    for (const { role, grantor } of grants)
      for (const one of [role, grantor]) if (one.startsWith('role:')) add(one.slice('role:'.length))
  }
  for (const [identity, { owner, grants }] of access) {
    if (!objects.has(identity)) continue
    if (managed.owners) add(owner)
    if (managed.grants) addGrants(grants)
  }
  for (const { identity, role, grants } of defaultPrivileges) {
    if (!objects.has(identity)) continue
    add(role)
    addGrants(grants)
  }
  for (const object of objects.values()) if (object.kind === 'extension privileges') addGrants(object.grants)
  return names
}
