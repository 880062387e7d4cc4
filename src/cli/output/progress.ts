/** What is going on, on stderr: one line that changes on a terminal, and a line per revision in a log. */
import type { CommandEvent } from '../../index.ts'
import type { Style } from './style.ts'

export interface Progress {
  readonly event: (event: CommandEvent) => void
  /** Clears the line. What comes later is not shown. */
  end(): void
}

/** What is over sooner needs no explanation. */
const patienceMs = 500

interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export function createProgress(stream: Output, style: Style): Progress {
  const begin = performance.now()
  let message = ''
  let shown = false
  let ended = false
  const show = () => {
    shown = true
    if (message !== '') print(message)
  }
  const print = (text: string) =>
    stream.write(stream.isTTY ? `\r\u001b[2K${style.dim(cut(text, style.width))}` : `${text}\n`)
  const timer = setTimeout(show, patienceMs)
  timer.unref()
  return {
    event(event) {
      const text = textOf(event)
      if (text === undefined || ended) return
      message = text
      // The timer cannot fire while the embedded database computes.
      shown ||= performance.now() - begin > patienceMs
      // A log tells of every revision, so that it can be seen which one hangs.
      if (shown || (event.type === 'start' && !stream.isTTY)) {
        print(text)
        message = ''
      } else if (event.type === 'waiting') show()
    },
    end() {
      clearTimeout(timer)
      if (shown && !ended && stream.isTTY) stream.write('\r\u001b[2K')
      ended = true
    },
  }
}

function textOf(event: CommandEvent): string | undefined {
  switch (event.type) {
    case 'progress':
      return event.message
    case 'waiting': {
      const who = event.holder === null ? 'another run' : `another run (process ${event.holder.pid})`
      return `waiting for ${who} to finish`
    }
    case 'start': {
      const { revision, direction, index, total } = event
      return `${direction} ${revision.revision} (${index} of ${total}) ${revision.message}`.trimEnd()
    }
    default:
      return undefined
  }
}

function cut(text: string, width: number): string {
  const letters = [...text]
  return letters.length < width ? text : `${letters.slice(0, width - 2).join('')}…`
}
