/** Replacing a file by another text: whoever reads meanwhile finds the old one or the new one, whole. */
import { realpath, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { draftOf } from './drafts.ts'
import { notWritable } from './errors.ts'

/**
 * Replaces the text of a file that is there. Its permissions stay, and what a symbolic link points at is replaced, not the link.
 *
 * @param path absolute
 * @throws AUTHORING_NOT_WRITABLE
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const file = await realpath(path)
    const { mode } = await stat(file)
    const draft = draftOf(file)
    try {
      await writeFile(draft, text, { flag: 'wx', mode })
      await rename(draft, file)
    } catch (error) {
      await unlink(draft).catch(() => undefined)
      throw error
    }
  } catch (error) {
    throw notWritable(path, error)
  }
}
