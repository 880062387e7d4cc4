/** What of a server shapes a schema that is built on a new database of it: where none of this has changed, the result is the same. */
import type { Session } from '../database/session.ts'
import { modelQuery } from './server-database.ts'

/** Settings that every connection has its own of, and that shape nothing. */
const ofNoEffect = ['application_name', 'lock_timeout', 'statement_timeout']

/** Also what `alter role` and `alter database` set of settings that no extension has declared yet. */
const settingsQuery = `
  select array_agg(setting order by setting) from (
    select name || '=' || coalesce(reset_val, '') from pg_settings
    where name not in (${ofNoEffect.map((name) => `'${name}'`).join(', ')})
    union all
    select s.setconfig::text from pg_db_role_setting s
    where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and s.setrole in (0, (select oid from pg_roles where rolname = current_user), (select oid from pg_roles where rolname = session_user))
  ) s (setting)`

const templateQuery = `select to_jsonb(d) - 'datfrozenxid' - 'datminmxid' from pg_database d where datname = 'template0'`

/** PostgreSQL reads the files of every extension for this. */
const extensionsQuery = `select array_agg(name || ' ' || coalesce(default_version, '') order by name) from pg_available_extensions`

const rolesQuery = `
  select coalesce(json_agg(json_build_object('name', rolname, 'always', oid < 16384 or rolname in (current_user, session_user),
    'facts', row(rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolbypassrls)::text,
    'memberOf', array(select row(pg_get_userbyid(m.roleid), to_jsonb(m) - 'oid')::text from pg_auth_members m where m.member = r.oid order by m.roleid, m.grantor),
    'groups', array(select pg_get_userbyid(m.roleid) from pg_auth_members m where m.member = r.oid))), '[]')
  from pg_roles r`

interface Role {
  readonly name: string
  readonly always: boolean
  readonly facts: string
  readonly memberOf: readonly string[]
  readonly groups: readonly string[]
}

export interface FactsOptions {
  /** Whether a role or tablespace may be meant by what is built: others do not count. */
  readonly mentions: (name: string) => boolean
  /** Whether extensions are installed: then what the server has of them counts. */
  readonly withExtensions: boolean
}

export interface ServerFacts {
  /** All of them, in one text. */
  readonly text: string
  /** The role may create databases. */
  readonly mayCreate: boolean
}

/**
 * The server's version, the database that a shadow is like, settings, roles, tablespaces, and the extensions that are to be had.
 *
 * @param session on the server where shadows are made, as the role that makes them
 */
export async function serverFacts(session: Session, options: FactsOptions): Promise<ServerFacts> {
  const { mentions, withExtensions } = options
  const [row] = await session.query<{
    fixed: string
    mayCreate: boolean
    roles: readonly Role[]
    tablespaces: readonly string[]
  }>(`
    select jsonb_build_array(version(), current_user, session_user, (select to_jsonb(model) - 'now' from (${modelQuery}) model),
      (${templateQuery}), (${settingsQuery}), ${withExtensions ? `(${extensionsQuery})` : 'null'})::text as fixed,
      (select rolsuper or rolcreatedb from pg_roles where rolname = current_user) as "mayCreate",
      (${rolesQuery}) as roles, array(select spcname::text from pg_tablespace order by 1) as tablespaces`)
  if (row === undefined) throw new Error('The server gave no facts.')
  const tablespaces = row.tablespaces.filter(mentions)
  const text = JSON.stringify([row.fixed, rolesThatCount(row.roles, mentions), tablespaces])
  return { text, mayCreate: row.mayCreate }
}

/** PostgreSQL's own roles, those that are mentioned, the one that builds, and all that these are members of. */
function rolesThatCount(roles: readonly Role[], mentions: (name: string) => boolean): readonly Role[] {
  const byName = new Map(roles.map((role) => [role.name, role]))
  const found = new Map<string, Role>()
  const visit = (role: Role | undefined): void => {
    if (role === undefined || found.has(role.name)) return
    found.set(role.name, role)
    for (const group of role.groups) visit(byName.get(group))
  }
  for (const role of roles) if (role.always || mentions(role.name)) visit(role)
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
