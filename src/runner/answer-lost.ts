/** A connection that is lost while the server commits: what became of the commit, and how the run goes on behind it. */
import { type Done, isLast, readDone } from '../ledger/done.ts'
import type { StartedAt } from '../ledger/record.ts'
import { connectionLost, interrupted } from './errors.ts'
import { withMigrationLock } from './lock/lock.ts'
import type { LoadedStep, StepResult } from './run.ts'
import { contextOf, type Run } from './step.ts'
import { namesOf } from './step-result.ts'

/** The step is done and recorded, and the session is lost. */
export class AnswerLost extends Error {
  readonly step: LoadedStep
  readonly startedAt: StartedAt
  /** Those of the steps that were committed together. */
  readonly results: readonly StepResult[]

  constructor(step: LoadedStep, startedAt: StartedAt, results: readonly StepResult[], cause: unknown) {
    super('the commit got no answer', { cause })
    this.step = step
    this.startedAt = startedAt
    this.results = results
  }
}

/**
 * @param steps that were committed together
 * @param results those of them, and of what was committed with them
 */
export function lostAnswer(
  steps: readonly LoadedStep[],
  done: readonly Done[],
  results: readonly StepResult[],
  error: unknown,
): unknown {
  const [step, last] = [steps[done.length - 1], done.at(-1)]
  return step === undefined || last === undefined
    ? error
    : new AnswerLost(step, last.startedAt, results, error)
}

/** What has become of the steps of a transaction. */
export interface Fate {
  /** All of them, or none. */
  readonly done: readonly Done[]
  /** Whether those that are not done never will be. */
  readonly certain: boolean
}

/**
 * Asks over another connection what has become of steps of one transaction. The log says so also where the server is another by now; that there
 * is nothing in it says only together with the transaction's end that there never will be.
 *
 * @param startedAt of the first
 * @param id of the transaction; null where that has nothing but the record of what ran before
 */
export async function fateOf(
  { reopen, signal, location }: Run,
  steps: readonly LoadedStep[],
  startedAt: StartedAt,
  id: string | null,
): Promise<Fate> {
  const unknown: Fate = { done: [], certain: false }
  if (reopen === undefined || signal?.aborted) return unknown
  try {
    const session = await reopen(signal)
    try {
      const read = () => readDone(session, location, namesOf(steps), startedAt)
      const before = await read()
      if (before.length > 0 || id === null) return { done: before, certain: true }
      const [row] = await session.query<{ status: string | null }>(
        'select pg_xact_status($1::xid8) as status',
        [id],
      )
      return row?.status === 'committed'
        ? { ...unknown, done: await read() }
        : { ...unknown, certain: row?.status === 'aborted' }
    } finally {
      await session.close()
    }
  } catch {
    // A server that takes no connection, as while it starts again, has nothing to say of it.
    return unknown
  }
}

/**
 * Goes on over another connection, under the lock, where nobody else has run anything since.
 *
 * @param ran how many steps are done
 * @throws RUNNER_CONNECTION_LOST, RUNNER_INTERRUPTED, and what `work` throws
 */
export async function goOn<T>(
  run: Run,
  { step, startedAt, cause }: AnswerLost,
  ran: number,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const { location, signal, onEvent, lockWaitMs: waitMs, recorder } = run
  const lost = () => connectionLost(contextOf(step), cause, 'committed')
  const refused = () => (signal?.aborted ? interrupted(null, ran) : lost())
  if (run.reopen === undefined) throw lost()
  const session = await run.reopen(signal).catch(() => {
    throw refused()
  })
  let working = false
  const under = async (lock: Run['lock']): Promise<T> => {
    await lock.confirm()
    if (!(await isLast(session, location, startedAt))) throw lost()
    working = true
    run.side.pid = session.pid
    return work({ ...run, session, lock, recorder: { ...recorder, session } })
  }
  try {
    // Behind a pooler the lock has a connection of its own, which is still there.
    if (run.session.pooled) return await under(run.lock)
    return await withMigrationLock(session, location, { waitMs, signal, onEvent }, under)
  } catch (error) {
    throw working ? error : refused()
  } finally {
    await session.close()
  }
}
