/** Tables, partitioned tables and partitions. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'
import { relationIdentity } from './relation.ts'

export interface Table extends ObjectBase {
  readonly kind: 'table'
  readonly schema: string
  readonly unlogged: boolean
  /** `RANGE (created_at)` of a partitioned table. */
  readonly partitionKey: string | null
  /** The columns that the partition key reads. */
  readonly partitionColumns: readonly string[]
  /** Of a partition: its parent and `FOR VALUES …`. */
  readonly partitionOf: { readonly table: Identity; readonly bound: string } | null
  /** The parents of plain inheritance, in order. */
  readonly inherits: readonly Identity[]
  /** Storage parameters as `name=value`, those of its toast table as `toast.name=value`. */
  readonly options: readonly string[]
  readonly rowSecurity: boolean
  readonly forceRowSecurity: boolean
  /** `default`, `full`, `nothing`, or the name of an index. */
  readonly replicaIdentity: {
    readonly mode: 'default' | 'full' | 'nothing' | 'index'
    readonly index: string | null
  }
  /** Null: the server's default. */
  readonly accessMethod: string | null
  readonly tablespace: string | null
  /** The composite type of `create table … of type`, as PostgreSQL prints it. */
  readonly ofType: string | null
}

export interface TableRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly unlogged: boolean
  readonly partition_key: string | null
  readonly partition_columns: readonly string[] | null
  readonly bound: string | null
  /** The `relkind`, schema and name of each. */
  readonly parents: readonly (readonly [string, string, string])[] | null
  readonly options: readonly string[] | null
  readonly row_security: boolean
  readonly force_row_security: boolean
  readonly replica_identity: string
  readonly replica_index: string | null
  readonly access_method: string | null
  readonly tablespace: string | null
  readonly of_type: string | null
}

const REPLICA_IDENTITY = { d: 'default', f: 'full', n: 'nothing', i: 'index' } as const

export const tableReader: KindReader<Table, TableRow> = {
  kind: 'table',
  query: () => `
    select ${addressOf('pg_class', 'c.oid')}, n.nspname::text as schema, c.relname::text as name,
      description.description as comment, c.relpersistence = 'u' as unlogged,
      case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
      case when c.relkind = 'p' then (${partitionColumns('c.oid')}) end as partition_columns,
      case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as bound,
      (select json_agg(json_build_array(p.relkind::text, pn.nspname, p.relname) order by i.inhseqno)
        from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
        where i.inhrelid = c.oid) as parents,
      c.reloptions || array(select 'toast.' || option from pg_class toast, unnest(toast.reloptions) option where toast.oid = c.reltoastrelid) as options,
      c.relrowsecurity as row_security, c.relforcerowsecurity as force_row_security,
      c.relreplident::text as replica_identity,
      case when c.relreplident = 'i' then (select ic.relname::text from pg_index x join pg_class ic on ic.oid = x.indexrelid
        where x.indrelid = c.oid and x.indisreplident) end as replica_index,
      case when am.amname <> current_setting('default_table_access_method') then am.amname::text end as access_method,
      tablespace.spcname::text as tablespace,
      case when c.reloftype <> 0 then format_type(c.reloftype, null) end as of_type
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_am am on am.oid = c.relam
    left join pg_tablespace tablespace on tablespace.oid = c.reltablespace
    ${withComment('pg_class', 'c.oid')}
    where c.relkind in ('r', 'p') and n.nspname = any ($1) and ${notOfExtension('pg_class', 'c.oid')}
    order by c.oid`,
  read: (row) => {
    const parents = (row.parents ?? []).map((parent) => relationIdentity(...parent))
    const [first] = parents
    return {
      kind: 'table',
      identity: identityOf('table', row.schema, row.name),
      schema: row.schema,
      name: row.name,
      parent: null,
      comment: row.comment,
      unlogged: row.unlogged,
      partitionKey: row.partition_key,
      partitionColumns: row.partition_columns ?? [],
      partitionOf: row.bound !== null && first !== undefined ? { table: first, bound: row.bound } : null,
      inherits: row.bound === null ? parents : [],
      options: row.options ?? [],
      rowSecurity: row.row_security,
      forceRowSecurity: row.force_row_security,
      replicaIdentity: {
        mode: REPLICA_IDENTITY[row.replica_identity as keyof typeof REPLICA_IDENTITY],
        index: row.replica_index,
      },
      accessMethod: row.access_method,
      tablespace: row.tablespace,
      ofType: row.of_type,
    }
  },
}

/** SQL: the names of the columns of a partition key, those within its expressions too: they cannot be without the table. */
function partitionColumns(oid: string): string {
  return `select array_agg(a.attname::text order by a.attnum)
        from pg_attribute a where a.attrelid = ${oid} and exists (select from pg_depend part
          where part.classid = 'pg_class'::regclass and part.objid = ${oid} and part.objsubid = a.attnum
            and part.refclassid = 'pg_class'::regclass and part.refobjid = ${oid} and part.refobjsubid = 0 and part.deptype = 'i')`
}
