/** What is going on, on stderr: one line that changes on a terminal, and a line per revision in a log. */
import type { CommandEvent } from '../../index.ts'
import type { Style } from './style.ts'

export interface Progress {
  readonly event: (event: CommandEvent) => void
  /** Clears the line until there is more to tell. */
  clear(): void
  /** Clears the line. What comes later is not shown. */
  end(): void
}

/** What is over sooner needs no explanation. */
const patienceMs = 500

export interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export function createProgress(stream: Output, style: Style): Progress {
  return stream.isTTY ? onTerminal(stream, style) : inLog(stream)
}

function onTerminal(stream: Output, style: Style): Progress {
  const begin = performance.now()
  let message = ''
  let shown = false
  let ended = false
  const show = () => {
    if (message === '' || ended) return
    shown = true
    stream.write(`\r\u001b[2K${style.dim(cut(message, style.width))}`)
  }
  const timer = setTimeout(show, patienceMs)
  timer.unref()
  return {
    event(event) {
      message = textOf(event) ?? message
      // The timer cannot fire while the embedded database computes.
      if (performance.now() - begin > patienceMs) show()
    },
    clear() {
      if (shown && !ended) stream.write('\r\u001b[2K')
      shown = false
      message = ''
    },
    end() {
      clearTimeout(timer)
      if (shown && !ended) stream.write('\r\u001b[2K')
      ended = true
    },
  }
}

/** Told before a revision runs, so that a log shows which one hangs. */
function inLog(stream: Output): Progress {
  return {
    event(event) {
      if (event.type === 'start' || event.type === 'waiting') stream.write(`${textOf(event)}\n`)
    },
    clear() {},
    end() {},
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
