/** Enumerated types. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface Enum extends ObjectBase {
  readonly kind: 'enum'
  readonly schema: string
  /** In their sort order. */
  readonly labels: readonly string[]
}

export interface EnumRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly labels: readonly string[]
}

export const enumReader: KindReader<Enum, EnumRow> = {
  kind: 'enum',
  query: () => `
    select ${addressOf('pg_type', 't.oid')}, n.nspname::text as schema, t.typname::text as name,
      description.description as comment,
      array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
    ${withComment('pg_type', 't.oid')}
    where t.typtype = 'e' and n.nspname = any ($1) and ${notOfExtension('pg_type', 't.oid')}
    order by t.oid`,
  read: (row) => ({
    kind: 'enum',
    identity: identityOf('enum', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    labels: row.labels,
  }),
}
