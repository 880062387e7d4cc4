/** What can be granted on each kind of object, and what holds before anything was. */

import type { CatalogObject } from './kinds.ts'

/** How the words of `grant` group what has privileges. */
export type Grantable =
  | 'table'
  | 'sequence'
  | 'routine'
  | 'type'
  | 'schema'
  | 'foreign data wrapper'
  | 'server'
  | 'language'
  | 'large object'

/**
 * A role as a grant sees it. The owner of the object, whoever that is, and the role that reads the catalog have words of
 * their own: they are the same on a shadow database, where both may have another name.
 */
export type Role = 'owner' | 'public' | 'me' | `role:${string}`

export interface Grant {
  readonly role: Role
  /** Who granted it: mostly the owner. */
  readonly grantor: Role
  readonly privilege: string
  readonly grantable: boolean
  /** The column, where it is granted on one. */
  readonly column: string | null
}

/** In the order in which PostgreSQL prints them. */
const PRIVILEGES: Readonly<Record<Grantable, readonly string[]>> = {
  table: ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain'],
  sequence: ['usage', 'select', 'update'],
  routine: ['execute'],
  type: ['usage'],
  schema: ['usage', 'create'],
  'foreign data wrapper': ['usage'],
  server: ['usage'],
  language: ['usage'],
  'large object': ['select', 'update'],
}

/** What `public` has from the start (manual, section 5.8). */
const OF_PUBLIC: Partial<Readonly<Record<Grantable, string>>> = {
  routine: 'execute',
  type: 'usage',
  language: 'usage',
}

const KINDS: Readonly<Record<string, Grantable>> = {
  table: 'table',
  view: 'table',
  'materialized view': 'table',
  'foreign table': 'table',
  sequence: 'sequence',
  // The sequence of an identity column, which is a part of the column.
  column: 'sequence',
  function: 'routine',
  procedure: 'routine',
  aggregate: 'routine',
  enum: 'type',
  'range type': 'type',
  'composite type': 'type',
  domain: 'type',
  'base type': 'type',
  schema: 'schema',
  'foreign data wrapper': 'foreign data wrapper',
  server: 'server',
  language: 'language',
}

/** What an object is to `grant`; null where nothing can be granted on it. */
export function grantableOf(object: CatalogObject): Grantable | null {
  if (object.kind === 'column' && object.identityColumn === null) return null
  return KINDS[object.kind] ?? null
}

/**
 * Every privilege that there is.
 *
 * @param maintain whether tables have `maintain`: from PostgreSQL 17 on
 */
export function allPrivileges(what: Grantable, maintain: boolean): readonly string[] {
  const all = PRIVILEGES[what]
  return maintain ? all : all.filter((privilege) => privilege !== 'maintain')
}

const builtIn = new Map<string, readonly Grant[]>()

/** What holds where nothing was ever granted or revoked. */
export function builtInGrants(what: Grantable, maintain: boolean): readonly Grant[] {
  const key = `${what} ${maintain}`
  const known = builtIn.get(key) ?? makeBuiltIn(what, maintain)
  builtIn.set(key, known)
  return known
}

function makeBuiltIn(what: Grantable, maintain: boolean): readonly Grant[] {
  const grant = (role: Role, privilege: string): Grant => ({
    role,
    grantor: 'owner',
    privilege,
    grantable: false,
    column: null,
  })
  const ofPublic = OF_PUBLIC[what]
  return normalGrants([
    ...allPrivileges(what, maintain).map((privilege) => grant('owner', privilege)),
    ...(ofPublic === undefined ? [] : [grant('public', ofPublic)]),
  ])
}

/** What tells two grants apart, but for the grant option. */
export function keyOfGrant({ role, grantor, privilege, column }: Grant): string {
  return JSON.stringify([role, grantor, privilege, column])
}

const RANK = new Map(
  [...PRIVILEGES.table, 'usage', 'create', 'execute'].map((privilege, i) => [privilege, i] as const),
)

/** Grants in a fixed order, each once. */
export function normalGrants(grants: readonly Grant[]): readonly Grant[] {
  const merged = new Map<string, Grant>()
  for (const grant of grants) {
    const key = keyOfGrant(grant)
    const known = merged.get(key)
    merged.set(key, known === undefined || grant.grantable ? grant : known)
  }
  return [...merged.values()].sort(
    (a, b) =>
      order(a.role, b.role) ||
      order(a.grantor, b.grantor) ||
      order(a.column ?? '', b.column ?? '') ||
      (RANK.get(a.privilege) ?? 0) - (RANK.get(b.privilege) ?? 0),
  )
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Whether two lists of grants say the same; both in the order of `normalGrants`. */
export function sameGrants(a: readonly Grant[], b: readonly Grant[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const other = b[i]
      return other !== undefined && one.grantable === other.grantable && keyOfGrant(one) === keyOfGrant(other)
    })
  )
}

/** The same grants with roles that became known under another word. */
export function withRoles(grants: readonly Grant[], rename: (role: Role) => Role): readonly Grant[] {
  return normalGrants(
    grants.map((grant) => ({ ...grant, role: rename(grant.role), grantor: rename(grant.grantor) })),
  )
}
