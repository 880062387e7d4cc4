/** The folder `.dbmig` beside the configuration: what dbmig keeps there is for this checkout alone, and git ignores it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A folder in it, made where it is missing.
 *
 * @param root the project's folder
 * @returns its absolute path
 * @throws what the file system says
 */
export async function makeStateFolder(root: string, ...names: readonly string[]): Promise<string> {
  const folder = stateFolder(root, ...names)
  await mkdir(folder, { recursive: true })
  await writeFile(join(root, '.dbmig', '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
    if (!(error instanceof Error && Reflect.get(error, 'code') === 'EEXIST')) throw error
  })
  return folder
}

/** Where that folder is. */
export function stateFolder(root: string, ...names: readonly string[]): string {
  return join(root, '.dbmig', ...names)
}
