/** The one way in which new revision files come onto the disk: checked against the project as it is then, whole, never over another. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Project } from '../config/config.ts'
import { buildGraph, type RevisionGraph } from '../graph/graph.ts'
import { parseHeader } from '../graph/header.ts'
import type { Revision } from '../graph/revision.ts'
import { noHeader } from '../loader/errors.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import { fileExists, idTaken } from './errors.ts'
import type { HookResult } from './hooks.ts'
import { writeNewFile } from './write-file.ts'
import { withWriteLock } from './write-lock.ts'

export interface RevisionFile {
  /** Absolute. */
  readonly path: string
  /** The whole text; the header in it is what the checks go by. */
  readonly source: string
  /** What the header says, where it is not of a form that the text shows (CommonJS). */
  readonly revision?: Revision | undefined
}

export interface WriteOptions {
  /** What else must hold of the revisions that are there when the files are written; throws where it does not. */
  readonly requireStill?: ((graph: RevisionGraph) => void) | undefined
  /** Ends a hook that runs, and keeps the next ones from running. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes new revision files, after checking that they and the files that are there now make a graph, and runs the project's
 * hooks on them.
 *
 * @param files parents before those that follow them: whoever looks meanwhile finds a graph, and so does a run after a crash
 * @returns what became of the hooks; one that failed has thrown nothing and taken nothing back
 * @throws DbmigError AUTHORING_DUPLICATE_ID, `GRAPH_…`, LOADER_NO_HEADER, AUTHORING_FILE_EXISTS, AUTHORING_FOLDERS_IN_USE before
 *   anything is written; AUTHORING_NOT_WRITABLE for the first file that could not be, and then none is left
 */
export async function writeRevisions(
  project: Project,
  files: readonly RevisionFile[],
  options: WriteOptions = {},
): Promise<readonly HookResult[]> {
  const added = files.map((file) => file.revision ?? revisionIn(file))
  await withWriteLock(project, async () => {
    const { graph } = await readProjectRevisions(project, { missingFolder: 'empty' })
    for (const { revision } of added) {
      const owner = graph.revisions.get(revision) ?? graph.labels.get(revision)
      if (owner !== undefined) throw idTaken(revision, owner)
    }
    buildGraph([...graph.revisions.values(), ...added])
    const taken = files.find(({ path }) => existsSync(path))
    if (taken !== undefined) throw fileExists(taken.path)
    options.requireStill?.(graph)
    await writeAll(files)
  })
  if (project.hooks.length === 0) return []
  const { runHooks } = await import('./hooks.ts')
  return runHooks(project, added, options.signal)
}

async function writeAll(files: readonly RevisionFile[]): Promise<void> {
  const written: string[] = []
  try {
    for (const { path, source } of files) {
      await writeNewFile(path, source)
      written.push(path)
    }
  } catch (error) {
    // Children before parents, so that what is left at any moment is a graph.
    for (const path of written.toReversed()) await rm(path, { force: true })
    throw error
  }
}

/** What the text says, as a project that has the file would read it. */
function revisionIn({ path, source }: RevisionFile): Revision {
  const header = parseHeader(source)
  if (header === null) throw noHeader(path)
  const { transaction: _, ...revision } = header
  return { ...revision, path }
}
