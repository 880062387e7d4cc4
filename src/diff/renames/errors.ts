/** What can be wrong with what a user says of renames. */
import { DbmigError } from '../../errors.ts'

const usage = { exitCode: 2 } as const

function suggestion(guess: string | undefined): string {
  return guess === undefined ? '' : ` Did you mean ${guess}?`
}

export function renameMalformed(text: string): DbmigError {
  return new DbmigError(
    'DIFF_RENAME_MALFORMED',
    `"${text}" says no rename: write the old name, an equals sign and the new name, as in users.name=full_name or table:users=people.`,
    usage,
  )
}

export function renameUnknownKind(text: string, kind: string, guess: string | undefined): DbmigError {
  return new DbmigError(
    'DIFF_RENAME_KIND',
    `The rename "${text}" begins with "${kind}:", which is no kind of object that can be renamed.${suggestion(guess)}`,
    usage,
  )
}

export function renameOldUnknown(text: string, name: string, guess: string | undefined): DbmigError {
  return new DbmigError(
    'DIFF_RENAME_OLD_UNKNOWN',
    `The rename "${text}" begins with the name that the database has, but it has no ${name} in the schemas that are managed.${suggestion(guess)}`,
    usage,
  )
}

export function renameNewUnknown(
  text: string,
  kind: string,
  name: string,
  guess: string | undefined,
): DbmigError {
  return new DbmigError(
    'DIFF_RENAME_NEW_UNKNOWN',
    `The rename "${text}" ends with the name that the schema declares, but no ${kind} there is called ${name}.${suggestion(guess)}`,
    usage,
  )
}

export function renameAmbiguous(text: string, meanings: readonly string[]): DbmigError {
  return new DbmigError(
    'DIFF_RENAME_AMBIGUOUS',
    `The rename "${text}" could mean ${meanings.join(' or ')}. Put the kind before the name, as in ${text.includes(':') ? text : `${meanings[0]?.split(':')[0]}:${text}`}.`,
    usage,
  )
}

export function renameTwice(one: string, other: string): DbmigError {
  return new DbmigError(
    'DIFF_RENAME_TWICE',
    `The renames "${one}" and "${other}" are about the same object; leave out one of the two.`,
    usage,
  )
}

export function renameNothingToDo(kind: string, name: string): DbmigError {
  return new DbmigError(
    'DIFF_RENAME_SAME',
    `The ${kind} ${name} has that name already, in the database and in the schema; leave the rename out.`,
    usage,
  )
}

export function renameTaken(text: string, kind: string, name: string): DbmigError {
  return new DbmigError(
    'DIFF_RENAME_TAKEN',
    `The rename "${text}" gives a name that the ${kind} ${name} of the database has. Rename that as well, or drop it in a revision before.`,
    usage,
  )
}
