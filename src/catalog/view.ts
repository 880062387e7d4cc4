/** Views. */
import { viewQuery } from './expression.ts'
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'
import { type RelationColumn, relationColumns } from './relation-columns.ts'

export interface View extends ObjectBase {
  readonly kind: 'view'
  readonly schema: string
  /** The query as PostgreSQL prints it, without the final semicolon. */
  readonly query: string
  /** The query as it is compared. */
  readonly comparable: string
  readonly columns: readonly RelationColumn[]
  /** `security_invoker=true`, `check_option=local` … */
  readonly options: readonly string[]
  /** Column defaults set by `alter view … alter column … set default`, as `[column, expression]`. */
  readonly defaults: readonly (readonly [string, string])[]
}

export interface ViewRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly query: string
  readonly pretty_query: string
  readonly columns: readonly RelationColumn[]
  readonly options: readonly string[] | null
  readonly defaults: readonly (readonly [string, string])[]
}

export const viewReader: KindReader<View, ViewRow> = {
  kind: 'view',
  query: () => `
    select ${addressOf('pg_class', 'c.oid')}, n.nspname::text as schema, c.relname::text as name,
      description.description as comment, pg_get_viewdef(c.oid) as query, pg_get_viewdef(c.oid, true) as pretty_query, ${relationColumns('c.oid')} as columns,
      c.reloptions as options,
      (select coalesce(json_agg(json_build_array(a.attname, pg_get_expr(d.adbin, d.adrelid)) order by a.attnum), '[]')
        from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum where d.adrelid = c.oid) as defaults
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    ${withComment('pg_class', 'c.oid')}
    where c.relkind = 'v' and n.nspname = any ($1) and ${notOfExtension('pg_class', 'c.oid')}
    order by c.oid`,
  read: (row) => ({
    kind: 'view',
    identity: identityOf('view', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    ...viewQuery(row.query, row.pretty_query),
    columns: row.columns,
    options: row.options ?? [],
    defaults: row.defaults,
  }),
}
