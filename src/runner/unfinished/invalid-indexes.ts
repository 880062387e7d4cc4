/** Indexes that a revision outside a transaction has left invalid: PostgreSQL maintains them, and no query uses them. */
import type { Session } from '../../database/session.ts'
import type { Attempt, InvalidIndex } from '../../ledger/attempt.ts'
import { escaped } from '../../regexp.ts'

export interface LeftInvalid extends InvalidIndex {
  /** As a revision names it. */
  readonly index: string
  /** The table that it is on, or whose values it is on that are stored elsewhere. */
  readonly table: string
  /** The server's process that may be building it at this moment. */
  readonly builder: number | null
}

const indexColumns = `c.oid::text as oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name, c.relname::text as index`

const fromInvalid = `from pg_index i
     join pg_class c on c.oid = i.indexrelid
     join pg_namespace n on n.oid = c.relnamespace
     join pg_class t on t.oid = i.indrelid
     left join pg_class main on t.relkind = 't' and main.reltoastrelid = t.oid
     where not i.indisvalid and c.relkind = 'i'`

/**
 * The invalid indexes that an attempt has left: those that it noted when it failed. One that could not note any is looked up: what
 * has come since it began and what it names.
 *
 * An index that was there before is not among them. A broken `drop index concurrently` leaves one invalid too, and drops it when
 * it runs again.
 *
 * @param text the source of the revision, and its SQL as far as that is known; null: whatever has come since
 */
export async function leftInvalid(
  session: Session,
  attempt: Attempt,
  text: string | null,
): Promise<LeftInvalid[]> {
  const { transactionId, invalidIndexes } = attempt
  if (invalidIndexes?.length === 0) return []
  const known = invalidIndexes?.map(({ oid }) => oid) ?? null
  // A row of pg_attribute keeps the transaction that made the index. What a reindex has replaced is older, and that is what made it
  // invalid. Transactions are compared by age, as they wrap around.
  // Who builds what is shown to some roles alone, and to all that it is building something, and which tables it has locked.
  const found = await session.query<LeftInvalid>(
    `select ${indexColumns}, coalesce(main.relname, t.relname)::text as "table",
       (select p.pid from pg_stat_progress_create_index p
        where p.datid = (select oid from pg_database where datname = current_database()) and p.pid <> pg_backend_pid()
          and (p.index_relid = c.oid or p.relid is null and exists (
            select from pg_locks l where l.pid = p.pid and l.relation = t.oid and l.mode = 'ShareUpdateExclusiveLock'))
        limit 1) as builder
     ${fromInvalid}
       and not exists (select from pg_constraint where conindid = c.oid)
       and case when $1::text[] is null
         then age(case when c.relname ~ '_ccold\\d*$' then i.xmin else (select xmin from pg_attribute where attrelid = c.oid and attnum = 1) end)
           <= age($2::text::xid)
         else c.oid::text = any ($1) end
     order by name`,
    [known, String(BigInt(transactionId) & 0xffff_ffffn)],
  )
  return known === null && text !== null ? found.filter((each) => names(text, each)) : found
}

/** How a retry drops one. */
export function dropOf({ name }: InvalidIndex): string {
  return `drop index concurrently if exists ${name}`
}

/** What a revision that has ended names and does not leave usable, whoever made it. */
export class NamedInvalid extends Error {
  readonly indexes: readonly (InvalidIndex & { readonly table: string })[]

  constructor(indexes: NamedInvalid['indexes']) {
    const which = indexes.map(({ name, table }) => `${name} on ${table}`).join(', ')
    super(
      `it ended without an error, but ${indexes.length === 1 ? `the index ${which} is` : `the indexes ${which} are`} invalid: no query uses ${indexes.length === 1 ? 'it' : 'them'}`,
    )
    this.indexes = indexes
  }
}

/**
 * `create index concurrently if not exists` takes an index that is invalid for one that is there. Names are those of the search path
 * as it is.
 *
 * @param text the source of a revision that has ended
 * @throws NamedInvalid
 */
export async function requireValid(session: Session, text: string): Promise<void> {
  if (!/concurrently/i.test(text)) return
  const found = await session.query<NamedInvalid['indexes'][number] & { readonly index: string }>(
    `select ${indexColumns}, t.relname::text as "table"
     ${fromInvalid}
       and (pg_table_is_visible(c.oid) or strpos(lower($1), lower(n.nspname || '.' || c.relname)) > 0)
     order by name`,
    [text.replaceAll('"', '')],
  )
  const invalid = found.filter(({ index }) => hasWord(text, index))
  if (invalid.length > 0) throw new NamedInvalid(invalid)
}

/** A transient index of `reindex concurrently` is named after the one that it is to replace. */
function names(text: string, { index, table }: LeftInvalid): boolean {
  if (!/concurrently/i.test(text)) return false
  return [index.replace(/_cc(?:new|old)\d*$/, ''), table].some((name) => hasWord(text, name))
}

function hasWord(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`, 'i').test(text)
}
