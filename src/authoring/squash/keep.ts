/** Keeping the files that a squash takes away: git may never have had them. */
import { readFile, rm } from 'node:fs/promises'
import { join, parse } from 'node:path'
import type { Project } from '../../config/config.ts'
import { makeStateFolder, stateFolder } from '../../state-folder.ts'
import { notWritable } from '../errors.ts'
import { writeNewFile } from '../write-file.ts'

/** Where the files that a squash replaces are kept; absolute. */
export function keptFolder({ root }: Pick<Project, 'root'>, revision: string): string {
  // An id may have any character that targets do not use.
  return stateFolder(root, 'squashed', revision.replaceAll(/^\.+|[^\p{L}\p{N}_.]/gu, '_'))
}

/**
 * Copies files as they are. What is kept there already under a file's name stays: the copy gets a number then, unless it would be the same.
 *
 * @param paths absolute; one that is gone is passed over
 * @throws AUTHORING_NOT_WRITABLE
 */
export async function keepFiles(
  { root }: Pick<Project, 'root'>,
  folder: string,
  paths: readonly string[],
): Promise<void> {
  await makeStateFolder(root).catch((error: unknown) => {
    throw notWritable(stateFolder(root), error)
  })
  for (const path of paths) {
    const bytes = await readIfThere(path)
    if (bytes === null) continue
    const { name, ext } = parse(path)
    for (let number = 1; ; number++) {
      const kept = join(folder, `${name}${number === 1 ? '' : `-${number}`}${ext}`)
      const there = await readIfThere(kept)
      if (there === null) await writeNewFile(kept, bytes)
      if (there === null || there.equals(bytes)) break
    }
  }
}

/** Moves files there: each is kept before it goes. */
export async function moveFiles(
  project: Pick<Project, 'root'>,
  folder: string,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) {
    await keepFiles(project, folder, [path])
    await rm(path, { force: true }).catch((error: unknown) => {
      throw notWritable(path, error)
    })
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return null
    throw notWritable(path, error)
  }
}
