/** Foreign tables; their columns and checks are objects like those of tables. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'
import { relationIdentity } from './relation.ts'

export interface ForeignTable extends ObjectBase {
  readonly kind: 'foreign table'
  readonly schema: string
  readonly server: string
  /** As `name=value`. */
  readonly options: readonly string[]
  /** Of a partition: its parent and `FOR VALUES …`. */
  readonly partitionOf: { readonly table: Identity; readonly bound: string } | null
  /** The parents of plain inheritance, in order. */
  readonly inherits: readonly Identity[]
}

interface ForeignTableRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly server: string
  readonly options: readonly string[] | null
  readonly bound: string | null
  readonly parents: readonly { readonly kind: string; readonly schema: string; readonly name: string }[]
}

export const foreignTableReader: KindReader<ForeignTable, ForeignTableRow> = {
  kind: 'foreign table',
  query: () => `
    select ${addressOf('pg_class', 'c.oid')}, n.nspname::text as schema, c.relname::text as name,
      description.description as comment, s.srvname::text as server, f.ftoptions as options,
      case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as bound,
      (select coalesce(json_agg(json_build_object('kind', p.relkind, 'schema', pn.nspname, 'name', p.relname) order by i.inhseqno), '[]')
        from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
        where i.inhrelid = c.oid) as parents
    from pg_foreign_table f
    join pg_class c on c.oid = f.ftrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_foreign_server s on s.oid = f.ftserver
    ${withComment('pg_class', 'c.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_class', 'c.oid')}
    order by n.nspname, c.relname`,
  read: (row) => {
    const parents = row.parents.map((parent) => relationIdentity(parent.kind, parent.schema, parent.name))
    const [first] = parents
    return {
      kind: 'foreign table',
      identity: identityOf('foreign table', row.schema, row.name),
      schema: row.schema,
      name: row.name,
      parent: null,
      comment: row.comment,
      server: row.server,
      options: row.options ?? [],
      partitionOf: row.bound !== null && first !== undefined ? { table: first, bound: row.bound } : null,
      inherits: row.bound === null ? parents : [],
    }
  },
}
