/** What can go wrong with the migration lock. */
import { summarizePgError } from '../../database/pg-error.ts'
import { exactTime } from '../../dates.ts'
import { DbmigError } from '../../errors.ts'
import { located } from '../../graph/errors.ts'
import type { Revision } from '../../graph/revision.ts'
import type { LockHolder } from '../events.ts'

const lost = 'RUNNER_LOCK_LOST'

export function isLockLost(error: unknown): boolean {
  return error instanceof DbmigError && error.code === lost
}

/** A revision or a hook has given the lock back that its session held. */
export class LockReleased extends Error {
  constructor() {
    super('it gave back the migration lock of the run, as "discard all" and pg_advisory_unlock_all() do')
  }
}

export function lockLost(cause: unknown): DbmigError {
  return new DbmigError(
    lost,
    `The connection that holds the migration lock is lost (${summarizePgError(cause)}), so another run may have begun; this one stops before its next commit. Run again.`,
    { cause },
  )
}

export function statementPooling(cause: unknown): DbmigError {
  return new DbmigError(
    'RUNNER_POOLER_STATEMENTS',
    'The pooler between dbmig and the database pools statements, and takes no transactions; nothing was run. Give dbmig a URL that goes to the server itself, or to a pool of transactions.',
    { cause },
  )
}

export function poolOfOne(cause: unknown): DbmigError {
  return new DbmigError(
    'RUNNER_POOL_OF_ONE',
    'The pooler between dbmig and the database has no second connection to give: one holds the migration lock, and the revisions need another. Nothing was run; give the pool two connections or more, or dbmig a URL that goes to the server itself.',
    { cause },
  )
}

/** @param ran the steps of this run that are done */
export function outsideBehindPooler(revision: Revision, ran: number): DbmigError {
  return new DbmigError(
    'RUNNER_POOLER_OUTSIDE',
    `Revision ${located(revision)} runs outside a transaction, and behind the pooler between dbmig and the database each of its statements would be on another connection, with the settings of others; ${ran === 0 ? 'nothing was run' : 'it was not run'}. Give dbmig a URL that goes to the server itself, or to a pool of sessions.`,
  )
}

export function locked(holder: LockHolder | null, limitMs: number): DbmigError {
  const since = holder?.since ? `, since ${exactTime(holder.since.toISOString())}` : ''
  const from = holder?.host ? ` from ${holder.host}` : ''
  const who =
    holder === null
      ? 'Another run'
      : `Another run (process ${holder.pid}, ${holder.application || 'unnamed'}${from}${since})`
  const end = holder === null ? '' : `, or end it with: select pg_terminate_backend(${holder.pid})`
  const outcome =
    limitMs === 0
      ? ', and this one was not to wait; run again later'
      : `, and did not finish within ${limitMs / 1000} s; wait for it`
  return new DbmigError('RUNNER_LOCKED', `${who} holds the migration lock of this database${outcome}${end}.`)
}
