/** What the log knows of steps whose commit got no answer. */
import type { Session } from '../database/session.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'
import type { StartedAt } from './record.ts'
import { clockOf } from './statements.ts'

/** What the log says of a step that is done. */
export interface Done {
  readonly durationMs: number
  readonly startedAt: StartedAt
}

/**
 * @param steps in the order in which they ran
 * @param startedAt of the first
 * @returns as many of the first of them as are recorded as done
 */
export async function readDone(
  session: Session,
  location: LedgerLocation,
  steps: readonly { readonly revision: string; readonly direction: 'up' | 'down' }[],
  startedAt: StartedAt,
): Promise<Done[]> {
  const rows = await session.query<Done & { revision: string; direction: string; first: boolean }>(
    `select revision, direction, duration_ms as "durationMs", started_at = $1::timestamptz as first,
       ${clockOf('started_at')} as "startedAt"
     from ${logName(location)} where started_at >= $1::timestamptz and outcome in ('applied', 'reverted') order by id limit $2`,
    [startedAt, steps.length],
  )
  const other = rows.findIndex(({ revision, direction, first }, place) => {
    const step = steps[place]
    return revision !== step?.revision || direction !== step.direction || (place === 0 && !first)
  })
  return other === -1 ? rows : rows.slice(0, other)
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
