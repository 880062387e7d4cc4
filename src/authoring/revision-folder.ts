/** Which folder a new revision goes into. */
import { dirname, relative, resolve, sep } from 'node:path'
import type { Project } from '../config/config.ts'
import type { Revision } from '../graph/revision.ts'
import { contains } from '../loader/folders.ts'
import { isReadFolder, isRevisionName } from '../loader/revision-files.ts'
import { folderNotConfigured, neverRead, whichFolder } from './errors-place.ts'

export type FolderSettings = Pick<Project, 'root' | 'migrations' | 'recursive' | 'fileTemplate'>

/**
 * Beside its first parent, unless a folder is asked for. With a `fileTemplate` that makes sub folders of its own: in the configured
 * folder of that parent.
 *
 * @param wanted as typed: absolute, or relative to the project's folder
 * @throws AUTHORING_FOLDER_NOT_CONFIGURED; AUTHORING_WHICH_FOLDER where there are several and nothing says which
 */
export function folderFor(
  project: FolderSettings,
  [parent]: readonly Revision[],
  wanted: string | undefined,
): string {
  const { root, migrations, recursive, fileTemplate } = project
  const [only = root, ...more] = migrations
  if (wanted !== undefined) {
    const folder = resolve(root, wanted)
    if (migrations.includes(folder) || (recursive && homeOf(project, folder) !== undefined)) return folder
    throw folderNotConfigured(folder, migrations, recursive)
  }
  if (parent === undefined) {
    if (more.length > 0) throw whichFolder(migrations)
    return only
  }
  const folder = dirname(parent.path)
  return fileTemplate.includes('/') ? (homeOf(project, folder) ?? folder) : folder
}

/**
 * Makes sure that the file would be a revision of the project, whatever a template or an id has made of its name.
 *
 * @throws AUTHORING_NEVER_READ
 */
export function requireReadable(project: FolderSettings, path: string): void {
  const home = homeOf(project, dirname(path))
  if (home === undefined) throw neverRead(path)
  const folders = relative(home, path).split(sep)
  const name = folders.pop() ?? ''
  const reached = project.recursive ? folders.every(isReadFolder) : folders.length === 0
  if (!reached || !isRevisionName(name)) throw neverRead(path)
}

/** The configured folder that a folder lies in, the innermost where they lie in each other. */
function homeOf({ migrations }: FolderSettings, folder: string): string | undefined {
  return migrations.filter((home) => contains(home, folder)).sort((a, b) => b.length - a.length)[0]
}
