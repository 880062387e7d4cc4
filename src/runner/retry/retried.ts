/** Trying dbmig's own statements again that did not get a lock. */
import { Interrupted } from '../../database/cancel.ts'
import { pause } from '../../database/pause.ts'
import { passingOf, retryDelay } from './retry.ts'

export interface Retrying {
  readonly retries?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** A try that failed, and how long the next one waits. */
export interface FailedTry {
  readonly error: unknown
  /** From 1. */
  readonly attempt: number
  readonly delayMs: number
}

/**
 * @param work of which nothing is left when it fails
 * @throws Interrupted, and the last error of `work`
 */
export async function retried<T>(
  { retries = 0, signal }: Retrying,
  work: () => Promise<T>,
  tell?: (failed: FailedTry) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt > retries || signal?.aborted || passingOf(error) === null) throw error
      const delayMs = retryDelay(attempt, Math.random())
      tell?.({ error, attempt, delayMs })
      await pause(delayMs, signal)
      if (signal?.aborted) throw new Interrupted()
    }
  }
}
