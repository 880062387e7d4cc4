/** A lock between processes: a file that holds its owner's process id. One whose process is dead is taken over. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'

/** What this very process holds or is about to take: its own id in any other lock file is that of a dead process. */
const ours = new Set<string>()
let attempts = 0

/** What gives the lock back, or the id of the process that holds it. */
export type Attempt = { readonly release: () => Promise<void> } | { readonly owner: number }

/**
 * Takes a lock if nobody has it.
 *
 * @param path absolute; its folder is there
 * @throws what the file system says, where the folder cannot be written or has no hard links
 */
export async function tryLockFile(path: string): Promise<Attempt> {
  if (ours.has(path)) return { owner: process.pid }
  ours.add(path)
  try {
    const owner = await take(path)
    if (owner !== null) {
      ours.delete(path)
      return { owner }
    }
  } catch (error) {
    ours.delete(path)
    throw error
  }
  // The file goes first: as long as it is there, nobody in this process may take its id for a dead process's.
  return { release: () => rm(path, { force: true }).finally(() => ours.delete(path)) }
}

/** @returns the living owner, or null once the lock is this process's */
async function take(path: string): Promise<number | null> {
  const draft = `${path}.${process.pid}.${++attempts}`
  await writeFile(draft, `${process.pid}\n`)
  try {
    // A link appears whole or not at all, so nobody reads a file without its id.
    while (!(await tryLink(draft, path))) {
      const owner = await ownerOf(path)
      if (owner === null) continue
      if (isAlive(owner)) return owner
      await removeStale(path, owner, `${draft}.stale`)
    }
    return null
  } finally {
    await rm(draft)
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

async function ownerOf(path: string): Promise<number | null> {
  try {
    return Number(await readFile(path, 'utf8'))
  } catch (error) {
    // Given back since: try again.
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

/** Two processes may find the same stale lock; the one that moves away the other's fresh one puts it back. */
async function removeStale(path: string, owner: number, aside: string): Promise<void> {
  try {
    await rename(path, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  if ((await ownerOf(aside)) !== owner) await tryLink(aside, path)
  await rm(aside)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
