/** Runs loaded steps in a transaction, with what the ledger says of them. */
import { Interrupted } from '../database/cancel.ts'
import { pause } from '../database/pause.ts'
import { factsOf } from '../database/pg-error.ts'
import { DbmigError } from '../errors.ts'
import type { Done } from '../ledger/done.ts'
import { AnswerLost, type Fate, fateOf } from './answer-lost.ts'
import { attempt, causeOf, doneAfterAll, type Failed, isPassing, rollBack } from './attempt.ts'
import {
  connectionLost,
  errorSwallowed,
  interrupted,
  lockReleased,
  revisionFailed,
  transactionEnded,
} from './errors.ts'
import { goesAlong, goesOnWith, type Heard, sendForeseen, tellForeseen } from './foresight/message.ts'
import { isLockLost, LockReleased } from './lock/errors.ts'
import { retriesSpent } from './retry/errors.ts'
import { retryDelay } from './retry/retry.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { contextOf, isInterruption, logFailure, placeOf, type Run } from './step.ts'
import { doneSteps } from './step-result.ts'
import { type Opened, TransactionGone } from './transaction.ts'

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
      throw answerLost(sent.steps, fate.done, results, outcome.error)
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
function tellDone({ onEvent }: Run, batch: readonly LoadedStep[], results: readonly StepResult[]): void {
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

function answerLost(
  steps: readonly LoadedStep[],
  done: readonly Done[],
  results: readonly StepResult[],
  error: unknown,
): Error {
  const [last, lastDone] = [steps[done.length - 1], done.at(-1)]
  if (last === undefined || lastDone === undefined) throw error
  return new AnswerLost(last, lastDone.startedAt, results, error)
}

/**
 * Runs steps whose statements are known in one message and one transaction.
 *
 * @param steps what is to run, as far as it may go in one message
 * @returns what was done; where that is nothing, the first of the steps runs by itself
 * @throws AnswerLost
 */
export async function runTogether(
  run: Run,
  steps: readonly LoadedStep[],
  ranBefore: number,
): Promise<StepResult[]> {
  const { ahead, signal, onEvent } = run
  const { opened } = ahead
  if (opened === undefined || opened.watched) return []
  const foreseen = await ahead.foresight.take(steps, goesAlong(run))
  const [first] = foreseen
  if (first === undefined) return []
  const heard: Heard = []
  const tell = (results: readonly StepResult[]) => {
    for (const [place, each] of foreseen.entries()) {
      onEvent?.({ type: 'start', ...placeOf(each.step) })
      tellForeseen(run, each, heard[place])
      tellDone(run, [each.step], results.slice(place, place + 1))
    }
  }
  ahead.opened = undefined
  const behind = steps.slice(foreseen.length)
  try {
    await run.lock.confirm()
    const sending = sendForeseen(
      run,
      {
        ...{ opened, steps: foreseen, commit: true, goesOn: goesOnWith(run, first.step, behind[0]) },
        sharing: foreseen.length === 1 ? 1 : foreseen.flatMap(({ statements }) => statements).length,
      },
      heard,
    )
    ahead.foresight.prepare(behind)
    const { results, next } = await sending
    ahead.opened = next
    tell(results)
    return results
  } catch (error) {
    ahead.foresight.wentWrong(foreseen.length)
    const sent = foreseen.map(({ step }) => step)
    const fate = await fateAfter(run, sent, opened, error)
    const results = doneSteps(sent, fate.done)
    if (results.length > 0) tell(results)
    if (fate.lost && results.length > 0) throw answerLost(sent, fate.done, results, error)
    if (results.length > 0 || !(fate.lost || signal?.aborted)) return results
    onEvent?.({ type: 'start', ...placeOf(first.step) })
    const failed: Failed = {
      ...{ step: first.step, opened, before: [], error, caught: undefined, blockers: [] },
      state: fate.lost ? 'lost' : 'open',
    }
    throw await failureOf(run, failed, fate, 1, ranBefore)
  }
}

/** What has become of steps that were sent together, of which one failed. */
async function fateAfter(
  run: Run,
  steps: readonly LoadedStep[],
  opened: Opened,
  error: unknown,
): Promise<Fate & { readonly lost: boolean }> {
  const state = await rollBack(run, opened, error)
  const done = state === 'lost' ? 'lost' : await doneAfterAll(run, steps, opened)
  if (done !== 'lost') return { done, certain: true, lost: false }
  return { ...(await fateOf(run, steps, opened.startedAt, opened.id)), lost: true }
}

/** Logs the failure, and puts it into a sentence. */
async function failureOf(
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
