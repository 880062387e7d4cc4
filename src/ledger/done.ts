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
 * Looks for steps that were committed together: where the first is done, all are.
 *
 * @param steps in the order in which they ran
 * @param startedAt of the first
 * @returns what the log says of each; nothing where they are not done
 */
export async function readDone(
  session: Session,
  location: LedgerLocation,
  steps: readonly { readonly revision: string; readonly direction: 'up' | 'down' }[],
  startedAt: StartedAt,
): Promise<Done[]> {
  const [first] = steps
  if (first === undefined) return []
  const done = `l.outcome in ('applied', 'reverted')`
  const rows = await session.query<Done & { revision: string; direction: string }>(
    `select revision, direction, duration_ms as "durationMs", ${clockOf('started_at')} as "startedAt"
     from ${logName(location)} as l where ${done} and id >= (
       select max(id) from ${logName(location)} as l
       where ${done} and revision = $1 and direction = $2 and started_at = $3::timestamptz)
     order by id`,
    [first.revision, first.direction, startedAt],
  )
  if (rows.length === 0) return []
  return steps.map(
    ({ revision, direction }) =>
      rows.find((row) => row.revision === revision && row.direction === direction) ?? {
        durationMs: 0,
        startedAt,
      },
  )
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
