/** What is going on with many databases, on stderr: a line that changes on a terminal, and a line per database in a log. */
import type { FleetEvent } from '../../index.ts'
import { durationText } from './durations.ts'
import { logText } from './event-text.ts'
import { type LogLines, logLines } from './log-line.ts'
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

/** A log must show that a run goes on. What becomes of each database stands in its result, too. */
const quietForMs = 10_000

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
  const lines = new Map<string, LogLines>()
  const told = new Set<string>()
  let lastLine = performance.now()
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
    lastLine = performance.now()
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
    const hasLines = lines.has(database)
    lines.get(database)?.end()
    lines.delete(database)
    done++
    if (!ok) failed++
    const place = style.dim(`(${done} of ${total})`)
    if (!ok) line(`${style.red('failed')}  ${database} ${place} ${failure?.message.split('\n')[0] ?? ''}`)
    else if (!stream.isTTY && (hasLines || performance.now() - lastLine >= quietForMs))
      line(`ok      ${database} ${place} ${durationText(durationMs)}`)
  }
  /** What is true of all of them is told of the first. */
  const note = (database: string, text: string): void => {
    if (told.has(text)) return
    told.add(text)
    line(`${database}: ${text}`)
  }
  const log = (database: string, event: FleetEvent): void => {
    const own = lines.get(database) ?? logLines((text) => line(`${database}: ${text}`))
    lines.set(database, own)
    own.event(event)
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
      for (const own of lines.values()) own.end()
      clear()
      hasEnded = true
    },
  }
}
