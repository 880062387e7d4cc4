/** Runs steps whose statements are known: several in one message and one transaction. */
import { setImmediate as turn } from 'node:timers/promises'
import { Interrupted } from '../../database/cancel.ts'
import { type Fate, fateOf, lostAnswer } from '../answer-lost.ts'
import { doneAfterAll, type Failed, rollBack } from '../attempt.ts'
import { failureOf, tellDone } from '../in-transaction.ts'
import type { LoadedStep, StepResult } from '../run.ts'
import { placeOf, type Run } from '../step.ts'
import { doneSteps } from '../step-result.ts'
import type { Opened } from '../transaction.ts'
import { type ForeseenStep, isDrop, mostSteps } from './foresight.ts'
import {
  goesAlong,
  goesOnWith,
  nothingSeen,
  type Seen,
  type Sent,
  sendForeseen,
  tellForeseen,
} from './message.ts'

/** Steps in one message. */
interface Together {
  readonly opened: Opened
  readonly foreseen: readonly ForeseenStep[]
  /** The steps that follow, as far as they may go in the next message. */
  readonly behind: readonly LoadedStep[]
  readonly seen: Seen
}

/**
 * Runs steps as long as their statements are known.
 *
 * @param at the step to begin with
 * @param results where those of the steps are added
 * @returns how many ran; where that is none, the step runs by itself
 * @throws AnswerLost, RUNNER_CONNECTION_LOST, RUNNER_INTERRUPTED
 */
export async function runTogether(
  run: Run,
  steps: readonly LoadedStep[],
  at: number,
  results: StepResult[],
): Promise<number> {
  let ran = 0
  // What is done is told while the server works on what follows.
  let tellLast = () => {}
  try {
    for (;;) {
      const together = await nextTogether(run, steps.slice(at + ran, at + ran + 2 * mostSteps))
      if (together === null) return ran
      const sending = send(run, together).then(
        (sent) => ({ sent }),
        (error: unknown) => ({ error }),
      )
      run.ahead.foresight.prepare(together.behind)
      await turn()
      tellLast()
      tellLast = () => {}
      const outcome = await sending
      if ('sent' in outcome) run.ahead.opened = outcome.sent.next
      const done =
        'sent' in outcome ? outcome.sent.results : await failed(run, together, outcome.error, results.length)
      if (done.length === 0) return ran
      results.push(...done)
      ran += done.length
      tellLast = () => tell(run, together, done)
    }
  } finally {
    tellLast()
  }
}

/** @returns null where the next step is to run by itself */
async function nextTogether(run: Run, steps: readonly LoadedStep[]): Promise<Together | null> {
  const { ahead, signal, late } = run
  const { opened } = ahead
  if (opened === undefined || opened.watched || signal?.aborted || late.first !== undefined) return null
  // Where a transaction may not take long, each step has that time for itself.
  const most = opened.transactionTimeoutMs > 0 ? 1 : steps.length
  const foreseen = await ahead.foresight.take(steps.slice(0, most), goesAlong(run))
  if (foreseen.length === 0) return null
  ahead.opened = undefined
  return { opened, foreseen, behind: steps.slice(foreseen.length), seen: nothingSeen() }
}

async function send(run: Run, { opened, foreseen, behind, seen }: Together): Promise<Sent> {
  await run.lock.confirm()
  const goesOn = foreseen[0] !== undefined && goesOnWith(run, foreseen[0].step, behind[0])
  // What is made is nobody's yet; but what is dropped may have foreign keys, which lock the tables that they refer to.
  const drops = foreseen.flatMap(({ statements }) => statements).filter(isDrop)
  const sharing = foreseen.length === 1 ? 1 : Math.max(1, drops.length)
  return sendForeseen(run, { opened, steps: foreseen, commit: true, sharing, goesOn }, seen)
}

function tell(run: Run, { foreseen, seen }: Together, results: readonly StepResult[]): void {
  for (const [place, each] of foreseen.entries()) {
    run.onEvent?.({ type: 'start', ...placeOf(each.step) })
    tellForeseen(run, each, seen.notices[place])
    tellDone(run, [each.step], results.slice(place, place + 1))
  }
}

/**
 * Undoes what was sent, unless it is done after all.
 *
 * @returns what is done: all, or nothing
 * @throws AnswerLost, RUNNER_CONNECTION_LOST, RUNNER_INTERRUPTED
 */
async function failed(
  run: Run,
  together: Together,
  error: unknown,
  ranBefore: number,
): Promise<StepResult[]> {
  const { opened, foreseen, seen } = together
  run.ahead.foresight.wentWrong(foreseen.length)
  const steps = foreseen.map(({ step }) => step)
  const fate = await fateAfter(run, steps, opened, error)
  const results = doneSteps(steps, fate.done)
  if (fate.lost && results.length > 0) {
    tell(run, together, results)
    throw lostAnswer(steps, fate.done, results, error)
  }
  const step = steps[seen.failedAt]
  if (results.length > 0 || step === undefined || !(fate.lost || run.signal?.aborted)) return results
  run.onEvent?.({ type: 'start', ...placeOf(step) })
  const failure: Failed = {
    ...{ step, opened, before: [], caught: undefined, blockers: [] },
    // What went wrong before it was to stop is no fault of a revision: alone it might have gone well.
    ...(fate.lost ? { error, state: 'lost' } : { error: new Interrupted(), state: 'open' }),
  }
  throw await failureOf(run, failure, fate, 1, ranBefore)
}

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
