/** Runs one command line from its arguments to its exit code, signals included. */
import { Console } from 'node:console'
import { run } from './program.ts'

// Not SIGHUP: a listener would undo what nohup asks for.
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const

/** Never returns: the process ends with the command's exit code. */
export async function start(argv: readonly string[], version: string): Promise<void> {
  const controller = new AbortController()
  let received: keyof typeof exitCodes | undefined
  for (const name of Object.keys(exitCodes) as (keyof typeof exitCodes)[]) {
    process.on(name, () => {
      if (received !== undefined) process.exit(exitCodes[name])
      received = name
      if (process.stderr.isTTY) process.stderr.write('\nInterrupted: cleaning up. Once more ends at once.\n')
      controller.abort()
    })
  }
  // What a configuration or a revision prints is no result.
  globalThis.console = new Console(process.stderr)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endQuietly)

  const code = await run(argv, { version, signal: controller.signal, env: process.env, cwd: process.cwd() })
  await Promise.all([flush(process.stdout), flush(process.stderr)])
  // What a user's configuration left open must not keep a deploy waiting.
  process.exit(received === undefined ? code : exitCodes[received])
}

/** The reader of a pipe may leave early: `dbmig history | head -1`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit()
  throw error
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}
