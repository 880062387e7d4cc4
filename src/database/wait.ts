/** Waiting for a server that takes no connections yet. */
import { DbmigError } from '../errors.ts'
import { pause } from './pause.ts'

export interface Waiting {
  readonly limitMs: number
  /** Told once, when there is something to wait for. */
  readonly onEvent?: ((event: ConnectingEvent) => void) | undefined
}

export interface ConnectingEvent {
  readonly type: 'connecting'
  readonly reason: string
  readonly limitMs: number
}

/** What may pass by itself. A wrong password does not, and a missing database is not made by waiting. */
const passing = new Set([
  'DATABASE_UNREACHABLE',
  'DATABASE_TOO_MANY_CONNECTIONS',
  'DATABASE_NO_SERVER',
  // A failover is under way.
  'DATABASE_SESSION_ATTRS',
  'DATABASE_PGLITE_IN_USE',
])

/**
 * Opens again until it works, until what is wrong would not pass by itself, or until the time is over.
 *
 * @param open gives up by itself when the signal aborts
 * @throws the last error of `open`
 */
export async function openWaiting<T>(
  waiting: Waiting | undefined,
  signal: AbortSignal | undefined,
  open: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + (waiting?.limitMs ?? 0)
  let told = false
  for (let wait = 100; ; wait = Math.min(wait * 2, 1000)) {
    try {
      return await open()
    } catch (error) {
      const left = deadline - performance.now()
      const passes = error instanceof DbmigError && passing.has(error.code)
      if (waiting === undefined || left <= 0 || !passes) throw error
      if (!told) waiting.onEvent?.({ type: 'connecting', reason: error.message, limitMs: waiting.limitMs })
      told = true
      // Those who wait for the same server must not come all at the same moment. An abort is met by `open`.
      const drawn = wait * (0.5 + Math.random())
      await pause(Math.min(drawn, left), signal)
    }
  }
}
