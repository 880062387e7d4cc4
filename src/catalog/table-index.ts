/** Indexes that stand on their own; the index of a constraint is part of the constraint. */
import {
  type Attachment,
  type AttachmentRow,
  attachmentColumns,
  joinAttachment,
  readAttachment,
} from './attachment.ts'
import { readableExpression, stableLists } from './expression.ts'
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  indexStatistics,
  type KindReader,
  notOfExtension,
  trueOrNull,
  withComment,
} from './reader.ts'

/** One key of an index, as `create index` would say it. */
export interface IndexKey {
  /** The plain column's name, or null for an expression. */
  readonly column: string | null
  /** The column or expression as PostgreSQL prints it. */
  readonly sql: string
  readonly descending: boolean
  readonly nullsFirst: boolean
  /** Collation, operator class and its options in SQL where they are not the defaults, else null. */
  readonly extras: string | null
}

export interface TableIndex extends ObjectBase {
  readonly kind: 'index'
  readonly schema: string
  /** The table or materialized view. */
  readonly parent: Identity
  readonly table: string
  readonly definition: string
  readonly unique: boolean
  readonly method: string
  readonly keys: readonly IndexKey[]
  readonly include: readonly string[]
  readonly predicate: string | null
  readonly nullsNotDistinct: boolean
  /** Storage parameters as `name=value`. */
  readonly options: readonly string[]
  readonly tablespace: string | null
  /** False for what a broken `create index concurrently` left behind, and where a partition has no such index. */
  readonly valid: boolean
  /** Of a partitioned table. */
  readonly partitioned: boolean
  /** Of a partition's index: the partitioned table's index that it is a part of. */
  readonly attached: Attachment | null
  /** `alter table … cluster on` names it. */
  readonly clustered: boolean
  /** Statistics targets of expression columns: `[column number, target]`. */
  readonly statistics: readonly string[]
}

/** The column's name or null, the SQL of the key, its collation and operator class, and its bits of `pg_index.indoption`: 1 is DESC, 2 is NULLS FIRST. */
type KeyRow = readonly [column: string | null, sql: string, extras: string, options: number]

export interface IndexRow extends AddressedRow, AttachmentRow {
  readonly schema: string
  readonly table_name: string
  readonly table_kind: string
  readonly name: string
  readonly comment: string | null
  readonly definition: string
  readonly unique: true | null
  readonly method: string
  readonly keys: readonly KeyRow[]
  readonly include: readonly string[] | null
  readonly predicate: string | null
  readonly pretty_predicate: string | null
  readonly nulls_not_distinct: true | null
  readonly options: readonly string[] | null
  readonly tablespace: string | null
  readonly valid: boolean
  readonly partitioned: true | null
  readonly clustered: true | null
  readonly statistics: readonly string[] | null
}

export const tableIndexReader: KindReader<TableIndex, IndexRow> = {
  kind: 'index',
  query: (serverVersion) => `
    select ${addressOf('pg_class', 'i.oid')}, n.nspname::text as schema, c.relname::text as table_name, c.relkind::text as table_kind,
      i.relname::text as name, description.description as comment, pg_get_indexdef(i.oid) as definition,
      ${trueOrNull('x.indisunique')} as unique, am.amname::text as method, key.keys,
      case when x.indnatts > x.indnkeyatts then
        array(select a.attname::text from pg_attribute a where a.attrelid = i.oid and a.attnum > x.indnkeyatts order by a.attnum) end as include,
      pg_get_expr(x.indpred, x.indrelid) as predicate, pg_get_expr(x.indpred, x.indrelid, true) as pretty_predicate,
      ${serverVersion >= 150000 ? trueOrNull('x.indnullsnotdistinct') : 'null::boolean'} as nulls_not_distinct,
      i.reloptions as options, tablespace.spcname::text as tablespace, x.indisvalid or i.relkind = 'I' and not exists (select from pg_inherits part where part.inhparent = c.oid) as valid, ${trueOrNull("i.relkind = 'I'")} as partitioned, ${trueOrNull('x.indisclustered')} as clustered,
      ${attachmentColumns('i.oid')},
      case when x.indexprs is not null then (${indexStatistics('i.oid')}) end as statistics
    from pg_index x
    join pg_class i on i.oid = x.indexrelid
    join pg_class c on c.oid = x.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_am am on am.oid = i.relam
    left join pg_tablespace tablespace on tablespace.oid = i.reltablespace
    ${joinAttachment('i.oid')}
    cross join lateral (
      select json_agg(json_build_array(
        ca.attname, case when ca.attname is null then pg_get_indexdef(i.oid, k.place::int4, true) else quote_ident(ca.attname) end,
        concat_ws(' ',
          case when x.indcollation[k.place - 1] <> 0 and x.indcollation[k.place - 1] is distinct from coalesce(ca.attcollation, et.typcollation)
            then 'collate ' || x.indcollation[k.place - 1]::regcollation::text end,
          case when not oc.opcdefault or ia.attoptions is not null then
            case when pg_opclass_is_visible(oc.oid) then quote_ident(oc.opcname) else quote_ident(ocn.nspname) || '.' || quote_ident(oc.opcname) end
            || coalesce(' (' || (select string_agg(split_part(o, '=', 1) || ' = ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ') from unnest(ia.attoptions) o) || ')', '') end
        ), x.indoption[k.place - 1]) order by k.place) as keys
      from unnest(x.indkey) with ordinality as k(number, place)
      join pg_attribute ia on ia.attrelid = i.oid and ia.attnum = k.place
      join pg_type et on et.oid = ia.atttypid
      left join pg_attribute ca on ca.attrelid = c.oid and ca.attnum = k.number and k.number > 0
      left join pg_opclass oc on oc.oid = x.indclass[k.place - 1]
      left join pg_namespace ocn on ocn.oid = oc.opcnamespace
      where k.place <= x.indnkeyatts
    ) key
    ${withComment('pg_class', 'i.oid')}
    where c.relkind in ('r', 'p', 'm') and n.nspname = any ($1)
      and not exists (select from pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x'))
      and ${notOfExtension('pg_class', 'c.oid')} and ${notOfExtension('pg_class', 'i.oid')}
    order by c.oid, i.relname`,
  read: (row) => ({
    kind: 'index',
    identity: identityOf('index', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: identityOf(row.table_kind === 'm' ? 'materialized view' : 'table', row.schema, row.table_name),
    table: row.table_name,
    comment: row.comment,
    definition: stableLists(row.definition),
    unique: row.unique ?? false,
    method: row.method,
    keys: row.keys.map(([column, sql, extras, options]) => ({
      column,
      sql,
      descending: (options & 1) === 1,
      nullsFirst: (options & 2) === 2,
      extras: extras || null,
    })),
    include: row.include ?? [],
    predicate:
      row.predicate === null
        ? null
        : readableExpression(row.predicate, row.pretty_predicate ?? row.predicate),
    nullsNotDistinct: row.nulls_not_distinct ?? false,
    options: row.options ?? [],
    tablespace: row.tablespace,
    valid: row.valid,
    partitioned: row.partitioned ?? false,
    attached: readAttachment(row, row.name, row.table_name, 'idx'),
    clustered: row.clustered ?? false,
    statistics: row.statistics ?? [],
  }),
}
