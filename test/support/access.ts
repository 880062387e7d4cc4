/** Owners and privileges in tests: roles of a test, schemas that say who may do what, and what PostgreSQL makes of them. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import type { ManagedAccess } from '../../src/catalog/access.ts'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { readCatalog } from '../../src/catalog/read.ts'
import type { Session } from '../../src/database/session.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { reportChanges } from '../../src/diff/report.ts'
import { codeOf, plan, run, scope, withSession } from './schemas.ts'

/** Roles `reader`, `writer` and `keeper` of a file of tests: a role belongs to the whole server, so their real names are unique. */
export function useRoles(): {
  readonly named: (sql: string) => string
  readonly plain: (text: string) => string
} {
  const suffix = `_${randomBytes(5).toString('hex')}`
  const names = ['reader', 'writer', 'keeper'] as const
  const onServer = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: inject('serverUrl'), application_name: 'dbmig tests' })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  beforeAll(() => onServer(names.map((name) => `create role ${name}${suffix}`).join(';')))
  afterAll(() => onServer(names.map((name) => `drop role ${name}${suffix}`).join(';')))
  return {
    named: (sql) => sql.replace(/\b(reader|writer|keeper)\b/g, `$1${suffix}`),
    plain: (text) => text.replaceAll(suffix, ''),
  }
}

const all: ManagedAccess = { owners: true, grants: true }

export async function catalogWithAccess(session: Session, managed = all): Promise<Catalog> {
  return { ...(await readCatalog(session, scope)), managed }
}

/** Who owns what and who may do what, from PostgreSQL's own catalogs alone. */
export async function accessFacts(session: Session): Promise<string[]> {
  const rows = await session.query<{ fact: string }>(`
    with acl (what, acl, builtin, owner) as (
      select 'relation ' || c.oid::regclass, c.relacl, acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner), c.relowner
        from pg_class c where c.oid >= 16384 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      union all select 'column ' || a.attrelid::regclass || '.' || a.attname, a.attacl, null, null from pg_attribute a
        where a.attacl is not null and a.attrelid >= 16384 and not a.attisdropped
      union all select 'routine ' || p.oid::regprocedure, p.proacl, acldefault('f', p.proowner), p.proowner from pg_proc p
        where p.oid >= 16384 and not exists (select from pg_depend x where x.classid = 'pg_proc'::regclass and x.objid = p.oid and x.deptype = 'i')
      union all select 'type ' || t.oid::regtype, t.typacl, acldefault('T', t.typowner), t.typowner from pg_type t
        where t.oid >= 16384 and t.typelem = 0 and t.typrelid = 0 and t.typtype <> 'm'
      union all select 'schema ' || n.nspname, n.nspacl, acldefault('n', n.nspowner), n.nspowner from pg_namespace n
        where n.oid >= 16384 and n.nspname !~ '^pg_' or n.nspname = 'public'
      union all select 'wrapper ' || w.fdwname, w.fdwacl, acldefault('F', w.fdwowner), w.fdwowner from pg_foreign_data_wrapper w
      union all select 'server ' || s.srvname, s.srvacl, acldefault('S', s.srvowner), s.srvowner from pg_foreign_server s
      union all select 'defaults ' || d.defaclrole::regrole || coalesce(' in ' || n.nspname, '') || ' ' || d.defaclobjtype::text, d.defaclacl, null, null
        from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace)
    select what || ' ' || coalesce(owner::regrole::text, '') || ' ' ||
      coalesce((select string_agg(a::text, ' ' order by a::text) from unnest(coalesce(acl, builtin)) a), '') as fact from acl
    union all select 'operator ' || o.oid::regoperator || ' ' || o.oprowner::regrole from pg_operator o where o.oid >= 16384
    union all select 'collation ' || o.collname || ' ' || o.collowner::regrole from pg_collation o where o.oid >= 16384
    union all select 'statistics ' || o.stxname || ' ' || o.stxowner::regrole from pg_statistic_ext o
    union all select 'publication ' || o.pubname || ' ' || o.pubowner::regrole from pg_publication o
    union all select 'event trigger ' || o.evtname || ' ' || o.evtowner::regrole from pg_event_trigger o
    union all select 'dictionary ' || o.dictname || ' ' || o.dictowner::regrole from pg_ts_dict o where o.oid >= 16384
    union all select 'configuration ' || o.cfgname || ' ' || o.cfgowner::regrole from pg_ts_config o where o.oid >= 16384
    union all select 'class ' || o.opcname || ' ' || o.opcowner::regrole from pg_opclass o where o.oid >= 16384
    union all select 'family ' || o.opfname || ' ' || o.opfowner::regrole from pg_opfamily o where o.oid >= 16384
    order by 1`)
  return rows.map(({ fact }) => fact)
}

export interface AccessTrip {
  readonly up: string
  readonly down: string
  readonly changes: readonly string[]
}

/** Takes a database from one state to the other and back, and holds PostgreSQL's own account of access to both. */
export async function accessTrip(before: string, after: string, managed = all): Promise<AccessTrip> {
  const { target, wanted } = await withSession(async (session) => {
    await session.execute(after)
    return { target: await catalogWithAccess(session, managed), wanted: await accessFacts(session) }
  })
  return withSession(async (session) => {
    await session.execute(before)
    const [live, had] = [await catalogWithAccess(session, managed), await accessFacts(session)]
    const [up, down] = [plan({ live, target }), plan({ live: target, target: live })]
    await run(up, session)
    expect(await accessFacts(session)).toEqual(wanted)
    const there = await catalogWithAccess(session, managed)
    expect(reportChanges(compareCatalogs({ live: there, target }))).toEqual([])
    await run(down, session)
    expect(await accessFacts(session)).toEqual(had)
    const back = await catalogWithAccess(session, managed)
    expect(reportChanges(compareCatalogs({ live: back, target: live }))).toEqual([])
    const changes = reportChanges(compareCatalogs({ live, target })).map(({ summary }) => summary)
    return { up: codeOf(up), down: codeOf(down), changes }
  })
}
