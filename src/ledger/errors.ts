/** What can be wrong with the ledger. */
import { quoteIdentifier } from '../database/quote.ts'
import { DbmigError, messageOf } from '../errors.ts'
import { literalOf } from '../sql/inline-parameters.ts'
import type { Lacking } from './tables.ts'

export function ledgerNotMade(table: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LEDGER_FORBIDDEN',
    `The role may not create the ledger ${table} (${messageOf(cause)}); let a role that may run "dbmig ensure-version", and grant this one select, insert, update and delete on both of its tables, connect as another role, or set versionSchema to a schema that it may use.`,
    { cause },
  )
}

/** @param grants what would let the role read; none where something else than a right is in the way */
export function ledgerUnreadable(
  tables: string,
  role: string | undefined,
  grants: readonly string[],
  cause: unknown,
): DbmigError {
  const way = grants.length === 0 ? '' : `, or let the owner of the ledger run: ${grants.join(' ')}`
  return new DbmigError(
    'LEDGER_FORBIDDEN',
    `The role${role === undefined ? '' : ` ${role}`} may not read the ledger ${tables} (${messageOf(cause)}). Connect as another role${way === '' ? '.' : way}`,
    { cause },
  )
}

export function ledgerReadOnly(table: string, lacking: readonly Lacking[]): DbmigError {
  const role = lacking[0]?.role ?? ''
  const grants = lacking.map(
    ({ privileges, table }) => `grant ${privileges.join(', ')} on ${table} to ${quoteIdentifier(role)};`,
  )
  return new DbmigError(
    'LEDGER_FORBIDDEN',
    `The role ${role} may read the ledger ${table} but not write it, so nothing was done. Connect as another role, or let the owner of the ledger run: ${grants.join(' ')}`,
  )
}

export function ledgerOutdated(table: string, sql: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LEDGER_OUTDATED',
    `An older dbmig has made the ledger ${table}, and the role may not add what this one needs (${messageOf(cause)}); nothing was done. Let the owner of the ledger run dbmig ensure-version, or: ${sql};`,
    { cause },
  )
}

export function ledgerOtherShape(table: string, wrong: readonly string[]): DbmigError {
  return new DbmigError(
    'LEDGER_SHAPE',
    `The table ${table} exists but is not dbmig's: ${wrong.join(', ')}. Set versionTable to another name, or rename that table.`,
  )
}

export function ledgerBusy(table: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LEDGER_BUSY',
    `An older dbmig has made the ledger ${table}, and what this one adds to it did not get its lock, since other sessions read it; nothing was done. Run again later, or with more --retries.`,
    { cause },
  )
}

export function ledgerChanged(table: string, revision: string): DbmigError {
  return new DbmigError(
    'LEDGER_CHANGED',
    `The ledger ${table} was changed by something other than dbmig while revision ${revision} ran: its row is not as it was. Compare the ledger with the database, then run again.`,
  )
}

export function logForked(log: string, revision: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LEDGER_CHANGED',
    `Another process wrote to the log ${log} while revision ${revision} ran, in a transaction that cannot see it (default_transaction_isolation is not "read committed"), or a row was written there by hand, so the revision was not recorded. Run again; if that does not help, dbmig log --verify names the row, which the owner of the log can remove.`,
    { cause },
  )
}

export function logNumbersBehind(log: string, revision: string, cause: unknown): DbmigError {
  return new DbmigError(
    'LEDGER_NUMBERS',
    `The sequence that numbers the rows of the log ${log} is behind them, as after a restore: its next number is taken, so revision ${revision} was not recorded. Let the owner of the log run: select setval(pg_get_serial_sequence(${literalOf(log)}, 'id'), max(id)) from ${log}; Then run again.`,
    { cause },
  )
}

export function currentNeedsDatabase(text: string): DbmigError {
  return new DbmigError(
    'LEDGER_OFFLINE',
    `"${text}" starts at what is applied, and no database was asked; leave out --offline, or configure a URL.`,
    { exitCode: 2 },
  )
}

export function indicateOffline(): DbmigError {
  return new DbmigError(
    'LEDGER_OFFLINE',
    '-i asks the database what is current, and --offline leaves it alone; leave out one of the two.',
    { exitCode: 2 },
  )
}
