/** What a database holds beside the schema that a catalog describes and the rows of its tables: read, so that none of it is lost unseen. */
import type { Session } from '../../database/session.ts'

/** What there is → what it is like, both in words. */
export type BesideSchema = ReadonlyMap<string, string>

const OBJECT = (catalog: string, oid: string): string =>
  `(select i.type || ' ' || i.identity from pg_identify_object('${catalog}'::regclass, ${oid}, 0) i)`

/** @param kind of `acldefault` */
const ACCESS = (kind: string, acl: string, owner: string): string =>
  `array(select a::text from unnest(coalesce(${acl}, acldefault(${kind}, ${owner}))) a order by 1)::text`

const OWNER = (owner: string): string => `pg_get_userbyid(${owner})::text`

/** Catalogs whose objects have an owner alone. */
const owned = {
  pg_operator: 'oprowner',
  pg_opclass: 'opcowner',
  pg_opfamily: 'opfowner',
  pg_collation: 'collowner',
  pg_conversion: 'conowner',
  pg_ts_config: 'cfgowner',
  pg_ts_dict: 'dictowner',
  pg_statistic_ext: 'stxowner',
  pg_extension: 'extowner',
  pg_event_trigger: 'evtowner',
  pg_publication: 'pubowner',
}

/** Catalogs whose objects have an owner and privileges, with the letter by which `acldefault` knows them. */
const granted: readonly (readonly [string, string, string, string, string])[] = [
  [
    'pg_class',
    'relowner',
    'relacl',
    `case when relkind = 'S' then 's'::"char" else 'r'::"char" end`,
    `relkind in ('r', 'p', 'v', 'm', 'f', 'S') and relnamespace::regnamespace::text !~ '^pg_(toast|temp)'`,
  ],
  ['pg_proc', 'proowner', 'proacl', `'f'::"char"`, 'true'],
  [
    'pg_type',
    'typowner',
    'typacl',
    `'T'::"char"`,
    `typelem = 0 and (typrelid = 0 or exists (select from pg_class r where r.oid = typrelid and r.relkind = 'c'))`,
  ],
  ['pg_namespace', 'nspowner', 'nspacl', `'n'::"char"`, `nspname !~ '^pg_(toast|temp)'`],
  ['pg_language', 'lanowner', 'lanacl', `'l'::"char"`, 'true'],
  ['pg_foreign_data_wrapper', 'fdwowner', 'fdwacl', `'F'::"char"`, 'true'],
  ['pg_foreign_server', 'srvowner', 'srvacl', `'S'::"char"`, 'true'],
]

const queries: readonly string[] = [
  ...Object.entries(owned).map(
    ([catalog, owner]) =>
      `select 'owner of ' || ${OBJECT(catalog, 'o.oid')}, ${OWNER(owner)} from ${catalog} o where o.oid >= 16384`,
  ),
  ...granted.flatMap(([catalog, owner, acl, kind, condition]) => [
    `select 'owner of ' || ${OBJECT(catalog, 'o.oid')}, ${OWNER(owner)} from ${catalog} o where o.oid >= 16384 and ${condition}`,
    `select 'privileges on ' || ${OBJECT(catalog, 'o.oid')}, ${ACCESS(kind, acl, owner)}
     from ${catalog} o where (o.oid >= 16384 or ${acl} is not null) and ${condition}`,
  ]),
  `select 'privileges on column ' || a.attname || ' of ' || ${OBJECT('pg_class', 'a.attrelid')},
     array(select x::text from unnest(a.attacl) x order by 1)::text
   from pg_attribute a where a.attacl is not null and a.attacl <> '{}' and a.attrelid >= 16384 and not a.attisdropped`,
  `select 'default privileges of ' || ${OWNER('d.defaclrole')} || ' on ' || d.defaclobjtype::text || ' in ' ||
     case when d.defaclnamespace = 0 then 'all schemas' else d.defaclnamespace::regnamespace::text end,
     array(select x::text from unnest(d.defaclacl) x order by 1)::text
   from pg_default_acl d`,
  `select 'privileges on this database', ${ACCESS(`'d'::"char"`, 'd.datacl', 'd.datdba')} from pg_database d
   where d.datname = current_database()`,
  `select 'settings of this database' || case when s.setrole = 0 then '' else ' for ' || ${OWNER('s.setrole')} end, s.setconfig::text
   from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase where d.datname = current_database()`,
  `select 'security label on ' || l.objtype || ' ' || l.objname || ' by ' || l.provider, l.label from pg_seclabels l`,
  `select 'materialized view ' || c.oid::regclass::text, case when c.relispopulated then 'filled' else 'empty' end
   from pg_class c where c.relkind = 'm'`,
  `select 'large objects', count(*)::text from pg_largeobject_metadata`,
]

/** @param hidden tables whose sequences are left out: the ledger's */
export async function readBesideSchema(
  session: Session,
  hidden: readonly { readonly schema: string; readonly name: string }[],
): Promise<BesideSchema> {
  const rows = await session.query<{ what: string; value: string }>(
    `select what, value from (${queries.join('\nunion all\n')}) facts (what, value) where what is not null`,
  )
  const facts = new Map(rows.map(({ what, value }) => [what, value]))
  const sequences = await session.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and n.nspname !~ '^pg_' and not exists (
       select from pg_depend d join pg_class t on t.oid = d.refobjid join pg_namespace s on s.oid = t.relnamespace
       where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
         and (s.nspname::text, t.relname::text) in (select * from unnest($1::text[], $2::text[])))`,
    [hidden.map(({ schema }) => schema), hidden.map(({ name }) => name)],
  )
  for (const { name } of sequences) {
    const [row] = await session.query<{ value: string }>(
      `select last_value || case when is_called then ', taken' else ', next' end as value from ${name}`,
    )
    facts.set(`position of sequence ${name}`, row?.value ?? '')
  }
  return facts
}

/** What is different, in words, sorted. */
export function differingFacts(one: BesideSchema, other: BesideSchema): string[] {
  const all = new Set([...one.keys(), ...other.keys()])
  return [...all].filter((what) => one.get(what) !== other.get(what)).sort()
}
