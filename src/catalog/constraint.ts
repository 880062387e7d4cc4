/** Constraints of tables: primary key, unique, check, foreign key, exclusion. */
import {
  type Attachment,
  type AttachmentRow,
  attachmentColumns,
  joinAttachment,
  readAttachment,
} from './attachment.ts'
import { readableExpression, stableLists } from './expression.ts'
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import {
  type AddressedRow,
  addressOf,
  attributeNames,
  indexStatistics,
  type KindReader,
  notOfExtension,
  trueOrNull,
  withComment,
} from './reader.ts'
import { relationIdentity } from './relation.ts'

export type ConstraintType = 'primary key' | 'unique' | 'check' | 'foreign key' | 'exclusion'
export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'

export interface ForeignKey {
  readonly schema: string
  readonly table: string
  readonly columns: readonly string[]
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
  readonly matchFull: boolean
}

export interface Constraint extends ObjectBase {
  readonly kind: 'constraint'
  readonly schema: string
  readonly parent: Identity
  readonly table: string
  readonly type: ConstraintType
  /** As `pg_get_constraintdef` prints it: everything after `constraint <name>`. */
  readonly definition: string
  readonly columns: readonly string[]
  /** The condition of a check, in its own parentheses' content. */
  readonly expression: string | null
  readonly references: ForeignKey | null
  readonly deferrable: boolean
  readonly initiallyDeferred: boolean
  readonly validated: boolean
  /** A check that inheriting tables do not have. */
  readonly noInherit: boolean
  /** It comes from a parent table, which alone defines it. */
  readonly inherited: boolean
  /** Of a partition's foreign key: that of the partitioned table. */
  readonly partOf: Identity | null
  /** False from PostgreSQL 18 on: it is only said. */
  readonly enforced: boolean
  /** Of its index, as `name=value`. */
  readonly options: readonly string[]
  /** Of its index. */
  readonly tablespace: string | null
  readonly indexComment: string | null
  /** The statistics targets of the expressions in its index, as `number=target`. */
  readonly statistics: readonly string[]
  /** The builder's words say all of the definition: no `include`, no storage parameters, no temporal key … */
  readonly plain: boolean
  readonly nullsNotDistinct: boolean
  /** `alter table … cluster on` names its index. */
  readonly clustered: boolean
  /** Of a partition's key: the key or index of the partitioned table that it is a part of. */
  readonly attached: Attachment | null
  /** False for a partitioned table's key that some partition has not: `alter table only … add`. */
  readonly complete: boolean
  /** Of a partitioned table. */
  readonly partitioned: boolean
}

export interface ConstraintRow extends AddressedRow, AttachmentRow {
  readonly schema: string
  readonly table_name: string
  readonly table_kind: string
  readonly name: string
  readonly comment: string | null
  readonly type: string
  readonly definition: string
  readonly columns: readonly string[]
  readonly pretty_expression: string | null
  readonly deferrable: true | null
  readonly deferred: true | null
  readonly validated: boolean
  readonly no_inherit: true | null
  readonly inherited: true | null
  readonly above_schema: string | null
  readonly above_table: string | null
  readonly above_name: string | null
  readonly enforced: boolean
  readonly nulls_not_distinct: true | null
  readonly clustered: true | null
  readonly options: readonly string[] | null
  readonly tablespace: string | null
  readonly index_comment: string | null
  readonly statistics: readonly string[] | null
  readonly complete: boolean
  readonly ref_schema: string | null
  readonly ref_table: string | null
  readonly ref_columns: readonly string[]
  readonly on_delete: string
  readonly on_update: string
  readonly match_type: string
}

const TYPES: Readonly<Record<string, ConstraintType>> = {
  p: 'primary key',
  u: 'unique',
  c: 'check',
  f: 'foreign key',
  x: 'exclusion',
}

/** What PostgreSQL ends the name of a constraint's index with. */
const LABELS: Readonly<Record<string, string>> = { p: 'pkey', u: 'key', x: 'excl' }

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
}

/** What `pg_get_constraintdef` may end with that Kysely's builder has no word for. */
const BEYOND_THE_BUILDER =
  /\b(INCLUDE \(|WITH \(|USING INDEX TABLESPACE|WITHOUT OVERLAPS|PERIOD|MATCH FULL|NOT VALID|NOT ENFORCED|NO INHERIT|SET (NULL|DEFAULT) \()/

export const constraintReader: KindReader<Constraint, ConstraintRow> = {
  kind: 'constraint',
  query: (serverVersion) => `
    select ${addressOf('pg_constraint', 'k.oid')}, n.nspname::text as schema, c.relname::text as table_name, c.relkind::text as table_kind,
      k.conname::text as name, description.description as comment, k.contype::text as type,
      pg_get_constraintdef(k.oid) as definition, ${attributeNames('k.conrelid', 'k.conkey', 1)} as columns,
      case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid, true) end as pretty_expression,
      ${trueOrNull('k.condeferrable')} as deferrable, ${trueOrNull('k.condeferred')} as deferred, k.convalidated as validated, ${trueOrNull("k.contype = 'c' and k.connoinherit")} as no_inherit,
      ${trueOrNull("k.contype in ('c', 'f') and not k.conislocal and k.coninhcount > 0")} as inherited,
      above_n.nspname::text as above_schema, above_c.relname::text as above_table, above.conname::text as above_name,
      ${serverVersion >= 180000 ? 'k.conenforced' : 'true'} as enforced,
      ${serverVersion >= 150000 ? trueOrNull('x.indnullsnotdistinct') : 'null::boolean'} as nulls_not_distinct,
      ${trueOrNull('x.indisclustered')} as clustered, i.reloptions as options, tablespace.spcname::text as tablespace,
      index_description.description as index_comment, coalesce(x.indisvalid, true) or not exists (select from pg_inherits part where part.inhparent = c.oid) as complete,
      case when k.contype = 'x' then (${indexStatistics('x.indexrelid')}) end as statistics,
      ${attachmentColumns('x.indexrelid')}, rn.nspname::text as ref_schema, rc.relname::text as ref_table,
      ${attributeNames('k.confrelid', 'k.confkey', 1)} as ref_columns,
      k.confdeltype::text as on_delete, k.confupdtype::text as on_update, k.confmatchtype::text as match_type
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_index x on x.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
    left join pg_class i on i.oid = x.indexrelid
    left join pg_tablespace tablespace on tablespace.oid = i.reltablespace
    left join pg_description index_description on index_description.classoid = 'pg_class'::regclass
      and index_description.objoid = x.indexrelid and index_description.objsubid = 0
    ${joinAttachment('x.indexrelid')}
    left join pg_constraint above on above.oid = k.conparentid and k.contype = 'f' and above.conrelid <> k.conrelid
    left join pg_class above_c on above_c.oid = above.conrelid
    left join pg_namespace above_n on above_n.oid = above_c.relnamespace
    left join pg_class rc on rc.oid = k.confrelid and k.contype = 'f'
    left join pg_namespace rn on rn.oid = rc.relnamespace
    ${withComment('pg_constraint', 'k.oid')}
    where k.contype in ('p', 'u', 'c', 'f', 'x') and c.relkind in ('r', 'p', 'f') and n.nspname = any ($1)
      and (k.contype <> 'f' or k.conparentid = 0 or above.oid is not null)
      and ${notOfExtension('pg_class', 'c.oid')}
    order by c.oid, k.contype, k.conname`,
  read: (row) => ({
    kind: 'constraint',
    identity: identityOf('constraint', row.schema, row.table_name, row.name),
    schema: row.schema,
    name: row.name,
    parent: relationIdentity(row.table_kind, row.schema, row.table_name),
    table: row.table_name,
    comment: row.comment,
    type: TYPES[row.type] ?? 'check',
    definition: stableLists(row.definition),
    columns: row.columns,
    expression:
      row.pretty_expression === null
        ? null
        : readableExpression(checkedBy(row.definition), row.pretty_expression),
    references:
      row.ref_schema === null || row.ref_table === null
        ? null
        : {
            schema: row.ref_schema,
            table: row.ref_table,
            columns: row.ref_columns,
            onDelete: ACTIONS[row.on_delete] ?? 'no action',
            onUpdate: ACTIONS[row.on_update] ?? 'no action',
            matchFull: row.match_type === 'f',
          },
    deferrable: row.deferrable ?? false,
    initiallyDeferred: row.deferred ?? false,
    validated: row.validated,
    noInherit: row.no_inherit ?? false,
    inherited: row.inherited ?? false,
    partOf:
      row.above_schema === null || row.above_table === null || row.above_name === null
        ? null
        : identityOf('constraint', row.above_schema, row.above_table, row.above_name),
    enforced: row.enforced,
    options: row.options ?? [],
    tablespace: row.tablespace,
    indexComment: row.index_comment,
    statistics: row.statistics ?? [],
    plain:
      row.type !== 'x' &&
      row.options === null &&
      row.tablespace === null &&
      !BEYOND_THE_BUILDER.test(withoutStrings(row.definition)),
    nullsNotDistinct: row.nulls_not_distinct ?? false,
    clustered: row.clustered ?? false,
    attached: readAttachment(row, row.name, row.table_name, LABELS[row.type] ?? ''),
    complete: row.complete,
    partitioned: row.table_kind === 'p',
  }),
}

/** What `CHECK (…)` has within its parentheses; the words that may follow have none. */
function checkedBy(definition: string): string {
  return definition.slice('CHECK ('.length, definition.lastIndexOf(')'))
}

/** A definition without its string literals and quoted names, so that words in them are not taken for syntax. */
function withoutStrings(definition: string): string {
  return definition.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '""')
}
