/** A file that is made of the schema: written where it is not what it should be, or only compared. */
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { generatedMissing, generatedUnreadable, notAFile, notOwnFile, outputAndCheck } from './errors.ts'
import { replaceFile } from './replace-file.ts'
import { writeNewFile } from './write-file.ts'

/** A file to write, or to compare with what it should be. */
export interface WantedFile {
  /** Absolute. */
  readonly path: string
  readonly check: boolean
}

export interface Settled {
  /** Whether the file holds the text now. */
  readonly upToDate: boolean
  /** Whether it did not before. */
  readonly written: boolean
}

/** Who writes a file. */
export interface Maker {
  /** `dbmig types` */
  readonly command: string
  /** What stands at the beginning of each file that the command has written, and of no other. */
  readonly mark: string
}

/**
 * The file that a command was told to write or to compare, looked at before anything is made.
 *
 * @param options.check in place of `output`
 * @returns null where none is named
 * @throws AUTHORING_OUTPUT_CHECK, AUTHORING_NOT_A_FILE, AUTHORING_GENERATED_MISSING, AUTHORING_GENERATED_UNREADABLE
 */
export async function wantedFile(options: {
  readonly output?: string | undefined
  readonly check?: string | undefined
  readonly cwd?: string | undefined
}): Promise<WantedFile | null> {
  const { output, check, cwd = '.' } = options
  if (output !== undefined && check !== undefined) throw outputAndCheck()
  const file = output ?? check
  if (file === undefined) return null
  const path = resolve(cwd, file)
  const found = await kindOf(path)
  if (found === 'folder' || /[/\\]$/.test(file)) throw notAFile(file, 'is a folder')
  // A device or a pipe: one that is replaced is gone.
  if (found === 'other') throw notAFile(file, 'is no regular file')
  if (found === null && check !== undefined) throw generatedMissing(check)
  return { path, check: check !== undefined }
}

/**
 * Sees to it that a file holds a text. One that does is not touched, and one that somebody else has written is not replaced.
 *
 * @throws AUTHORING_NOT_OWN, AUTHORING_GENERATED_UNREADABLE, AUTHORING_NOT_WRITABLE
 */
export async function settleFile(
  { path, check }: WantedFile,
  text: string,
  { command, mark }: Maker,
): Promise<Settled> {
  const found = await textOf(path)
  if (found !== null && sameLines(found) === sameLines(text)) return { upToDate: true, written: false }
  if (check) return { upToDate: false, written: false }
  if (found === null) await writeNewFile(path, text)
  else {
    if (found.trim() !== '' && !found.slice(0, BEGINNING).includes(mark)) throw notOwnFile(path, command)
    await replaceFile(path, text)
  }
  return { upToDate: true, written: true }
}

/** A mark may have a comment of a linter or a licence above it. A file that only speaks of dbmig has it further down. */
const BEGINNING = 1000

/** Git may give every line a carriage return. */
function sameLines(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | null> {
  const found = await orNull(path, stat(path))
  if (found === null) return null
  return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
}

async function textOf(path: string): Promise<string | null> {
  return orNull(path, readFile(path, 'utf8'))
}

/** Null where there is no file. */
async function orNull<T>(path: string, reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return null
    throw generatedUnreadable(path, error)
  }
}
