/** The one way from a project to its revisions: every command reads the same folders by the same settings. */
import { buildGraph, type RevisionGraph } from '../graph/graph.ts'
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
}

/**
 * Reads the headers of a project's revision files and builds their graph. Loads no driver.
 *
 * @throws DbmigError `LOADER_…` naming the file or folder, `GRAPH_…`
 */
export async function readProjectRevisions(
  project: RevisionFolders,
  { missingFolder = 'error' }: ReadProjectOptions = {},
): Promise<ProjectRevisions> {
  const { root, migrations, recursive } = project
  requireDistinctFolders(migrations, recursive)
  const loader = createModuleLoader({ root })
  const revisions = await readRevisionFiles(migrations, { loader, recursive, missingFolder })
  requireDistinctFiles(revisions)
  return { graph: buildGraph(revisions), loader }
}
