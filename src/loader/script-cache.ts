/** Scripts that were written once, in a folder of the project's cache. */
import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dbmigVersion } from '../version.ts'
import { cacheFolder } from './cache-folder.ts'

/** Writes a module as a script; null, or throws, where it is none. */
export type WriteScript = (source: string, isTypeScript: boolean) => string | null

/**
 * @param root the project's folder
 * @param writer is asked for where a script is not there yet
 * @returns what gives the script of a module; '' where it is none
 */
export function keptScripts(
  root: string,
  writer: () => Promise<WriteScript>,
): (source: string, isTypeScript: boolean) => Promise<string> {
  const cache = createCache(root)
  let write: Promise<WriteScript> | undefined
  return async (source, isTypeScript) => {
    // All that a script is made from, and who made it.
    const key = hash('sha256', `${dbmigVersion()} ${isTypeScript ? 'ts' : 'js'}\n${source}`)
    const kept = cache.read(key)
    if (kept !== undefined) return kept
    write ??= writer()
    const script = written(await write, source, isTypeScript)
    cache.write(key, script)
    return script
  }
}

/** What cannot be read as a module is for another loader, which says what is wrong with it. */
function written(write: WriteScript, source: string, isTypeScript: boolean): string {
  try {
    return write(source, isTypeScript) ?? ''
  } catch {
    return ''
  }
}

interface Cache {
  read(key: string): string | undefined
  /** Does nothing where the folder takes no files. */
  write(key: string, script: string): void
}

function createCache(root: string): Cache {
  const base = cacheFolder(root)
  if (base === false) return { read: () => undefined, write() {} }
  const folder = join(base, 'scripts')
  let state: 'unknown' | 'there' | 'closed' = 'unknown'
  const fileOf = (key: string) => join(folder, `${key}.js`)
  return {
    read(key) {
      try {
        return whole(readFileSync(fileOf(key), 'utf8'))
      } catch {
        return undefined
      }
    },
    write(key, script) {
      if (state === 'closed') return
      try {
        if (state === 'unknown') mkdirSync(folder, { recursive: true })
        state = 'there'
        writeFileSync(fileOf(key), `${script}\n//${hash('sha256', script)}`)
      } catch {
        // In a container that may only be read, all works without.
        state = 'closed'
      }
    },
  }
}

/** A process may end while it writes, and a disk be full: what is not whole is not there. */
function whole(text: string): string | undefined {
  const end = text.lastIndexOf('\n//')
  const script = text.slice(0, Math.max(end, 0))
  return end !== -1 && text.slice(end + 3) === hash('sha256', script) ? script : undefined
}
