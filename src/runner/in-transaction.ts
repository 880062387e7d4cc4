/** Runs loaded steps in a transaction, with what the ledger says of them. */
import { sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import { readClock, type StartedAt } from '../ledger/record.ts'
import { connectionLost, errorSwallowed, interrupted, revisionFailed, transactionEnded } from './errors.ts'
import { interruptible } from './interrupt.ts'
import type { LoadedStep, StepResult } from './run.ts'
import {
  fail,
  isInterruption,
  migrationOf,
  placeOf,
  type Run,
  recordDone,
  reset,
  resultOf,
  succeeds,
} from './step.ts'

/**
 * Runs steps in one transaction with their ledger rows and log rows: all of it, or nothing.
 *
 * @param ranBefore how many steps the run has committed already
 */
export async function runInTransaction(
  run: Run,
  batch: readonly LoadedStep[],
  ranBefore: number,
): Promise<StepResult[]> {
  const { session } = run
  const results: StepResult[] = []
  const db = await session.kysely()
  const transaction = await db.startTransaction().execute()
  // Set as soon as a step begins, and read when one fails.
  let current: { step: LoadedStep; startedAt: StartedAt } | undefined
  let committing = false
  let id: string | undefined
  try {
    id = await assignTransactionId(session)
    for (const step of batch) {
      current = { step, startedAt: await readClock(session) }
      run.onEvent?.({ type: 'start', ...placeOf(step) })
      await interruptible(session, run.signal, () => migrationOf(step)(transaction))
      const state = await stateOf(session, id)
      if (state !== 'open') throw new TransactionGone(state)
      await reset(run)
      const durationMs = await recordDone(run, step, current.startedAt)
      results.push(resultOf(step, durationMs))
    }
    committing = true
    await transaction.commit().execute()
  } catch (error) {
    if (current === undefined) throw error
    const { step, startedAt } = current
    const state = await stateOf(session, id).catch(() => 'lost' as const)
    const rolledBack = await succeeds(async () => {
      await transaction.rollback().execute()
      await reset(run)
    })
    const alive = rolledBack && state !== 'lost'
    const cause = error instanceof TransactionGone ? undefined : error
    const context = await fail(run, step, startedAt, error, { alive, leavesRow: false })
    if (isInterruption(run, error)) throw interrupted(context, ranBefore)
    if (!alive) throw connectionLost(context, cause, committing)
    if (!committing && state === 'ended') throw transactionEnded(context, cause)
    if (cause === undefined) throw errorSwallowed(context)
    throw revisionFailed(context, cause, run.transaction === 'run' ? 'nothing of the run' : 'nothing')
  }
  // Done is what is committed.
  for (const [position, { durationMs }] of results.entries()) {
    const step = batch[position]
    if (step !== undefined) run.onEvent?.({ type: 'done', ...placeOf(step), durationMs })
  }
  return results
}

/** The revision returned, but its transaction is no longer the one that was begun for it. */
class TransactionGone extends Error {
  constructor(state: 'ended' | 'aborted') {
    super(
      state === 'ended'
        ? 'the revision ended the transaction itself'
        : 'the revision caught the error of a statement and went on',
    )
  }
}

/** The transaction's id, which is another as soon as a commit or rollback hides in the revision. */
async function assignTransactionId(session: Session): Promise<string | undefined> {
  const rows = await session.query<{ id: string }>('select pg_current_xact_id()::text as id')
  return rows[0]?.id
}

async function stateOf(session: Session, id: string | undefined): Promise<'open' | 'ended' | 'aborted'> {
  try {
    const rows = await session.query<{ id: string | null }>(
      'select pg_current_xact_id_if_assigned()::text as id',
    )
    return rows[0]?.id === id ? 'open' : 'ended'
  } catch (error) {
    const code = sqlStateOf(error)
    // A cancellation that arrives late hits this very statement.
    if (code === '25P02' || code === '57014') return 'aborted'
    throw error
  }
}
