/** Runs one command line from its arguments to its exit code, signals included. */
import { Console } from 'node:console'
import { redactSecrets } from '../database/secrets.ts'
import type { DbmigError } from '../errors.ts'
import { endedEarly, notAwaited, notPrinted } from './errors.ts'
import { errorLine, jsonLine } from './output/ndjson.ts'
import { printedBy } from './output/printed.ts'
import { run } from './program.ts'
import { Stopped, type StopSignal, stopCodes } from './stop.ts'

/** Never returns: the process ends with the command's exit code. */
export async function start(argv: readonly string[], version: string): Promise<void> {
  const json = argv.includes('--json')
  // A revision may send its statements from deep within functions of its own, below five of Kysely's.
  Error.stackTraceLimit = 50
  const say = (error: DbmigError) =>
    process.stderr.write(`${json ? errorLine(error, { verbose: false }) : `error: ${error.message}`}\n`)
  const controller = new AbortController()
  let received: StopSignal | undefined
  for (const name of Object.keys(stopCodes) as StopSignal[]) {
    process.on(name, () => {
      if (received !== undefined) process.exit(stopCodes[name])
      received = name
      controller.abort(new Stopped(name))
    })
  }
  // What a configuration or a revision prints is no result.
  globalThis.console = new Console({
    stdout: printedBy((message) => {
      process.stderr.write(`${json ? jsonLine('output', { message }) : redactSecrets(message)}\n`)
    }),
    colorMode: !json && process.stderr.isTTY && process.stderr.hasColors(),
  })
  if (json && process.listenerCount('warning') > 0) {
    process.removeAllListeners('warning')
    process.on('warning', ({ name, message }) =>
      process.stderr.write(`${jsonLine('output', { message: `${name}: ${message}` })}\n`),
    )
  }
  let done = false
  let idle = false
  process.on('beforeExit', () => {
    idle = true
  })
  // A deploy must not take for success what a revision has cut short.
  process.on('exit', (code) => {
    if (done || received !== undefined) return
    say(endedEarly(idle ? null : code))
    process.exitCode = 1
  })
  process.stdout.on('error', (error) => {
    done = true
    // The reader of a pipe may leave early: `dbmig history | head -1`.
    if (Reflect.get(error, 'code') === 'EPIPE') process.exit()
    say(notPrinted(error))
    process.exit(1)
  })
  // Who stops listening to the progress of a run does not stop the run.
  process.stderr.on('error', () => {})
  const stray = new Promise<never>((_, reject) => {
    process.on('uncaughtException', (error) => reject(notAwaited(error)))
  })

  const { signal } = controller
  const code = await run(argv, { version, signal, json, stray, env: process.env, cwd: process.cwd() })
  await Promise.all([flush(process.stdout), flush(process.stderr)])
  done = true
  // What a user's configuration left open must not keep a deploy waiting.
  process.exit(received === undefined ? code : stopCodes[received])
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}
