/** Runs a loaded step outside a transaction: its ledger row tells how far it came. */
import { statementOf } from '../database/pg-error.ts'
import { type Attempt, readAttempt } from '../ledger/attempt.ts'
import { readClock, recordRunning } from '../ledger/record.ts'
import { readText } from '../loader/read-text.ts'
import { AnswerLost, fateOf } from './answer-lost.ts'
import {
  connectionLost,
  interrupted,
  interruptedOutside,
  lockReleased,
  revisionFailed,
  transactionNotEnded,
} from './errors.ts'
import { LockReleased } from './errors-lock.ts'
import { indexBeingBuilt, indexNotDropped } from './errors-unfinished.ts'
import { interruptible, undoing } from './interrupt.ts'
import { type LeftInvalid, leftInvalid, requireValid } from './invalid-indexes.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { patientWhereConcurrent, setForSession, settingsFor } from './settings.ts'
import {
  callRevision,
  entryOf,
  isInTransaction,
  isInterruption,
  logFailure,
  placeOf,
  type Run,
  recordDone,
  reset,
  stepResult,
  succeeds,
} from './step.ts'

class TransactionNotEnded extends Error {
  constructor() {
    super('it began a transaction and did not end it')
  }
}

/**
 * Runs a step that asks to be outside a transaction. Its row says `running` meanwhile, so that a crash can be seen.
 *
 * @throws AnswerLost, and what became of it
 */
export async function runOutsideTransaction(run: Run, step: LoadedStep): Promise<StepResult> {
  const { session, recorder } = run
  await run.lock.confirm()
  await dropLeftInvalid(run, step)
  const startedAt = await readClock(session)
  run.onEvent?.({ type: 'start', ...placeOf(step) })
  const attempt = await recordRunning(recorder, entryOf(run, step), step.direction, startedAt)
  let returned = false
  let durationMs: number
  try {
    await setForSession(session, settingsFor(step.loaded, run.settings))
    await callRevision(run, step, patientWhereConcurrent(session))
    if (await isInTransaction(session)) throw new TransactionNotEnded()
    if (step.direction === 'up') await requireValid(session, readText(step.revision.path))
    if (!(await reset(run))) throw new LockReleased()
    returned = true
    durationMs = await recordDone(run, step, startedAt)
  } catch (error) {
    // The file may have begun a transaction of its own; without one this does nothing.
    const alive = await succeeds(() =>
      undoing(session, run.signal, async () => {
        await session.query('rollback')
        await reset(run)
      }),
    )
    const fate = alive || !returned ? 'undone' : await fateOf(run, step, startedAt, null)
    if (typeof fate === 'number') {
      run.onEvent?.({ type: 'done', ...placeOf(step), durationMs: fate })
      throw new AnswerLost(step, startedAt, [stepResult(step, fate)], error)
    }
    const left = alive ? await leftBy(run, step, attempt, error) : null
    const context = await logFailure(run, step, startedAt, error, { alive, attempt, left })
    if (isInterruption(run, error)) throw interruptedOutside(context)
    if (!alive) throw connectionLost(context, error, 'outside')
    if (error instanceof TransactionNotEnded) throw transactionNotEnded(context)
    if (error instanceof LockReleased) throw lockReleased(context, error, 'what ran before the error')
    throw revisionFailed(context, error, 'what ran before the error')
  }
  run.onEvent?.({ type: 'done', ...placeOf(step), durationMs })
  return stepResult(step, durationMs)
}

/**
 * What an earlier attempt has left invalid goes first: "create index if not exists" would keep it, and without that the name is taken.
 *
 * @throws RUNNER_INDEX_BUILT, RUNNER_INDEX_NOT_DROPPED
 */
async function dropLeftInvalid(run: Run, step: LoadedStep): Promise<void> {
  const { session, location, signal } = run
  const { revision, index: position } = step
  const attempt = await readAttempt(session, location, revision.revision)
  // On the way down it is what `down` has to drop.
  if (attempt === null || step.direction === 'down') return
  const left = await leftInvalid(session, attempt, readText(revision.path))
  const built = left.find(({ builder }) => builder !== null)
  if (built) throw indexBeingBuilt(revision, built)
  for (const index of left) {
    try {
      // It waits for all that use the table, and stands in nobody's way meanwhile.
      await session.execute('set lock_timeout to 0')
      const drop = `drop index concurrently if exists ${index.name}`
      await interruptible(session, signal, () => session.execute(drop))
    } catch (error) {
      if (isInterruption(run, error)) throw interrupted(null, position - 1)
      throw indexNotDropped(revision, index, error)
    }
  }
  if (left.length > 0) await reset(run)
}

/** The failure itself says more than that of a look at what it left. */
async function leftBy(
  { session }: Run,
  { revision }: LoadedStep,
  attempt: Attempt,
  error: unknown,
): Promise<LeftInvalid[] | null> {
  const text = `${readText(revision.path)}\n${statementOf(error) ?? ''}`
  return leftInvalid(session, attempt, text).catch(() => null)
}
