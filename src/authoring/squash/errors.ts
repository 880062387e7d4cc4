/** What can go wrong while a range of revisions is squashed. */
import { DbmigError, messageOf } from '../../errors.ts'
import type { Revision } from '../../graph/revision.ts'
import type { RowWrite } from './row-watch.ts'

/** What a failed proof of a squash advises. */
export const proofAdvice = 'Squash a shorter range, without the revision that this is about.'

export function rangeDoesNotRun(cause: unknown): DbmigError {
  return new DbmigError(
    'AUTHORING_SQUASH_RANGE_FAILED',
    `The revisions do not run on a shadow database, so nothing was squashed: ${messageOf(cause)} What they need beside a database (roles, files of the server) must be there on the server of \`shadow\`.`,
    {
      cause,
      ...(cause instanceof DbmigError && cause.detail !== undefined ? { detail: cause.detail } : {}),
    },
  )
}

export function rangeWritesRows(writes: readonly RowWrite[]): DbmigError {
  const ids = writes.map(({ revision }) => revision)
  const one = ids.length === 1
  return new DbmigError(
    'AUTHORING_SQUASH_ROWS',
    `${one ? 'Revision' : 'Revisions'} ${ids.join(', ')} ${one ? 'writes' : 'write'} rows, which one revision that is made from the schema would not. Leave ${one ? 'it' : 'them'} out of the range, or add --schema-only to go without these rows.`,
    { detail: linesOfWrites(writes).join('\n') },
  )
}

export function linesOfWrites(writes: readonly RowWrite[]): string[] {
  return writes.map(({ revision, actions }) => `  ${revision}: ${actions.join(', ')}`)
}

/** @param facts what the range does beside the schema, a line each */
export function rangeDoesMore(facts: readonly string[]): DbmigError {
  return new DbmigError(
    'AUTHORING_SQUASH_MORE',
    'The range does more than a revision that is made from the schema can repeat. Leave the revisions that do so out of the range, or add --schema-only and write into the new file what is missing.',
    { detail: `What would be lost:\n${facts.map((fact) => `  ${fact}`).join('\n')}` },
  )
}

export function squashCommonJs(end: Revision): DbmigError {
  return new DbmigError(
    'AUTHORING_SQUASH_COMMONJS',
    `The squash takes the place of ${end.path}, and a CommonJS file cannot hold it. Rename that file to end in .ts or .mjs.`,
  )
}

export function changedMeanwhile(paths: readonly string[]): DbmigError {
  return new DbmigError(
    'AUTHORING_SQUASH_CHANGED',
    `While the range ran on a shadow database, ${paths.join(', ')} changed, so nothing was squashed. Run it again.`,
  )
}
