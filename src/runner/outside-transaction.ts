/** Runs a loaded step outside a transaction: its ledger row tells how far it came. */
import type { Session } from '../database/session.ts'
import { readClock, recordRunning } from '../ledger/record.ts'
import { connectionLost, interruptedOutside, revisionFailed, transactionLeftOpen } from './errors.ts'
import { interruptible } from './interrupt.ts'
import type { LoadedStep, StepResult } from './run.ts'
import {
  entryOf,
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
 * Runs a step that asks to be outside a transaction. Its row says `running` meanwhile, so that a crash can be seen.
 */
export async function runOutsideTransaction(run: Run, step: LoadedStep): Promise<StepResult> {
  const { session, recorder } = run
  const startedAt = await readClock(session)
  run.onEvent?.({ type: 'start', ...placeOf(step) })
  await recordRunning(recorder, entryOf(run, step), step.direction)
  try {
    const db = await session.kysely()
    await interruptible(session, run.signal, () => migrationOf(step)(db))
    if (await inTransaction(session)) throw transactionLeftOpen(step.revision)
    await reset(run)
    const durationMs = await recordDone(run, step, startedAt)
    run.onEvent?.({ type: 'done', ...placeOf(step), durationMs })
    return resultOf(step, durationMs)
  } catch (error) {
    // The file may have begun a transaction of its own; without one this does nothing.
    const alive = await succeeds(async () => {
      await session.query('rollback')
      await reset(run)
    })
    const context = await fail(run, step, startedAt, error, { alive, leavesRow: true })
    if (isInterruption(run, error)) throw interruptedOutside(context)
    if (!alive) throw connectionLost(context, error, false)
    throw revisionFailed(context, error, 'what ran before the error')
  }
}

/** Outside of a transaction a statement's own time is that of its transaction. */
async function inTransaction(session: Session): Promise<boolean> {
  const rows = await session.query<{ open: boolean }>('select now() <> statement_timestamp() as open')
  return rows[0]?.open === true
}
