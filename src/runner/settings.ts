/** Which settings a revision runs with. */
import type { Around } from '../database/kysely.ts'
import type { Session } from '../database/session.ts'
import { refusedSetting, type Settings, settingsSql } from '../database/settings.ts'
import type { LoadedRevision } from '../loader/load-revision.ts'
import { tokensOf } from '../sql/lexer.ts'

/** What the file asks for, else what the run does. */
export function settingsFor(
  { lockTimeout, statementTimeout }: Pick<LoadedRevision, 'lockTimeout' | 'statementTimeout'>,
  settings: Settings | undefined,
): Settings {
  return {
    ...settings,
    lockTimeout: lockTimeout ?? settings?.lockTimeout,
    statementTimeout: statementTimeout ?? settings?.statementTimeout,
  }
}

/** Whether what follows one another may go on with the same settings. */
export function sameSettings(one: Settings, other: Settings): boolean {
  return (
    one.lockTimeout === other.lockTimeout &&
    one.statementTimeout === other.statementTimeout &&
    one.schema === other.schema
  )
}

/**
 * Sets them for the session, for a revision outside a transaction.
 *
 * @throws DATABASE_SETTING
 */
export async function setForSession(session: Session, settings: Settings): Promise<void> {
  const statements = settingsSql(settings, 'session')
  if (statements.length === 0) return
  try {
    await session.queryAll(statements)
  } catch (error) {
    throw refusedSetting(settings, error) ?? error
  }
}

/** Whether a statement waits for other transactions to end, as those with `concurrently` do. */
export function isConcurrent(sql: string): boolean {
  if (!/concurrently/i.test(sql)) return false
  for (const { kind, start, end } of tokensOf(sql)) {
    if (kind === 'word' && sql.slice(start, end).toLowerCase() === 'concurrently') return true
  }
  return false
}

/**
 * Lets a statement with `concurrently` wait as long as it takes: it takes no lock that traffic would queue behind, and one that gives
 * up leaves an index that is not valid.
 */
export function patientWhereConcurrent(session: Session): Around {
  return async (sql, send) => {
    if (!isConcurrent(sql)) return send()
    const [row] = await session.query<{ before: string }>(
      `select current_setting('lock_timeout') as before, set_config('lock_timeout', '0', false)`,
    )
    const restore = () => session.query(`select set_config('lock_timeout', $1, false)`, [row?.before ?? '0'])
    let result: Awaited<ReturnType<typeof send>>
    try {
      result = await send()
    } catch (error) {
      // After an error that took the connection or the transaction along there is nothing to restore.
      await restore().catch(() => {})
      throw error
    }
    await restore()
    return result
  }
}
