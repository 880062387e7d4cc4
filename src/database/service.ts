/** Service files: names for sets of connection parameters (manual, 34.17). */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './complete.ts'
import { serviceFileBroken, serviceFileMissing, serviceUnknown } from './errors.ts'
import type { Parameters } from './uri.ts'

/**
 * @param file the one that the URL or `PGSERVICEFILE` names; else the user's own and then the system's
 * @throws DATABASE_SERVICE
 */
export function readService(name: string, file: string | undefined, env: Environment): Parameters {
  const files = file
    ? [file]
    : [
        join(env['HOME'] || homedir(), '.pg_service.conf'),
        ...systemFolders(env).map((folder) => join(folder, 'pg_service.conf')),
      ]
  for (const path of files) {
    const text = textOf(path)
    if (text === null && file) throw serviceFileMissing(path)
    const found = text === null ? null : sectionOf(text, name, path)
    if (found !== null) return found
  }
  throw serviceUnknown(name, files)
}

/** Where PostgreSQL's own builds and Debian's look. */
function systemFolders(env: Environment): readonly string[] {
  const { PGSYSCONFDIR } = env
  return PGSYSCONFDIR ? [PGSYSCONFDIR] : ['/etc/postgresql-common', '/etc']
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw serviceFileBroken(path, null, error)
  }
}

function sectionOf(text: string, name: string, path: string): Parameters | null {
  let found: Map<string, string> | null = null
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('[')) {
      // The first section of a name is the one.
      if (found !== null) return found
      if (line === `[${name}]`) found = new Map()
      continue
    }
    if (found === null) continue
    const [, keyword, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? []
    if (keyword === undefined || value === undefined || keyword === 'service')
      throw serviceFileBroken(path, index + 1)
    if (!found.has(keyword)) found.set(keyword, value)
  }
  return found
}
