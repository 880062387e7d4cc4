/** The command `resolve`: somebody has looked, and says what became of a revision that began outside a transaction and did not end. */
import type { Project } from '../../config/config.ts'
import type { Session } from '../../database/session.ts'
import { targetMissing } from '../../graph/errors.ts'
import { currentActor } from '../../ledger/actor.ts'
import { headsOfRows } from '../../ledger/applied.ts'
import type { Ledger } from '../../ledger/chain.ts'
import { ledgerLocation } from '../../ledger/location.ts'
import { type LedgerRow, readLedger } from '../../ledger/read.ts'
import { readClock, recordStamped, recordUnstamped } from '../../ledger/record.ts'
import { ensureWritableLedger } from '../../ledger/tables.ts'
import type { OnEvent } from '../events.ts'
import { asked } from '../interrupt.ts'
import { heard } from '../listener.ts'
import { withMigrationLock } from '../lock/lock.ts'
import { openProjectSession, waitingWith } from '../project.ts'
import { notUnfinished, oneResolutionNeeded, oneUnfinishedNeeded } from './errors.ts'
import { leftInvalid } from './invalid-indexes.ts'

export interface ResolveOptions {
  /** An id or the start of one. Its file need not be there. */
  readonly target: string
  /** All of it is done: it counts as applied. */
  readonly applied?: boolean | undefined
  /** Nothing of it is left: it counts as never run. */
  readonly rolledBack?: boolean | undefined
  readonly onEvent?: OnEvent | undefined
  readonly signal?: AbortSignal | undefined
  /** How long to wait for another run. Ten minutes unless told. */
  readonly lockWaitMs?: number | undefined
}

export interface ResolveResult {
  readonly revision: string
  readonly message: string
  readonly resolved: 'applied' | 'rolled back'
  /** The indexes that it has left invalid, in SQL: somebody must drop or rebuild them. */
  readonly invalidIndexes: readonly string[]
  /** As `upgrade` gives them. */
  readonly heads: readonly string[]
}

/**
 * Makes the ledger say that a half-way revision is applied or not, and runs nothing.
 *
 * @throws RUNNER_RESOLUTION, RUNNER_NOT_UNFINISHED, RUNNER_LOCKED, `LEDGER_…`, `DATABASE_…`
 */
export async function resolve(project: Project, options: ResolveOptions): Promise<ResolveResult> {
  // From code that is not typed.
  if (typeof options.target !== 'string') throw targetMissing()
  if ((options.applied ?? false) === (options.rolledBack ?? false)) throw oneResolutionNeeded()
  return heard(options.onEvent, (onEvent) =>
    resolveTelling(waitingWith(project, onEvent), { ...options, onEvent }),
  )
}

async function resolveTelling(
  project: Project,
  { target, applied = false, signal, onEvent, lockWaitMs: waitMs }: ResolveOptions,
): Promise<ResolveResult> {
  const location = ledgerLocation(project)
  const session = await openProjectSession(project, signal)
  try {
    return await withMigrationLock(session, location, { signal, onEvent, waitMs }, () =>
      asked({ session, signal }, 0, async () => {
        const row = findUnfinished(target, (await readLedger(session, location)) ?? [])
        const ledger = await ensureWritableLedger(session, location)
        const left = row.attempt ? await leftInvalid(session, row.attempt, null) : []
        await record(session, ledger, row, applied)
        return {
          revision: row.revision,
          message: row.message,
          resolved: applied ? 'applied' : 'rolled back',
          invalidIndexes: left.map(({ name }) => name),
          heads: headsOfRows((await readLedger(session, location)) ?? []),
        }
      }),
    )
  } finally {
    await session.close()
  }
}

async function record(session: Session, location: Ledger, row: LedgerRow, applied: boolean): Promise<void> {
  const recorder = { session, location, actor: currentActor() }
  const startedAt = await readClock(session)
  if (!applied) return recordUnstamped(recorder, [row], startedAt)
  // What failed on the way down was applied all the time.
  const ranAt = row.attempt?.direction === 'down' ? row.appliedAt : null
  return recordStamped(recorder, [{ ...row, ranAt }], startedAt)
}

function findUnfinished(target: string, rows: readonly LedgerRow[]): LedgerRow {
  const halfWay = rows.filter(({ status }) => status !== 'applied')
  const exact = halfWay.find(({ revision }) => revision === target)
  if (exact) return exact
  const other = rows.find(({ revision }) => revision === target)
  const found = other || target === '' ? [] : halfWay.filter(({ revision }) => revision.startsWith(target))
  const ids = (of: readonly LedgerRow[]) => of.map(({ revision }) => revision)
  if (found.length > 1) throw oneUnfinishedNeeded(target, ids(found))
  const [row] = found
  if (row) return row
  const state = other
    ? `Revision ${target} is applied in full, not half-way`
    : `No id of a revision that is half-way begins with "${target}"`
  throw notUnfinished(state, ids(halfWay))
}
