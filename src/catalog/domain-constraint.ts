/** The checks of domains. */
import { stableLists } from './expression.ts'
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface DomainConstraint extends ObjectBase {
  readonly kind: 'domain constraint'
  readonly schema: string
  readonly parent: Identity
  readonly domain: string
  /** As `pg_get_constraintdef` prints it: everything after `constraint <name>`. */
  readonly definition: string
  readonly validated: boolean
}

interface DomainConstraintRow extends AddressedRow {
  readonly schema: string
  readonly domain: string
  readonly name: string
  readonly comment: string | null
  readonly definition: string
  readonly validated: boolean
}

export const domainConstraintReader: KindReader<DomainConstraint, DomainConstraintRow> = {
  kind: 'domain constraint',
  query: () => `
    select ${addressOf('pg_constraint', 'k.oid')}, n.nspname::text as schema, t.typname::text as domain, k.conname::text as name,
      description.description as comment, pg_get_constraintdef(k.oid) as definition, k.convalidated as validated
    from pg_constraint k
    join pg_type t on t.oid = k.contypid
    join pg_namespace n on n.oid = t.typnamespace
    ${withComment('pg_constraint', 'k.oid')}
    where k.contype = 'c' and n.nspname = any ($1) and ${notOfExtension('pg_type', 't.oid')}
    order by n.nspname, t.typname, k.conname`,
  read: (row) => ({
    kind: 'domain constraint',
    identity: identityOf('domain constraint', row.schema, row.domain, row.name),
    schema: row.schema,
    name: row.name,
    parent: identityOf('domain', row.schema, row.domain),
    comment: row.comment,
    domain: row.domain,
    definition: stableLists(row.definition),
    validated: row.validated,
  }),
}
