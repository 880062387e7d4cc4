/** Everything that can be wrong with a squash: in the files, in the range that is asked for, and in a database that meets it. */

import { DbmigError } from '../errors.ts'
import { few, located } from './errors.ts'
import type { Revision } from './revision.ts'

// Faults of the files.

export function replacesItself(revision: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_REPLACES_ITSELF',
    `Revision ${located(revision)} names itself in its replaces. Remove that entry.`,
  )
}

export function replacedTwice(id: string, first: Revision, second: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_REPLACED_TWICE',
    `Two revisions replace "${id}": ${located(first)} and ${located(second)}. Keep one of the two squashes, and restore the files of the other from the repository or from .dbmig/squashed.`,
  )
}

/** What a merge of two branches leaves, or a squash that was ended while it removed files. */
export function replacedFiles(squash: Revision, left: readonly Revision[]): DbmigError {
  const [first] = left
  const them = left.length === 1 ? 'the file of it is' : 'the files of these are'
  return new DbmigError(
    'GRAPH_REPLACED_FILES',
    `Revision ${located(squash)} replaces ${few(left.map(({ revision }) => revision))}, and ${them} still here: ${few(left.map(({ path }) => path))}. "dbmig squash ${first?.revision ?? ''}:${squash.revision}" moves what is left to .dbmig/squashed; to undo the squash instead, restore ${squash.path} as it was before.`,
  )
}

// Faults of the range.

export function squashTooShort(text: string, revision: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_SQUASH_TOO_SHORT',
    `"${text}" is one revision, ${located(revision)}, and there is nothing to squash it with. Name a range of at least two.`,
  )
}

export function squashEmpty(text: string): DbmigError {
  return new DbmigError(
    'GRAPH_SQUASH_EMPTY',
    `"${text}" has no revision at its end. Name the last revision of the range.`,
  )
}

export function squashOpenEnds(
  text: string,
  end: 'start' | 'end',
  revisions: readonly Revision[],
): DbmigError {
  return new DbmigError(
    'GRAPH_SQUASH_SEVERAL_ENDS',
    `"${text}" has ${revisions.length} revisions at its ${end}: ${few(revisions.map(({ revision }) => revision))}. A squash goes from one revision to one; name the one that you mean.`,
  )
}

export function squashBranchesOff(inside: Revision, outside: Revision, end: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_SQUASH_BRANCHES_OFF',
    `Revision ${located(outside)} follows ${inside.revision}, which is inside the range, and not its end ${end.revision}. Squash up to ${inside.revision} alone, or put ${outside.revision} on ${end.revision} first.`,
  )
}

// A database that meets a squash.

/**
 * @param ids what was squashed, as far as the target names it
 * @param below what the squash stands on
 */
export function partOfSquash(
  ids: readonly string[],
  squash: Revision,
  below: readonly Revision[],
): DbmigError {
  const under = below.length === 0 ? 'base' : few(below.map(({ revision }) => revision))
  return new DbmigError(
    'GRAPH_PART_OF_SQUASH',
    `${few(ids)} ${ids.length === 1 ? 'is' : 'are'} only a part of the squash ${located(squash)}, so no database can be there. Name ${squash.revision}, or what is below it: ${under}.`,
  )
}

/** What a database has applied of the revisions that were squashed into one that it has not. */
export interface PartOfSquash {
  readonly squash: Revision
  /** Oldest first. */
  readonly applied: readonly string[]
  /** Oldest first, the squash's own id last. */
  readonly missing: readonly string[]
}

export function insideSquash({ squash, applied, missing }: PartOfSquash): DbmigError {
  const all = applied.length + missing.length
  const done = applied.length === 0 ? 'none of them to its end' : few(applied)
  return new DbmigError(
    'GRAPH_INSIDE_SQUASH',
    `The database has applied only ${applied.length} of the ${all} revisions that were squashed into ${located(squash)}: ${done}, without ${few(missing)}. Check out the commit before the squash, run "dbmig upgrade ${squash.revision}" there, and come back.`,
  )
}
