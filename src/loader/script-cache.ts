/** Scripts that were written once, in a folder of the project's cache. */
import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dbmigVersion } from '../version.ts'
import { cacheFolder } from './cache-folder.ts'
import { readText } from './read-text.ts'

/** What a module exports whose evaluation gives always the same. */
export interface KnownExports {
  /** What it imports from Kysely, by name. */
  readonly imports: readonly string[]
  /** The names of the functions among its exports. */
  readonly functions: readonly string[]
  /** All other exports. */
  readonly values: Readonly<Record<string, unknown>>
}

export interface Script {
  /** See `scriptText`. */
  readonly text: string
  readonly known: KnownExports
}

export interface ScriptCache {
  /** What a script is found by. */
  keyOf(source: string, path: string): string
  /** @returns null where it is not there */
  read(key: string): Script | null
  /** Does nothing where the folder takes no files. */
  write(key: string, script: Script): void
}

/** Another number for another way to write scripts, or what is kept of them. */
const FORMAT = 1

/** @param root the project's folder */
export function createScriptCache(root: string): ScriptCache {
  // All that a script is made from but for its source: what one Node takes, another may not.
  const maker = `${FORMAT} ${dbmigVersion()} ${process.version}`
  const keyOf = (source: string, path: string) =>
    hash('sha256', `${maker} ${path.endsWith('ts') ? 'ts' : 'js'}\n${source}`)
  const base = cacheFolder(root)
  if (base === false) return { keyOf, read: () => null, write() {} }
  const folder = join(base, 'scripts')
  const prefix = join(folder, '_').slice(0, -1)
  let state: 'unknown' | 'there' | 'closed' = 'unknown'
  return {
    keyOf,
    read(key) {
      try {
        return scriptIn(readText(`${prefix}${key}.js`))
      } catch {
        return null
      }
    },
    write(key, { text, known }) {
      if (state === 'closed') return
      try {
        if (state === 'unknown') mkdirSync(folder, { recursive: true })
        state = 'there'
        const content = `//${JSON.stringify(known)}\n${text}`
        writeFileSync(`${prefix}${key}.js`, `//${hash('sha256', content)}\n${content}`)
      } catch {
        // In a container that may only be read, all works without.
        state = 'closed'
      }
    },
  }
}

const HASH_END = '//'.length + 64

/** A process may end while it writes, and a disk be full: what is not whole is not there. */
function scriptIn(file: string): Script | null {
  const content = file.slice(HASH_END + 1)
  if (file.slice(2, HASH_END) !== hash('sha256', content)) return null
  const end = content.indexOf('\n')
  return { known: JSON.parse(content.slice(2, end)), text: content.slice(end + 1) }
}
