/** Where in the source of a revision an error comes from. */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** After the name of a file. */
const POSITION = /^(?:\?[^:)]*)?:(\d+):\d+/

/**
 * The innermost line of a file that an error's stack names, with what stands there: two lines for a reader.
 *
 * The stack of a statement's error goes on through every `await` to the revision, since Kysely adds where it waits for the server to
 * what the driver throws; so nothing is noted while all goes well. A promise that is returned without `await` leaves no trace.
 *
 * @param path absolute
 * @returns nothing where the stack does not name the file
 */
export function placeIn(path: string, error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const line = lineIn(path, stack)
  if (line === null) return []
  const text = textOf(path, line)
  return [`at ${path}:${line}`, ...(text === '' ? [] : [`${line} | ${text}`])]
}

/**
 * A module that Node loads itself is named by its URL, and has a query where it was loaded again. Of one that was transpiled the
 * lines are those of its source, and the columns are not.
 */
function lineIn(path: string, stack: string): number | null {
  const names = [path, pathToFileURL(path).href]
  for (const frame of stack.split('\n')) {
    if (!/^\s+at /.test(frame)) continue
    for (const name of names) {
      const start = frame.indexOf(name)
      const [, line] = start < 0 ? [] : (POSITION.exec(frame.slice(start + name.length)) ?? [])
      if (line !== undefined) return Number(line)
    }
  }
  return null
}

/** The file may be gone meanwhile. */
function textOf(path: string, number: number): string {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/)[number - 1]?.trimEnd() ?? ''
  } catch {
    return ''
  }
}
