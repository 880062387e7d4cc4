/** A run of a revision outside a transaction, as its row tells of it until it has ended well. */
import type { Session } from '../database/session.ts'
import { type LedgerLocation, tableName } from './location.ts'

/** An index that a broken `create index concurrently` or `reindex concurrently` has left. */
export interface InvalidIndex {
  readonly oid: string
  /** In SQL, with its schema. */
  readonly name: string
}

export interface Attempt {
  readonly direction: 'up' | 'down'
  /** ISO 8601, UTC, by the database's clock. */
  readonly startedAt: string
  /** The transaction that noted it: whatever has a later one has come since. */
  readonly transactionId: string
  /** The connection's process on the server. */
  readonly pid: number
  readonly osUser: string | null
  readonly host: string | null
  /** From here on only where the failure could be recorded: a process that is killed records nothing. */
  readonly error?: string
  readonly errorCode?: string | null
  readonly statement?: string | null
  /** Null where nobody could look. */
  readonly invalidIndexes?: readonly InvalidIndex[] | null
}

/** What the ledger says of a revision that is half-way; null where it is not, or where nothing is known. */
export async function readAttempt(
  session: Session,
  location: LedgerLocation,
  revision: string,
): Promise<Attempt | null> {
  const rows = await session.query<{ attempt: Attempt | null }>(
    `select attempt from ${tableName(location)} where revision = $1 and status <> 'applied'`,
    [revision],
  )
  return rows[0]?.attempt ?? null
}
