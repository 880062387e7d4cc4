/** What can be wrong with the name and the folder of a new revision. */
import { DbmigError } from '../errors.ts'

export function emptyMessage(message: string): DbmigError {
  return new DbmigError(
    'AUTHORING_EMPTY_MESSAGE',
    message === ''
      ? 'The message is empty. Say in a few words what the revision does: it is the first line of the file and part of its name.'
      : `The message "${message}" holds no letter and no digit. Say in a few words what the revision does: it is part of the file's name.`,
    { exitCode: 2 },
  )
}

/** @param folders those that are configured, at least one */
export function folderNotConfigured(
  folder: string,
  folders: readonly string[],
  recursive: boolean,
): DbmigError {
  const [only] = folders
  const known = folders.length === 1 ? `, only ${only} is` : `; these are: ${folders.join(', ')}`
  const advice = recursive
    ? 'Name one of them, or a folder inside of one'
    : 'Name one of them (a folder inside of one needs `recursive: true`)'
  return new DbmigError(
    'AUTHORING_FOLDER_NOT_CONFIGURED',
    `${folder} is no migrations folder of the configuration${known}. ${advice}, or add it to \`migrations\`.`,
    { exitCode: 2 },
  )
}

export function whichFolder(folders: readonly string[]): DbmigError {
  return new DbmigError(
    'AUTHORING_WHICH_FOLDER',
    `There are several migrations folders, and no revision before this one says which it goes into. Name one with --migrations-path: ${folders.join(', ')}.`,
    { exitCode: 2 },
  )
}

export function neverRead(path: string): DbmigError {
  return new DbmigError(
    'AUTHORING_NEVER_READ',
    `A revision in ${path} would never be read: dbmig passes over names that start with a dot or an underscore, declarations (.d.ts), node_modules, and what lies outside of the migrations folders. Correct \`fileTemplate\`, or give another --migrations-path or --rev-id.`,
    { exitCode: 2 },
  )
}

/**
 * @param before the ids that a new revision was to follow; none for a base
 * @param now those that the same words mean since
 */
export function parentMoved(before: readonly string[], now: readonly string[]): DbmigError {
  const named = (ids: readonly string[]) => ids.join(', ') || 'nothing'
  return new DbmigError(
    'AUTHORING_PARENT_MOVED',
    `Another process has written a revision meanwhile: this one was to follow ${named(before)}, and would now follow ${named(now)}. Nothing was written; run the command again.`,
  )
}

export function nameTwice(path: string): DbmigError {
  return new DbmigError(
    'AUTHORING_NAME_TWICE',
    `Several of the new revisions would be ${path}. Put {rev} into \`fileTemplate\`, so that their names differ.`,
    { exitCode: 2 },
  )
}

export function needsAutogenerate(flag: string): DbmigError {
  return new DbmigError(
    'AUTHORING_NEEDS_AUTOGENERATE',
    `${flag} says how a generated revision is written. Add --autogenerate, or leave ${flag} out.`,
    { exitCode: 2 },
  )
}

export function concurrentlyInOneTransaction(): DbmigError {
  return new DbmigError(
    'AUTHORING_CONCURRENTLY_IN_RUN',
    "With `transaction: 'run'` all revisions share one transaction, in which PostgreSQL makes no index concurrently. Leave --concurrently out, or set `transaction: 'revision'`.",
    { exitCode: 2 },
  )
}
