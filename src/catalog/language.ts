/** Procedural languages, and the transforms between their values and those of types. */
import { identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  functionName,
  type KindReader,
  notOfExtension,
  withComment,
} from './reader.ts'

export interface Language extends ObjectBase {
  readonly kind: 'language'
  readonly trusted: boolean
  readonly handler: string
  readonly inline: string | null
  readonly validator: string | null
}

export interface Transform extends ObjectBase {
  readonly kind: 'transform'
  readonly type: string
  readonly language: string
  /** With their argument types. */
  readonly fromSql: string | null
  readonly toSql: string | null
}

interface LanguageRow extends AddressedRow {
  readonly name: string
  readonly comment: string | null
  readonly trusted: boolean
  readonly handler: string
  readonly inline: string | null
  readonly validator: string | null
}

interface TransformRow extends AddressedRow {
  readonly comment: string | null
  readonly type: string
  readonly language: string
  readonly from_sql: string | null
  readonly to_sql: string | null
}

export const languageReader: KindReader<Language, LanguageRow> = {
  kind: 'language',
  // A language belongs to the database, not to a schema: $1 is unused but must be named.
  query: () => `
    select ${addressOf('pg_language', 'l.oid')}, l.lanname::text as name, description.description as comment, l.lanpltrusted as trusted,
      ${functionName('l.lanplcallfoid')} as handler, ${functionName('l.laninline')} as inline, ${functionName('l.lanvalidator')} as validator
    from pg_language l
    ${withComment('pg_language', 'l.oid')}
    where l.lanispl and l.oid >= 16384 and $1::text[] is not null and ${notOfExtension('pg_language', 'l.oid')}
    order by l.lanname`,
  read: (row) => ({
    kind: 'language',
    identity: identityOf('language', row.name),
    schema: null,
    name: row.name,
    parent: null,
    comment: row.comment,
    trusted: row.trusted,
    handler: row.handler,
    inline: row.inline,
    validator: row.validator,
  }),
}

export const transformReader: KindReader<Transform, TransformRow> = {
  kind: 'transform',
  query: () => `
    select ${addressOf('pg_transform', 'f.oid')}, description.description as comment, format_type(f.trftype, null) as type,
      l.lanname::text as language, case when f.trffromsql <> 0 then f.trffromsql::oid::regprocedure::text end as from_sql,
      case when f.trftosql <> 0 then f.trftosql::oid::regprocedure::text end as to_sql
    from pg_transform f
    join pg_language l on l.oid = f.trflang
    ${withComment('pg_transform', 'f.oid')}
    where $1::text[] is not null and ${notOfExtension('pg_transform', 'f.oid')}
    order by 5, l.lanname`,
  read: (row) => ({
    kind: 'transform',
    identity: identityOf('transform', row.type, row.language),
    schema: null,
    name: `${row.type} language ${row.language}`,
    parent: null,
    comment: row.comment,
    type: row.type,
    language: row.language,
    fromSql: row.from_sql,
    toSql: row.to_sql,
  }),
}
