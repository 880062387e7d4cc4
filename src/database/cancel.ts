/** Ending dbmig's own statements on a connection when a signal aborts. */
import { DbmigError } from '../errors.ts'
import { askInterrupted, askTimedOut } from './errors.ts'
import { CONNECTION_LOST, sqlStateOf } from './pg-error.ts'
import type { Session } from './session.ts'

/** Thrown in place of whatever the work would have thrown. */
export class Interrupted extends Error {}

/** A process has two seconds to end in: these are for the server's answers to a cancellation, to a rollback, and for the log, and for `onError`. */
export const patience = { cancelMs: 1000, rollbackMs: 400, logMs: 400, hookMs: 200 } as const

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
    // The cancellation must not hit the statement after these.
    await cancelling
  }
}

/**
 * As `cancellable`, and says in a sentence that it was interrupted, or took too long for a limit that is not dbmig's.
 *
 * @throws DATABASE_TIMEOUT, `interrupted()`, and what `work` throws
 */
export async function answered<T>(
  session: Session,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  interrupted: () => Error = () => askInterrupted(session.address),
): Promise<T> {
  try {
    return await cancellable(session, signal, work)
  } catch (error) {
    const lost = error instanceof DbmigError && error.code === CONNECTION_LOST
    if (signal?.aborted && (lost || !(error instanceof DbmigError))) throw interrupted()
    if (sqlStateOf(error) === '57014') throw askTimedOut(session.address, error)
    throw error
  }
}

/** A server that takes no second connection, or takes too long, is told by hanging up. */
export async function cancel(session: Session): Promise<void> {
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
