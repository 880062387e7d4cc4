/** A file that is made of the schema: written where it is not what it should be, or only compared. */
import { readFile } from 'node:fs/promises'
import { generatedUnreadable } from './errors.ts'
import { replaceFile } from './replace-file.ts'
import { writeNewFile } from './write-file.ts'

export interface Settled {
  /** Whether the file holds the text now. */
  readonly upToDate: boolean
  /** Whether it did not before. */
  readonly written: boolean
}

/**
 * Sees to it that a file holds a text. One that does is not touched.
 *
 * @param path absolute
 * @param options.check compares alone
 * @throws AUTHORING_GENERATED_UNREADABLE, AUTHORING_NOT_WRITABLE
 */
export async function settleFile(
  path: string,
  text: string,
  { check }: { readonly check: boolean },
): Promise<Settled> {
  const found = await textOf(path)
  // Git may give every line a carriage return.
  const isSame = found?.replaceAll('\r\n', '\n') === text
  const written = !isSame && !check
  if (written) await (found === null ? writeNewFile(path, text) : replaceFile(path, text))
  return { upToDate: isSame || written, written }
}

/** Null where there is no file. */
async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return null
    throw generatedUnreadable(path, error)
  }
}
