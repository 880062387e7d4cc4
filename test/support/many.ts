/** Many command lines in one process: for what each prints, where it matters to none that it starts anew. */
import { join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { type CliResult, quiet } from './cli.ts'

/**
 * Starts a process that runs one command line after the other until the running test ends.
 *
 * @returns what runs one in a folder
 */
export function useManyRuns(
  env: Readonly<Record<string, string>>,
): (argv: readonly string[], cwd: string) => Promise<CliResult> {
  const child = execa(process.execPath, [join(import.meta.dirname, 'many.mjs')], {
    env: { ...quiet, ...env },
    ipc: true,
    stdin: 'ignore',
    reject: false,
  })
  onTestFinished(async () => {
    child.kill()
    await child
  })
  return async (argv, cwd) => {
    const answer = child.getOneMessage()
    await child.sendMessage({ argv: [...argv], cwd })
    return (await answer) as unknown as CliResult
  }
}
