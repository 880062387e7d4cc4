/** What can go wrong while a schema is compared, and a revision proved. */
import { shellWord } from '../commands.ts'
import { DbmigError, messageOf } from '../errors.ts'
import type { Revision } from '../graph/revision.ts'

/**
 * @param pending what the database has not applied
 * @param outOfOrder those of them that are below an applied one
 * @param halfWay ids of what began outside a transaction and did not end
 */
export function notAtHead(
  pending: readonly Revision[],
  outOfOrder: readonly Revision[],
  halfWay: readonly string[],
): DbmigError {
  const never = new Set(outOfOrder)
  const list = pending
    .map((revision) => {
      const note = never.has(revision) ? ' (below an applied revision)' : ''
      return `  ${revision.revision}  ${revision.message}${note}`
    })
    .join('\n')
  const run = outOfOrder.length === 0 ? 'dbmig upgrade heads' : 'dbmig upgrade heads --out-of-order'
  const count = pending.length === 1 ? 'a revision' : `${pending.length} revisions`
  const advice =
    halfWay.length === 0
      ? `Run \`${run}\` first.`
      : `Half-way: ${halfWay.join(', ')}, outside a transaction; \`${run}\` stops there and says the ways on.`
  return new DbmigError(
    'AUTHORING_NOT_AT_HEAD',
    `The database has not applied ${count}, so comparing it with the schema would write the same changes again. ${advice}`,
    { detail: list },
  )
}

/**
 * @param what `its up`
 * @param advice what to do
 */
export function proofFailed(
  what: string,
  error: string,
  cause: unknown,
  advice = 'Change the schema in smaller steps, or write the file with --no-proof and mend it by hand.',
): DbmigError {
  return new DbmigError(
    'AUTHORING_PROOF_FAILED',
    `The revision does not run: ${what} failed on a shadow database, so no file was written. ${advice}`,
    { detail: error, cause },
  )
}

/**
 * @param rest what would still have to change, a line each
 * @param advice what to do
 */
export function proofDiffers(
  what: string,
  rest: readonly string[],
  advice = 'Write the file with --no-proof and mend it by hand, or exclude what dbmig does not manage.',
): DbmigError {
  return new DbmigError(
    'AUTHORING_PROOF_DIFFERS',
    `${what} on the shadow database is not what it should be, so no file was written. ${advice}`,
    { detail: `What is left to change:\n${rest.map((line) => `  ${line}`).join('\n')}` },
  )
}

/** A possible rename, as it is shown. */
interface ShownQuestion {
  readonly kind: string
  readonly from: string
  readonly identity: string
  /** What `--no-rename` takes. */
  readonly separate: string
  readonly candidates: readonly {
    readonly name: string
    readonly identity: string
    readonly request: string
  }[]
}

/** What may have been renamed and was not said: an answer is needed where none is a loss of data. */
export function renamesUnanswered(questions: readonly ShownQuestion[]): DbmigError {
  const flags = questions.map(({ candidates, separate }) => [
    ...candidates.map(({ request }) => `--rename ${shellWord(request)}`),
    `--no-rename ${shellWord(separate)}`,
  ])
  const width = Math.max(...flags.flat().map((flag) => flag.length))
  const lines = questions.flatMap(({ kind, from, candidates }, i) => {
    const names = candidates.map(({ name }) => name).join(' or ')
    return [
      `  ${kind} ${from}: ${names}?`,
      ...(flags[i] ?? []).map((flag, k) => {
        const meaning = k < candidates.length ? 'it was renamed' : `they are separate: ${from} goes`
        return `    ${flag.padEnd(width)}  # ${meaning}`
      }),
    ]
  })
  const [what, each] =
    questions.length === 1 ? ['an object', ''] : [`${questions.length} objects`, ' for each']
  return new DbmigError(
    'AUTHORING_RENAMES_UNANSWERED',
    `The schema may have renamed ${what}, which two schemas cannot tell from a drop and a create; nothing was written. Say which it is${each}, or --no-rename for all that are separate.`,
    {
      detail: lines.join('\n'),
      exitCode: 3,
      found: { unanswered: questions.map((question, i) => ({ ...question, flags: flags[i] ?? [] })) },
    },
  )
}

export function renamesFileUnreadable(path: string, cause: unknown): DbmigError {
  return new DbmigError(
    'AUTHORING_RENAMES_FILE',
    `The file of renames ${path} cannot be read: ${messageOf(cause)}. Correct the path that --renames gives.`,
    { exitCode: 2, cause },
  )
}
