/** The one way from a project to its revisions: every command reads the same folders by the same settings. */
import { buildGraph, type RevisionGraph } from '../graph/graph.ts'
import type { Revision } from '../graph/revision.ts'
import { requireDistinctFiles, requireDistinctFolders } from './folders.ts'
import { createModuleLoader, type ModuleLoader } from './load-module.ts'
import { readRevisionFiles } from './revision-files.ts'

/** Where a project's revision files lie. */
export interface RevisionFolders {
  /** The project's folder. */
  readonly root: string
  /** Absolute folders. */
  readonly migrations: readonly string[]
  /** Whether folders in these folders are read too. */
  readonly recursive: boolean
}

export interface ProjectRevisions {
  readonly graph: RevisionGraph
  readonly loader: ModuleLoader
}

export interface ReadProjectOptions {
  /** What a folder that is not there means. Default: an error, since its name may be misspelt. */
  readonly missingFolder?: 'error' | 'empty'
  /** Files that are left out, as absolute paths: an import makes revisions of them. */
  readonly except?: ReadonlySet<string>
}

/**
 * Reads the headers of a project's revision files and builds their graph. Loads no driver.
 *
 * @throws DbmigError `LOADER_…` naming the file or folder, `GRAPH_…`
 */
export async function readProjectRevisions(
  project: RevisionFolders,
  options: ReadProjectOptions = {},
): Promise<ProjectRevisions> {
  const { revisions, loader } = await readProjectFiles(project, options)
  return { graph: buildGraph(revisions), loader }
}

/**
 * As `readProjectRevisions`, for who can go on where the files make no graph.
 *
 * @throws DbmigError `LOADER_…`
 */
export async function readProjectFiles(
  project: RevisionFolders,
  { missingFolder = 'error', except = new Set() }: ReadProjectOptions = {},
): Promise<{ readonly revisions: readonly Revision[]; readonly loader: ModuleLoader }> {
  const { root, migrations, recursive } = project
  requireDistinctFolders(migrations, recursive)
  const loader = createModuleLoader({ root })
  const revisions = await readRevisionFiles(migrations, { loader, recursive, missingFolder, except })
  requireDistinctFiles(revisions)
  return { revisions, loader }
}
