/** One process at a time in an embedded database's folder: PGlite itself does not see another, and both would destroy it. */
import { tryLockFile } from '../file-lock.ts'
import { pgliteInUse } from './errors.ts'

/**
 * Takes the folder's lock, a file beside it.
 *
 * @returns what gives the lock back
 * @throws DATABASE_PGLITE_IN_USE
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const lockFile = `${directory}.lock`
  const attempt = await tryLockFile(lockFile)
  if ('owner' in attempt) throw pgliteInUse(directory, attempt.owner, lockFile)
  return attempt.release
}
