/** The progress of a command on a terminal: what is done stays, and what goes on is on lines below that change. */
import { redactSecrets } from '../../database/secrets.ts'
import type { CommandEvent } from '../../index.ts'
import { elapsedText } from './durations.ts'
import {
  connectingText,
  dropIndexText,
  editedText,
  firstWords,
  noticeText,
  retryText,
  serverProgressText,
  stepText,
  waitingText,
} from './event-text.ts'
import type { Output, Progress } from './progress.ts'
import { doneLine, failedLine } from './steps.ts'
import type { Paint, Style } from './style.ts'
import { joinWithin, wrapWithin, wrapWords } from './text.ts'

/** What is over sooner needs no explanation. */
const patienceMs = 500
/** Faster than this nobody reads. */
const betweenMs = 100

/** What goes on: a line with its time, and lines below it. */
interface Live {
  readonly text: string
  readonly since: number
  readonly statement?: string
  readonly server?: string
}

export function onTerminal(stream: Output, style: Style): Progress {
  const begin = performance.now()
  let live: Live | undefined
  let drawn: readonly string[] = []
  let drawnAt = 0
  let isTold = false
  let ended = false

  const erase = () => {
    const text = drawn.length === 0 ? '' : `\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(drawn.length - 1)}`
    drawn = []
    return text
  }
  const draw = () => {
    if (live === undefined || ended) return
    const now = performance.now()
    const lines = linesOf(live, now, style)
    if (lines.join('\n') === drawn.join('\n')) return
    const before = drawn.length === 0 ? '\r\u001b[2K' : erase()
    stream.write(`${before}${lines.join('\n')}`)
    drawn = lines
    drawnAt = now
  }
  const stay = (lines: readonly string[]) => {
    if (ended) return
    stream.write(`${erase()}${lines.join('\n')}\n`)
  }
  // The timer cannot fire while the embedded database computes, so an event draws, too.
  const show = (next: Live | undefined) => {
    live = next
    const now = performance.now()
    if (now - begin >= patienceMs && now - drawnAt >= betweenMs) draw()
  }
  const ticks = setInterval(draw, patienceMs)
  ticks.unref()
  const wrapped = (text: string, paint: Paint) => {
    const room = style.width - 1
    return wrapWords(redactSecrets(text), room).flatMap((line) => wrapWithin([{ text: line, paint }], room))
  }

  return {
    event(event) {
      const now = performance.now()
      switch (event.type) {
        case 'progress':
          return show({ text: event.message, since: now })
        case 'waiting':
          stay(wrapped(waitingText(event), style.yellow))
          return show({ text: 'waiting for another run', since: now })
        case 'connecting':
          stay(wrapped(connectingText(event), style.yellow))
          return show({ text: 'waiting for the database', since: now })
        case 'edited':
          return stay(wrapped(editedText(event), style.yellow))
        case 'planned':
          return show(undefined)
        case 'start':
          return show({ text: liveText(event), since: now })
        case 'statement':
          if (live !== undefined) show(withStatement(live, event))
          return
        case 'server-progress':
          if (live !== undefined) show({ ...live, server: serverProgressText(event) })
          return
        case 'drop-index':
          stay(wrapped(dropIndexText(event), style.yellow))
          return show(live)
        case 'notice':
          stay(wrapped(noticeText(event), style.yellow))
          return show(live)
        case 'retry':
          stay(wrapped(retryText(event), style.yellow))
          return show(live)
        case 'done':
          isTold = true
          stay([doneLine(event, style)])
          return show(undefined)
        case 'failed':
          stay([failedLine(event, style)])
          return show(undefined)
      }
    },
    told: () => isTold,
    clear() {
      if (drawn.length > 0 && !ended) stream.write(erase())
      live = undefined
    },
    end() {
      clearInterval(ticks)
      if (drawn.length > 0 && !ended) stream.write(erase())
      ended = true
    },
  }
}

/**
 * What was known of the statement before says nothing of this one. The step is that of the statement: a run in one transaction that is
 * tried again begins with its first.
 */
function withStatement({ since }: Live, event: Extract<CommandEvent, { type: 'statement' }>): Live {
  return { text: liveText(event), since, statement: firstWords(redactSecrets(event.sql), 400) }
}

function liveText(event: Extract<CommandEvent, { type: 'start' | 'statement' }>): string {
  return `${stepText(event)} ${event.revision.message}`.trimEnd()
}

/** Each shorter than the terminal is wide, since one that fills it would take two lines. */
function linesOf({ text, since, statement, server }: Live, now: number, style: Style): string[] {
  const { dim } = style
  const room = style.width - 1
  const elapsed = now - since < 1000 ? '' : `  ${elapsedText(now - since)}`
  const line = (words: string, width: number) => joinWithin([{ text: words, paint: dim }], width, style)
  return [
    `${line(text, room - elapsed.length)}${dim(elapsed)}`,
    ...[statement, server].filter((each) => each !== undefined).map((each) => line(`  ${each}`, room)),
  ]
}
