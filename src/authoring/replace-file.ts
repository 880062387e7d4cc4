/** Replacing a file by another text: whoever reads meanwhile finds the old one or the new one, whole. */
import { realpath, stat } from 'node:fs/promises'
import { writeWhole } from '../whole-file.ts'
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
    await writeWhole(file, text, { mode })
  } catch (error) {
    throw notWritable(path, error)
  }
}
