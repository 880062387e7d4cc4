/** What is going on with many databases, on stderr: a line that changes on a terminal, and a line per database in a log. */
import type { FleetEvent } from '../../index.ts'
import { durationText } from './durations.ts'
import { logText } from './event-text.ts'
import { logLines } from './log-line.ts'
import type { Output, Progress } from './progress.ts'
import type { Style } from './style.ts'
import { cut } from './text.ts'

/** What is told of a database while it is under way. */
const notable: ReadonlySet<FleetEvent['type']> = new Set([
  'waiting',
  'connecting',
  'edited',
  'retry',
  'drop-index',
  'notice',
])

/** What a log shows of each, where nothing shows how far it is; that it failed is told at its end. */
const logged: ReadonlySet<FleetEvent['type']> = new Set(['start', 'notice', 'server-progress', 'done'])

/** As `single`, until a command turns out to work on many databases. */
export function followFleet(
  stream: Output,
  style: Style,
  single: Progress,
  { json }: { readonly json: boolean },
): Progress {
  if (json) return single
  let progress = single
  return {
    event(event) {
      if (event.type === 'fleet') {
        single.end()
        progress = fleetProgress(stream, style, event.total)
      } else progress.event(event)
    },
    told: () => progress.told(),
    clear: () => progress.clear(),
    end: () => progress.end(),
  }
}

function fleetProgress(stream: Output, style: Style, total: number): Progress {
  /** How far each is that is under way. */
  const running = new Map<string, string>()
  const lines = new Map<string, ReturnType<typeof logLines>>()
  const told = new Set<string>()
  let done = 0
  let failed = 0
  let isShown = false
  let hasEnded = false

  const clear = (): void => {
    if (isShown) stream.write('\r\u001b[2K')
    isShown = false
  }
  const line = (text: string): void => {
    clear()
    stream.write(`${text}\n`)
  }
  const show = (): void => {
    if (!stream.isTTY || hasEnded) return
    const names = [...running].map(([name, place]) => `${name}${place}`).join(', ')
    const text = `${done} of ${total} databases${failed > 0 ? `, ${failed} failed` : ''}: ${names}`
    stream.write(`\r\u001b[2K${style.dim(cut(text, style.width - 1, style))}`)
    isShown = true
  }
  const finish = (event: Extract<FleetEvent, { type: 'database-done' }>): void => {
    const { database, ok, failure, durationMs } = event
    running.delete(database)
    lines.delete(database)
    done++
    if (!ok) failed++
    const place = style.dim(`(${done} of ${total})`)
    if (!ok) line(`${style.red('failed')}  ${database} ${place} ${failure?.message.split('\n')[0] ?? ''}`)
    else if (!stream.isTTY) line(`ok      ${database} ${place} ${durationText(durationMs)}`)
  }
  /** What is true of all of them is told of the first. */
  const note = (database: string, text: string): void => {
    if (told.has(text)) return
    told.add(text)
    line(`${database}: ${text}`)
  }
  const log = (database: string, event: FleetEvent): void => {
    const lineOf = lines.get(database) ?? logLines()
    lines.set(database, lineOf)
    const text = lineOf(event)
    if (text !== undefined) line(`${database}: ${text}`)
  }
  const tell = (event: FleetEvent): void => {
    const { database } = event
    if (database === undefined) return
    if (event.type === 'database-start') running.set(database, '')
    else if (event.type === 'database-done') finish(event)
    else if (logged.has(event.type) && !stream.isTTY) log(database, event)
    else if (event.type === 'start') running.set(database, ` (${event.index} of ${event.total})`)
    else if (notable.has(event.type)) note(database, logText(event) ?? '')
  }
  return {
    event(event) {
      tell(event)
      show()
    },
    told: () => false,
    clear,
    end() {
      clear()
      hasEnded = true
    },
  }
}
