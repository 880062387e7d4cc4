/** The command `ensure-version`: makes the ledger's tables and nothing else. */
import type { Project } from '../config/config.ts'
import { ledgerLocation, tableName } from '../ledger/location.ts'
import { ensureLedger } from '../ledger/tables.ts'
import { asked } from './interrupt.ts'
import { heard } from './listener.ts'
import { withMigrationLock } from './lock/lock.ts'
import { type CommandOptions, openProjectSession, waitingWith } from './project.ts'

export type EnsureVersionOptions = Pick<CommandOptions, 'onEvent' | 'signal' | 'lockWaitMs'>

/**
 * Under the lock: what an older dbmig has made is changed, which a run must not meet.
 *
 * @returns the table's name in SQL
 * @throws CONFIG_NO_URL, DATABASE_…, LEDGER_…, RUNNER_LOCKED
 */
export async function ensureVersion(
  project: Project,
  options: EnsureVersionOptions = {},
): Promise<{ readonly table: string }> {
  const { signal, lockWaitMs: waitMs } = options
  return heard(options.onEvent, async (onEvent) => {
    const session = await openProjectSession(waitingWith(project, onEvent), signal)
    try {
      const location = ledgerLocation(project)
      await withMigrationLock(session, location, { waitMs, signal, onEvent }, () =>
        asked({ session, signal }, 0, () => ensureLedger(session, location)),
      )
      return { table: tableName(location) }
    } finally {
      await session.close()
    }
  })
}
