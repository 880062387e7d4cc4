/** Materialized views; their indexes are objects of their own. */
import { viewQuery } from './expression.ts'
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'
import { type RelationColumn, relationColumns } from './relation-columns.ts'

/** How a column is stored and measured, where that is not as its type has it. */
export interface ColumnSettings {
  readonly name: string
  readonly storage: string
  /** The storage of its type. */
  readonly usualStorage: string
  /** Null for the server's default. */
  readonly compression: string | null
  /** The statistics target; -1 for the server's default. */
  readonly statistics: number
  /** As `name=value`. */
  readonly options: readonly string[]
}

export interface MaterializedView extends ObjectBase {
  readonly kind: 'materialized view'
  readonly schema: string
  /** The query as PostgreSQL prints it, without the final semicolon. */
  readonly query: string
  /** The query as it is compared. */
  readonly comparable: string
  readonly columns: readonly RelationColumn[]
  readonly columnSettings: readonly ColumnSettings[]
  readonly options: readonly string[]
  /** False where it was made `with no data` and never refreshed. */
  readonly populated: boolean
  readonly tablespace: string | null
  readonly accessMethod: string | null
}

export interface MaterializedViewRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly query: string
  readonly pretty_query: string
  readonly columns: readonly RelationColumn[]
  readonly column_settings: readonly ColumnSettings[]
  readonly options: readonly string[] | null
  readonly populated: boolean
  readonly tablespace: string | null
  readonly access_method: string | null
}

export const materializedViewReader: KindReader<MaterializedView, MaterializedViewRow> = {
  kind: 'materialized view',
  query: () => `
    select ${addressOf('pg_class', 'c.oid')}, n.nspname::text as schema, c.relname::text as name,
      description.description as comment, pg_get_viewdef(c.oid) as query, pg_get_viewdef(c.oid, true) as pretty_query, ${relationColumns('c.oid')} as columns, (${columnSettings('c.oid')}) as column_settings,
      c.reloptions as options, c.relispopulated as populated, tablespace.spcname::text as tablespace,
      case when am.amname <> current_setting('default_table_access_method') then am.amname::text end as access_method
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_am am on am.oid = c.relam
    left join pg_tablespace tablespace on tablespace.oid = c.reltablespace
    ${withComment('pg_class', 'c.oid')}
    where c.relkind = 'm' and n.nspname = any ($1) and ${notOfExtension('pg_class', 'c.oid')}
    order by c.oid`,
  read: (row) => ({
    kind: 'materialized view',
    identity: identityOf('materialized view', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    ...viewQuery(row.query, row.pretty_query),
    columns: row.columns,
    columnSettings: row.column_settings,
    options: row.options ?? [],
    populated: row.populated,
    tablespace: row.tablespace,
    accessMethod: row.access_method,
  }),
}

/** SQL: the `ColumnSettings` of a relation's columns as a JSON array. */
function columnSettings(oid: string): string {
  const storage = (letter: string): string =>
    `case ${letter} when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end`
  return `select coalesce(json_agg(json_build_object('name', a.attname, 'storage', ${storage('a.attstorage')}, 'usualStorage', ${storage('t.typstorage')},
        'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end, 'statistics', coalesce(a.attstattarget, -1),
        'options', coalesce(a.attoptions, '{}')) order by a.attnum), '[]')
      from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = ${oid} and a.attnum > 0 and not a.attisdropped
        and (a.attstorage <> t.typstorage or a.attcompression <> '' or coalesce(a.attstattarget, -1) <> -1 or a.attoptions is not null)`
}
