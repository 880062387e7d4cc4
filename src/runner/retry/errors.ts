/** What can be said where a transaction never got its locks. */
import { summarizePgError } from '../../database/pg-error.ts'
import { DbmigError } from '../../errors.ts'
import { located } from '../../graph/errors.ts'
import { type Remains, remainsOf } from '../advice.ts'
import { detailOf, type FailureContext, inLine, sentence } from '../errors.ts'
import type { Blocker } from '../events.ts'
import { type Passing, passingOf } from './retry.ts'

const quieter = 'run again when less goes on in the database, or with more --retries.'

const kinds: Readonly<Record<Passing, readonly [code: string, advice: string]>> = {
  lock: ['RUNNER_LOCK_TIMEOUT', 'run again later, or with a longer --lock-timeout or more --retries.'],
  deadlock: ['RUNNER_DEADLOCK', quieter],
  serialization: ['RUNNER_SERIALIZATION', quieter],
  catalog: [
    'RUNNER_CATALOG_BUSY',
    'another session changed the same in the catalog at that moment; run again, or with more --retries.',
  ],
}

/** @param cause one of those that are tried again */
export function retriesSpent(
  context: FailureContext,
  cause: unknown,
  {
    tries,
    blockers,
    remains,
  }: { readonly tries: number; readonly blockers: readonly Blocker[]; readonly remains: Remains },
): DbmigError {
  const passing = passingOf(cause)
  const [code, advice] = passing ? kinds[passing] : ['RUNNER_REVISION_FAILED', 'run again.']
  const left = remainsOf(context, remains)
  const [first, ...more] = blockers
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  const inTheWay = first === undefined ? '' : ` In its way was ${blockerWords(first)}${others}.`
  return new DbmigError(
    code,
    `Revision ${located(context.revision)} failed on the way ${context.direction}${tries === 1 ? '' : `, after ${tries} tries`}: ${sentence(summarizePgError(cause))}${inTheWay} ${left}; ${advice}`,
    { ...detailOf(context, cause), cause },
  )
}

/** `process 4711 (psql, user bob, in a transaction for 12 min): update users set …` */
function blockerWords({ pid, application, user, query, ageMs }: Blocker): string {
  // PostgreSQL gives no process for it.
  if (pid === 0) return 'a prepared transaction'
  const known = [
    application || null,
    user === null ? null : `user ${user}`,
    ageMs === null ? null : `in a transaction for ${ageWords(ageMs)}`,
  ].filter((part) => part !== null)
  const who = known.length === 0 ? '' : ` (${known.join(', ')})`
  return `process ${pid}${who}${query ? `: ${inLine(query)}` : ''}`
}

function ageWords(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
  const minutes = Math.round(ms / 60_000)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
