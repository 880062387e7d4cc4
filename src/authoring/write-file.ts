/** Writing new files: whole or not at all, and never over one that is there. */
import { link, mkdir, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { draftOf } from '../whole-file.ts'
import { fileExists, notWritable } from './errors.ts'

/**
 * Writes a new file, and its folder where that is missing. Nobody ever sees half of it.
 *
 * @param path absolute
 * @throws AUTHORING_FILE_EXISTS, AUTHORING_NOT_WRITABLE
 */
export async function writeNewFile(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw notWritable(path, error)
  })
  try {
    await writeWhole(path, text)
  } catch (error) {
    throw codeOf(error) === 'EEXIST' ? fileExists(path) : notWritable(path, error)
  }
}

/** A file of another name is filled and then linked, since a link, unlike a rename, refuses to replace. */
async function writeWhole(path: string, text: string | Uint8Array): Promise<void> {
  const draft = draftOf(path)
  await writeFile(draft, text, { flag: 'wx' })
  try {
    await link(draft, path)
  } catch (error) {
    if (!isWithoutLinks(error)) throw error
    await writeFile(path, text, { flag: 'wx' })
  } finally {
    await unlink(draft)
  }
}

const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])

/** Whether this is what file systems without hard links (exFAT, some network shares) answer. */
export function isWithoutLinks(error: unknown): boolean {
  return withoutLinks.has(codeOf(error) ?? '')
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? String(Reflect.get(error, 'code')) : undefined
}
