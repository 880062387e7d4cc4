/** Which index of a partitioned table the index of a partition belongs to, and the name that PostgreSQL would give it. */
import type { CatalogObject } from './kinds.ts'
import { type Identity, identityOf } from './object.ts'

/** The place of a partition's index below the index of the partitioned table. */
export interface Attachment {
  /** The index or constraint of the partitioned table. */
  readonly to: Identity
  /** What PostgreSQL calls the index when it makes it itself and the name is free. */
  readonly usualName: string
  /** It has that name, perhaps with the number that makes it unique. */
  readonly usual: boolean
}

export interface AttachmentRow {
  readonly attached_schema: string | null
  readonly attached_table: string | null
  readonly attached_index: string | null
  readonly attached_constraint: string | null
  readonly index_columns: readonly string[] | null
}

/** SQL: the columns of an `AttachmentRow`, beside `joinAttachment`. */
export function attachmentColumns(index: string): string {
  return `attached.schema as attached_schema, attached.table_name as attached_table, attached.index_name as attached_index,
      attached.constraint_name as attached_constraint,
      case when attached.child is not null then array(select ic.attname::text from pg_attribute ic where ic.attrelid = ${index} order by ic.attnum) end as index_columns`
}

/** SQL: a left join that gives what the index is attached to as `attached`. */
export function joinAttachment(index: string): string {
  return `left join (
      select h.inhrelid as child, hn.nspname::text as schema, ht.relname::text as table_name, hc.relname::text as index_name, hk.conname::text as constraint_name
      from pg_inherits h
      join pg_class hc on hc.oid = h.inhparent and hc.relkind = 'I'
      join pg_namespace hn on hn.oid = hc.relnamespace
      join pg_index hx on hx.indexrelid = hc.oid
      join pg_class ht on ht.oid = hx.indrelid
      left join pg_constraint hk on hk.conindid = hc.oid and hk.contype in ('p', 'u', 'x')
    ) attached on attached.child = ${index}`
}

/**
 * A row's attachment.
 *
 * @param name of the index
 * @param table the partition
 * @param label what PostgreSQL ends the names of such indexes with: `pkey`, `key`, `excl`, `idx`
 */
export function readAttachment(
  row: AttachmentRow,
  name: string,
  table: string,
  label: string,
): Attachment | null {
  const { attached_schema, attached_table, attached_index, attached_constraint } = row
  if (attached_schema === null || attached_table === null || attached_index === null) return null
  // Below a plain index PostgreSQL makes a plain index, even where the partition has a key for it.
  const ending = attached_constraint === null ? 'idx' : label
  const columns = ending === 'pkey' ? null : (row.index_columns ?? []).join('_')
  const number = /\d*$/.exec(name)?.[0] ?? ''
  const usualName = chosenName(table, columns, ending)
  return {
    to:
      attached_constraint === null
        ? identityOf('index', attached_schema, attached_index)
        : identityOf('constraint', attached_schema, attached_table, attached_constraint),
    usualName,
    usual: name === usualName || name === chosenName(table, columns, `${ending}${number}`),
  }
}

/** What the index of a partition belongs to; null for every other object. */
export function attachmentOf(object: CatalogObject): Attachment | null {
  return object.kind === 'index' || object.kind === 'constraint' ? object.attached : null
}

/** An index of a partitioned table that some partition has no index for: `create index on only`. */
export function isIncomplete(object: CatalogObject): boolean {
  if (object.kind === 'constraint') return !object.complete
  return object.kind === 'index' && object.partitioned && !object.valid
}

const LONGEST_NAME = 63

/** What PostgreSQL calls what it makes of a table and some columns: the longer part is shortened until the name fits (makeObjectName in PostgreSQL's indexcmds.c). */
export function chosenName(table: string, columns: string | null, label: string): string {
  const parts = columns === null ? [table] : [table, columns]
  const lengths = parts.map((part) => Buffer.byteLength(part))
  const available = LONGEST_NAME - Buffer.byteLength(label) - parts.length
  let [first = 0, second = 0] = lengths
  while (first + second > available) {
    if (first > second) first--
    else second--
  }
  return [clipped(table, first), ...(columns === null ? [] : [clipped(columns, second)]), label].join('_')
}

/** The longest beginning of whole characters that fits in so many bytes. */
function clipped(text: string, bytes: number): string {
  let length = 0
  let result = ''
  for (const character of text) {
    length += Buffer.byteLength(character)
    if (length > bytes) break
    result += character
  }
  return result
}
