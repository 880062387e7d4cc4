/** One try to run steps in a transaction. */
import { cancellable, Interrupted } from '../database/cancel.ts'
import { resetSql } from '../database/settings.ts'
import { chainLock } from '../ledger/chain.ts'
import { type Done, readDone } from '../ledger/done.ts'
import { recordScript, requireUnchanged } from '../ledger/record.ts'
import { sentLate } from './errors.ts'
import type { Blocker } from './events.ts'
import { type ForeseenStep, mostSteps } from './foresight/foresight.ts'
import {
  goesAlong,
  goesOnWith,
  nothingSeen,
  type Seen,
  type Sent,
  sendForeseen,
  tellForeseen,
} from './foresight/message.ts'
import { undoing } from './interrupt.ts'
import { BlockerWatch } from './retry/blockers.ts'
import { passingOf } from './retry/retry.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { settingsFor } from './settings.ts'
import { callRevision, entryOf, forgetPrepared, placeOf, type Run } from './step.ts'
import { doneSteps, namesOf, stepResult } from './step-result.ts'
import { closeStep, type Opened, openStep, stateOf, TransactionGone } from './transaction.ts'

/** How far a try came. */
interface Progress {
  readonly step: LoadedStep
  /** Undefined where the step has not begun. */
  readonly opened?: Opened
  /** The steps that were sent to their ends, whose statements were sent along with all else where they are foreseen. */
  readonly seen?: Seen
  readonly sent?: {
    readonly steps: readonly LoadedStep[]
    readonly foreseen: boolean
    readonly commit: boolean
  }
}

export interface Failed extends Progress {
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
export function isPassing(failure: Failed): boolean {
  const { state, sent, error } = failure
  if (state === 'lost' || (state === 'ended' && !sent?.commit)) return false
  // It has committed by itself.
  if (error instanceof TransactionGone && error.state === 'ended') return false
  return passingOf(causeOf(failure)) !== null
}

/** Where a transaction was given up for an error that the revision has caught, it is that error that counts. */
export function causeOf({ error, caught }: Failed): unknown {
  return error instanceof TransactionGone ? caught : error
}

/** Not every statement of foreseen revisions came through. */
type Slower = 'not so quickly'

/**
 * @param following what is run after these
 * @param told the steps of which it is told that they start: of one that is tried again, `retry` says so
 */
export async function attempt(
  run: Run,
  batch: readonly LoadedStep[],
  following: readonly LoadedStep[],
  told: Set<LoadedStep>,
): Promise<{ readonly results: StepResult[] } | Failed | Slower> {
  const { ahead } = run
  const results: StepResult[] = []
  let progress: Progress | undefined
  let caught: unknown
  let watch: BlockerWatch | undefined
  // What falls back runs again with all of its transaction: once one was called, so are those behind it.
  let called = false
  const tellStart = (step: LoadedStep) => {
    if (!told.has(step)) run.onEvent?.({ type: 'start', ...placeOf(step) })
    told.add(step)
  }
  if (batch.length > 1) ahead.foresight.prepare(batch)
  try {
    for (let position = 0; position < batch.length; ) {
      const step = batch[position] as LoadedStep
      progress = { step }
      const opened = await begin(run, step, position === 0)
      progress = { step, opened }
      const foreseen = called || opened.watched ? [] : await foreseenFrom(run, batch, position)
      const steps = foreseen.length === 0 ? [step] : foreseen.map((each) => each.step)
      if (foreseen.length === 0) {
        tellStart(step)
        called = true
        await forgetPrepared(run)
        watch ??= new BlockerWatch(run.side, opened.pid, opened.lockTimeoutMs)
        caught = await callRevision(run, step, watch.around)
      }
      const late = run.late.first
      if (late !== undefined)
        throw sentLate(
          late,
          batch.some(({ revision }) => revision === late.from),
        )
      position += steps.length
      const commit = position === batch.length
      if (commit) await run.lock.confirm()
      progress = { ...progress, sent: { steps, foreseen: foreseen.length > 0, commit } }
      const behind = commit ? following : batch.slice(position, position + mostSteps)
      const goesOn = goesOnWith(run, step, behind[0])
      const seen = nothingSeen()
      progress = { ...progress, seen }
      const closing =
        foreseen.length === 0
          ? close(run, step, { opened, commit, goesOn })
          : sendForeseen(run, { opened, steps: foreseen, commit, sharing: 1, goesOn }, seen)
      ahead.foresight.prepare(behind)
      const closed = await closing
      for (const [place, each] of foreseen.entries()) {
        tellStart(each.step)
        tellForeseen(run, each, seen.notices[place])
      }
      ahead.opened = closed.next
      results.push(...closed.results)
    }
    return { results }
  } catch (error) {
    if (progress === undefined) throw error
    const { opened, sent } = progress
    let state = await rollBack(run, opened, error)
    if (state !== 'lost' && sent?.commit && opened !== undefined) {
      const done = await doneAfterAll(run, sent.steps, opened)
      if (done === 'lost') state = 'lost'
      else if (done.length > 0) return { results: [...results, ...doneSteps(sent.steps, done)] }
    }
    if (sent?.foreseen && state !== 'lost' && !run.signal?.aborted) {
      ahead.foresight.wentWrong(1)
      return 'not so quickly'
    }
    // Of those that were sent together it is the one that the server was at; and what went wrong before it was to stop is no fault of a revision.
    const step = (sent?.foreseen ? sent.steps[progress.seen?.failedAt ?? 0] : undefined) ?? progress.step
    const cause = sent?.foreseen && state !== 'lost' ? new Interrupted() : error
    tellStart(step)
    return {
      ...progress,
      step,
      before: results,
      error: cause,
      caught,
      state,
      blockers: watch?.blockers ?? [],
    }
  }
}

/** What goes in one message from there on, of one transaction. */
async function foreseenFrom(
  run: Run,
  batch: readonly LoadedStep[],
  position: number,
): Promise<ForeseenStep[]> {
  return run.ahead.foresight.take(batch.slice(position, position + mostSteps), goesAlong(run))
}

/** Begins a step, unless it has begun with the end of the one before. */
async function begin(run: Run, { loaded }: LoadedStep, isFirst: boolean): Promise<Opened> {
  const { session, signal, ahead } = run
  const { opened } = ahead
  ahead.opened = undefined
  if (opened !== undefined) return opened
  return cancellable(session, signal, () => openStep(session, settingsFor(loaded, run.settings), isFirst))
}

interface Ending {
  readonly opened: Opened
  readonly commit: boolean
  readonly goesOn: boolean
}

async function close(run: Run, step: LoadedStep, { opened, commit, goesOn }: Ending): Promise<Sent> {
  const { session, signal, lock, recorder } = run
  const settings = settingsFor(step.loaded, run.settings)
  const alone = [lock.alone, chainLock(recorder.location)].join(' and ')
  const entry = entryOf(run, step)
  const record = recordScript(recorder, entry, {
    ...{ direction: step.direction, startedAt: opened.startedAt },
    edges: run.above(step.revision),
  })
  const { durationMs, next } = await cancellable(session, signal, () =>
    closeStep(session, opened, { settings, record, lock: { alone }, commit, goesOn }).catch(
      (error: unknown) => {
        requireUnchanged(recorder, entry, error)
        throw error
      },
    ),
  )
  return { results: [stepResult(step, durationMs)], next }
}

/**
 * A cancellation may hit the beginning of the next step, which is sent along with the commit of these.
 *
 * @returns what is done
 */
export async function doneAfterAll(
  { session, signal, location }: Run,
  steps: readonly LoadedStep[],
  { startedAt }: Opened,
): Promise<Done[] | 'lost'> {
  const read = () => readDone(session, location, namesOf(steps), startedAt)
  try {
    return await undoing(session, signal, read)
  } catch {
    return 'lost'
  }
}

/** @returns what had become of the transaction before */
export async function rollBack(
  run: Run,
  opened: Opened | undefined,
  error: unknown,
): Promise<Failed['state']> {
  run.ahead.prepared.clear()
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
