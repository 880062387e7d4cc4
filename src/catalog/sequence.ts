/** Sequences, free or owned by a column; the sequence of an identity column is part of the column. */
import { type Identity, identityOf, type ObjectBase } from './object.ts'
import { type AddressedRow, addressOf, type KindReader, notOfExtension, withComment } from './reader.ts'

export interface Sequence extends ObjectBase {
  readonly kind: 'sequence'
  readonly schema: string
  readonly dataType: string
  readonly start: string
  readonly increment: string
  readonly min: string
  readonly max: string
  readonly cache: string
  readonly cycle: boolean
  readonly unlogged: boolean
  /** The column of `owned by`, with which it is dropped. */
  readonly ownedBy: Identity | null
}

export interface SequenceRow extends AddressedRow {
  readonly schema: string
  readonly name: string
  readonly comment: string | null
  readonly data_type: string
  readonly start: string
  readonly increment: string
  readonly min: string
  readonly max: string
  readonly cache: string
  readonly cycle: boolean
  readonly unlogged: boolean
  readonly owner_schema: string | null
  readonly owner_table: string | null
  readonly owner_column: string | null
}

export const sequenceReader: KindReader<Sequence, SequenceRow> = {
  kind: 'sequence',
  query: () => `
    select ${addressOf('pg_class', 'c.oid')}, n.nspname::text as schema, c.relname::text as name,
      description.description as comment, format_type(s.seqtypid, null) as data_type, s.seqstart::text as start,
      s.seqincrement::text as increment, s.seqmin::text as min, s.seqmax::text as max, s.seqcache::text as cache,
      s.seqcycle as cycle, c.relpersistence = 'u' as unlogged,
      tn.nspname::text as owner_schema, t.relname::text as owner_table, a.attname::text as owner_column
    from pg_sequence s
    join pg_class c on c.oid = s.seqrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_depend owned on owned.classid = 'pg_class'::regclass and owned.objid = c.oid
      and owned.refclassid = 'pg_class'::regclass and owned.refobjsubid > 0 and owned.deptype in ('a', 'i')
    left join pg_class t on t.oid = owned.refobjid
    left join pg_namespace tn on tn.oid = t.relnamespace
    left join pg_attribute a on a.attrelid = owned.refobjid and a.attnum = owned.refobjsubid
    ${withComment('pg_class', 'c.oid')}
    where n.nspname = any ($1) and c.relpersistence <> 't' and coalesce(owned.deptype, 'n') <> 'i'
      and ${notOfExtension('pg_class', 'c.oid')}
    order by c.oid`,
  read: (row) => ({
    kind: 'sequence',
    identity: identityOf('sequence', row.schema, row.name),
    schema: row.schema,
    name: row.name,
    parent: null,
    comment: row.comment,
    dataType: row.data_type,
    start: row.start,
    increment: row.increment,
    min: row.min,
    max: row.max,
    cache: row.cache,
    cycle: row.cycle,
    unlogged: row.unlogged,
    ownedBy:
      row.owner_table === null || row.owner_column === null
        ? null
        : identityOf('column', row.owner_schema, row.owner_table, row.owner_column),
  }),
}
