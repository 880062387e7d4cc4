/** From where revisions were applied: the ledger's row knows the database user, and the log the rest. */
import { sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import { type LedgerLocation, logName } from './location.ts'

export interface Origin {
  /** The operating system's user. */
  readonly osUser: string | null
  readonly host: string | null
}

/** No log, no right to read it, no such column: nothing is known, and the rows of the ledger are no worse for that. */
const unknowable = ['42P01', '42501', '42703']

/**
 * Reads who applied what last, by revision. Creates nothing, locks nothing, asks once. Call it outside of a transaction.
 *
 * @param revisions those that are asked for; null for all
 * @returns nothing of the revisions of which the log does not tell, or may not be read
 */
export async function readOrigins(
  session: Session,
  location: LedgerLocation,
  revisions: readonly string[] | null = null,
): Promise<ReadonlyMap<string, Origin>> {
  try {
    const [answer] = await session.query<{ origins: Readonly<Record<string, Origin>> | null }>(
      `select json_object_agg(revision, json_build_object('osUser', os_user, 'host', host)) as origins
       from (
         select distinct on (revision) revision, os_user, host from ${logName(location)}
         where outcome in ('applied', 'stamped') and ($1::text[] is null or revision = any ($1))
         order by revision, id desc
       ) as last`,
      [revisions],
    )
    return new Map(Object.entries(answer?.origins ?? {}))
  } catch (error) {
    if (unknowable.includes(sqlStateOf(error) ?? '')) return new Map()
    throw error
  }
}
