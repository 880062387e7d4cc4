/** Reading the ledger. */
import { sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import { ledgerForbidden, ledgerOtherShape } from './errors.ts'
import { type LedgerLocation, tableName } from './location.ts'

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
  readonly appliedAt: Date
  /** The database user. */
  readonly appliedBy: string
  readonly durationMs: number
  readonly status: LedgerStatus
}

/**
 * Reads what is applied, oldest first. Creates nothing, locks nothing, asks once. Call it outside of a transaction.
 *
 * @returns null where there is no ledger
 * @throws LEDGER_FORBIDDEN, LEDGER_SHAPE
 */
export async function readLedger(session: Session, location: LedgerLocation): Promise<LedgerRow[] | null> {
  try {
    return await session.query<LedgerRow>(
      `select revision, down_revisions as "downRevisions", depends_on as "dependsOn", message, checksum,
         applied_at as "appliedAt", applied_by as "appliedBy", duration_ms as "durationMs", status
       from ${tableName(location)} order by applied_at, revision`,
    )
  } catch (error) {
    const code = sqlStateOf(error)
    if (code === '42P01') return null
    if (code === '42501') throw ledgerForbidden('read', tableName(location), error)
    if (code === '42703' && error instanceof Error)
      throw ledgerOtherShape(tableName(location), [error.message])
    throw error
  }
}
