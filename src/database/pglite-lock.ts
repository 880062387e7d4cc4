/** One process at a time in an embedded database's folder: PGlite itself does not see another, and both would destroy it. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { pgliteInUse } from './errors.ts'

/** The folders that this very process has open: its own pid in a lock file may be a dead process's. */
const open = new Set<string>()
let attempts = 0

/**
 * Takes the folder's lock: a file beside it that holds the owner's process id. One whose process is dead is taken over.
 *
 * @returns what gives the lock back
 * @throws DATABASE_PGLITE_IN_USE
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const lockFile = `${directory}.lock`
  const own = `${lockFile}.${process.pid}.${++attempts}`
  await writeFile(own, `${process.pid}\n`)
  try {
    // A link appears whole or not at all, so nobody reads a file without its pid.
    while (!(await tryLink(own, lockFile))) {
      const owner = await ownerOf(lockFile)
      if (owner === null) continue
      if (isAlive(owner, directory)) throw pgliteInUse(directory, owner, lockFile)
      await removeStale(lockFile, owner, `${own}.stale`)
    }
  } finally {
    await rm(own)
  }
  open.add(directory)
  return async () => {
    open.delete(directory)
    await rm(lockFile, { force: true })
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

async function ownerOf(lockFile: string): Promise<number | null> {
  try {
    return Number(await readFile(lockFile, 'utf8'))
  } catch (error) {
    // Given back since: try again.
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function isAlive(pid: number, directory: string): boolean {
  if (pid === process.pid) return open.has(directory)
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** Two processes may find the same stale lock; the one that moves away the other's fresh one puts it back. */
async function removeStale(lockFile: string, owner: number, aside: string): Promise<void> {
  try {
    await rename(lockFile, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  if ((await ownerOf(aside)) !== owner) await tryLink(aside, lockFile)
  await rm(aside)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
