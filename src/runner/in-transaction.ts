/** Runs loaded steps in a transaction, with what the ledger says of them. */
import { Interrupted } from '../database/cancel.ts'
import { pause } from '../database/pause.ts'
import { factsOf } from '../database/pg-error.ts'
import { DbmigError } from '../errors.ts'
import { type Fate, fateOf, lostAnswer } from './answer-lost.ts'
import { attempt, causeOf, type Failed, isPassing } from './attempt.ts'
import {
  connectionLost,
  errorSwallowed,
  interrupted,
  lockReleased,
  revisionFailed,
  transactionEnded,
} from './errors.ts'
import { isLockLost, LockReleased } from './lock/errors.ts'
import { retriesSpent } from './retry/errors.ts'
import { retryDelay } from './retry/retry.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { contextOf, isInterruption, logFailure, placeOf, type Run } from './step.ts'
import { doneSteps } from './step-result.ts'
import { TransactionGone } from './transaction.ts'

/** Where a transaction stands in its run. */
export interface Place {
  /** The steps that are run next, as far as they may go in one message. */
  readonly following: readonly LoadedStep[]
  /** How many steps the run has committed already. */
  readonly ranBefore: number
}

/**
 * Runs steps in one transaction with their ledger rows and log rows: all of it, or nothing.
 *
 * @throws AnswerLost
 */
export async function runInTransaction(
  run: Run,
  batch: readonly LoadedStep[],
  { following, ranBefore }: Place,
): Promise<StepResult[]> {
  const { retries = 0, onEvent } = run
  const told = new Set<LoadedStep>()
  for (let tries = 1; ; ) {
    const outcome = await attempt(run, batch, following, told)
    if (outcome === 'not so quickly') continue
    if ('results' in outcome) {
      tellDone(run, batch, outcome.results)
      return outcome.results
    }
    const { sent, before } = outcome
    const fate = await commitOf(run, outcome)
    if (fate.done.length > 0 && sent !== undefined) {
      const results = [...before, ...doneSteps(sent.steps, fate.done)]
      tellDone(run, batch, results)
      throw lostAnswer(sent.steps, fate.done, results, outcome.error)
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
    await pause(delayMs, run.signal)
    if (run.signal?.aborted) {
      throw await failureOf(run, { ...outcome, error: new Interrupted() }, fate, tries, ranBefore)
    }
    tries++
  }
}

/** Done is what is committed. */
export function tellDone(
  { onEvent }: Run,
  batch: readonly LoadedStep[],
  results: readonly StepResult[],
): void {
  for (const [position, { durationMs }] of results.entries()) {
    const step = batch[position]
    if (step !== undefined) onEvent?.({ type: 'done', ...placeOf(step), durationMs })
  }
}

/** What has become of the commit, where it got no answer. */
async function commitOf(run: Run, { sent, opened, state }: Failed): Promise<Fate> {
  if (state !== 'lost' || !sent?.commit || opened === undefined) return { done: [], certain: true }
  return fateOf(run, sent.steps, opened.startedAt, opened.id)
}

/** Logs the failure, and puts it into a sentence. */
export async function failureOf(
  run: Run,
  failure: Failed,
  fate: Fate,
  tries: number,
  ranBefore: number,
): Promise<Error> {
  const { step, opened, error, caught, state, sent } = failure
  const alive = state !== 'lost'
  if (!fate.certain) {
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
  if (!sent?.commit && state === 'ended') return transactionEnded(context, error)
  return revisionFailed(context, error, remains)
}
