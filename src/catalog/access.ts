/** Who owns an object and who may use it: read so that what is dropped and made again around a change gets it back. */

export interface Access {
  /** Null where it is the role that read the catalog, who will own what it makes. */
  readonly owner: string | null
  /** Null where nothing was ever granted or revoked: the defaults hold. The owner's own privileges are left out. */
  readonly grants: readonly Grant[] | null
}

export interface Grant {
  /** Null for `public`. */
  readonly role: string | null
  readonly privilege: string
  readonly grantable: boolean
  /** The column, where it is granted on one. */
  readonly column: string | null
}

export interface AccessRow {
  readonly class_id: number
  readonly object_id: number
  readonly owner: string | null
  readonly grants: readonly Grant[] | null
}

function grantsOf(acl: string, owner: string, column: string): string {
  return `select a.grantee, a.privilege_type, a.is_grantable, ${column} as column_name from aclexplode(${acl}) a where a.grantee <> ${owner}`
}

/** SQL: the grants of an `aclitem[]` (and of more, for columns) as JSON in a fixed order; null for null. */
function grantList(acl: string, owner: string, more = ''): string {
  return `(select coalesce(json_agg(json_build_object('role', case when g.grantee <> 0 then pg_get_userbyid(g.grantee) end,
      'privilege', lower(g.privilege_type), 'grantable', g.is_grantable, 'column', g.column_name)
      order by g.column_name nulls first, g.grantee, g.privilege_type), '[]')
    from (${grantsOf(acl, owner, 'null::text')}${more}) g)`
}

const columnGrants = `
  union all select a.grantee, a.privilege_type, a.is_grantable, t.attname::text from pg_attribute t, aclexplode(t.attacl) a
    where t.attrelid = c.oid and t.attacl is not null and not t.attisdropped`

/** The relations, routines and types of users whose access is not just the default. */
export const accessQuery = `
  select 'pg_class'::regclass::oid::int8::float8 as class_id, c.oid::int8::float8 as object_id,
    nullif(pg_get_userbyid(c.relowner), current_user)::text as owner,
    case when c.relacl is not null or exists (select from pg_attribute t where t.attrelid = c.oid and t.attacl is not null)
      then ${grantList('c.relacl', 'c.relowner', columnGrants)} end as grants
  from pg_class c where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and (c.relacl is not null or pg_get_userbyid(c.relowner) <> current_user
      or exists (select from pg_attribute t where t.attrelid = c.oid and t.attacl is not null))
  union all
  select 'pg_proc'::regclass::oid::int8::float8, p.oid::int8::float8, nullif(pg_get_userbyid(p.proowner), current_user)::text,
    case when p.proacl is not null then ${grantList('p.proacl', 'p.proowner')} end
  from pg_proc p where p.oid >= 16384 and (p.proacl is not null or pg_get_userbyid(p.proowner) <> current_user)
  union all
  select 'pg_type'::regclass::oid::int8::float8, t.oid::int8::float8, nullif(pg_get_userbyid(t.typowner), current_user)::text,
    case when t.typacl is not null then ${grantList('t.typacl', 't.typowner')} end
  from pg_type t where t.oid >= 16384 and t.typelem = 0 and (t.typacl is not null or pg_get_userbyid(t.typowner) <> current_user)`
