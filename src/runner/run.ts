/** Runs a plan: under the lock, from the ledger as it is then, with everything loaded before anything runs. */
import type { RunHooks } from '../config/run-hooks.ts'
import type { Session } from '../database/session.ts'
import type { Settings } from '../database/settings.ts'
import type { AppliedRow } from '../graph/applied.ts'
import type { Revision, Step } from '../graph/revision.ts'
import type { Actor } from '../ledger/actor.ts'
import type { LedgerLocation } from '../ledger/location.ts'
import { type LedgerRow, readLedger } from '../ledger/read.ts'
import type { LoadedRevision } from '../loader/load-revision.ts'
import { irreversible, needsOwnTransactions } from './errors.ts'
import type { OnEvent } from './events.ts'
import { asked } from './interrupt.ts'
import { withMigrationLock } from './lock/lock.ts'
import type { StepPreview } from './preview.ts'
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
  /** What the configuration calls the database, for the hooks. */
  readonly database?: string | undefined
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
  return withClaims(() => withOnError(options, runUnderLock))
}

async function withOnError(
  options: RunOptions,
  work: (options: RunOptions) => Promise<RunResult>,
): Promise<RunResult> {
  if (options.hooks?.onError === undefined) return work(options)
  const { withErrorHook } = await import('./hooks/hooks.ts')
  return withErrorHook(options, work)
}

async function runUnderLock(options: RunOptions): Promise<RunResult> {
  const { session, location, signal, onEvent } = options
  const waiting = { waitMs: options.lockWaitMs, signal, onEvent }
  return withMigrationLock(session, location, waiting, async (lock) => {
    const before = (await asked(options, 0, () => readLedger(session, location))) ?? []
    const planned = await options.plan(before)
    // Much of the runner is loaded only where there is something to run, and then while the files are.
    const running = planned.length === 0 ? null : import('./run-steps.ts')
    const steps = await loadSteps(planned, options.load, options.transaction)
    onEvent?.({ type: 'planned', total: steps.length })
    if (running === null) return { steps: [], rows: before }
    const { runSteps } = await running
    return runSteps(options, { lock, before, steps })
  })
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
