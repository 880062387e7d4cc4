/** Runs a plan: under the lock, from the ledger as it is then, with everything loaded before anything runs. */

import type { RunHooks } from '../config/run-hooks.ts'
import { answered } from '../database/cancel.ts'
import { sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import type { Settings } from '../database/settings.ts'
import type { AppliedRow } from '../graph/applied.ts'
import type { Revision, Step } from '../graph/revision.ts'
import { type Actor, currentActor } from '../ledger/actor.ts'
import type { LedgerLocation } from '../ledger/location.ts'
import { type LedgerRow, readLedger } from '../ledger/read.ts'
import { ensureSchema, ensureWritableLedger } from '../ledger/tables.ts'
import type { LoadedRevision } from '../loader/load-revision.ts'
import { AnswerLost, goOn } from './answer-lost.ts'
import { interrupted, irreversible, needsOwnTransactions, schemaForbidden, sentLate } from './errors.ts'
import { outsideBehindPooler } from './errors-lock.ts'
import type { OnEvent } from './events.ts'
import { afterRun, beforeRun, withErrorHook } from './hooks.ts'
import { runInTransaction } from './in-transaction.ts'
import { withMigrationLock } from './lock.ts'
import { runOutsideTransaction } from './outside-transaction.ts'
import type { StepPreview } from './preview.ts'
import { requirePrivileges } from './privileges.ts'
import { retried } from './retried.ts'
import { watchServer } from './server-progress.ts'
import { SideConnection } from './side-connection.ts'
import type { Run } from './step.ts'
import { withClaims } from './unhandled.ts'

export type LoadRevision = (revision: Revision) => Promise<LoadedRevision>

export interface RunOptions {
  readonly session: Session
  readonly location: LedgerLocation
  readonly load: LoadRevision
  /** What to do, given what is applied once the lock is held. */
  readonly plan: (rows: readonly LedgerRow[]) => readonly Step[] | Promise<readonly Step[]>
  /** The ids that a revision follows, for its ledger row. */
  readonly parentsOf: (revision: Revision) => readonly string[]
  /** The ids that a revision depends on, for its ledger row. */
  readonly dependenciesOf: (revision: Revision) => readonly string[]
  /** What follows a revision or depends on it by today's files: rows of these that are there already are to name it. */
  readonly above: (revision: Revision) => readonly AppliedRow[]
  /** `revision` unless told: a transaction for each, or `run`: one for all. */
  readonly transaction?: 'revision' | 'run' | undefined
  /** What every revision starts with, whatever the one before it has set. */
  readonly settings?: Settings | undefined
  /** How often a transaction is tried again that could not get a lock. Not at all unless told. */
  readonly retries?: number | undefined
  readonly lockWaitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: OnEvent | undefined
  readonly actor?: Actor | undefined
  readonly hooks?: RunHooks | undefined
  /** Another session on the same database, to log a failure that took the connection with it. */
  readonly reopen?: ((signal?: AbortSignal) => Promise<Session>) | undefined
}

export interface StepResult {
  readonly revision: string
  readonly message: string
  readonly direction: 'up' | 'down'
  readonly durationMs: number
  /** Of a dry run with `retry`: the indexes that are dropped first, since an earlier try left them invalid. */
  readonly drops?: readonly string[]
  /** Of a dry run that was asked for SQL. */
  readonly preview?: StepPreview
}

export interface RunResult {
  readonly steps: readonly StepResult[]
  /** The ledger after the run. */
  readonly rows: readonly LedgerRow[]
}

/** A step whose file is loaded, numbered from 1. */
export interface LoadedStep extends Step {
  readonly loaded: LoadedRevision
  readonly index: number
  readonly total: number
}

/**
 * Runs what `plan` says, each revision with its ledger row and its log row in one transaction.
 *
 * @throws DbmigError `RUNNER_…`, `LEDGER_…`, and what `plan` and `load` throw
 */
export async function runMigrations(options: RunOptions): Promise<RunResult> {
  const { session, onEvent } = options
  const side = new SideConnection(session)
  const watch = onEvent && watchServer(side, onEvent)
  try {
    return await withClaims(() =>
      withErrorHook({ ...options, onEvent: watch?.onEvent }, (own) => runUnderLock(own, side)),
    )
  } finally {
    watch?.stop()
    side.close()
  }
}

/**
 * Runs statements of dbmig's own that may have to wait for others.
 *
 * @throws RUNNER_INTERRUPTED
 */
function asked<T>({ session, signal }: RunOptions, ran: number, work: () => Promise<T>): Promise<T> {
  return answered(session, signal, () => interrupted(null, ran), work)
}

async function runUnderLock(options: RunOptions, side: SideConnection): Promise<RunResult> {
  const { session, location, signal, onEvent } = options
  const waiting = { waitMs: options.lockWaitMs, signal, onEvent }
  return withMigrationLock(session, location, waiting, async (lock) => {
    const before = (await asked(options, 0, () => readLedger(session, location))) ?? []
    const steps = await loadSteps(await options.plan(before), options.load, options.transaction)
    onEvent?.({ type: 'planned', total: steps.length })
    if (steps.length === 0) return { steps: [], rows: before }
    const outside = steps.find(({ loaded }) => !loaded.transaction)
    if (lock.byTransaction && outside !== undefined) throw outsideBehindPooler(outside.revision)
    await asked(options, 0, () =>
      retried(options, () => ensureWritableLedger(session, location, options.settings?.lockTimeout)),
    )
    const { schema } = options.settings ?? {}
    if (schema !== undefined) {
      await asked(options, 0, () => ensureSchema(session, schema)).catch((error: unknown) => {
        throw sqlStateOf(error) === '42501' ? schemaForbidden(schema, error) : error
      })
    }

    const recorded = new Set(before.map((row) => row.revision))
    const run = {
      ...options,
      ...{ lock, side },
      recorder: { session, location, actor: options.actor ?? currentActor() },
      above: (revision: Revision) => options.above(revision).filter((row) => recorded.has(row.revision)),
      late: { over: false },
    }
    await requirePrivileges(options, steps)
    await beforeRun(run, steps)
    return runFrom(run, steps, [])
  })
}

/** Runs what follows the steps that are done, and ends the run. */
async function runFrom(
  run: Run,
  all: readonly LoadedStep[],
  done: readonly StepResult[],
): Promise<RunResult> {
  const results = [...done]
  try {
    await runSteps(run, all.slice(done.length), results)
  } catch (error) {
    if (!(error instanceof AnswerLost)) throw error
    results.push(...error.results)
    return goOn(run, error, results.length, (again) => runFrom(again, all, results))
  }
  await afterRun(run, all, results)
  const rows = await asked(run, results.length, () => readLedger(run.session, run.location))
  return { steps: results, rows: rows ?? [] }
}

/**
 * @param results where those of the steps are added
 * @throws AnswerLost, …
 */
async function runSteps(run: Run, steps: readonly LoadedStep[], results: StepResult[]): Promise<void> {
  const { signal, transaction, late } = run
  if (steps.length === 0) return
  late.over = false
  try {
    for (const batch of transaction === 'run' ? [steps] : steps.map((step) => [step])) {
      if (signal?.aborted) throw interrupted(null, results.length)
      const [only] = batch
      const outside = only !== undefined && !only.loaded.transaction
      const ran = outside
        ? [await runOutsideTransaction(run, only)]
        : await runInTransaction(run, batch, results.length)
      results.push(...ran)
      if (late.first !== undefined) throw sentLate(late.first, false)
    }
  } finally {
    late.over = true
  }
}

/**
 * Loads the files of all steps, and refuses what could only fail half-way.
 *
 * @throws RUNNER_IRREVERSIBLE, RUNNER_TRANSACTION_MODE, and what `load` throws
 */
export async function loadSteps(
  steps: readonly Step[],
  load: LoadRevision,
  transaction: 'revision' | 'run' = 'revision',
): Promise<LoadedStep[]> {
  const result: LoadedStep[] = []
  for (const [position, step] of steps.entries()) {
    const loaded = await load(step.revision)
    if (step.direction === 'down' && loaded.down === null) throw irreversible(step.revision)
    if (transaction === 'run' && !loaded.transaction) throw needsOwnTransactions(step.revision)
    result.push({ ...step, loaded, index: position + 1, total: steps.length })
  }
  return result
}
