/** The command `ensure-version`: makes the ledger's tables and nothing else. */
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { answered } from '../database/cancel.ts'
import { askInterrupted } from '../database/errors.ts'
import { openSession } from '../database/open.ts'
import { requireWritable } from '../database/writable.ts'
import { ledgerLocation, tableName } from './location.ts'
import { ensureLedger } from './tables.ts'

/**
 * @returns the table's name in SQL
 * @throws CONFIG_NO_URL, DATABASE_…, LEDGER_…
 */
export async function ensureVersion(
  project: Project,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly table: string }> {
  const session = await openSession(requireUrl(project), { signal: options.signal, waiting: project.waiting })
  try {
    requireWritable(session)
    const location = ledgerLocation(project)
    await answered(
      session,
      options.signal,
      () => askInterrupted(session.address),
      () => ensureLedger(session, location),
    )
    return { table: tableName(location) }
  } finally {
    await session.close()
  }
}
