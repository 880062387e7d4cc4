/** What can go wrong while a revision file or a project is written. */
import { DbmigError, messageOf } from '../errors.ts'
import { describe } from '../graph/errors.ts'
import type { Revision } from '../graph/revision.ts'

export function severalHeads(target: string, heads: readonly Revision[]): DbmigError {
  const ids = heads.map(({ revision }) => revision)
  return new DbmigError(
    'AUTHORING_MULTIPLE_HEADS',
    `Multiple heads are present, and "${target}" does not say which one the new revision follows: ${ids.join(', ')}. Name one with --head ${ids[0] ?? '<id>'}, or make them one with "dbmig rebase" or "dbmig merge".`,
    { detail: heads.map(describe).join('\n') },
  )
}

export function notHead(revision: Revision, children: readonly Revision[]): DbmigError {
  const followers = children.map((child) => child.revision).join(', ')
  return new DbmigError(
    'AUTHORING_NOT_HEAD',
    `Revision ${revision.revision} (${revision.path}) is not a head: ${followers} ${children.length === 1 ? 'follows' : 'follow'} it. Add --splice to branch off there.`,
  )
}

export function illegalId(id: string): DbmigError {
  return new DbmigError(
    'AUTHORING_ILLEGAL_ID',
    `"${id}" cannot be the id of a revision. Use letters, digits, dots and underscores, with a letter or digit in front.`,
    { exitCode: 2 },
  )
}

export function illegalLabel(label: string): DbmigError {
  return new DbmigError(
    'AUTHORING_ILLEGAL_LABEL',
    `"${label}" cannot be a branch label. Leave out @ : + - commas and white space: targets are written with them.`,
    { exitCode: 2 },
  )
}

export function reservedWord(name: string): DbmigError {
  return new DbmigError(
    'AUTHORING_RESERVED_NAME',
    `"${name}" is a word that targets use (head, heads, base, current). Choose another name.`,
    { exitCode: 2 },
  )
}

export function idTaken(id: string, owner: Revision): DbmigError {
  return new DbmigError(
    'AUTHORING_DUPLICATE_ID',
    `Revision "${id}" exists already, in ${owner.path}. Give another --rev-id, or leave it out for a new one.`,
  )
}

export function labelTaken(label: string, owner: Revision): DbmigError {
  return new DbmigError(
    'AUTHORING_DUPLICATE_LABEL',
    `"${label}" is taken by revision ${owner.revision} (${owner.path}). Choose another --branch-label.`,
  )
}

export function fileExists(path: string): DbmigError {
  return new DbmigError(
    'AUTHORING_FILE_EXISTS',
    `${path} exists already, and dbmig overwrites nothing. Move it away, or give the revision another message.`,
  )
}

export function notWritable(path: string, cause: unknown): DbmigError {
  return new DbmigError(
    'AUTHORING_NOT_WRITABLE',
    `${path} cannot be written: ${messageOf(cause)}. Check the folder and its permissions.`,
    { cause },
  )
}

export function foldersInUse(folder: string, owner: number, lockFile: string): DbmigError {
  return new DbmigError(
    'AUTHORING_FOLDERS_IN_USE',
    `Another dbmig (process ${owner}) is writing revisions to ${folder}. Wait for it and try again; if there is no such process, delete ${lockFile}.`,
  )
}

export function unknownTemplate(
  name: string,
  suggestion: string | undefined,
  known: readonly string[],
): DbmigError {
  const advice =
    suggestion === undefined ? `There are: ${known.join(', ')}.` : `Did you mean "${suggestion}"?`
  return new DbmigError(
    'AUTHORING_UNKNOWN_TEMPLATE',
    `There is no template "${name}". ${advice} \`dbmig list-templates\` describes them.`,
    { exitCode: 2 },
  )
}

export function noTypesFile(): DbmigError {
  return new DbmigError(
    'TYPES_NO_FILE',
    'There is no file to compare the types with. Give it behind --check, or as `types.output` in the configuration.',
    { exitCode: 2 },
  )
}

/** @param path of what is made of the schema */
export function generatedUnreadable(path: string, cause: unknown): DbmigError {
  return new DbmigError(
    'AUTHORING_GENERATED_UNREADABLE',
    `The file ${path} cannot be read: ${messageOf(cause)}. Name another one, or make it readable.`,
    { cause },
  )
}

export function outputAndCheck(): DbmigError {
  return new DbmigError(
    'AUTHORING_OUTPUT_CHECK',
    '--check says which file is compared, and writes none. Leave out --output.',
    { exitCode: 2 },
  )
}

/** @param file as it was typed */
export function notAFile(file: string, what: 'is a folder' | 'is no regular file'): DbmigError {
  return new DbmigError(
    'AUTHORING_NOT_A_FILE',
    `${file} ${what}. Name a file${what === 'is a folder' ? ' in it' : ''}, or another place.`,
    { exitCode: 2 },
  )
}

/** @param file as it was typed */
export function generatedMissing(file: string): DbmigError {
  return new DbmigError(
    'AUTHORING_GENERATED_MISSING',
    `There is no file ${file} to check. Write it first, without --check, or correct the path.`,
    { exitCode: 3 },
  )
}

/** @param command what was to replace it: `dbmig types` */
export function notOwnFile(path: string, command: string): DbmigError {
  return new DbmigError(
    'AUTHORING_NOT_OWN',
    `${path} is there already, and ${command} has not written it, so it stays as it is. Name another file, or move that one away.`,
    { exitCode: 2 },
  )
}
