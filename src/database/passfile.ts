/** The password file `.pgpass` (manual, 34.16). */
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Wanted {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
}

export interface Found {
  readonly password: string | null
  /** Why the file was not read, as a sentence; null where it was, or where there is none. */
  readonly problem: string | null
}

/**
 * The password of the first line that matches.
 *
 * @param file the one that the URL or `PGPASSFILE` names, or the user's own
 */
export async function passwordFromFile(file: string | null, wanted: Wanted): Promise<Found> {
  const path = file ?? defaultPath()
  let text: string
  try {
    const { mode } = await stat(path)
    // As libpq does: what others can read is no secret.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      return {
        password: null,
        problem: `The password file ${path} was not read, since others may read it; run chmod 600 ${path}.`,
      }
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && file === null)
      return { password: null, problem: null }
    return { password: null, problem: `The password file ${path} cannot be read.` }
  }
  const names = [wanted.host, String(wanted.port), wanted.database, wanted.user]
  // For a socket the manual's word is localhost.
  if (wanted.host.startsWith('/')) names[0] = 'localhost'
  for (const line of text.split(/\r?\n/)) {
    const fields = line.startsWith('#') ? null : fieldsOf(line)
    if (fields === null) continue
    const { password, patterns } = fields
    const fits = patterns.every((pattern, index) => {
      const isHost = index === 0 && pattern === wanted.host
      return pattern === '*' || pattern === names[index] || isHost
    })
    if (fits) return { password, problem: null }
  }
  return { password: null, problem: null }
}

function defaultPath(): string {
  return process.platform === 'win32'
    ? join(homedir(), 'AppData', 'Roaming', 'postgresql', 'pgpass.conf')
    : join(homedir(), '.pgpass')
}

/** `host:port:database:user:password`; a colon or backslash in a field has a backslash before it. */
function fieldsOf(line: string): { patterns: readonly string[]; password: string } | null {
  const fields =
    /^((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):((?:\\.|[^\\:])*):((?:\\.|[^\\])*)/.exec(line)
  if (fields === null) return null
  const [password = '', ...patterns] = [fields[5], ...fields.slice(1, 5)].map((field) =>
    (field ?? '').replace(/\\(.)/g, '$1'),
  )
  return password === '' ? null : { patterns, password }
}
