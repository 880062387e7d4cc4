/** What is going on, on stderr: lines that change on a terminal, a line per event in a log, JSON for a script. */
import type { CommandEvent } from '../../index.ts'
import { logLines } from './log-line.ts'
import { eventLine } from './ndjson.ts'
import type { Style } from './style.ts'
import { onTerminal } from './terminal.ts'

export interface Progress {
  readonly event: (event: CommandEvent) => void
  /** Whether every step that is done was told with its time, on lines that stay. */
  told(): boolean
  /** Clears the lines that change until there is more to tell. */
  clear(): void
  /** Clears the lines that change. What comes later is not shown. */
  end(): void
}

export interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export function createProgress(
  stream: Output,
  style: Style,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
): Progress {
  if (!json && stream.isTTY) return onTerminal(stream, style)
  const write = (line: string): void => void stream.write(`${line}\n`)
  return {
    ...(json ? jsonLines(write, signal) : logLines(write)),
    told: () => false,
    clear() {},
  }
}

function jsonLines(write: (line: string) => void, signal: AbortSignal): Pick<Progress, 'event' | 'end'> {
  return { event: (event) => write(eventLine(event, signal)), end() {} }
}
