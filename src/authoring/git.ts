/** What git knows of the project's files. It is only read, and never over the network. */
import { join } from 'node:path'

const DEFAULT_BRANCHES = ['origin/HEAD', 'origin/main', 'origin/master']

/**
 * The files of folders that are on the default branch of the remote, as far as it was fetched.
 *
 * @param folders absolute
 * @returns absolute path → the branch (`origin/main`); nothing for a folder of which git cannot tell: no git, no repository, no such remote
 */
export async function publishedFiles(
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const folder of folders) {
    for (const branch of DEFAULT_BRANCHES) {
      const ref = `refs/remotes/${branch}`
      // Below the top of the work tree, git lists this folder alone, by names relative to it.
      const names = await ask(folder, ['ls-tree', '-r', '--name-only', '-z', ref], signal)
      if (names === null) continue
      const name = (await ask(folder, ['rev-parse', '--abbrev-ref', ref], signal))?.trim()
      for (const file of names.split('\0')) if (file !== '') files.set(join(folder, file), name || branch)
      break
    }
  }
  return files
}

/** What git says; null where it fails. */
async function ask(
  folder: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const { execa } = await import('execa')
  const { failed, stdout } = await execa('git', args, {
    cwd: folder,
    env: { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' },
    stdin: 'ignore',
    reject: false,
    ...(signal && { cancelSignal: signal }),
  })
  signal?.throwIfAborted()
  return failed ? null : stdout
}
