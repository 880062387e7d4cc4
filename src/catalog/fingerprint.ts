/** What tells whether a database would be read as it was, computed by the server from its bare catalogs: no row travels. */
import type { Row } from '../database/session.ts'

/** What `pg_class` says beside how large a table is and where its rows lie, which change without a change of the schema. */
const classColumns = [
  ...['oid', 'relname', 'relnamespace', 'reltype', 'reloftype', 'relowner', 'relam', 'reltablespace'],
  ...['relpersistence', 'relkind', 'relnatts', 'relrowsecurity', 'relforcerowsecurity', 'relispopulated'],
  ...['relreplident', 'relispartition', 'relacl', 'reloptions', 'relpartbound'],
].join(', ')

const ofUsers = 'where oid >= 16384'

/**
 * The catalogs that any reader asks, by the rows of them that users can change. An expression is there as PostgreSQL's tree of
 * nodes, a name as the number of what bears it, whose name is in another of these rows; so as long as none of them changes,
 * nothing is printed otherwise. A temporary table of another session makes a difference that is none, and costs a reading.
 */
const rowsOf: Readonly<Record<string, string>> = {
  pg_aggregate: 'where aggfnoid >= 16384',
  pg_am: '',
  pg_amop: ofUsers,
  pg_amproc: ofUsers,
  pg_attrdef: ofUsers,
  pg_attribute: 'where attrelid >= 16384',
  pg_cast: '',
  pg_class: ofUsers,
  pg_collation: ofUsers,
  pg_constraint: ofUsers,
  pg_conversion: ofUsers,
  pg_default_acl: '',
  pg_depend: 'where objid >= 16384 or refobjid >= 16384',
  pg_description: `where objoid >= 16384 or classoid in ('pg_namespace'::regclass, 'pg_language'::regclass, 'pg_extension'::regclass)`,
  pg_enum: ofUsers,
  pg_event_trigger: '',
  pg_extension: '',
  pg_foreign_data_wrapper: '',
  pg_foreign_server: '',
  pg_foreign_table: '',
  pg_index: 'where indexrelid >= 16384',
  pg_inherits: '',
  pg_init_privs: '',
  pg_language: '',
  pg_namespace: '',
  pg_opclass: ofUsers,
  pg_operator: ofUsers,
  pg_opfamily: ofUsers,
  pg_partitioned_table: '',
  pg_policy: '',
  pg_proc: ofUsers,
  pg_publication: '',
  pg_publication_namespace: '',
  pg_publication_rel: '',
  pg_range: 'where rngtypid >= 16384',
  pg_rewrite: ofUsers,
  pg_sequence: '',
  pg_statistic_ext: '',
  pg_tablespace: '',
  pg_transform: '',
  pg_trigger: ofUsers,
  pg_ts_config: '',
  pg_ts_config_map: '',
  pg_ts_dict: '',
  pg_ts_parser: '',
  pg_ts_template: '',
  pg_type: ofUsers,
  pg_user_mappings: '',
}

/** Since which version a catalog is there. */
const since: Readonly<Record<string, number>> = { pg_publication_namespace: 150000 }

/** The catalogs whose rows are part of a fingerprint. */
export const fingerprintedCatalogs: readonly string[] = Object.keys(rowsOf)

/** The roles that the database knows; those of other databases come and go. */
const roleQuery = `
  select oid, rolname from pg_roles where oid = 10 or rolname = current_user or oid in (
    select refobjid from pg_shdepend where refclassid = 'pg_authid'::regclass
      and dbid = (select oid from pg_database where datname = current_database()))`

/** What else decides how PostgreSQL prints values and names, and what it leaves out as the default. */
export const fingerprintedSettings = [
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'extra_float_digits',
  'bytea_output',
  'xmlbinary',
  'xmloption',
  'quote_all_identifiers',
  'lc_monetary',
  'standard_conforming_strings',
  'search_path',
  'server_encoding',
  'default_table_access_method',
]

const settingQuery = `select current_user, version(), ${fingerprintedSettings.map((name) => `current_setting('${name}')`).join(', ')}`

/**
 * SQL whose answers `fingerprintOf` takes.
 *
 * @param serverVersion as 150000
 * @param more queries whose rows depend on what is in no catalog
 */
export function fingerprintQueries(serverVersion: number, more: readonly string[]): string[] {
  const catalogs = Object.entries(rowsOf).flatMap(([name, rows]) =>
    serverVersion < (since[name] ?? 0)
      ? []
      : [`select ${name === 'pg_class' ? classColumns : '*'} from ${name} ${rows}`],
  )
  return [...catalogs, roleQuery, settingQuery, ...more].map(digestQuery)
}

/**
 * SQL: one row that stands for all rows of a query, in whatever order they come: how many they are, and the sums of two hashes
 * of each. `offset 0` keeps the planner from printing every row twice.
 */
function digestQuery(query: string): string {
  return `select count(*)::text as rows, sum(hashtextextended(printed, 0))::text as first, sum(hashtextextended(printed, 1))::text as second
    from (select t::text collate "C" as printed from (${query}) t offset 0) printed_rows`
}

/** The answers, as one text. */
export function fingerprintOf(digests: readonly (readonly Row[])[]): string {
  return digests
    .flat()
    .map(({ rows, first, second }) => `${rows}:${first}:${second}`)
    .join(' ')
}
