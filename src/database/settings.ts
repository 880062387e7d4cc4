/** The session settings that a run asks for. */

import { invalidSetting } from './errors.ts'
import { sqlStateOf } from './pg-error.ts'
import type { Session } from './session.ts'

export interface Settings {
  readonly lockTimeout?: string | undefined
  readonly statementTimeout?: string | undefined
  /** A schema that comes first in the session's `search_path`, before what that is without: a tenant's. */
  readonly schema?: string | undefined
}

/**
 * Sets `lock_timeout`, `statement_timeout` and `search_path` for the session.
 *
 * @throws DATABASE_SETTING
 */
export async function applySettings(
  query: (sql: string, parameters: readonly unknown[]) => Promise<unknown>,
  settings: Settings,
): Promise<void> {
  const wanted = { lock_timeout: settings.lockTimeout, statement_timeout: settings.statementTimeout }
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue
    try {
      await query('select set_config($1, $2, false)', [name, value])
    } catch (error) {
      if (sqlStateOf(error)?.startsWith('22')) throw invalidSetting(name, value, error)
      throw error
    }
  }
  if (settings.schema !== undefined) await query(searchPathSql, [settings.schema])
}

/** Whatever the session has been told before: the schema would stand there once more for each time. */
const searchPathSql = `select set_config('search_path', concat_ws(', ', quote_ident($1),
  (select nullif(reset_val, '') from pg_settings where name = 'search_path')), false)`

/** Undoes every `set` of the session, `set role` included. */
export const resetSql = 'reset session authorization; reset role; reset all'

/**
 * Undoes every `set` of the session, `set role` included, and sets what the run asks for again.
 *
 * @throws DATABASE_SETTING
 */
export async function resetSettings(session: Session, settings: Settings): Promise<void> {
  await session.execute(resetSql)
  await applySettings(session.query, settings)
}
