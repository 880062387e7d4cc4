/** The Kysely of dbmig, for files that mean the same by its name. */
import { createRequire } from 'node:module'
import { join } from 'node:path'

export type KyselyExports = typeof import('kysely')

/** @returns what gives the module that dbmig itself uses; null where `import 'kysely'` means another copy in a folder */
export function createKyselyFinder(): (folder: string) => Promise<KyselyExports | null> {
  const found = new Map<string, Promise<KyselyExports | null>>()
  return (folder) => {
    const known = found.get(folder) ?? (isOwn(folder) ? import('kysely') : Promise.resolve(null))
    found.set(folder, known)
    return known
  }
}

function isOwn(folder: string): boolean {
  const resolved = (from: string) => {
    try {
      return createRequire(from).resolve('kysely')
    } catch {
      return null
    }
  }
  const own = resolved(import.meta.url)
  return own !== null && own === resolved(join(folder, 'dbmig.js'))
}
