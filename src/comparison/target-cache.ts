/** Catalogs of declared schemas that were built before, kept in files beside the project. */
import type { Catalog } from '../catalog/catalog.ts'
import { restoreCatalog, storeCatalog } from '../catalog/stored.ts'
import { keepFile, readKeptFile } from './kept-files.ts'

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

type Head = Omit<BuiltSchema, 'catalog'>

/**
 * The schema that is kept under a key.
 *
 * @returns null where none is, and for a file that is not what was written
 */
export async function readKept(root: string, key: string): Promise<KeptSchema | null> {
  const content = await readKeptFile(root, 'target', key)
  if (content === null) return null
  const line = content.indexOf('\n')
  const { schemas, roles } = JSON.parse(content.toString('utf8', 0, line)) as Head
  return { schemas, roles, catalog: () => restoreCatalog(content.toString('utf8', line + 1)) }
}

/**
 * Keeps a schema.
 *
 * @throws what the file system says
 */
export async function keep(
  root: string,
  key: string,
  { schemas, roles, catalog }: BuiltSchema,
): Promise<void> {
  const head: Head = { schemas, roles }
  await keepFile(root, 'target', key, `${JSON.stringify(head)}\n${storeCatalog(catalog)}`)
}
