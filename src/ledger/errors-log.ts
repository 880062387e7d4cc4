/** What can be wrong with what is asked of the log. */
import { DbmigError } from '../errors.ts'

export function badHash(text: string): DbmigError {
  return new DbmigError(
    'LEDGER_BAD_HASH',
    `"${text}" of --expect is not a hash of the log: it has 64 digits from 0 to f, as dbmig log --verify prints it.`,
    { exitCode: 2 },
  )
}

export function logHidden(tables: readonly string[], role: string): DbmigError {
  return new DbmigError(
    'LEDGER_HIDDEN',
    `The role ${role} does not see all rows of ${tables.join(' and ')} (row-level security), so nothing can be said of whether one was changed or removed; connect as the owner, or as a role with bypassrls.`,
  )
}
