/** Extended statistics. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  attributeNames,
  type KindReader,
  notOfExtension,
  withComment,
} from './reader.ts'
import { relationIdentity } from './relation.ts'

export interface Statistics extends ObjectBase {
  readonly kind: 'statistics'
  readonly schema: string
  /** The table, foreign table or materialized view. */
  readonly parent: Identity
  /** The relation as SQL names it. */
  readonly relation: string
  /** `ndistinct`, `dependencies`, `mcv`; empty where nothing may be said (a single expression). */
  readonly measures: readonly string[]
  /** Columns and expressions as PostgreSQL prints them: `a, b, lower(c)`; the columns by name, as their order in the table says nothing. */
  readonly on: string
  /** The columns that it is dropped with. */
  readonly columns: readonly Identity[]
  /** The statistics target; null for the server's default. */
  readonly target: number | null
}

interface StatisticsRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly table_kind: string
  readonly table_schema: string
  readonly table_name: string
  readonly relation: string
  readonly measures: readonly string[]
  readonly on_sql: string
  readonly columns: readonly string[]
  readonly quoted_columns: readonly string[]
  readonly target: number | null
}

const MEASURES: Readonly<Record<string, string>> = { d: 'ndistinct', f: 'dependencies', m: 'mcv' }

export const statisticsReader: KindReader<Statistics, StatisticsRow> = {
  kind: 'statistics',
  query: () => `
    select ${addressOf('pg_statistic_ext', 's.oid')}, n.nspname::text as schema, s.stxname::text as name,
      description.description as comment, c.relkind::text as table_kind, cn.nspname::text as table_schema,
      c.relname::text as table_name, c.oid::regclass::text as relation, s.stxkind::text[] as measures,
      pg_get_statisticsobjdef_columns(s.oid) as on_sql, ${attributeNames('s.stxrelid', 's.stxkeys', 0)} as columns,
      array(select quote_ident(column_name) from unnest(${attributeNames('s.stxrelid', 's.stxkeys', 0)}) column_name) as quoted_columns,
      nullif(s.stxstattarget, -1)::int4 as target
    from pg_statistic_ext s
    join pg_namespace n on n.oid = s.stxnamespace
    join pg_class c on c.oid = s.stxrelid
    join pg_namespace cn on cn.oid = c.relnamespace
    ${withComment('pg_statistic_ext', 's.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_statistic_ext', 's.oid')}
    order by n.nspname, s.stxname`,
  read: (row) => ({
    kind: 'statistics',
    identity: identityOf('statistics', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: relationIdentity(row.table_kind, row.table_schema, row.table_name),
    comment: row.comment,
    relation: row.relation,
    measures: row.measures.flatMap((measure) => MEASURES[measure] ?? []),
    on: sortedColumns(row),
    columns: row.columns.map((column) => identityOf('column', row.table_schema, row.table_name, column)),
    target: row.target,
  }),
}

/** PostgreSQL prints the columns first, in the order in which they stand in the table. */
function sortedColumns({ on_sql: on, quoted_columns: columns }: StatisticsRow): string {
  return `${[...columns].sort().join(', ')}${on.slice(columns.join(', ').length)}`
}
