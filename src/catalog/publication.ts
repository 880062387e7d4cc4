/** Publications for logical replication, and the tables that they name. */
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

export interface Publication extends ObjectBase {
  readonly kind: 'publication'
  readonly allTables: boolean
  /** Those whose tables are all part of it. */
  readonly schemas: readonly string[]
  /** `insert`, `update`, `delete`, `truncate`. */
  readonly publish: readonly string[]
  readonly viaPartitionRoot: boolean
  /** From PostgreSQL 18: `none` or `stored`. */
  readonly generatedColumns: string
}

export interface PublicationTable extends ObjectBase {
  readonly kind: 'publication table'
  readonly parent: Identity
  readonly publication: string
  readonly table: Identity
  /** The table as SQL names it, with `only` where it has children that are not meant. */
  readonly relation: string
  /** Empty for all. */
  readonly columns: readonly string[]
  /** The row filter, in its own parentheses. */
  readonly filter: string | null
}

interface PublicationRow extends AddressedRow {
  readonly name: string
  readonly comment: string | null
  readonly all_tables: boolean
  readonly schemas: readonly string[]
  readonly publish: readonly string[]
  readonly via_root: boolean
  readonly generated_columns: string
}

interface PublicationTableRow extends AddressedRow {
  readonly publication: string
  readonly table_kind: string
  readonly table_schema: string
  readonly table_name: string
  readonly relation: string
  readonly columns: readonly string[]
  readonly filter: string | null
}

export const publicationReader: KindReader<Publication, PublicationRow> = {
  kind: 'publication',
  query: (serverVersion) => `
    select ${addressOf('pg_publication', 'p.oid')}, p.pubname::text as name, description.description as comment,
      p.puballtables as all_tables,
      ${
        serverVersion >= 150000
          ? 'array(select n.nspname::text from pg_publication_namespace pn join pg_namespace n on n.oid = pn.pnnspid where pn.pnpubid = p.oid and n.nspname = any ($1) order by 1)'
          : '(array[]::text[])[:cardinality($1::text[])]'
      } as schemas,
      array_remove(array[case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
        case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end], null) as publish,
      p.pubviaroot as via_root,
      ${serverVersion >= 180000 ? `case p.pubgencols when 's' then 'stored' else 'none' end` : `'none'`} as generated_columns
    from pg_publication p
    ${withComment('pg_publication', 'p.oid')}
    where ${notOfExtension('pg_publication', 'p.oid')}
    order by p.pubname`,
  read: (row) => ({
    kind: 'publication',
    identity: identityOf('publication', row.name),
    schema: null,
    name: row.name,
    parent: null,
    comment: row.comment,
    allTables: row.all_tables,
    schemas: row.schemas,
    publish: row.publish,
    viaPartitionRoot: row.via_root,
    generatedColumns: row.generated_columns,
  }),
}

export const publicationTableReader: KindReader<PublicationTable, PublicationTableRow> = {
  kind: 'publication table',
  query: (serverVersion) => `
    select ${addressOf('pg_publication_rel', 'r.oid')}, p.pubname::text as publication, c.relkind::text as table_kind,
      n.nspname::text as table_schema, c.relname::text as table_name,
      case when c.relkind = 'r' and c.relhassubclass then 'only ' else '' end || c.oid::regclass::text as relation,
      ${serverVersion >= 150000 ? attributeNames('r.prrelid', 'r.prattrs', 0) : 'array[]::text[]'} as columns,
      ${serverVersion >= 150000 ? 'pg_get_expr(r.prqual, r.prrelid)' : 'null::text'} as filter
    from pg_publication_rel r
    join pg_publication p on p.oid = r.prpubid
    join pg_class c on c.oid = r.prrelid
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any ($1) and ${notOfExtension('pg_publication', 'p.oid')}
    order by p.pubname, n.nspname, c.relname`,
  read: (row) => ({
    kind: 'publication table',
    identity: identityOf('publication table', row.publication, row.table_schema, row.table_name),
    schema: null,
    name: row.table_name,
    parent: identityOf('publication', row.publication),
    comment: null,
    publication: row.publication,
    table: relationIdentity(row.table_kind, row.table_schema, row.table_name),
    relation: row.relation,
    columns: row.columns,
    filter: row.filter,
  }),
}
