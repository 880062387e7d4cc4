/** The columns of views and materialized views: read with the relation, since they have no life of their own. */

export interface RelationColumn {
  readonly name: string
  readonly type: string
  readonly collation: string | null
  readonly comment: string | null
}

/** SQL: the columns of relation `oid` as a JSON array of `RelationColumn`, in order. */
export function relationColumns(oid: string): string {
  return `(select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'collation', case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end,
      'comment', col_description(a.attrelid, a.attnum)) order by a.attnum), '[]')
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = ${oid} and a.attnum > 0 and not a.attisdropped)`
}
