/** What running a step takes, in a transaction or outside of one. */
import { cancellable, Interrupted, patience } from '../database/cancel.ts'
import type { Around } from '../database/kysely.ts'
import { factsOf, sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import { resetSql } from '../database/settings.ts'
import type { Attempt } from '../ledger/attempt.ts'
import { recordEdges } from '../ledger/edges.ts'
import {
  type KeptRecord,
  type Recorder,
  readClock,
  recordApplied,
  recordFailed,
  recordReverted,
  type StartedAt,
} from '../ledger/record.ts'
import type { Entry } from '../ledger/statements.ts'
import { type FailureContext, type LateStatement, reason, sentLate } from './errors.ts'
import type { Foresight } from './foresight/foresight.ts'
import { Gate } from './gate.ts'
import { withHooks } from './hooks/hook-call.ts'
import { interruptible, undoing } from './interrupt.ts'
import type { Hold } from './lock/lock-hold.ts'
import { migrationOf } from './migration.ts'
import type { LoadedStep, RunOptions } from './run.ts'
import type { SideConnection } from './side-connection.ts'
import type { Opened } from './transaction.ts'
import type { LeftInvalid } from './unfinished/invalid-indexes.ts'

/** What running a step needs. */
export type Run = RunOptions & {
  readonly recorder: Recorder
  readonly lock: Hold
  readonly side: SideConnection
  /** The first statement that came after its revision or hook had returned. */
  readonly late: Late
  readonly ahead: Ahead
}

/** What a run has prepared while it waited for the step before. */
export interface Ahead {
  /** The transaction of the next step, which has begun. */
  opened?: Opened | undefined
  /** The statements that the session keeps to record what was foreseen. */
  readonly prepared: Map<string, KeptRecord>
  readonly foresight: Foresight
}

export interface Late {
  first?: LateStatement
  /** The run is over, and can tell of nothing more. */
  over: boolean
}

/**
 * Calls the function of a revision, and the hooks around it, with a Kysely that serves them until they return.
 *
 * @param around stands around each of its statements
 * @returns what the server said first of what went wrong, and the revision has caught and not put right; undefined where nothing did
 * @throws Interrupted, StatementNotAwaited, and what the function throws
 */
export async function callRevision(run: Run, step: LoadedStep, around: Around): Promise<unknown> {
  const { session, late, onEvent } = run
  const { loaded, revision } = step
  let failed = false
  const gate = new Gate({
    around,
    onStatement: onEvent && ((sql) => onEvent({ type: 'statement', ...placeOf(step), sql })),
    onLate(sql) {
      // What failed is undone as a whole, and may run again.
      if (!failed) late.first ??= { from: revision, sql }
      if (late.over) throw sentLate({ from: revision, sql }, false)
    },
  })
  const db = await session.kysely(gate.around)
  const given = loaded.transaction ? await gate.begin(() => db.startTransaction().execute()) : db
  session.hear(onEvent && ((notice) => onEvent({ type: 'notice', ...placeOf(step), ...notice })))
  try {
    await interruptible(session, run.signal, async () => {
      await withHooks(run, step, given, migrationOf(step))
      await gate.shut()
    })
  } catch (error) {
    failed = true
    gate.close()
    // "Current transaction is aborted" says nothing of why it is.
    throw sqlStateOf(error) === '25P02' ? (gate.failure ?? error) : error
  } finally {
    session.hear(undefined)
  }
  return gate.failure
}

/** Who may prepare statements, or look at them, finds none of dbmig's. */
export async function forgetPrepared({ session, signal, ahead }: Run): Promise<void> {
  if (ahead.prepared.size === 0) return
  await cancellable(session, signal, () => session.execute('deallocate all'))
  ahead.prepared.clear()
}

export async function recordDone(run: Run, step: LoadedStep, startedAt: StartedAt): Promise<number> {
  if (step.direction === 'down') return recordReverted(run.recorder, entryOf(run, step), startedAt)
  await recordEdges(run.recorder, run.above(step.revision))
  return recordApplied(run.recorder, entryOf(run, step), startedAt)
}

export function entryOf(run: Run, { revision, loaded }: LoadedStep): Entry {
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

export function placeOf({ revision, direction, index, total }: LoadedStep) {
  return { revision, direction, index, total }
}

/**
 * A revision must run the same alone and after others. A dump that was made a revision, for one, sets an empty search_path.
 *
 * @returns whether the run's lock is still held
 */
export async function reset({ session, lock }: Run): Promise<boolean> {
  const [[row] = []] = await session.queryAll([`select ${lock.alone} as held`, resetSql])
  return row?.['held'] === true
}

/** The cancellation may also hit the statement that follows the revision's own. */
export function isInterruption(run: Run, error: unknown): boolean {
  return error instanceof Interrupted || (run.signal?.aborted === true && sqlStateOf(error) === '57014')
}

/** Outside of a transaction a statement's own time is that of its transaction. */
export async function isInTransaction(session: Session): Promise<boolean> {
  const rows = await session.query<{ open: boolean }>('select now() <> statement_timestamp() as open')
  return rows[0]?.open === true
}

export async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch {
    return false
  }
}

/** What a failure leaves behind. */
interface Consequences {
  readonly alive: boolean
  /** Of a revision outside a transaction, whose row stays, as `failed`. */
  readonly attempt: Attempt | null
  /** Invalid indexes; null where nobody could look. */
  readonly left?: readonly LeftInvalid[] | null
}

/** A failure of which nothing more is to be told. */
export function contextOf({ revision, direction }: LoadedStep): FailureContext {
  return { revision, direction, notLogged: null, left: [] }
}

/** Logs a failure, over another connection if need be, and tells of it. */
export async function logFailure(
  run: Run,
  step: LoadedStep,
  startedAt: StartedAt | undefined,
  error: unknown,
  { alive, attempt, left }: Consequences,
): Promise<FailureContext> {
  const cause = isInterruption(run, error) ? new Error('interrupted') : error
  const entry = entryOf(run, step)
  const record = async (session: Session) =>
    recordFailed({ ...run.recorder, session }, entry, {
      ...{ direction: step.direction, error: cause, attempt },
      invalidIndexes: left?.map(({ oid, name }) => ({ oid, name })),
      startedAt: startedAt ?? (await readClock(session)),
    })
  let notLogged: string | null = null
  try {
    if (alive) await undoing(run.session, run.signal, () => record(run.session))
    else if (run.reopen === undefined) notLogged = 'the connection is lost.'
    else {
      // Who is interrupted does not wait for a server that does not answer.
      const signal = run.signal?.aborted ? AbortSignal.timeout(patience.logMs) : run.signal
      const session = await run.reopen(signal)
      try {
        await cancellable(session, signal, () => record(session))
      } finally {
        await session.close()
      }
    }
  } catch (second) {
    notLogged = reason(second)
  }
  run.onEvent?.({ type: 'failed', ...placeOf(step), error: cause, cause: factsOf(cause) })
  return { ...contextOf(step), notLogged, left: left ?? [] }
}
