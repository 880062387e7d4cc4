/** Reading the ledger. */
import { sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import type { Attempt } from './attempt.ts'
import { ledgerOtherShape } from './errors.ts'
import { type LedgerLocation, tableName } from './location.ts'
import type { Origin } from './origin.ts'
import { isoSql } from './statements.ts'
import { unreadable } from './unreadable.ts'

/** `running` and `failed`: a file outside a transaction that is under way, or ended half-way. */
export type LedgerStatus = 'applied' | 'running' | 'failed'

/** One applied revision. */
export interface LedgerRow {
  readonly revision: string
  readonly downRevisions: readonly string[]
  /** Ids: labels are resolved when the row is written. */
  readonly dependsOn: readonly string[]
  readonly message: string
  /** Null where it was stamped without its file at hand. */
  readonly checksum: string | null
  /** ISO 8601, UTC. A `Date` would take three times the memory. */
  readonly appliedAt: string
  /** The database user. */
  readonly appliedBy: string
  readonly durationMs: number
  readonly status: LedgerStatus
  /** What is known of the run that is under way or ended half-way; left out where nothing is. */
  readonly attempt?: Attempt | undefined
  /** Where the log was asked, and tells. */
  readonly origin?: Origin | undefined
}

/** The columns of a row in the order in which they are asked for. */
type Values = [
  revision: string,
  downRevisions: string[],
  dependsOn: string[],
  message: string,
  checksum: string | null,
  appliedAt: string,
  appliedBy: string,
  durationMs: number,
  status: LedgerStatus,
  attempt: Attempt | null,
]

/**
 * Reads what is applied, oldest first. Creates nothing, locks nothing, asks once. Call it outside of a transaction.
 *
 * @returns null where there is no ledger
 * @throws LEDGER_FORBIDDEN, LEDGER_SHAPE
 */
export async function readLedger(session: Session, location: LedgerLocation): Promise<LedgerRow[] | null> {
  try {
    // Many rows in one value, which is read in a third of the time that pg needs for 10,000 rows. A ledger that an older dbmig
    // has made has no column for attempts.
    const parts = await session.query<{ rows: Values[] }>(
      `select json_agg(json_build_array(revision, down_revisions, depends_on, message, checksum,
         ${isoSql('applied_at')}, applied_by, duration_ms, status,
         case when status <> 'applied' then to_jsonb(v) -> 'attempt' end) order by place) as rows
       from (select *, row_number() over (order by applied_at, revision) as place from ${tableName(location)}) as v
       group by place / 200 order by place / 200`,
    )
    return parts.flatMap(({ rows }) => rows.map(rowOf))
  } catch (error) {
    const code = sqlStateOf(error)
    if (code === '42P01') return null
    if (code === '42501') throw await unreadable(session, location, ['table'], error)
    if (code === '42703' && error instanceof Error)
      throw ledgerOtherShape(tableName(location), [error.message])
    throw error
  }
}

function rowOf(values: Values): LedgerRow {
  const [revision, downRevisions, dependsOn, message, checksum, appliedAt, appliedBy, durationMs, status] =
    values
  const attempt = values[9]
  const row = {
    revision,
    downRevisions,
    dependsOn,
    message,
    checksum,
    appliedAt,
    appliedBy,
    durationMs,
    status,
  }
  return attempt === null ? row : { ...row, attempt }
}
