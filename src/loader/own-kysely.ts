/** The Kysely of dbmig, for files that mean the same by its name. */
import { createRequire } from 'node:module'
import { join } from 'node:path'

export type KyselyExports = typeof import('kysely')

/**
 * @param root the project's folder
 * @returns the module that dbmig itself uses; null where `import 'kysely'` means another copy in the project
 */
export function ownKyselyOf(root: string): () => Promise<KyselyExports | null> {
  let own: Promise<KyselyExports | null> | undefined
  return () => {
    own ??= isOwn(root) ? import('kysely') : Promise.resolve(null)
    return own
  }
}

function isOwn(root: string): boolean {
  const found = (from: string) => {
    try {
      return createRequire(from).resolve('kysely')
    } catch {
      return null
    }
  }
  const own = found(import.meta.url)
  return own !== null && own === found(join(root, 'dbmig.js'))
}
