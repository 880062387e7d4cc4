/** Ending the work on a connection when a signal aborts. */
import type { Session } from '../database/session.ts'

/** Thrown in place of whatever the work would have thrown; the runner turns it into RUNNER_INTERRUPTED. */
export class Interrupted extends Error {}

/** A process has two seconds to end in: these are for the server's answers to a cancellation, to a rollback, and for the log, and for `onError`. */
export const patience = { cancelMs: 1000, rollbackMs: 400, logMs: 400, hookMs: 200 } as const

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
 * Runs statements of dbmig's own; an abort cancels them on the server, and what the server says then is what counts: a commit may
 * have been faster.
 */
export async function cancellable<T>(
  session: Session,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work()
  if (signal.aborted) throw new Interrupted()
  let cancelling: Promise<void> | undefined
  let hangUp: NodeJS.Timeout | undefined
  const onAbort = () => {
    cancelling = cancel(session)
    // A server that does not answer would be waited for until the network gives up.
    hangUp = setTimeout(() => void session.close(), patience.cancelMs + patience.rollbackMs)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await work()
  } finally {
    signal.removeEventListener('abort', onAbort)
    clearTimeout(hangUp)
    // As above.
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

/** A server that takes no second connection, or takes too long, is told by hanging up. */
async function cancel(session: Session): Promise<void> {
  await within(patience.cancelMs, session.cancel()).catch(() => session.close())
}

/** @throws when the work takes longer */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`there was no answer within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
