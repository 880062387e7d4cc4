/** The lines of a log that one run makes. */
import type { CommandEvent } from '../../index.ts'
import { logText } from './event-text.ts'

/** A log must show that a run goes on, and must not be flooded. */
const serverProgressEveryMs = 30_000
/** A revision that is done by then has one line, at its end; of one that is not, the log must show what it is about. */
const startAfterMs = 3_000

export interface LogLines {
  readonly event: (event: CommandEvent) => void
  /** No line comes after it by itself. */
  end(): void
}

export function logLines(write: (line: string) => void): LogLines {
  let quietUntil = 0
  let starting: NodeJS.Timeout | undefined
  const tell = (event: CommandEvent): void => {
    const line = logText(event)
    if (line === undefined) return
    // Each line of a revision names it.
    clearTimeout(starting)
    write(line)
  }
  return {
    event(event) {
      const now = performance.now()
      if (event.type === 'start') {
        quietUntil = now + serverProgressEveryMs
        clearTimeout(starting)
        starting = setTimeout(tell, startAfterMs, event).unref()
        return
      }
      if (event.type === 'server-progress') {
        if (now < quietUntil) return
        quietUntil = now + serverProgressEveryMs
      }
      tell(event)
    },
    end: () => clearTimeout(starting),
  }
}
