/** A file as people are told of it. */
import { isAbsolute, relative, sep } from 'node:path'

/** Relative to where they are; absolute where that leads out of the folder. */
export function shownPath(cwd: string, path: string): string {
  const shown = relative(cwd, path)
  return shown === '..' || shown.startsWith(`..${sep}`) || isAbsolute(shown) ? path : shown
}
