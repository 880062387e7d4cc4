/** Default privileges: what a role grants on everything that it makes from then on. */
import { grantList } from './access.ts'
import { identityOf, type ObjectBase } from './object.ts'
import { type Grant, type Grantable, normalGrants } from './privileges.ts'
import { type AddressedRow, addressOf, type KindReader } from './reader.ts'

export interface DefaultPrivileges extends ObjectBase {
  readonly kind: 'default privileges'
  /** Whose new objects; null for the role that reads the catalog. */
  readonly role: string | null
  readonly what: Grantable
  /** Within a schema these come on top of those for all schemas, which take the place of the built-in ones. */
  readonly grants: readonly Grant[]
}

export interface DefaultPrivilegesRow extends AddressedRow {
  readonly schema: string | null
  readonly role: string | null
  readonly type: string
  readonly grants: readonly Grant[]
}

const TYPES: Readonly<Record<string, Grantable>> = {
  r: 'table',
  S: 'sequence',
  f: 'routine',
  T: 'type',
  n: 'schema',
  L: 'large object',
}

/** What `alter default privileges … on` calls them. */
const WORDS: Partial<Readonly<Record<Grantable, string>>> = { routine: 'functions' }

/** `tables`, `functions` … */
export function pluralOf(what: Grantable): string {
  return WORDS[what] ?? `${what}s`
}

export function defaultPrivileges(
  said: Pick<DefaultPrivileges, 'role' | 'schema' | 'what' | 'grants'>,
): DefaultPrivileges {
  const plural = pluralOf(said.what)
  const name = said.role === null ? plural : `${plural} of ${said.role}`
  return {
    ...said,
    kind: 'default privileges',
    identity: identityOf('default privileges', said.schema, name),
    name,
    parent: null,
    comment: null,
  }
}

export const defaultPrivilegesReader: KindReader<DefaultPrivileges, DefaultPrivilegesRow> = {
  kind: 'default privileges',
  query: () => `
    select ${addressOf('pg_default_acl', 'd.oid')}, n.nspname::text as schema, d.defaclobjtype::text as type,
      nullif(pg_get_userbyid(d.defaclrole), current_user)::text as role, ${grantList('d.defaclacl', 'd.defaclrole')} as grants
    from pg_default_acl d
    left join pg_namespace n on n.oid = d.defaclnamespace
    where d.defaclnamespace = 0 or n.nspname = any ($1)
    order by d.oid`,
  read: ({ schema, role, type, grants }) =>
    defaultPrivileges({ schema, role, what: TYPES[type] ?? 'table', grants: normalGrants(grants) }),
}
