/** What can be wrong with what `merge` and `edit` are asked for. */
import { DbmigError, messageOf } from '../errors.ts'
import type { Revision } from '../graph/revision.ts'

function quoted(targets: readonly string[]): string {
  return targets.map((target) => `"${target}"`).join(', ')
}

/** @param only undefined where the targets name none */
export function nothingToMerge(targets: readonly string[], only: Revision | undefined): DbmigError {
  const verb = targets.length === 1 ? 'names' : 'name'
  const what = only === undefined ? 'no revision' : `one revision alone, ${only.revision} (${only.path})`
  return new DbmigError(
    'AUTHORING_NOTHING_TO_MERGE',
    `There is nothing to merge: ${quoted(targets)} ${verb} ${what}, and a merge follows two or more. "dbmig heads" lists the heads.`,
  )
}

export function mergesTwice(revision: Revision, targets: readonly string[]): DbmigError {
  return new DbmigError(
    'AUTHORING_MERGE_TWICE',
    `Revision ${revision.revision} (${revision.path}) is named twice by ${quoted(targets)}. Name each revision once.`,
  )
}

export function mergesAncestor(ancestor: Revision, descendant: Revision): DbmigError {
  return new DbmigError(
    'AUTHORING_MERGE_ANCESTOR',
    `Revision ${ancestor.revision} (${ancestor.path}) is an ancestor of ${descendant.revision} (${descendant.path}), so there is nothing to merge between them. Leave ${ancestor.revision} out.`,
  )
}

/** @param targets those that name nothing */
export function nothingToEdit(targets: readonly string[]): DbmigError {
  const base = targets.every((target) => /(?:^|@)base$/.test(target))
  const reason = base
    ? 'no file stands for the empty database'
    : 'nothing is there, in the database or in the migrations folders'
  return new DbmigError(
    'AUTHORING_NOTHING_TO_EDIT',
    `${quoted(targets)} ${targets.length === 1 ? 'names' : 'name'} no revision file: ${reason}. Name a revision; "dbmig history" lists them.`,
  )
}

export function noEditor(): DbmigError {
  return new DbmigError(
    'AUTHORING_NO_EDITOR',
    'No editor is configured. Set $VISUAL or $EDITOR to the command that opens one, such as `EDITOR="code --wait"`.',
    { exitCode: 2 },
  )
}

/** @param variable `$VISUAL` */
export function editorNotFound(command: string, variable: string): DbmigError {
  return new DbmigError(
    'AUTHORING_EDITOR_NOT_FOUND',
    `The editor "${command}" of ${variable} is not found. Correct ${variable}, or install it.`,
    { exitCode: 2 },
  )
}

export function editorNotStarted(command: string, variable: string, cause: unknown): DbmigError {
  return new DbmigError(
    'AUTHORING_EDITOR_NOT_STARTED',
    `The editor "${command}" of ${variable} cannot be started: ${messageOf(cause)}. Correct ${variable}.`,
    { exitCode: 2, cause },
  )
}

/** @param end `exit code 1`, `SIGTERM` */
export function editorFailed(command: string, end: string, paths: readonly string[]): DbmigError {
  return new DbmigError(
    'AUTHORING_EDITOR_FAILED',
    `The editor "${command}" ended with ${end}. What it has saved is in ${paths.join(', ')}; look at it before you go on.`,
  )
}

/** @param fault what reading the project's revisions says now */
export function editBroke(fault: DbmigError): DbmigError {
  return new DbmigError(
    'AUTHORING_EDIT_BROKE',
    `After the edit the revisions do not fit together: ${fault.message}`,
    { cause: fault, ...(fault.detail === undefined ? {} : { detail: fault.detail }) },
  )
}
