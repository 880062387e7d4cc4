/** What can be wrong with what is asked of the log. */
import { DbmigError } from '../errors.ts'

export function badHash(text: string): DbmigError {
  return new DbmigError(
    'LEDGER_BAD_HASH',
    `"${text}" of --expect is not a hash of the log: it has 64 digits from 0 to f, as dbmig log --verify prints it.`,
    { exitCode: 2 },
  )
}
