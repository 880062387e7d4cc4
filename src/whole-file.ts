/** Writing a file so that whoever reads it meanwhile finds what was there before, or all of what is there then. */
import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A name of its own for the draft of a file, in its folder. The leading dot hides it from whoever lists files meanwhile. */
export function draftOf(path: string): string {
  // Processes in several containers have the same ids.
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`)
}

/**
 * Writes a file, whole or not at all, over one that is there.
 *
 * @throws what the file system says
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { mode = 0o666 }: { readonly mode?: number } = {},
): Promise<void> {
  const draft = draftOf(path)
  try {
    await writeFile(draft, content, { flag: 'wx', mode })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {})
    throw error
  }
}
