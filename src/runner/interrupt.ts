/** Ending a user's work on a connection when a signal aborts. */
import { answered, cancel, Interrupted, patience, within } from '../database/cancel.ts'
import type { Session } from '../database/session.ts'
import { interrupted } from './errors.ts'

/**
 * Runs a user's code; an abort cancels the statement that runs on the server and rejects at once, whatever the code waits for.
 *
 * @throws Interrupted, and what `work` throws
 */
export async function interruptible<T>(
  session: Session,
  signal: AbortSignal | undefined,
  work: () => Promise<T> | T,
): Promise<T> {
  if (signal === undefined) return work()
  if (signal.aborted) throw new Interrupted()
  let cancelling: Promise<void> | undefined
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      cancelling = cancel(session)
      cancelling.then(() => reject(new Interrupted()), reject)
    }
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work(), aborted])
  } catch (error) {
    throw signal.aborted ? new Interrupted(undefined, { cause: error }) : error
  } finally {
    signal.removeEventListener('abort', onAbort)
    // The cancellation must not hit the statement after this one.
    await cancelling
  }
}

/**
 * Undoes what an interrupted run has open. A server that does not answer is left to find out by itself: hanging up ends what waits
 * for it, and everything that is sent later fails.
 */
export async function undoing<T>(
  session: Session,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!signal?.aborted) return work()
  try {
    return await within(patience.rollbackMs, work())
  } catch (error) {
    await within(patience.rollbackMs, session.close()).catch(() => {})
    throw error
  }
}

/**
 * Runs statements of dbmig's own that may have to wait for others.
 *
 * @throws RUNNER_INTERRUPTED
 */
export function asked<T>(
  { session, signal }: { readonly session: Session; readonly signal?: AbortSignal | undefined },
  ran: number,
  work: () => Promise<T>,
): Promise<T> {
  return answered(session, signal, work, () => interrupted(null, ran))
}
