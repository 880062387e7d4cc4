/** Which PGlite is installed, without loading it. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The version of its package; null where it is not installed. */
export function pgliteVersion(): string | null {
  let file: string
  try {
    file = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  } catch {
    return null
  }
  // The package exports no package.json: it is the nearest one above.
  let folder = dirname(file)
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return String(Reflect.get(Object(manifest), 'version'))
}
