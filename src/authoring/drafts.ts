/** Drafts: hidden files that are filled beside a file before they become it, and what a killed process leaves of them. */
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Project } from '../config/config.ts'
import { isReadFolder, isRevisionName } from '../loader/revision-files.ts'

/** A draft lives for milliseconds. */
const OLD_MS = 60_000

/**
 * Removes the drafts of revision files that dead writers have left. Call it under the write lock.
 *
 * The lock lies in the first folder, where every draft is therefore of a dead writer. The others may be another project's
 * first: there a draft must be a minute old.
 */
export async function removeDrafts({
  migrations: [first = '', ...others],
  recursive,
}: Pick<Project, 'migrations' | 'recursive'>): Promise<void> {
  const drafts = [
    ...draftsIn(first, recursive),
    ...others.flatMap((each) => draftsIn(each, recursive)).filter(isOld),
  ]
  for (const draft of drafts) {
    // One that may not be removed harms nobody.
    await rm(draft, { force: true }).catch(() => undefined)
  }
}

/** Removes the drafts that dead writers have left of these files. Call it where nobody else writes them. */
export async function removeDraftsOf(paths: readonly string[]): Promise<void> {
  const files = new Set(paths)
  for (const folder of new Set(paths.map((path) => dirname(path)))) {
    for (const { name } of entriesOf(folder)) {
      const [, file] = DRAFT.exec(name) ?? []
      if (file !== undefined && files.has(join(folder, file))) await rm(join(folder, name), { force: true })
    }
  }
}

const DRAFT = /^\.(.+)\.[0-9a-f]{8}$/

function draftsIn(folder: string, recursive: boolean): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return recursive && isReadFolder(entry.name) ? draftsIn(path, recursive) : []
    const [, name] = DRAFT.exec(entry.name) ?? []
    return entry.isFile() && name !== undefined && isRevisionName(name) ? [path] : []
  })
}

/** Nothing for a folder that cannot be read: whoever reads the revisions says what is wrong with it. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isOld(path: string): boolean {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return written !== undefined && Date.now() - written > OLD_MS
}
