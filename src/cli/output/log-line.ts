/** The lines of a log that one run makes. */
import type { CommandEvent } from '../../index.ts'
import { logText } from './event-text.ts'

/** A log must show that a run goes on, and must not be flooded. */
const serverProgressEveryMs = 30_000

/** @returns what gives the line of each event of a run; undefined for what is not shown */
export function logLines(): (event: CommandEvent) => string | undefined {
  let quietUntil = 0
  return (event) => {
    const now = performance.now()
    if (event.type === 'start') quietUntil = now + serverProgressEveryMs
    if (event.type === 'server-progress') {
      if (now < quietUntil) return undefined
      quietUntil = now + serverProgressEveryMs
    }
    return logText(event)
  }
}
