/** Catalogs of declared schemas that were built before, kept in files beside the project. */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import { restoreCatalog, storeCatalog } from '../catalog/stored.ts'
import { makeStateFolder, stateFolder } from '../state-folder.ts'

export interface BuiltSchema {
  /** The names of the shadow database's schemas. */
  readonly schemas: readonly string[]
  /** The roles of an embedded shadow database; none of a server's. */
  readonly roles: readonly string[]
  /** As it was read, before anything is left out. */
  readonly catalog: Catalog
}

/** What a file holds, with the reading of the catalog still to do. */
export interface KeptSchema extends Omit<BuiltSchema, 'catalog'> {
  readonly catalog: () => Catalog
}

interface Head {
  readonly key: string
  readonly schemas: readonly string[]
  readonly roles: readonly string[]
}

const kept = 8
const FOLDER = 'cache'
const NAME = /^target-[0-9a-f]{64}$/
const DRAFT = /^\.target-[0-9a-f]{64}\.[0-9a-f]{8}$/
/** A draft lives for milliseconds. */
const oldDraft = 60_000

/** Whether anything is kept: where not, there is nothing to wait for. */
export async function keepsAny(root: string): Promise<boolean> {
  return (await namesIn(stateFolder(root, FOLDER))).some((name) => NAME.test(name))
}

/**
 * What is kept under a key.
 *
 * @returns null where nothing is, and for a file that is not, to the byte, what was written: cut short, edited, another key's
 */
export async function readKept(root: string, key: string): Promise<KeptSchema | null> {
  const path = join(stateFolder(root, FOLDER), fileName(key))
  let content: Buffer
  try {
    content = await readFile(path)
  } catch {
    // Whatever keeps it from being read: the schema is built anew, and says it where the file cannot be written either.
    return null
  }
  const end = content.indexOf('\n')
  const rest = content.subarray(end + 1)
  if (end !== 64 || content.toString('latin1', 0, end) !== digest(rest)) return null
  const line = rest.indexOf('\n')
  const head = JSON.parse(rest.toString('utf8', 0, line)) as Head
  if (head.key !== key) return null
  const now = new Date()
  // The files that were used last are those that stay.
  await utimes(path, now, now).catch(() => undefined)
  const { schemas, roles } = head
  return { schemas, roles, catalog: () => restoreCatalog(rest.toString('utf8', line + 1)) }
}

/**
 * Keeps a schema. Whoever reads meanwhile finds the old file or the new one, whole; only those that were used last stay.
 *
 * @throws what the file system says
 */
export async function keep(
  root: string,
  key: string,
  { schemas, roles, catalog }: BuiltSchema,
): Promise<void> {
  const folder = await makeStateFolder(root, FOLDER)
  const head: Head = { key, schemas, roles }
  const rest = `${JSON.stringify(head)}\n${storeCatalog(catalog)}`
  const draft = join(folder, `.${fileName(key)}.${randomBytes(4).toString('hex')}`)
  try {
    await writeFile(draft, `${digest(rest)}\n${rest}`, { flag: 'wx', mode: 0o600 })
    await rename(draft, join(folder, fileName(key)))
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await removeOld(folder)
}

/** Other runs may be removing the same files. */
async function removeOld(folder: string): Promise<void> {
  const names = await namesIn(folder)
  const files = await Promise.all(
    names.map(async (name) => ({ name, used: await lastUsed(join(folder, name)) })),
  )
  const drafts = files.filter(({ name, used }) => DRAFT.test(name) && Date.now() - used > oldDraft)
  const others = files
    .filter(({ name }) => NAME.test(name))
    .sort((a, b) => b.used - a.used)
    .slice(kept)
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

function fileName(key: string): string {
  return `target-${key}`
}

function digest(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}
