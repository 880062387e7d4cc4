/** What is said of a revision that began outside a transaction and did not end. */
import { shorten } from '../../database/pg-error.ts'
import { exactTime } from '../../dates.ts'
import { DbmigError, messageOf } from '../../errors.ts'
import { located } from '../../graph/errors.ts'
import type { Revision } from '../../graph/revision.ts'
import type { Attempt } from '../../ledger/attempt.ts'
import type { LedgerRow } from '../../ledger/read.ts'
import { earlierSteps, sentence } from '../errors.ts'
import type { LeftInvalid } from './invalid-indexes.ts'

interface Unfinished {
  readonly row: LedgerRow
  /** Null where no file declares it any more. */
  readonly revision: Revision | null
  readonly left: readonly LeftInvalid[]
  /** The command that runs it again, as it is typed. */
  readonly again: string
}

export function unfinished({ row, revision, left, again }: Unfinished): DbmigError {
  const { revision: id, attempt } = row
  const first =
    revision === null ? 'No file declares it any more, so' : `then run it again with "${again}", or,`
  const isUp = attempt?.direction !== 'down'
  const [whole, gone, stays] = isUp
    ? ['all of it is done', 'nothing of it is left', 'did until then stays']
    : [
        'all of the revision is there again',
        'nothing of the revision is left',
        'undid until then stays undone',
      ]
  const ways = `${first} if ${whole}, say so with "dbmig resolve ${id} --applied", or, if ${gone}, with "dbmig resolve ${id} --rolled-back"`
  return new DbmigError(
    'RUNNER_UNFINISHED',
    `Revision ${revision === null ? id : located(revision)} ${endOf(row)} It runs outside a transaction, so what it ${stays}. Nothing was run now. Look at what is there of it${revision === null ? '. ' : ', '}${ways}.`,
    detailOf(attempt ?? null, left),
  )
}

/** `failed on the way up at …: division by zero.` */
function endOf({ status, attempt }: LedgerRow): string {
  if (!attempt)
    return status === 'failed' ? 'failed half-way.' : 'began and did not end: whatever ran it was ended.'
  const { direction, startedAt, error = '', errorCode } = attempt
  const code = errorCode ? ` (SQLSTATE ${errorCode})` : ''
  if (status === 'failed')
    return `failed on the way ${direction}, which began at ${exactTime(startedAt)}: ${sentence(`${error}${code}`)}`
  return `began on the way ${direction} at ${exactTime(startedAt)}${byOf(attempt)} and did not end: that run was killed, or lost its connection.`
}

function byOf({ osUser, host }: Attempt): string {
  const who = [osUser, host].filter((part) => part !== null).join('@')
  return who === '' ? '' : ` (${who})`
}

function detailOf(attempt: Attempt | null, left: readonly LeftInvalid[]): { detail?: string } {
  const lines = left.map(
    ({ name, table }) =>
      `It left the index ${name} on ${table} invalid; --retry on the way up drops it first.`,
  )
  if (attempt?.statement) {
    const [first = '', ...more] = shorten(attempt.statement)
    lines.unshift(`The statement that failed: ${first}`, ...more)
  }
  return lines.length === 0 ? {} : { detail: lines.join('\n') }
}

export function indexBeingBuilt(revision: Revision, { name, builder }: LeftInvalid): DbmigError {
  return new DbmigError(
    'RUNNER_INDEX_BUILT',
    `Revision ${located(revision)} left the index ${name} invalid, and process ${builder} is building an index on its table now, perhaps this one; nothing was run. Wait for that, then retry.`,
  )
}

export function indexNotDropped(revision: Revision, { name }: LeftInvalid, cause: unknown): DbmigError {
  return new DbmigError(
    'RUNNER_INDEX_NOT_DROPPED',
    `The index ${name}, which revision ${located(revision)} left invalid, cannot be dropped: ${sentence(messageOf(cause))} The revision was not run again. Drop the index as its owner (drop index concurrently ${name};), then retry.`,
    { cause },
  )
}

/** @param ran the steps of this run that are done */
export function interruptedDrop(revision: Revision, { name }: LeftInvalid, ran: number): DbmigError {
  const kept = ran === 0 ? '' : ` ${earlierSteps(ran)}.`
  return new DbmigError(
    'RUNNER_INTERRUPTED',
    `Interrupted while the index ${name} was being dropped, which revision ${located(revision)} left invalid: it may be half dropped. The revision was not run again; --retry drops what is there of the index.${kept}`,
  )
}

/** @param others those that are half-way */
export function notUnfinished(state: string, others: readonly string[]): DbmigError {
  const advice =
    others.length === 0
      ? 'No revision is half-way, so there is nothing to resolve'
      : `Half-way: ${others.join(', ')}`
  return new DbmigError(
    'RUNNER_NOT_UNFINISHED',
    `${state}. ${advice}; "dbmig stamp" sets what else the ledger says.`,
  )
}

export function oneUnfinishedNeeded(text: string, ids: readonly string[]): DbmigError {
  return new DbmigError(
    'RUNNER_NOT_UNFINISHED',
    `"${text}" is the beginning of several revisions that are half-way: ${ids.join(', ')}. Write more of the id.`,
  )
}

export function oneResolutionNeeded(): DbmigError {
  return new DbmigError(
    'RUNNER_RESOLUTION',
    'Say what the database is at: --applied (from code `applied: true`) if all of the revision is there, --rolled-back (`rolledBack: true`) if nothing of it is left, whichever way it was going.',
    { exitCode: 2 },
  )
}
