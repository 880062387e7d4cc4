/** Schemas: the namespaces of PostgreSQL. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface Schema extends ObjectBase {
  readonly kind: 'schema'
}

export interface SchemaRow extends AddressedRow {
  readonly name: string
  readonly comment: string | null
}

export const schemaReader: KindReader<Schema, SchemaRow> = {
  kind: 'schema',
  query: () => `
    select ${addressOf('pg_namespace', 'n.oid')}, n.nspname::text as name, description.description as comment
    from pg_namespace n
    ${withComment('pg_namespace', 'n.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_namespace', 'n.oid')}
    order by n.oid`,
  read: (row) => ({
    kind: 'schema',
    identity: identityOf('schema', row.name),
    schema: null,
    name: row.name,
    parent: null,
    comment: row.comment,
  }),
}
