/** Reading source files, of which there may be ten thousand. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { moduleMissing } from './errors.ts'

/** Few source files are longer. One buffer for all spares two thirds of what `readFileSync` costs beyond the system's part. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * Reads a file as UTF-8.
 *
 * @throws DbmigError LOADER_FILE_MISSING when it cannot be read
 */
export function readText(path: string): string {
  try {
    const file = openSync(path, 'r')
    try {
      return readOpen(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw moduleMissing(path, error)
  }
}

function readOpen(file: number): string {
  let length = 0
  // A read may give less than there is; only one that gives nothing has met the end.
  while (length < buffer.length) {
    const count = readSync(file, buffer, length, buffer.length - length, null)
    if (count === 0) return buffer.toString('utf8', 0, length)
    length += count
  }
  return Buffer.concat([buffer, readFileSync(file)]).toString('utf8')
}
