/** One try to run steps in a transaction. */
import { cancellable } from '../database/cancel.ts'
import type { Notice } from '../database/notice.ts'
import { resetSql } from '../database/settings.ts'
import { chainLock } from '../ledger/chain.ts'
import { readDone } from '../ledger/done.ts'
import { recordPrepared, recordScript, requireUnchanged } from '../ledger/record.ts'
import { sentLate } from './errors.ts'
import type { Blocker } from './events.ts'
import { undoing } from './interrupt.ts'
import { BlockerWatch } from './retry/blockers.ts'
import { passingOf } from './retry/retry.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { sameSettings, settingsFor } from './settings.ts'
import { callRevision, entryOf, placeOf, type Run } from './step.ts'
import { stepResult } from './step-result.ts'
import { type Closed, closeStep, type Opened, openStep, stateOf, TransactionGone } from './transaction.ts'

/** How far a try came. */
interface Progress {
  readonly step: LoadedStep
  /** Undefined where the step has not begun. */
  readonly opened?: Opened
  /** Its statements were sent along with all else, none of them by itself. */
  readonly foreseen?: true
  readonly committing?: true
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
  const { state, committing, error } = failure
  if (state === 'lost' || (state === 'ended' && !committing)) return false
  // It has committed by itself.
  if (error instanceof TransactionGone && error.state === 'ended') return false
  return passingOf(causeOf(failure)) !== null
}

/** Where a transaction was given up for an error that the revision has caught, it is that error that counts. */
export function causeOf({ error, caught }: Failed): unknown {
  return error instanceof TransactionGone ? caught : error
}

/** Not every statement of a revision came through when all were sent in one message. */
type Slower = 'not so quickly'

/**
 * @param following what is run after these
 * @param told the steps of which it is told that they start: of one that is tried again, `retry` says so
 */
export async function attempt(
  run: Run,
  batch: readonly LoadedStep[],
  following: LoadedStep | undefined,
  told: Set<LoadedStep>,
): Promise<{ readonly results: StepResult[] } | Failed | Slower> {
  const { ahead } = run
  const results: StepResult[] = []
  let progress: Progress | undefined
  let caught: unknown
  let watch: BlockerWatch | undefined
  // What falls back runs again with all of its transaction: once one was called, so are those behind it.
  let called = false
  if (batch.length > 1) ahead.foresight.prepare(batch[0])
  try {
    for (const [position, step] of batch.entries()) {
      progress = { step }
      const opened = await begin(run, step, position === 0)
      progress = { step, opened }
      if (!told.has(step)) run.onEvent?.({ type: 'start', ...placeOf(step) })
      told.add(step)
      const foreseen = await ahead.foresight.statementsOf(step)
      const statements = called || opened.watched ? null : foreseen
      if (statements === null) {
        called = true
        await forget(run)
        watch ??= new BlockerWatch(run.side, opened.pid, opened.lockTimeoutMs)
        caught = await callRevision(run, step, watch.around)
      } else {
        progress = { ...progress, foreseen: true }
      }
      const late = run.late.first
      if (late !== undefined)
        throw sentLate(
          late,
          batch.some(({ revision }) => revision === late.from),
        )
      const isLast = position === batch.length - 1
      if (isLast) {
        await run.lock.confirm()
        progress = { ...progress, committing: true }
      }
      const next = batch[position + 1] ?? following
      const closing = close(run, step, { opened, statements, commit: isLast, next })
      ahead.foresight.prepare(next)
      const closed = await closing
      ahead.opened = closed.next
      results.push(stepResult(step, closed.durationMs))
    }
    return { results }
  } catch (error) {
    if (progress === undefined) throw error
    const { step, opened, foreseen, committing } = progress
    let state = await rollBack(run, opened, error)
    ahead.prepared.delete(run.session)
    if (state !== 'lost' && committing && opened !== undefined) {
      const done = await committedAfterAll(run, step, opened)
      if (typeof done === 'number') return { results: [...results, stepResult(step, done)] }
      if (done === 'lost') state = 'lost'
    }
    if (foreseen && state !== 'lost' && !run.signal?.aborted) {
      ahead.foresight.giveUp()
      return 'not so quickly'
    }
    return { ...progress, before: results, error, caught, state, blockers: watch?.blockers ?? [] }
  }
}

/** Begins a step, unless it has begun with the end of the one before. */
async function begin(run: Run, { loaded }: LoadedStep, isFirst: boolean): Promise<Opened> {
  const { session, signal, ahead } = run
  const { opened } = ahead
  ahead.opened = undefined
  if (opened !== undefined) return opened
  return cancellable(session, signal, () => openStep(session, settingsFor(loaded, run.settings), isFirst))
}

/** A revision that may prepare statements finds none of another's. */
async function forget({ session, signal, ahead }: Run): Promise<void> {
  if (!ahead.prepared.delete(session)) return
  await cancellable(session, signal, () => session.execute('deallocate all'))
}

interface Ending {
  readonly opened: Opened
  /** What was not sent yet. */
  readonly statements: readonly string[] | null
  readonly commit: boolean
  readonly next: LoadedStep | undefined
}

async function close(
  run: Run,
  step: LoadedStep,
  { opened, statements, commit, next }: Ending,
): Promise<Closed> {
  const { session, signal, lock, ahead } = run
  const settings = settingsFor(step.loaded, run.settings)
  // What only defines objects takes and gives back no lock of the session; and to look costs time with each lock of a long transaction.
  const held = statements === null ? [lock.alone] : []
  const alone = [...held, chainLock(run.recorder.location)].join(' and ')
  const entry = entryOf(run, step)
  const moved = {
    ...{ direction: step.direction, startedAt: opened.startedAt },
    edges: run.above(step.revision),
  }
  const prepared = statements === null ? null : recordPrepared(run.recorder, entry, moved)
  const known = ahead.prepared.get(session) ?? new Set()
  const record =
    prepared === null
      ? recordScript(run.recorder, entry, moved)
      : [...(known.has(prepared.name) ? [] : [prepared.prepare]), prepared.execute]
  const goesOn =
    next?.loaded.transaction === true && sameSettings(settingsFor(next.loaded, run.settings), settings)
  const notices: Notice[] = []
  if (statements !== null) session.hear((notice) => notices.push(notice))
  const closed = await cancellable(session, signal, () =>
    closeStep(session, opened, {
      ...{ statements: statements ?? undefined, settings, record, lock: { alone }, commit, goesOn },
    }).catch((error: unknown) => {
      requireUnchanged(run.recorder, entry, error)
      throw error
    }),
  ).finally(() => session.hear(undefined))
  if (prepared !== null) ahead.prepared.set(session, known.add(prepared.name))
  // Of statements that are sent again they come again.
  for (const sql of statements ?? []) run.onEvent?.({ type: 'statement', ...placeOf(step), sql })
  for (const notice of notices) run.onEvent?.({ type: 'notice', ...placeOf(step), ...notice })
  return closed
}

/**
 * A cancellation may hit the beginning of the next step, which is sent along with the commit of this one.
 *
 * @returns how long the step took, where it is done
 */
async function committedAfterAll(
  { session, signal, location }: Run,
  { revision, direction }: LoadedStep,
  { startedAt }: Opened,
): Promise<number | 'no' | 'lost'> {
  const read = () => readDone(session, location, revision.revision, direction, startedAt)
  try {
    return (await undoing(session, signal, read)) ?? 'no'
  } catch {
    return 'lost'
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
