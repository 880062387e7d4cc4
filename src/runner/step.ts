/** What running a step takes, in a transaction or outside of one. */
import type { Kysely } from 'kysely'
import { sqlStateOf } from '../database/pg-error.ts'
import { resetSettings } from '../database/settings.ts'
import { recordEdges } from '../ledger/edges.ts'
import {
  type Recorder,
  recordApplied,
  recordFailed,
  recordReverted,
  type StartedAt,
} from '../ledger/record.ts'
import type { Entry } from '../ledger/statements.ts'
import { type FailureContext, reason } from './errors.ts'
import { Interrupted } from './interrupt.ts'
import type { LeftInvalid } from './invalid-indexes.ts'
import type { LoadedStep, RunOptions, StepResult } from './run.ts'

/** What running a step needs. */
export type Run = RunOptions & { readonly recorder: Recorder }

export function migrationOf({
  loaded,
  direction,
  revision,
}: LoadedStep): (db: Kysely<unknown>) => Promise<void> | void {
  const migration = direction === 'up' ? loaded.up : loaded.down
  if (migration === null) throw new Error(`${revision.revision} was not checked for its down`)
  return migration
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

export function resultOf({ revision, direction }: LoadedStep, durationMs: number): StepResult {
  return { revision: revision.revision, message: revision.message, direction, durationMs }
}

export function placeOf({ revision, direction, index, total }: LoadedStep) {
  return { revision, direction, index, total }
}

/**
 * A revision must run the same alone and after others. A dump that was made a revision, for one, sets an empty search_path.
 */
export function reset(run: Run): Promise<void> {
  return resetSettings(run.session, run.settings ?? {})
}

/** The cancellation may also hit the statement that follows the revision's own. */
export function isInterruption(run: Run, error: unknown): boolean {
  return error instanceof Interrupted || (run.signal?.aborted === true && sqlStateOf(error) === '57014')
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
  /** Whether the revision ran outside a transaction, so that its row stays, as `failed`. */
  readonly leavesRow: boolean
  /** Invalid indexes; null where nobody could look. */
  readonly left?: readonly LeftInvalid[] | null
}

/** Logs a failure, over another connection if need be, and tells of it. */
export async function fail(
  run: Run,
  step: LoadedStep,
  startedAt: StartedAt,
  error: unknown,
  { alive, leavesRow, left }: Consequences,
): Promise<FailureContext> {
  const cause = isInterruption(run, error) ? new Error('interrupted') : error
  const entry = entryOf(run, step)
  const failure = {
    direction: step.direction,
    startedAt,
    error: cause,
    leavesRow,
    invalidIndexes: left?.map(({ oid, name }) => ({ oid, name })),
  }
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
  return { revision: step.revision, direction: step.direction, notLogged, left: left ?? [] }
}
