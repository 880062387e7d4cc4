/** Runs loaded steps, in a transaction or outside of one, and leaves the ledger right whatever happens. */
import type { Kysely } from 'kysely'
import { sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import { resetSettings } from '../database/settings.ts'
import { recordEdges } from '../ledger/edges.ts'
import {
  type Recorder,
  readClock,
  recordApplied,
  recordFailed,
  recordReverted,
  recordRunning,
  type StartedAt,
} from '../ledger/record.ts'
import type { Entry } from '../ledger/statements.ts'
import {
  connectionLost,
  errorSwallowed,
  type FailureContext,
  interrupted,
  interruptedOutside,
  reason,
  revisionFailed,
  transactionEnded,
  transactionLeftOpen,
} from './errors.ts'
import { Interrupted, interruptible } from './interrupt.ts'
import type { LoadedStep, RunOptions, StepResult } from './run.ts'

/** What running a step needs. */
export type Run = RunOptions & { readonly recorder: Recorder }

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

function migrationOf({
  loaded,
  direction,
  revision,
}: LoadedStep): (db: Kysely<unknown>) => Promise<void> | void {
  const migration = direction === 'up' ? loaded.up : loaded.down
  if (migration === null) throw new Error(`${revision.revision} was not checked for its down`)
  return migration
}

async function recordDone(run: Run, step: LoadedStep, startedAt: StartedAt): Promise<number> {
  if (step.direction === 'down') return recordReverted(run.recorder, entryOf(run, step), startedAt)
  await recordEdges(run.recorder, run.above(step.revision))
  return recordApplied(run.recorder, entryOf(run, step), startedAt)
}

function entryOf(run: Run, { revision, loaded }: LoadedStep): Entry {
  const { revision: id, message, replaces } = revision
  return {
    revision: id,
    downRevisions: run.parentsOf(revision),
    replaces,
    dependsOn: run.dependenciesOf(revision),
    message,
    checksum: loaded.checksum,
  }
}

function resultOf({ revision, direction }: LoadedStep, durationMs: number): StepResult {
  return { revision: revision.revision, message: revision.message, direction, durationMs }
}

function placeOf({ revision, direction, index, total }: LoadedStep) {
  return { revision, direction, index, total }
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

/** Outside of a transaction a statement's own time is that of its transaction. */
async function inTransaction(session: Session): Promise<boolean> {
  const rows = await session.query<{ open: boolean }>('select now() <> statement_timestamp() as open')
  return rows[0]?.open === true
}

/**
 * A revision must run the same alone and after others. A dump that was made a revision, for one, sets an empty search_path.
 */
function reset(run: Run): Promise<void> {
  return resetSettings(run.session, run.settings ?? {})
}

/** The cancellation may also hit the statement that follows the revision's own. */
function isInterruption(run: Run, error: unknown): boolean {
  return error instanceof Interrupted || (run.signal?.aborted === true && sqlStateOf(error) === '57014')
}

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch {
    return false
  }
}

/** Logs a failure, over another connection if need be, and tells of it. */
async function fail(
  run: Run,
  step: LoadedStep,
  startedAt: StartedAt,
  error: unknown,
  { alive, leavesRow }: { alive: boolean; leavesRow: boolean },
): Promise<FailureContext> {
  const cause = isInterruption(run, error) ? new Error('interrupted') : error
  const entry = entryOf(run, step)
  const failure = { direction: step.direction, startedAt, error: cause, leavesRow }
  let notLogged: string | null = null
  try {
    if (alive) await recordFailed(run.recorder, entry, failure)
    else if (run.reopen === undefined) notLogged = 'the connection is lost.'
    else {
      const session = await run.reopen()
      try {
        await recordFailed({ ...run.recorder, session }, entry, failure)
      } finally {
        await session.close()
      }
    }
  } catch (second) {
    notLogged = reason(second)
  }
  run.onEvent?.({ type: 'failed', ...placeOf(step), error: cause })
  return { revision: step.revision, direction: step.direction, notLogged }
}
