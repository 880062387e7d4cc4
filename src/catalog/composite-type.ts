/** Composite types that stand on their own, not the row types of tables. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'
import { type RelationColumn, relationColumns } from './relation-columns.ts'

export interface CompositeType extends ObjectBase {
  readonly kind: 'composite type'
  readonly schema: string
  readonly attributes: readonly RelationColumn[]
}

interface CompositeTypeRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly attributes: readonly RelationColumn[]
}

export const compositeTypeReader: KindReader<CompositeType, CompositeTypeRow> = {
  kind: 'composite type',
  query: () => `
    select ${addressOf('pg_type', 't.oid')}, n.nspname::text as schema, t.typname::text as name,
      description.description as comment, ${relationColumns('c.oid')} as attributes
    from pg_type t
    join pg_class c on c.oid = t.typrelid
    join pg_namespace n on n.oid = t.typnamespace
    ${withComment('pg_type', 't.oid')}
    where c.relkind = 'c' and n.nspname = any ($1) and ${notOfExtension('pg_type', 't.oid')}
    order by n.nspname, t.typname`,
  read: (row) => ({
    kind: 'composite type',
    identity: identityOf('composite type', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    attributes: row.attributes,
  }),
}
