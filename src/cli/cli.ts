/** What a command file works with: its flags, the options for the public API, and where results go. */
import type { Readable } from 'node:stream'
import type { Command } from 'commander'
import { commandsWith, flagOf } from '../commands.ts'
import { withoutPassword } from '../database/url.ts'
import type { CommandEvent } from '../index.ts'
import { followFleet } from './output/fleet-progress.ts'
import { jsonLine } from './output/ndjson.ts'
import { createProgress, type Progress } from './output/progress.ts'
import { createStyle, plainStyle, type Style } from './output/style.ts'
import type { Terminal } from './prompt.ts'
import { stopCodeOf, withStopCode } from './stop.ts'

/** What the process hands over. */
export interface Start {
  readonly version: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** `--json`: each line on stderr is a JSON object. */
  readonly json: boolean
  /** Rejects with what is thrown where nothing waits for it. */
  readonly stray: Promise<never>
}

export interface Call<Flags> {
  /** The operands, as typed. */
  readonly args: readonly string[]
  readonly flags: Flags
  readonly verbose: boolean
  readonly cwd: string
  /** For a function of the public API. */
  readonly options: {
    readonly cwd: string
    readonly env: Start['env']
    readonly config?: string | undefined
    readonly url?: string | undefined
    readonly database?: string | undefined
    readonly args: Readonly<Record<string, string>>
    readonly waitForDatabaseMs: number | undefined
    readonly signal: AbortSignal
    readonly onEvent: (event: CommandEvent) => void
  }
  /** Prints the result on stdout: as JSON with `--json`, else as text (nothing for ''). */
  result(json: unknown, text: (style: Style) => string | Promise<string>): Promise<void>
  /** Where a user can be asked; null where nobody is there to answer. */
  readonly terminal: Terminal | null
  /** What is handed over on standard input; null where that is a terminal. */
  readonly input: Readable | null
  readonly json: boolean
  /** Whether the terminal of the result shows already what was done, as events told it. */
  told(): boolean
  /** A text whose commands work on what `--database` or `--url` names. */
  readonly own: (text: string) => string
  /** Prints on stderr what is no result. */
  note(text: (style: Style) => string): Promise<void>
}

/** @returns the exit code */
export type Work<Flags> = (call: Call<Flags>) => Promise<number>

export interface Cli {
  exitCode: number
  progress: Progress | undefined
  /** Makes a commander action of a command's work. */
  action<Flags>(work: Work<Flags>): (this: Command) => Promise<void>
  errorStyle(): Promise<Style>
}

interface GlobalFlags {
  readonly config?: string
  readonly url?: string
  readonly database?: string
  readonly x?: Readonly<Record<string, string>>
  readonly waitForDatabase?: number
  readonly json?: true
  readonly verbose?: true
  readonly color?: boolean
}

export function createCli(program: Command, start: Start): Cli {
  const { stdin, stdout, stderr } = process
  const flags = () => program.opts<GlobalFlags>()
  const styleOf = (stream: NodeJS.WriteStream) => createStyle(stream, start.env, flags().color)
  const cli: Cli = {
    exitCode: 0,
    progress: undefined,
    errorStyle: () => styleOf(stderr),
    action<Flags>(work: Work<Flags>) {
      return async function (this: Command) {
        const { config, url, database, x, waitForDatabase, json, verbose } = flags()
        const style = await styleOf(stderr)
        const progress = followFleet(stderr, style, createProgress(stderr, style, start), start)
        cli.progress = progress
        start.signal.addEventListener('abort', () => {
          if (!stderr.isTTY || start.json) return
          progress.clear()
          stderr.write('\nInterrupted: cleaning up. Once more ends at once.\n')
        })
        const terminal: Terminal = {
          ...{ input: stdin, output: stderr, style: await styleOf(stderr), signal: start.signal },
          begin: progress.clear,
          // The line editor has taken Ctrl-C for itself.
          interrupt: () => process.kill(process.pid, 'SIGINT'),
        }
        const place = placeFlag({ database, url })
        const own = (text: string) => (place === undefined ? text : commandsWith(text, place))
        cli.exitCode = await work({
          args: this.args,
          flags: this.opts() as Flags,
          verbose: verbose === true,
          cwd: start.cwd,
          options: {
            cwd: start.cwd,
            env: start.env,
            config,
            url,
            database,
            args: x ?? {},
            waitForDatabaseMs: waitForDatabase,
            signal: start.signal,
            onEvent: progress.event,
          },
          terminal: stdin.isTTY && stderr.isTTY ? terminal : null,
          input: stdin.isTTY ? null : stdin,
          async result(value, text) {
            progress.end()
            write(
              stdout,
              json ? JSON.stringify(value, withStopCode(start.signal), 2) : await text(await styleOf(stdout)),
            )
          },
          own,
          json: json === true,
          told: () => stdout.isTTY && progress.told(),
          async note(text) {
            progress.end()
            const message = own(text(start.json ? plainStyle : await styleOf(stderr)))
            write(stderr, start.json && message !== '' ? jsonLine('note', { message }) : message)
          },
        })
        progress.end()
        // Whoever has stopped it is to know that nothing was.
        if (stopCodeOf(start.signal) === undefined || cli.exitCode !== 0) return
        const message = lateStop(stopCodeOf(start.signal))
        write(stderr, start.json ? jsonLine('note', { message }) : message)
      }
    },
  }
  return cli
}

/** What makes a command that is proposed work on the database that this one was told. */
export function placeFlag({
  database,
  url,
}: {
  readonly database?: string | undefined
  readonly url?: string | undefined
}): string | undefined {
  if (database !== undefined) return flagOf('database', database)
  return url === undefined ? undefined : flagOf('url', withoutPassword(url))
}

/** A signal may come after the last statement, or while a revision computes. */
function lateStop(code: number | undefined): string {
  return `The signal to stop came when everything was done: nothing was undone; the exit code ${code} tells of the signal alone.`
}

function write(stream: NodeJS.WriteStream, text: string): void {
  if (text !== '') stream.write(`${text}\n`)
}
