/** Runs loaded steps in a transaction, with what the ledger says of them. */
import { setTimeout as sleep } from 'node:timers/promises'
import { cancellable, Interrupted } from '../database/cancel.ts'
import { factsOf } from '../database/pg-error.ts'
import { resetSql } from '../database/settings.ts'
import { DbmigError } from '../errors.ts'
import { chainLock } from '../ledger/chain.ts'
import { recordScript, requireUnchanged } from '../ledger/record.ts'
import { AnswerLost, type Fate, fateOf } from './answer-lost.ts'
import {
  connectionLost,
  errorSwallowed,
  interrupted,
  lockReleased,
  revisionFailed,
  sentLate,
  transactionEnded,
} from './errors.ts'
import type { Blocker } from './events.ts'
import { undoing } from './interrupt.ts'
import { isLockLost, LockReleased } from './lock/errors.ts'
import { BlockerWatch } from './retry/blockers.ts'
import { retriesSpent } from './retry/errors.ts'
import { passingOf, retryDelay } from './retry/retry.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { settingsFor } from './settings.ts'
import {
  callRevision,
  contextOf,
  entryOf,
  isInterruption,
  logFailure,
  placeOf,
  type Run,
  stepResult,
} from './step.ts'
import { closeStep, type Opened, openStep, stateOf, TransactionGone } from './transaction.ts'

/**
 * Runs steps in one transaction with their ledger rows and log rows: all of it, or nothing.
 *
 * @param ranBefore how many steps the run has committed already
 * @throws AnswerLost
 */
export async function runInTransaction(
  run: Run,
  batch: readonly LoadedStep[],
  ranBefore: number,
): Promise<StepResult[]> {
  const { retries = 0, onEvent } = run
  const told = new Set<LoadedStep>()
  for (let tries = 1; ; tries++) {
    const outcome = await attempt(run, batch, told)
    if ('results' in outcome) {
      tellDone(run, batch, outcome.results)
      return outcome.results
    }
    const fate = await commitOf(run, outcome)
    if (typeof fate === 'number' && outcome.opened !== undefined) {
      const { step, opened, before, error } = outcome
      const results = [...before, stepResult(step, fate)]
      tellDone(run, batch, results)
      throw new AnswerLost(step, opened.startedAt, results, error)
    }
    // It is undone as a whole, so that it may run again, whatever ran outside a transaction before it in this run.
    if (tries > retries || !isPassing(outcome)) throw await failureOf(run, outcome, fate, tries, ranBefore)
    const { step, blockers } = outcome
    const delayMs = retryDelay(tries, Math.random())
    onEvent?.({
      ...{ type: 'retry', ...placeOf(step), attempt: tries, retries, delayMs, blockers },
      error: causeOf(outcome),
      cause: factsOf(causeOf(outcome)),
    })
    await sleep(delayMs, undefined, run.signal && { signal: run.signal }).catch(() => {})
    if (run.signal?.aborted) {
      throw await failureOf(run, { ...outcome, error: new Interrupted() }, fate, tries, ranBefore)
    }
  }
}

/** Done is what is committed. */
function tellDone({ onEvent }: Run, batch: readonly LoadedStep[], results: readonly StepResult[]): void {
  for (const [position, { durationMs }] of results.entries()) {
    const step = batch[position]
    if (step !== undefined) onEvent?.({ type: 'done', ...placeOf(step), durationMs })
  }
}

/** How far a try came. */
interface Progress {
  readonly step: LoadedStep
  /** Undefined where the step has not begun. */
  readonly opened?: Opened
  readonly committing?: true
}

interface Failed extends Progress {
  /** Of the steps before, in the same transaction. */
  readonly before: readonly StepResult[]
  readonly error: unknown
  /** What the server had said before, and the revision has caught. */
  readonly caught: unknown
  /** What had become of the transaction before it was rolled back. */
  readonly state: 'open' | 'ended' | 'aborted' | 'lost'
  /** Who stood in the way of its last statement. */
  readonly blockers: readonly Blocker[]
}

/** Whether the same may work a moment later, and nothing of this try is left. */
function isPassing(failure: Failed): boolean {
  const { state, committing, error } = failure
  if (state === 'lost' || (state === 'ended' && !committing)) return false
  // It has committed by itself.
  if (error instanceof TransactionGone && error.state === 'ended') return false
  return passingOf(causeOf(failure)) !== null
}

/** Where a transaction was given up for an error that the revision has caught, it is that error that counts. */
function causeOf({ error, caught }: Failed): unknown {
  return error instanceof TransactionGone ? caught : error
}

/** @param told the steps of which it is told that they start: of one that is tried again, `retry` says so */
async function attempt(
  run: Run,
  batch: readonly LoadedStep[],
  told: Set<LoadedStep>,
): Promise<{ readonly results: StepResult[] } | Failed> {
  const { session, signal } = run
  const results: StepResult[] = []
  let progress: Progress | undefined
  let caught: unknown
  let watch: BlockerWatch | undefined
  try {
    for (const [position, step] of batch.entries()) {
      const isLast = position === batch.length - 1
      const settings = settingsFor(step.loaded, run.settings)
      progress = { step }
      const opened = await cancellable(session, signal, () => openStep(session, settings, position === 0))
      progress = { step, opened }
      if (!told.has(step)) run.onEvent?.({ type: 'start', ...placeOf(step) })
      told.add(step)
      watch ??= new BlockerWatch(run.side, opened.pid, opened.lockTimeout)
      caught = await callRevision(run, step, watch.around)
      const late = run.late.first
      if (late !== undefined)
        throw sentLate(
          late,
          batch.some(({ revision }) => revision === late.from),
        )
      const entry = entryOf(run, step)
      const record = recordScript(run.recorder, entry, {
        ...{ direction: step.direction, startedAt: opened.startedAt },
        edges: run.above(step.revision),
      })
      const alone = `${run.lock.alone} and ${chainLock(run.recorder.location)}`
      if (isLast) {
        await run.lock.confirm()
        progress = { step, opened, committing: true }
      }
      const durationMs = await cancellable(session, signal, async () =>
        closeStep(session, opened, { settings, record, lock: { alone }, commit: isLast }).catch(
          (error: unknown) => {
            requireUnchanged(run.recorder, entry, error)
            throw error
          },
        ),
      )
      results.push(stepResult(step, durationMs))
    }
    return { results }
  } catch (error) {
    if (progress === undefined) throw error
    const state = await rollBack(run, progress.opened, error)
    return { ...progress, before: results, error, caught, state, blockers: watch?.blockers ?? [] }
  }
}

/** @returns what had become of the transaction before */
async function rollBack(run: Run, opened: Opened | undefined, error: unknown): Promise<Failed['state']> {
  const { session, signal } = run
  const undo = async () => {
    const state =
      error instanceof TransactionGone ? error.state : opened && (await stateOf(session, opened.id))
    await session.execute(`rollback; select ${run.lock.alone}; ${resetSql}`)
    return state ?? 'open'
  }
  try {
    return await undoing(session, signal, undo)
  } catch {
    return 'lost'
  }
}

/** What has become of the commit, where it got no answer. */
async function commitOf(run: Run, { step, opened, state, committing }: Failed): Promise<Fate> {
  if (state !== 'lost' || !committing || opened === undefined) return 'undone'
  return fateOf(run, step, opened.startedAt, opened.id)
}

/** Logs the failure, and puts it into a sentence. */
async function failureOf(
  run: Run,
  failure: Failed,
  fate: Fate,
  tries: number,
  ranBefore: number,
): Promise<Error> {
  const { step, opened, error, caught, state, committing = false } = failure
  const alive = state !== 'lost'
  if (fate === 'unknown') {
    // The log would deny what may be there.
    run.onEvent?.({ type: 'failed', ...placeOf(step), error, cause: factsOf(error) })
    return connectionLost(contextOf(step), error, 'committing')
  }
  const context = await logFailure(run, step, opened?.startedAt, error, { alive, attempt: null })
  if (isInterruption(run, error)) return interrupted(context, ranBefore)
  // A setting that PostgreSQL refuses, a lock that is lost, or what another revision sent late, is no fault of this one.
  if ((opened === undefined || isLockLost(error) || run.late.first) && error instanceof DbmigError)
    return error
  const remains = run.transaction === 'run' ? 'nothing of the run' : 'nothing'
  if (error instanceof LockReleased) return lockReleased(context, error, remains)
  if (isPassing(failure)) return retriesSpent(context, causeOf(failure), { ...failure, tries, remains })
  if (!alive) return connectionLost(context, error, 'uncommitted')
  if (error instanceof TransactionGone)
    return error.state === 'ended' ? transactionEnded(context, undefined) : errorSwallowed(context, caught)
  if (!committing && state === 'ended') return transactionEnded(context, error)
  return revisionFailed(context, error, remains)
}
