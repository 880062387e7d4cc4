/** Files that are kept beside the project between runs, and believed only where they are, to the byte, what was written. */
import { hash } from 'node:crypto'
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { makeStateFolder, stateFolder } from '../state-folder.ts'
import { writeWhole } from '../whole-file.ts'

/** What a file is about; each has its own files. */
export type Subject = 'target' | 'outcome'

/** How many there are of each; those that were used last. */
const most: Readonly<Record<Subject, number>> = { target: 8, outcome: 32 }
const FOLDER = 'cache'
const DRAFT = /^\.(?:target|outcome)-[0-9a-f]{64}\.[0-9a-f]{8}$/
/** A draft lives for milliseconds. */
const oldDraft = 60_000

/** Whether any file of the subject is kept. */
export async function keepsAny(root: string, subject: Subject): Promise<boolean> {
  return (await namesIn(stateFolder(root, FOLDER))).some((name) => isOf(name, subject))
}

/**
 * What is kept under a key.
 *
 * @param key a hash in hexadecimal
 * @returns null where nothing is, and for a file that is not what was written: cut short, edited, another key's
 */
export async function readKeptFile(root: string, subject: Subject, key: string): Promise<Buffer | null> {
  const path = join(stateFolder(root, FOLDER), fileName(subject, key))
  let content: Buffer
  try {
    content = await readFile(path)
  } catch {
    // Whatever keeps it from being read: all is done anew, and it is said where the file cannot be written either.
    return null
  }
  const end = content.indexOf('\n')
  const rest = content.subarray(end + 1)
  if (end !== 64 || content.toString('latin1', 0, end) !== hash('sha256', rest)) return null
  const begin = `${fileName(subject, key)}\n`
  if (rest.toString('latin1', 0, begin.length) !== begin) return null
  const now = new Date()
  // The files that were used last are those that stay.
  await utimes(path, now, now).catch(() => undefined)
  return rest.subarray(begin.length)
}

/**
 * Keeps a text. Whoever reads meanwhile finds the old file or the new one, whole.
 *
 * @throws what the file system says
 */
export async function keepFile(root: string, subject: Subject, key: string, text: string): Promise<void> {
  const folder = await makeStateFolder(root, FOLDER)
  const name = fileName(subject, key)
  const rest = `${name}\n${text}`
  await writeWhole(join(folder, name), `${hash('sha256', rest)}\n${rest}`, { mode: 0o600 })
  await removeOld(folder, subject)
}

/** Other runs may be removing the same files. */
async function removeOld(folder: string, subject: Subject): Promise<void> {
  const names = await namesIn(folder)
  const files = await Promise.all(
    names.map(async (name) => ({ name, used: await lastUsed(join(folder, name)) })),
  )
  const drafts = files.filter(({ name, used }) => DRAFT.test(name) && Date.now() - used > oldDraft)
  const others = files
    .filter(({ name }) => isOf(name, subject))
    .sort((a, b) => b.used - a.used)
    .slice(most[subject])
  for (const { name } of [...drafts, ...others]) await rm(join(folder, name), { force: true })
}

async function lastUsed(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return 0
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}

function isOf(name: string, subject: Subject): boolean {
  return name.startsWith(`${subject}-`) && /^[0-9a-f]{64}$/.test(name.slice(subject.length + 1))
}

function fileName(subject: Subject, key: string): string {
  return `${subject}-${key}`
}
