/** Who owns an object and who may use it: as PostgreSQL keeps it, in words that mean the same on every server. */
import type { Catalog } from './catalog.ts'
import type { DefaultPrivileges } from './default-privileges.ts'
import type { CatalogObject } from './kinds.ts'
import { builtInGrants, type Grant, grantableOf, normalGrants, type Role, withRoles } from './privileges.ts'

export interface Access {
  /** Null where it is the role that read the catalog, who owns what it makes. */
  readonly owner: string | null
  /** All of them, the owner's own included, in the order of `normalGrants`. Those on columns stand with their table. */
  readonly grants: readonly Grant[]
}

/** What of it is a part of the schema, so that it is compared; of the rest only what is made again keeps what it had. */
export interface ManagedAccess {
  readonly owners: boolean
  readonly grants: boolean
}

export interface AccessRow {
  readonly class_id: number
  readonly object_id: number
  readonly sub_id: number
  readonly owner: string | null
  /** Null where nothing was ever granted or revoked. */
  readonly grants: readonly Grant[] | null
}

/** SQL: the word for a role by its oid. */
function roleWord(oid: string, owner: string): string {
  return `case when ${oid} = 0 then 'public' when ${oid} = ${owner} then 'owner'
    when pg_get_userbyid(${oid}) = current_user then 'me' else 'role:' || pg_get_userbyid(${oid}) end`
}

/** SQL: the grants of an `aclitem[]` (and of more, for columns) as JSON. */
export function grantList(acl: string, owner: string, columns = ''): string {
  return `(select coalesce(json_agg(json_build_object('role', ${roleWord('g.grantee', owner)}, 'grantor', ${roleWord('g.grantor', owner)},
      'privilege', lower(g.privilege_type), 'grantable', g.is_grantable, 'column', g.column_name)), '[]')
    from (select a.grantee, a.grantor, a.privilege_type, a.is_grantable, null::text as column_name from aclexplode(${acl}) a
      ${columns === '' ? '' : `union all ${columns}`}) g)`
}

/** Where only columns have grants, the relation's own are those that it came with. */
const RELATION_GRANTS = `coalesce(c.relacl, acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner))`

const COLUMN_GRANTS = `
  select a.grantee, a.grantor, a.privilege_type, a.is_grantable, t.attname::text from pg_attribute t, aclexplode(t.attacl) a
  where t.attrelid = c.oid and t.attacl is not null and not t.attisdropped`

const HAS_COLUMN_GRANTS =
  'exists (select from pg_attribute t where t.attrelid = c.oid and t.attacl is not null)'

const NO_GRANTS = 'null::json'

/** Catalogs whose objects have an owner, and those that have privileges: the columns of both, and which objects. */
const OWNED: readonly (readonly [catalog: string, owner: string, acl: string | null, which?: string])[] = [
  // In it lies what no database is without: its access is compared with that of a new database.
  ['pg_namespace', 'nspowner', 'nspacl', `o.oid >= 16384 or o.nspname = 'public'`],
  ['pg_proc', 'proowner', 'proacl'],
  ['pg_type', 'typowner', 'typacl', `o.oid >= 16384 and o.typelem = 0`],
  ['pg_foreign_data_wrapper', 'fdwowner', 'fdwacl'],
  ['pg_foreign_server', 'srvowner', 'srvacl'],
  ['pg_language', 'lanowner', 'lanacl'],
  ['pg_collation', 'collowner', null],
  ['pg_conversion', 'conowner', null],
  ['pg_operator', 'oprowner', null],
  ['pg_opclass', 'opcowner', null],
  ['pg_opfamily', 'opfowner', null],
  ['pg_ts_dict', 'dictowner', null],
  ['pg_ts_config', 'cfgowner', null],
  ['pg_statistic_ext', 'stxowner', null],
  ['pg_publication', 'pubowner', null],
  ['pg_event_trigger', 'evtowner', null],
]

function owner(column: string): string {
  return `nullif(pg_get_userbyid(${column}), current_user)::text as owner`
}

const relations = `
  select 'pg_class'::regclass::oid::int8::float8 as class_id, coalesce(d.refobjid, c.oid)::int8::float8 as object_id,
    coalesce(d.refobjsubid, 0)::int4 as sub_id, ${owner('c.relowner')},
    case when c.relacl is not null or ${HAS_COLUMN_GRANTS} then ${grantList(RELATION_GRANTS, 'c.relowner', COLUMN_GRANTS)} end as grants
  from pg_class c
  left join pg_depend d on c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
  where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and (c.relacl is not null or pg_get_userbyid(c.relowner) <> current_user or ${HAS_COLUMN_GRANTS})`

/** The objects of users whose access is not just the default; the sequence of an identity column as that column. */
export const accessQuery = [
  relations,
  ...OWNED.map(
    ([catalog, column, acl, which = 'o.oid >= 16384']) => `
  select '${catalog}'::regclass::oid::int8::float8, o.oid::int8::float8, 0, ${owner(`o.${column}`)},
    ${acl === null ? NO_GRANTS : `case when o.${acl} is not null then ${grantList(`o.${acl}`, `o.${column}`)} end`}
  from ${catalog} o where (${which})
    and (${acl === null ? '' : `o.${acl} is not null or `}pg_get_userbyid(o.${column}) <> current_user
      ${catalog === 'pg_namespace' ? `or o.nspname = 'public'` : ''})`,
  ),
].join('\n  union all')

/** The role that reads, and the one that owns a new database's schema `public`: since PostgreSQL 15 the database's owner. */
export const rolesQuery = `
  select current_user::text as role, case when current_setting('server_version_num')::int >= 150000 then 'pg_database_owner'
    else nullif(pg_get_userbyid(10), current_user)::text end as owner_of_public`

export interface RolesRow {
  readonly role: string
  readonly owner_of_public: string | null
}

/** What a new database says about its schema `public`. */
export function publicAccess(serverVersion: number, owner: string | null): Access {
  const privileges = serverVersion >= 150000 ? ['usage'] : ['usage', 'create']
  const ofPublic = privileges.map(
    (privilege): Grant => ({ role: 'public', grantor: 'owner', privilege, grantable: false, column: null }),
  )
  return { owner, grants: normalGrants([...builtInGrants('schema', false), ...ofPublic]) }
}

/** A row as an object's access. */
export function accessOf({ owner, grants }: AccessRow, object: CatalogObject, maintain: boolean): Access {
  const what = grantableOf(object)
  const builtIn = what === null ? [] : builtInGrants(what, maintain)
  return { owner, grants: grants === null ? builtIn : normalGrants(grants) }
}

/** Who owns an object of the catalog, and who may use it. */
export function accessIn(catalog: Catalog, object: CatalogObject): Access {
  const known = catalog.access.get(object.identity)
  if (known !== undefined) return known
  const what = grantableOf(object)
  return { owner: null, grants: what === null ? [] : builtInGrants(what, catalog.maintain) }
}

/**
 * What PostgreSQL gives a new object, where default privileges are in force.
 *
 * @param owner whose it is from the start: the role that makes it, or for a column's sequence the owner of the table
 */
export function accessOfNew(
  object: CatalogObject,
  owner: string | null,
  catalog: Catalog,
  inForce: readonly DefaultPrivileges[],
): Access {
  const what = grantableOf(object)
  if (what === null) return { owner, grants: [] }
  const own = inForce.filter((one) => one.role === owner && one.what === what)
  const everywhere = own.find((one) => one.schema === null)?.grants ?? builtInGrants(what, catalog.maintain)
  const here = own.find((one) => one.schema !== null && one.schema === object.schema)?.grants ?? []
  return { owner, grants: here.length === 0 ? everywhere : normalGrants([...everywhere, ...here]) }
}

/** The access with another owner: `alter … owner to` turns what the new one was granted into the owner's own. */
export function withOwner({ grants }: Access, owner: string | null): Access {
  const own: Role = owner === null ? 'me' : `role:${owner}`
  return { owner, grants: withRoles(grants, (role) => (role === own ? 'owner' : role)) }
}
