/** Every message of the loader. */
import { inspect } from 'node:util'
import { DbmigError, messageOf } from '../errors.ts'

export function moduleMissing(path: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LOADER_FILE_MISSING',
    `${path} cannot be read: ${messageOf(cause)}. Check the name, or restore the file.`,
    { cause },
  )
}

export function syntaxError(path: string, line: number, reason: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LOADER_SYNTAX',
    `${path}:${line} has a syntax error: ${reason.trim().replace(/[.]$/, '')}. Correct that line.`,
    { cause },
  )
}

/** The first line of Node's message names what is missing, and often the file that imports it. */
export function importNotFound(path: string, cause: Error): DbmigError {
  const [reason = ''] = cause.message.split('\n')
  return new DbmigError(
    'LOADER_IMPORT_NOT_FOUND',
    `${path} cannot be loaded: ${reason.replace(/[.]$/, '')}. Correct the import, or install the package.`,
    { cause },
  )
}

export function folderMissing(folder: string): DbmigError {
  return new DbmigError(
    'LOADER_NO_FOLDER',
    `The migrations folder ${folder} does not exist. Create it, or run \`dbmig init\`, or correct \`migrations\` in the configuration.`,
    { exitCode: 2 },
  )
}

export function folderIsFile(folder: string): DbmigError {
  return new DbmigError(
    'LOADER_FOLDER_IS_FILE',
    `The migrations folder ${folder} is a file, or lies below one. Name the folder that the revision files are in as \`migrations\` in the configuration.`,
    { exitCode: 2 },
  )
}

export function folderUnreadable(folder: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LOADER_FOLDER_UNREADABLE',
    `The migrations folder ${folder} cannot be read: ${messageOf(cause)}. Let the user that dbmig runs as read it, or correct \`migrations\` in the configuration.`,
    { cause, exitCode: 2 },
  )
}

export function folderTwice(first: string, second: string): DbmigError {
  return new DbmigError(
    'LOADER_FOLDER_TWICE',
    first === second
      ? `The migrations folder ${first} is configured twice. Name it once in \`migrations\`.`
      : `The migrations folder ${first} is configured twice, as ${second} leads to the same folder. Name one of them in \`migrations\`.`,
    { exitCode: 2 },
  )
}

export function folderInside(outer: string, inner: string): DbmigError {
  return new DbmigError(
    'LOADER_FOLDER_TWICE',
    `The migrations folder ${inner} is configured twice, as it lies inside of ${outer}, which \`recursive\` reads with all in it. Take the inner one out of \`migrations\`.`,
    { exitCode: 2 },
  )
}

export function fileTwice(revision: string, first: string, second: string): DbmigError {
  return new DbmigError(
    'LOADER_FILE_TWICE',
    `Revision "${revision}" is read twice: ${first} and ${second} are one file, by a symbolic link. Remove the link.`,
  )
}

export function noHeader(path: string): DbmigError {
  return new DbmigError(
    'LOADER_NO_HEADER',
    `${path} is no revision: it exports no \`revision\` and \`downRevision\`. Add \`export const revision = '…'\` and \`export const downRevision = '…'\` (null for a base), or start its name with an underscore if it is a helper.`,
  )
}

export function newerNeeded(path: string, requires: string, version: string): DbmigError {
  return new DbmigError(
    'LOADER_NEWER_NEEDED',
    `${path} needs dbmig ${requires} or newer, and this is ${version}. Install that, or lower \`requires\` in its config if it asks for too much.`,
  )
}

export function badHeader(path: string, name: string, found: unknown, expected: string): DbmigError {
  return new DbmigError(
    'LOADER_BAD_HEADER',
    `${path} exports ${name} = ${show(found)}, but ${name} must be ${expected}. Correct that line.`,
  )
}

export function unknownRevisionKey(path: string, key: string, suggestion: string | null): DbmigError {
  const advice = suggestion === null ? 'Remove it.' : `Did you mean \`${suggestion}\`?`
  return new DbmigError('LOADER_BAD_HEADER', `${path}: \`config\` has an unknown key \`${key}\`. ${advice}`)
}

export function revisionThrew(path: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LOADER_REVISION_THREW',
    `${path} threw while it was imported: ${messageOf(cause)}. Move what can fail into up or down.`,
    { cause },
  )
}

export function headerMismatch(path: string, name: string, header: unknown, exported: unknown): DbmigError {
  return new DbmigError(
    'LOADER_HEADER_MISMATCH',
    `${path}: the header says ${name} = ${show(header)}, but the module exports ${show(exported)}. Write the value as a plain literal.`,
  )
}

export function noUp(path: string, found: unknown): DbmigError {
  return new DbmigError(
    'LOADER_NO_UP',
    found === undefined
      ? `${path} exports no \`up\`. Add \`export async function up(db) { … }\`.`
      : `${path} exports up = ${show(found)}, but up must be a function.`,
  )
}

function show(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 2 })
}
