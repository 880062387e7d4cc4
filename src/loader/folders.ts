/** That no revision file is reached in two ways: its revision would be there twice. */
import { realpathSync } from 'node:fs'
import { isAbsolute, relative, sep } from 'node:path'
import type { Revision } from '../graph/revision.ts'
import { fileTwice, folderInside, folderTwice } from './errors.ts'

/**
 * @param folders absolute
 * @param recursive whether folders in the folders are read too
 * @throws LOADER_FOLDER_TWICE for a folder that is configured twice, or lies inside of another that is read with all in it
 */
export function requireDistinctFolders(folders: readonly string[], recursive: boolean): void {
  const real = folders.map(realPath)
  for (const [at, folder] of folders.entries()) {
    for (const [before, earlier] of folders.slice(0, at).entries()) {
      const [here = '', there = ''] = [real[at], real[before]]
      if (here === there) throw folderTwice(earlier, folder)
      if (recursive && contains(there, here)) throw folderInside(earlier, folder)
      if (recursive && contains(here, there)) throw folderInside(folder, earlier)
    }
  }
}

/** @throws LOADER_FILE_TWICE for a file that also has another name, by a symbolic link */
export function requireDistinctFiles(revisions: readonly Revision[]): void {
  const paths = new Map<string, string>()
  for (const { revision, path } of revisions) {
    const earlier = paths.get(revision)
    if (earlier !== undefined && realPath(earlier) === realPath(path))
      throw fileTwice(revision, earlier, path)
    paths.set(revision, path)
  }
}

/** Whether a folder is another or lies in it. */
export function contains(outer: string, inner: string): boolean {
  const way = relative(outer, inner)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

const unreachable = ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP']

/** What is not there or cannot be reached is what it is called; who reads it says what is wrong. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch (error) {
    if (error instanceof Error && unreachable.includes(Reflect.get(error, 'code'))) return path
    throw error
  }
}
