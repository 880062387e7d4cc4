/** What can go wrong while SQL is written out instead of run. */
import { DbmigError, messageOf } from '../../errors.ts'
import { located } from '../../graph/errors.ts'
import type { Revision } from '../../graph/revision.ts'
import { sentence } from '../errors.ts'

/** @param who the migration, as a sentence begins: `Revision 3f2a (/app/x.ts)` */
export function readsOffline(who: string): DbmigError {
  return new DbmigError(
    'RUNNER_READS',
    `${who} reads from the database, and there is none when SQL is only written out; run it on a database, or do in SQL what it does with the rows.`,
  )
}

/** @param who as for `readsOffline` */
export function parametersOffline(who: string, sql: string): DbmigError {
  return new DbmigError(
    'RUNNER_RAW_PARAMETERS',
    `${who} uses CompiledQuery.raw with parameters, which cannot be written out as SQL; use the sql template instead.`,
    { detail: sql },
  )
}

export function failedOffline(who: string, cause: unknown): DbmigError {
  return new DbmigError(
    'RUNNER_OFFLINE_FAILED',
    `${who} failed while its SQL was written out: ${sentence(messageOf(cause))} No script was made; correct the file.`,
    { cause },
  )
}

export function endsTransactionOffline(revision: Revision, statement: string): DbmigError {
  return new DbmigError(
    'RUNNER_TRANSACTION_ENDED',
    `Revision ${located(revision)} would end the transaction that it runs in; no script was made. Take that statement out of the file, or export const config = { transaction: false }.`,
    { detail: statement },
  )
}

/** @param why a clause: `a string in it never ends` */
export function notForPsql(revision: Revision, why: string, statement: string): DbmigError {
  return new DbmigError(
    'RUNNER_NOT_FOR_PSQL',
    `Revision ${located(revision)} has a statement that psql would misread: ${why}. No script was made; correct the file.`,
    { detail: statement },
  )
}

export function rangeNeeded(target: string): DbmigError {
  return new DbmigError(
    'RUNNER_RANGE_NEEDED',
    `A downgrade with --sql must be told where it starts, since it asks no database: write FROM:${target || 'TO'}, such as head:${target || 'base'}.`,
    { exitCode: 2 },
  )
}

export function oneRangeNeeded(targets: readonly string[]): DbmigError {
  return new DbmigError(
    'RUNNER_ONE_RANGE',
    `stamp with --sql takes one target or one range FROM:TO, and these are ${targets.length}: ${targets.join(', ')}. Write a script for each, or stamp without --sql.`,
    { exitCode: 2 },
  )
}

export function purgeOffline(): DbmigError {
  return new DbmigError(
    'RUNNER_PURGE_OFFLINE',
    'stamp --purge forgets whatever a ledger holds, and --sql asks no ledger; purge without --sql, or write the range FROM:TO.',
    { exitCode: 2 },
  )
}
