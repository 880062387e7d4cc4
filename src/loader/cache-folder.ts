/** Where transpiled files are kept. */
import { existsSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The folder for transpiled files: never beside the user's own. False: none that is safe to use. */
export function cacheFolder(root: string): string | false {
  const modules = join(root, 'node_modules')
  if (existsSync(modules)) return join(modules, '.cache', 'dbmig')
  // What lies in the folder is run: in a shared temporary folder it must be ours alone. (Windows has no user numbers,
  // and a temporary folder for each user.)
  const user = process.getuid?.()
  const folder = join(tmpdir(), user === undefined ? 'dbmig' : `dbmig-${user}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    const shared = user !== undefined && (found.uid !== user || (found.mode & 0o022) !== 0)
    return found.isDirectory() && !shared ? folder : false
  } catch {
    return false
  }
}
