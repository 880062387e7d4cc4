/** What the log knows of a step whose commit got no answer. */
import type { Session } from '../database/session.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'
import type { StartedAt } from './record.ts'

/** @returns how long it took, or null where it is not recorded as done */
export async function readDone(
  session: Session,
  location: LedgerLocation,
  revision: string,
  direction: 'up' | 'down',
  startedAt: StartedAt,
): Promise<number | null> {
  const rows = await session.query<{ duration_ms: number }>(
    `select duration_ms from ${logName(location)}
     where revision = $1 and direction = $2 and outcome in ('applied', 'reverted') and started_at = $3::timestamptz`,
    [revision, direction, startedAt],
  )
  return rows[0]?.duration_ms ?? null
}

/** Whether nobody has run anything after the step that began then. */
export async function isLast(
  session: Session,
  location: LedgerLocation,
  startedAt: StartedAt,
): Promise<boolean> {
  const [row] = await session.query<{ last: boolean }>(
    `select not exists (select from ${logName(location)} where started_at > $1::timestamptz)
       and not exists (select from ${tableName(location)} where status <> 'applied') as last`,
    [startedAt],
  )
  return row?.last === true
}
