/** One writer of revision files at a time, so that what was checked is still so when the files are written. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Project } from '../config/config.ts'
import { type Attempt, tryLockFile } from '../file-lock.ts'
import { removeDrafts } from './drafts.ts'
import { foldersInUse, notWritable } from './errors.ts'
import { isWithoutLinks } from './write-file.ts'

const PATIENCE_MS = 10_000
const PAUSE_MS = 20

/**
 * Runs what changes the project's revision files while no other dbmig does. Keep it short: read, check, write.
 *
 * @throws DbmigError AUTHORING_FOLDERS_IN_USE after ten seconds of waiting, AUTHORING_NOT_WRITABLE
 */
export async function withWriteLock<T>(
  project: Pick<Project, 'migrations' | 'recursive'>,
  write: () => Promise<T>,
): Promise<T> {
  const [folder = '.'] = project.migrations
  // The leading dot hides it from whoever lists revisions.
  const lockFile = join(folder, '.dbmig.lock')
  const release = await takeLock(folder, lockFile)
  try {
    if (release !== withoutLock) await removeDrafts(project)
    return await write()
  } finally {
    await release()
  }
}

/** Gives back what a file system without hard links cannot give. */
async function withoutLock(): Promise<void> {}

async function takeLock(folder: string, lockFile: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const attempt = await tryLock(folder, lockFile)
    if ('release' in attempt) return attempt.release
    if (Date.now() > deadline) throw foldersInUse(folder, attempt.owner, lockFile)
    await setTimeout(PAUSE_MS)
  }
}

async function tryLock(folder: string, lockFile: string): Promise<Attempt> {
  try {
    await mkdir(folder, { recursive: true })
    return await tryLockFile(lockFile)
  } catch (error) {
    // Without hard links there is no lock; a file's name is then all that two writers cannot both have.
    if (isWithoutLinks(error)) return { release: withoutLock }
    throw notWritable(lockFile, error)
  }
}
