/** Collations. */
import { identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface Collation extends ObjectBase {
  readonly kind: 'collation'
  readonly schema: string
  readonly provider: 'libc' | 'icu' | 'builtin'
  /** Of ICU and the built-in provider. */
  readonly locale: string | null
  /** Of libc. */
  readonly collate: string | null
  readonly ctype: string | null
  readonly deterministic: boolean
  /** ICU's tailoring rules, from PostgreSQL 16. */
  readonly rules: string | null
}

interface CollationRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly provider: string
  readonly locale: string | null
  readonly collate: string | null
  readonly ctype: string | null
  readonly deterministic: boolean
  readonly rules: string | null
}

const PROVIDERS: Readonly<Record<string, Collation['provider']>> = { c: 'libc', i: 'icu', b: 'builtin' }

export const collationReader: KindReader<Collation, CollationRow> = {
  kind: 'collation',
  query: (serverVersion) => `
    select ${addressOf('pg_collation', 'c.oid')}, n.nspname::text as schema, c.collname::text as name,
      description.description as comment, c.collprovider::text as provider,
      case when c.collprovider <> 'c' then ${localeColumn(serverVersion)}::text end as locale,
      case when c.collprovider = 'c' then c.collcollate::text end as collate,
      case when c.collprovider = 'c' then c.collctype::text end as ctype,
      c.collisdeterministic as deterministic, ${serverVersion >= 160000 ? 'c.collicurules' : 'null::text'} as rules
    from pg_collation c
    join pg_namespace n on n.oid = c.collnamespace
    ${withComment('pg_collation', 'c.oid')}
    where n.nspname = any ($1) and ${notOfExtension('pg_collation', 'c.oid')}
    order by n.nspname, c.collname`,
  read: (row) => ({
    kind: 'collation',
    identity: identityOf('collation', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    provider: PROVIDERS[row.provider] ?? 'libc',
    locale: row.locale,
    collate: row.collate,
    ctype: row.ctype,
    deterministic: row.deterministic,
    rules: row.rules,
  }),
}

/** The column was added in 15 and renamed in 17; before, ICU's locale stood where libc's is. */
function localeColumn(serverVersion: number): string {
  if (serverVersion >= 170000) return 'c.colllocale'
  return serverVersion >= 150000 ? 'c.colliculocale' : 'c.collcollate'
}
