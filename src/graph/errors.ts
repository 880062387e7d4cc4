/** Everything that can be wrong with a graph of revisions, or with what is asked of it. */

import { DbmigError } from '../errors.ts'
import type { Revision } from './revision.ts'

/** `3f2a (/app/migrations/x.ts)` */
export function located(revision: Revision): string {
  return `${revision.revision} (${revision.path})`
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ')
}

function meant(word: string | undefined): string {
  return word === undefined ? '' : ` Did you mean "${word}"?`
}

const SHOWN = 12

/** The first dozen, and how many more there are. */
export function few(words: readonly string[]): string {
  const shown = words.slice(0, SHOWN).join(', ')
  return words.length > SHOWN ? `${shown} and ${words.length - SHOWN} more` : shown
}

// Faults of the files.

export function duplicateId(first: Revision, second: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_DUPLICATE_ID',
    `Two files declare revision "${first.revision}": ${first.path} and ${second.path}. Give one of them another id.`,
  )
}

export function illegalName(what: string, name: string, character: string, revision: Revision): DbmigError {
  const shown = /\s/.test(character) ? 'white space' : `"${character}"`
  return new DbmigError(
    'GRAPH_ILLEGAL_NAME',
    name === ''
      ? `A ${what} in ${revision.path} is empty. Give it a name.`
      : `The ${what} "${name}" in ${revision.path} contains ${shown}. Leave out @ : + - commas and white space: targets are written with them.`,
  )
}

export function reservedName(what: string, name: string, revision: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_RESERVED_NAME',
    `The ${what} "${name}" in ${revision.path} is a word that targets use (head, heads, base, current). Choose another.`,
  )
}

export function duplicateLabel(label: string, first: Revision, second: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_DUPLICATE_LABEL',
    `The branch label "${label}" is declared by two revisions: ${located(first)} and ${located(second)}. Remove it from one of them.`,
  )
}

export function labelIsId(label: string, carrier: Revision, owner: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_LABEL_IS_ID',
    `The branch label "${label}" of revision ${located(carrier)} is the id of a revision in ${owner.path}. Choose another label.`,
  )
}

export function selfParent(revision: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_SELF_PARENT',
    `Revision ${located(revision)} names itself as its down revision. Name the revision that it follows, or null.`,
  )
}

export function selfDependency(revision: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_SELF_DEPENDENCY',
    `Revision ${located(revision)} depends on itself. Remove that entry of its dependsOn.`,
  )
}

export function missingParent(revision: Revision, parent: string, near: string | undefined): DbmigError {
  return new DbmigError(
    'GRAPH_MISSING_PARENT',
    `Revision ${located(revision)} follows "${parent}", and no file declares that.${meant(near)} Restore the file, or correct downRevision.`,
  )
}

export function missingDependency(
  revision: Revision,
  dependency: string,
  near: string | undefined,
): DbmigError {
  return new DbmigError(
    'GRAPH_MISSING_DEPENDENCY',
    `Revision ${located(revision)} depends on "${dependency}", and no file has that id or branch label.${meant(near)} Restore the file, or correct dependsOn.`,
  )
}

/** @param cycle each follows or depends on the next, and the last on the first */
export function cycle(revisions: readonly Revision[], throughDependency: boolean): DbmigError {
  const path = [...revisions, ...revisions.slice(0, 1)].map(({ revision }) => revision)
  const [edge, header] = throughDependency
    ? ['needs', 'a downRevision or a dependsOn']
    : ['follows', 'a downRevision']
  return new DbmigError(
    'GRAPH_CYCLE',
    `The revisions form a cycle, where each ${edge} the next: ${few(path)}. Correct ${header} in one of these files: ${few(revisions.map((revision) => revision.path))}.`,
  )
}

// Faults of a target.

/** @param example how code gives one */
export function targetMissing(example = "target: 'head'"): DbmigError {
  return new DbmigError(
    'GRAPH_TARGET',
    `No target is given: say one, such as head (from code as \`${example}\`).`,
    { exitCode: 2 },
  )
}

export function targetSyntax(text: string): DbmigError {
  return new DbmigError(
    'GRAPH_TARGET_SYNTAX',
    `"${text}" is not a target. Write an id or the start of one, a branch label, head, heads, base or current, optionally with +N or -N behind and label@ in front.`,
    { exitCode: 2 },
  )
}

export function rangeNotAllowed(text: string): DbmigError {
  return new DbmigError(
    'GRAPH_RANGE_NOT_ALLOWED',
    `"${text}" is a range, and one target is needed here. Ranges are for history -r and for --sql.`,
    { exitCode: 2 },
  )
}

export function rangeSyntax(text: string): DbmigError {
  return new DbmigError(
    'GRAPH_RANGE_SYNTAX',
    `"${text}" is not a range. Write start:end, start: or :end, with one colon.`,
    { exitCode: 2 },
  )
}

export function unknownRevision(word: string, near: string | undefined): DbmigError {
  return new DbmigError(
    'GRAPH_UNKNOWN_REVISION',
    `No revision has an id or a branch label "${word}", and no id starts so.${meant(near)} "dbmig history" lists what there is.`,
  )
}

export function unknownLabel(word: string, near: string | undefined): DbmigError {
  return new DbmigError(
    'GRAPH_UNKNOWN_LABEL',
    `There is no branch label or revision "${word}", as "${word}@" names.${meant(near)} "dbmig history" lists what there is.`,
  )
}

export function ambiguousPrefix(word: string, matches: readonly Revision[]): DbmigError {
  return new DbmigError(
    'GRAPH_AMBIGUOUS_PREFIX',
    `"${word}" is the start of ${matches.length} revisions: ${few(matches.map((match) => match.revision))}. Write more of the one that you mean.`,
    { detail: matches.slice(0, SHOWN).map(describe).join('\n') },
  )
}

/** A line of a detail: the id and the message. */
export function describe(revision: Revision): string {
  return `  ${revision.revision}  ${revision.message}`.trimEnd()
}

export function notInBranch(revision: Revision, branch: string): DbmigError {
  return new DbmigError(
    'GRAPH_NOT_IN_BRANCH',
    `Revision ${located(revision)} is neither above nor below "${branch}". Leave out "${branch}@", or name a revision of that branch.`,
  )
}

/** @param everything the target that means all of them, where the command can take several */
export function multipleHeads(text: string, heads: readonly Revision[], everything?: string): DbmigError {
  const way =
    everything === undefined
      ? 'Name the one that you mean by its id.'
      : `Name one by its id, or write "${everything}" for all of them; "dbmig rebase" or "dbmig merge ${everything}" makes them one.`
  return new DbmigError(
    'GRAPH_MULTIPLE_HEADS',
    `"${text}" is ambiguous, as there are ${heads.length} heads: ${few(heads.map((head) => head.revision))}. ${way}`,
    { detail: heads.slice(0, SHOWN).map(describe).join('\n') },
  )
}

export function oneRevisionNeeded(text: string, count: number): DbmigError {
  return new DbmigError(
    'GRAPH_ONE_REVISION_NEEDED',
    count === 0
      ? `"${text}" names no revision, and one is needed here. Name one by its id.`
      : `"${text}" names ${count} revisions, and one is needed here. Name one by its id.`,
  )
}

/** @param reached how many steps there are */
export function relativeOutOfRange(text: string, steps: number, reached: number, from: string): DbmigError {
  const there = reached === 0 ? 'there is none' : `there ${reached === 1 ? 'is' : 'are'} only ${reached}`
  return new DbmigError(
    'GRAPH_RELATIVE_OUT_OF_RANGE',
    steps === 0
      ? `"${text}" is no step at all. Write +1 or more to go up, -1 or less to go down.`
      : `"${text}" asks for ${steps} ${steps === 1 ? 'revision' : 'revisions'} from ${from}, and ${there}.`,
  )
}

export function wrongDirection(text: string, command: 'upgrade' | 'downgrade'): DbmigError {
  const other = command === 'upgrade' ? 'downgrade' : 'upgrade'
  return new DbmigError(
    'GRAPH_RELATIVE_OUT_OF_RANGE',
    `"${text}" goes ${command === 'upgrade' ? 'down' : 'up'} from what is applied, which ${command} cannot do. Use "dbmig ${other} ${text}".`,
  )
}

export function walkedTooFar(text: string, from: string, reached: number, end: string): DbmigError {
  return new DbmigError(
    'GRAPH_WALKED_TOO_FAR',
    `"${text}" goes beyond ${end}: from ${from} there ${reached === 1 ? 'is 1 step' : `are ${reached} steps`} that way. Use a smaller number, or name the revision.`,
  )
}

export function ambiguousWalk(
  text: string,
  at: string,
  choices: readonly Revision[],
  way: 'up' | 'down',
): DbmigError {
  const ids = choices.map((choice) => choice.revision)
  const first = ids[0] ?? ''
  const suggestion =
    way === 'up'
      ? `Say which line: name a revision, or write "${first}@" in front for the line of ${first}.`
      : 'Name the revision to go to by its id.'
  return new DbmigError(
    'GRAPH_AMBIGUOUS_WALK',
    `"${text}" is ambiguous, as ${way === 'up' ? `${few(ids)} all follow ${at}` : `${at} has several parents: ${few(ids)}`}. ${suggestion}`,
  )
}

/** @param step as typed: `+1` */
export function ambiguousCurrent(text: string, step: string, heads: readonly Revision[]): DbmigError {
  return new DbmigError(
    'GRAPH_AMBIGUOUS_CURRENT',
    `"${text}" is ambiguous, as the database is at ${heads.length} heads. Say which one: ${few(heads.map((head) => `${head.revision}@${step}`))}.`,
  )
}

// Faults of what is asked of a database.

export function appliedFilesGone(ids: readonly string[], near: string | undefined): DbmigError {
  const one = ids.length === 1
  return new DbmigError(
    'GRAPH_APPLIED_FILES_GONE',
    `The database has applied ${few(ids)}, and no file declares ${one ? 'that' : 'those'}.${meant(near)} Restore the ${one ? 'file' : 'files'} (look at the other branches of the repository), or make the ledger forget with "dbmig stamp --purge <revision>".`,
  )
}

export function notApplied(revision: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_NOT_APPLIED',
    `Revision ${located(revision)} is not applied, so there is no way down to it. "dbmig current" shows what is.`,
  )
}

export function branchNotApplied(text: string, branch: string, revision: Revision): DbmigError {
  return new DbmigError(
    'GRAPH_NOT_APPLIED',
    `"${text}" has nothing to undo: nothing of "${branch}" is applied above ${revision.revision}. "dbmig current" shows what is applied.`,
  )
}

export function outOfOrder(revision: Revision, below: Revision | undefined): DbmigError {
  const needs = below === undefined ? '' : `, which ${located(below)} needs,`
  return new DbmigError(
    'GRAPH_OUT_OF_ORDER',
    `Revision ${located(revision)}${needs} never ran, though a revision above it is applied. Add --out-of-order to run it now.`,
  )
}

export function rangeNotLine(from: string, to: string): DbmigError {
  return new DbmigError(
    'GRAPH_RANGE_NOT_LINE',
    `No way leads from "${from}" up to "${to}". A range starts at an ancestor of its end.`,
  )
}

export function overlappingRows(lower: string, upper: string): DbmigError {
  return new DbmigError(
    'GRAPH_OVERLAPPING_ROWS',
    `The version table holds both "${upper}" and "${lower}", and the second is below the first. Delete the row of "${lower}".`,
  )
}

export function duplicateRows(id: string): DbmigError {
  return new DbmigError(
    'GRAPH_DUPLICATE_ROWS',
    `The version table holds "${id}" more than once. Delete all but one of these rows.`,
  )
}

export function unknownRows(ids: readonly string[], near: string | undefined): DbmigError {
  return new DbmigError(
    'GRAPH_UNKNOWN_ROWS',
    `The version table holds ${quoted(ids)}, and no file declares that.${meant(near)} Restore the file, or correct the row.`,
  )
}
