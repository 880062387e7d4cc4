/** Ending the work on a connection when a signal aborts. */
import type { Session } from '../database/session.ts'

/** Thrown in place of whatever the work would have thrown; the runner turns it into RUNNER_INTERRUPTED. */
export class Interrupted extends Error {}

/**
 * Runs `work`; an abort cancels the statement that runs on the server and rejects at once, whatever `work` waits for.
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
      // A server that takes no second connection is told by hanging up.
      cancelling = session.cancel().catch(() => session.close())
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
