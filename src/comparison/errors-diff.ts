/** What can go wrong while two states of a schema are compared. */
import { describePgError, type PgError } from '../database/pg-error.ts'
import { DbmigError, messageOf } from '../errors.ts'

export function notTwoStates(range: string): DbmigError {
  return new DbmigError(
    'COMPARISON_STATES',
    `"${range}" names no two states. Write A..B, with a revision, "live" (the database) or "target" (the schema) on each side; leave it out for live..target.`,
    { exitCode: 2 },
  )
}

export function againstAndRange(range: string): DbmigError {
  return new DbmigError(
    'COMPARISON_AGAINST_RANGE',
    `--against says what the database is compared with, and so does ${range}. Leave out one of the two.`,
    { exitCode: 2 },
  )
}

export function liveAndRevision(at: string): DbmigError {
  return new DbmigError(
    'COMPARISON_LIVE_AT',
    `--live reads the database and --at ${at} a revision. Leave out one of the two.`,
    { exitCode: 2 },
  )
}

/** @param guess what was probably meant */
export function nothingNamed(
  pattern: string,
  { from, to }: { readonly from: string; readonly to: string },
  guess: string | undefined,
): DbmigError {
  // A flag of several values takes the range that stands behind it.
  const isRange = /[^.]\.\.[^.]/.test(pattern)
  const advice = isRange
    ? `Two states stand before the flag: dbmig diff ${pattern} --only ….`
    : guess === undefined
      ? 'Correct it, or leave it out.'
      : `Did you mean "${guess}"?`
  return new DbmigError(
    'COMPARISON_ONLY',
    `--only "${pattern}" names nothing in ${from} or ${to}. ${advice}`,
    {
      exitCode: 2,
    },
  )
}

/** @param whole what it is a part of */
export function partNamed(pattern: string, whole: string): DbmigError {
  return new DbmigError(
    'COMPARISON_ONLY',
    `--only "${pattern}" names a part of ${whole}, and what differs in a part is shown with the whole. Write --only ${whole}.`,
    { exitCode: 2 },
  )
}

export function againstMissing(file: string): DbmigError {
  return new DbmigError(
    'COMPARISON_AGAINST_MISSING',
    `There is no file ${file} to compare the database with. Correct the path that --against gives, or give the URL of a database.`,
    { exitCode: 2 },
  )
}

/** @param cause what the runner says, which names the revision */
export function doesNotRebuild(cause: DbmigError): DbmigError {
  return new DbmigError(
    'COMPARISON_REBUILD_FAILED',
    `The revisions do not run on a shadow database: ${messageOf(cause)} What they need beside a database (roles, files of the server) must be there on the server of \`shadow\`.`,
    { cause, ...(cause.detail === undefined ? {} : { detail: cause.detail }) },
  )
}

/**
 * @param version of the database
 * @param other of the shadow's server
 */
export function doesNotCopy(version: number, other: number, cause: PgError): DbmigError {
  return new DbmigError(
    'COMPARISON_NOT_COPIED',
    `The schema of a database of PostgreSQL ${version} cannot be copied to a shadow database of PostgreSQL ${other}, where the two could be compared. Name a server of the newer version as \`shadow\`.`,
    { detail: describePgError(cause), cause },
  )
}
