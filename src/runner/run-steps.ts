/** Runs the steps of a plan, once the lock is held and their files are loaded. */
import { patience, within } from '../database/cancel.ts'
import { sqlStateOf } from '../database/pg-error.ts'
import type { Revision } from '../graph/revision.ts'
import { currentActor } from '../ledger/actor.ts'
import { type LedgerRow, readLedger } from '../ledger/read.ts'
import type { KeptRecord } from '../ledger/record.ts'
import { ensureSchema, ensureWritableLedger } from '../ledger/tables.ts'
import { AnswerLost, goOn } from './answer-lost.ts'
import { interrupted, schemaForbidden, sentLate } from './errors.ts'
import { foresightFor, mostSteps } from './foresight/foresight.ts'
import { runTogether } from './foresight/together.ts'
import { afterRun, beforeRun } from './hooks/hooks.ts'
import { runInTransaction } from './in-transaction.ts'
import { asked, undoing } from './interrupt.ts'
import { outsideBehindPooler } from './lock/errors.ts'
import type { Hold } from './lock/lock-hold.ts'
import { runOutsideTransaction } from './outside-transaction.ts'
import { requirePrivileges } from './privileges.ts'
import { retried } from './retry/retried.ts'
import type { LoadedStep, RunOptions, RunResult, StepResult } from './run.ts'
import { watchServer } from './server-progress.ts'
import { SideConnection } from './side-connection.ts'
import type { Run } from './step.ts'

/** What a run knows when it begins. */
export interface Begun {
  readonly lock: Hold
  /** The ledger. */
  readonly before: readonly LedgerRow[]
  readonly steps: readonly LoadedStep[]
}

/** @throws DbmigError `RUNNER_…`, `LEDGER_…` */
export async function runSteps(options: RunOptions, begun: Begun): Promise<RunResult> {
  const { session, onEvent } = options
  const side = new SideConnection(session)
  const watch = onEvent && watchServer(side, onEvent)
  try {
    return await runBeside(side, { ...options, onEvent: watch?.onEvent }, begun)
  } finally {
    watch?.stop()
    side.close()
  }
}

/** @param side what looks at the run from another connection */
async function runBeside(
  side: SideConnection,
  options: RunOptions,
  { lock, before, steps }: Begun,
): Promise<RunResult> {
  const { session, location } = options
  const outside = steps.find(({ loaded }) => !loaded.transaction)
  if (outside !== undefined && (await asked(options, 0, () => lock.isByTransaction(session))))
    throw outsideBehindPooler(outside.revision, 0)
  const ledger = await asked(options, 0, () =>
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
    recorder: { session, location: ledger, actor: options.actor ?? currentActor() },
    above: (revision: Revision) => options.above(revision).filter((row) => recorded.has(row.revision)),
    late: { over: false },
    ahead: {
      prepared: new Map<string, KeptRecord>(),
      foresight: foresightFor(options, steps.length),
    },
  }
  await asked(options, 0, () => requirePrivileges(options, steps))
  await beforeRun(run, steps)
  return runFrom(run, steps, [])
}

/** Runs what follows the steps that are done, and ends the run. */
async function runFrom(
  run: Run,
  all: readonly LoadedStep[],
  done: readonly StepResult[],
): Promise<RunResult> {
  const results = [...done]
  try {
    await runEach(run, all.slice(done.length), results)
  } catch (error) {
    if (!(error instanceof AnswerLost)) throw error
    results.push(...error.results)
    return goOn(run, error, results.length, (again) => runFrom(again, all, results))
  }
  await afterRun(run, all, results)
  return { steps: results, rows: (await readAfter(run, results.length)) ?? [] }
}

/** A run that was asked to stop when all was done tells what it did all the same, unless the ledger cannot be read at once. */
function readAfter(run: Run, ran: number): Promise<readonly LedgerRow[] | null> {
  const read = () => readLedger(run.session, run.location)
  if (run.signal?.aborted !== true) return asked(run, ran, read)
  return within(patience.logMs, read()).catch(() => {
    throw interrupted(null, ran)
  })
}

/**
 * @param results where those of the steps are added
 * @throws AnswerLost, …
 */
async function runEach(run: Run, steps: readonly LoadedStep[], results: StepResult[]): Promise<void> {
  const { signal, late, ahead } = run
  if (steps.length === 0) return
  late.over = false
  try {
    for (let at = 0; at < steps.length; ) {
      if (signal?.aborted) throw interrupted(null, results.length)
      at += await runNext(run, steps, at, results)
      if (late.first !== undefined) throw sentLate(late.first, false)
    }
  } finally {
    late.over = true
    if (ahead.opened !== undefined) await giveBack(run)
  }
}

/**
 * Runs what can be run at once from a step on: at least that.
 *
 * @param results of the run so far, where those of the steps are added
 * @returns how many steps ran
 */
async function runNext(
  run: Run,
  steps: readonly LoadedStep[],
  at: number,
  results: StepResult[],
): Promise<number> {
  const ranBefore = results.length
  if (run.transaction === 'run') {
    results.push(...(await runInTransaction(run, steps, { following: [], ranBefore })))
    return steps.length
  }
  const ran = await runTogether(run, steps, at, results)
  const [step, ...following] = steps.slice(at, at + 2 * mostSteps)
  if (ran > 0 || step === undefined) return ran
  const inTransaction = step.loaded.transaction
  results.push(
    ...(inTransaction
      ? await runInTransaction(run, [step], { following, ranBefore })
      : [await runOutsideTransaction(run, step)]),
  )
  return 1
}

/** Ends the transaction that began for a step which does not run any more. */
async function giveBack(run: Run): Promise<void> {
  const { session, signal, ahead } = run
  ahead.opened = undefined
  // Where the connection is lost, so is the transaction.
  await undoing(session, signal, () => session.execute('rollback')).catch(() => {})
}
