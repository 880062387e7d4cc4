/** Waiting for a while. */
import { setTimeout as sleep } from 'node:timers/promises'

/** An abort ends it early: whoever waits looks at the signal. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal && { signal }).catch(() => {})
}
