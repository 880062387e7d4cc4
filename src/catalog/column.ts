/** Columns of tables, with their default, identity and generation expression. */
import { readableExpression } from './expression.ts'
import { joinNotNull, type NotNull, type NotNullRow, notNullColumns, readNotNull } from './not-null.ts'
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  type KindReader,
  notOfExtension,
  trueOrNull,
  withComment,
} from './reader.ts'
import { relationIdentity } from './relation.ts'

export interface IdentityColumn {
  readonly generation: 'always' | 'by default'
  /** The sequence behind it; PostgreSQL's own choice is `<table>_<column>_seq` in the table's schema. */
  readonly sequenceSchema: string
  readonly sequenceName: string
  readonly start: string
  readonly increment: string
  readonly min: string
  readonly max: string
  readonly cache: string
  readonly cycle: boolean
}

export interface Column extends ObjectBase {
  readonly kind: 'column'
  readonly schema: string
  readonly parent: Identity
  readonly table: string
  /** `attnum`: the order in the table, with gaps where columns were dropped. */
  readonly position: number
  /** As `format_type` prints it, with modifiers: `character varying(255)`, `public.mood[]`. */
  readonly type: string
  /** The same without modifiers. */
  readonly baseType: string
  readonly collation: string | null
  readonly notNull: boolean
  /** What says so from PostgreSQL 18 on. */
  readonly notNullConstraint: NotNull | null
  readonly default: string | null
  readonly generated: { readonly expression: string; readonly stored: boolean } | null
  readonly identityColumn: IdentityColumn | null
  /** It comes from a parent table (inheritance, partition) and has no definition of its own. */
  readonly inherited: boolean
  /** It comes from the table's composite type (`create table … of`). */
  readonly typed: boolean
  /** `plain`, `external`, `extended`, `main`; null where it is the type's default. */
  readonly storage: string | null
  /** What its type is stored as unless told otherwise. */
  readonly usualStorage: string
  /** `pglz`, `lz4`, or null for the server's default. */
  readonly compression: string | null
  /** The statistics target, or null for the server's default. */
  readonly statistics: number | null
  /** Attribute options as `name=value` (`n_distinct=…`). */
  readonly options: readonly string[]
  /** Of a foreign table's column, as `name=value`; null where the table is not foreign. */
  readonly foreignOptions: readonly string[] | null
}

export interface ColumnRow extends AddressedRow, NotNullRow {
  readonly schema: string
  readonly table_name: string
  readonly name: string
  readonly comment: string | null
  readonly type: string
  /** Null where it is the type. */
  readonly base_type: string | null
  readonly collation: string | null
  readonly not_null: boolean
  readonly exact_expression: string | null
  readonly pretty_expression: string | null
  readonly generated: string | null
  readonly generation: string | null
  readonly inherited: true | null
  readonly typed: true | null
  /** Null where it is the usual one. */
  readonly storage: string | null
  readonly usual_storage: string
  readonly compression: string | null
  readonly statistics: number | null
  readonly options: readonly string[] | null
  readonly foreign_options: readonly string[] | null
  readonly table_kind: string
  readonly sequence: SequenceRow | null
}

/** The schema, the name, start, increment, minimum, maximum, cache and cycle of an identity column's sequence. */
type SequenceRow = readonly [string, string, string, string, string, string, string, boolean]

// A default has no columns in it, and is printed much faster without a look at the table (manual, section 9.27.4).
const EXPRESSION_TABLE = `case a.attgenerated when '' then 0 else d.adrelid end`

const STORAGE: Readonly<Record<string, string>> = { p: 'plain', e: 'external', x: 'extended', m: 'main' }
const COMPRESSION: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' }

export const columnReader: KindReader<Column, ColumnRow> = {
  kind: 'column',
  query: (serverVersion) => `
    select ${addressOf('pg_class', 'c.oid', 'a.attnum')}, n.nspname::text as schema, c.relname::text as table_name,
      a.attname::text as name, description.description as comment,
      format_type(a.atttypid, a.atttypmod) as type, nullif(format_type(a.atttypid, null), format_type(a.atttypid, a.atttypmod)) as base_type,
      case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end as collation,
      a.attnotnull as not_null, ${notNullColumns(serverVersion)},
      pg_get_expr(d.adbin, ${EXPRESSION_TABLE}) as exact_expression, pg_get_expr(d.adbin, ${EXPRESSION_TABLE}, true) as pretty_expression,
      nullif(a.attgenerated, '')::text as generated, nullif(a.attidentity, '')::text as generation,
      ${trueOrNull('not a.attislocal')} as inherited, ${trueOrNull('c.reloftype <> 0')} as typed,
      nullif(a.attstorage, t.typstorage)::text as storage, t.typstorage::text as usual_storage,
      nullif(a.attcompression, '')::text as compression, nullif(a.attstattarget, -1)::int4 as statistics, a.attoptions as options,
      a.attfdwoptions as foreign_options, c.relkind::text as table_kind,
      s.options as sequence
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join (
      select owned.refobjid as table_id, owned.refobjsubid as column_number,
        json_build_array(sn.nspname, sc.relname, s.seqstart::text, s.seqincrement::text, s.seqmin::text, s.seqmax::text, s.seqcache::text, s.seqcycle) as options
      from pg_sequence s
      join pg_depend owned on owned.classid = 'pg_class'::regclass and owned.objid = s.seqrelid and owned.objsubid = 0
        and owned.refclassid = 'pg_class'::regclass and owned.deptype = 'i'
      join pg_class sc on sc.oid = s.seqrelid
      join pg_namespace sn on sn.oid = sc.relnamespace
    ) s on a.attidentity <> '' and s.table_id = a.attrelid and s.column_number = a.attnum
    ${joinNotNull(serverVersion)}
    ${withComment('pg_class', 'c.oid', 'a.attnum')}
    where c.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped and n.nspname = any ($1)
      and ${notOfExtension('pg_class', 'c.oid')}
    order by c.oid, a.attnum`,
  read: (row) => ({
    kind: 'column',
    identity: identityOf('column', row.schema, row.table_name, row.name),
    schema: row.schema,
    name: row.name,
    parent: relationIdentity(row.table_kind, row.schema, row.table_name),
    table: row.table_name,
    comment: row.comment,
    position: row.sub_id,
    type: row.type,
    baseType: row.base_type ?? row.type,
    collation: row.collation,
    notNull: row.not_null,
    notNullConstraint: readNotNull(row, row.table_name, row.name),
    default: row.generated === null ? expressionOf(row) : null,
    generated: generationOf(row),
    identityColumn: identityColumnOf(row),
    inherited: row.inherited ?? false,
    typed: row.typed ?? false,
    storage: STORAGE[row.storage ?? ''] ?? null,
    usualStorage: STORAGE[row.usual_storage] ?? 'plain',
    compression: COMPRESSION[row.compression ?? ''] ?? null,
    statistics: row.statistics,
    options: row.options ?? [],
    foreignOptions: row.table_kind === 'f' ? (row.foreign_options ?? []) : null,
  }),
}

function expressionOf({ exact_expression: exact, pretty_expression: pretty }: ColumnRow): string | null {
  return exact === null ? null : readableExpression(exact, pretty ?? exact)
}

function generationOf(row: ColumnRow): Column['generated'] {
  const expression = expressionOf(row)
  if (row.generated === null || expression === null) return null
  return { expression, stored: row.generated === 's' }
}

function identityColumnOf({ generation, sequence }: ColumnRow): IdentityColumn | null {
  if (generation === null || sequence === null) return null
  const [sequenceSchema, sequenceName, start, increment, min, max, cache, cycle] = sequence
  return {
    generation: generation === 'a' ? 'always' : 'by default',
    ...{ sequenceSchema, sequenceName, start, increment, min, max, cache, cycle },
  }
}
