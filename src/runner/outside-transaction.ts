/** Runs a loaded step outside a transaction: its ledger row tells how far it came. */
import { cancellable } from '../database/cancel.ts'
import { CONNECTION_LOST, factsOf, statementOf } from '../database/pg-error.ts'
import { DbmigError } from '../errors.ts'
import { type Attempt, readAttempt } from '../ledger/attempt.ts'
import { readClock, recordRunning, type StartedAt } from '../ledger/record.ts'
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
import { asked, interruptible, undoing } from './interrupt.ts'
import { LockReleased, outsideBehindPooler } from './lock/errors.ts'
import { retriesSpent } from './retry/errors.ts'
import { retried } from './retry/retried.ts'
import { passingOf } from './retry/retry.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { patientWhereConcurrent, setForSession, settingsFor } from './settings.ts'
import {
  callRevision,
  contextOf,
  entryOf,
  forgetPrepared,
  isInTransaction,
  isInterruption,
  logFailure,
  placeOf,
  type Run,
  recordDone,
  reset,
  succeeds,
} from './step.ts'
import { stepResult } from './step-result.ts'
import { indexBeingBuilt, indexNotDropped, interruptedDrop } from './unfinished/errors.ts'
import { dropOf, type LeftInvalid, leftInvalid, requireValid } from './unfinished/invalid-indexes.ts'

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
  const { session, signal } = run
  await run.lock.confirm()
  const before = step.index - 1
  if (await asked(run, before, () => run.lock.isByTransaction(session)))
    throw outsideBehindPooler(step.revision, before)
  await forgetPrepared(run)
  run.onEvent?.({ type: 'start', ...placeOf(step) })
  try {
    await dropLeftInvalid(run, step)
  } catch (error) {
    run.onEvent?.({ type: 'failed', ...placeOf(step), error, cause: factsOf(error) })
    throw error
  }
  const { startedAt, attempt } = await begin(run, step)
  let returned = false
  let durationMs: number
  try {
    await callRevision(run, step, patientWhereConcurrent(session))
    durationMs = await cancellable(session, signal, async () => {
      if (await isInTransaction(session)) throw new TransactionNotEnded()
      if (step.direction === 'up') await requireValid(session, readText(step.revision.path))
      // What is done is recorded, however long that has to wait for its lock.
      if (!(await reset(run))) throw new LockReleased()
      returned = true
      return recordDone(run, step, startedAt)
    })
  } catch (error) {
    // The file may have begun a transaction of its own; without one this does nothing.
    const alive = await succeeds(() =>
      undoing(session, signal, async () => {
        await session.query('rollback')
        await reset(run)
      }),
    )
    const [done] = alive || !returned ? [] : (await fateOf(run, [step], startedAt, null)).done
    if (done !== undefined) {
      run.onEvent?.({ type: 'done', ...placeOf(step), durationMs: done.durationMs })
      throw new AnswerLost(step, startedAt, [stepResult(step, done.durationMs)], error)
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
 * Sets what the revision runs with, and says in the ledger that it does.
 *
 * @throws RUNNER_INTERRUPTED, RUNNER_LOCK_TIMEOUT, DATABASE_SETTING, LEDGER_CHANGED: nothing has run
 */
async function begin(run: Run, step: LoadedStep): Promise<{ startedAt: StartedAt; attempt: Attempt }> {
  const { session, signal, recorder, onEvent, retries = 0 } = run
  let tries = 1
  try {
    return await cancellable(session, signal, async () => {
      const startedAt = await readClock(session)
      await setForSession(session, settingsFor(step.loaded, run.settings))
      const attempt = await retried(
        run,
        () => recordRunning(recorder, entryOf(run, step), step.direction, startedAt),
        (failed) => {
          tries = failed.attempt + 1
          const cause = factsOf(failed.error)
          onEvent?.({ type: 'retry', ...placeOf(step), ...failed, cause, retries, blockers: [] })
        },
      )
      return { startedAt, attempt }
    })
  } catch (error) {
    await succeeds(() => undoing(session, signal, () => reset(run)))
    onEvent?.({ type: 'failed', ...placeOf(step), error, cause: factsOf(error) })
    if (signal?.aborted && !(error instanceof DbmigError && error.code !== CONNECTION_LOST))
      throw interrupted(null, step.index - 1)
    if (passingOf(error) === null) throw error
    throw retriesSpent(contextOf(step), error, { tries, blockers: [], remains: 'nothing' })
  }
}

/**
 * What an earlier attempt has left invalid goes first: "create index if not exists" would keep it, and without that the name is taken.
 *
 * @throws RUNNER_INDEX_BUILT, RUNNER_INDEX_NOT_DROPPED
 */
async function dropLeftInvalid(run: Run, step: LoadedStep): Promise<void> {
  const { session, location, signal, onEvent } = run
  const { revision, index: position } = step
  const answer = <T>(work: () => Promise<T>) => asked(run, position - 1, work)
  const attempt = await answer(() => readAttempt(session, location, revision.revision))
  // On the way down it is what `down` has to drop.
  if (attempt === null || step.direction === 'down') return
  const left = await answer(() => leftInvalid(session, attempt, readText(revision.path)))
  const built = left.find(({ builder }) => builder !== null)
  if (built) throw indexBeingBuilt(revision, built)
  for (const index of left) {
    try {
      // It waits for all that use the table, and stands in nobody's way meanwhile.
      await session.execute('set lock_timeout to 0')
      const drop = dropOf(index)
      onEvent?.({ type: 'drop-index', ...placeOf(step), invalid: index.name })
      onEvent?.({ type: 'statement', ...placeOf(step), sql: drop })
      await interruptible(session, signal, () => session.execute(drop))
    } catch (error) {
      if (isInterruption(run, error)) throw interruptedDrop(revision, index, position - 1)
      throw indexNotDropped(revision, index, error)
    }
  }
  if (left.length > 0) await reset(run)
}

/** The failure itself says more than that of a look at what it left. */
async function leftBy(
  { session, signal }: Run,
  { revision }: LoadedStep,
  attempt: Attempt,
  error: unknown,
): Promise<LeftInvalid[] | null> {
  const text = `${readText(revision.path)}\n${statementOf(error) ?? ''}`
  return undoing(session, signal, () => leftInvalid(session, attempt, text)).catch(() => null)
}
