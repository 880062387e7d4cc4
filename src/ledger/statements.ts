/** The statements that write the ledger, whatever stands in them for the values: parameters, literals, variables of psql. */
import type { Actor } from './actor.ts'
import { type Ledger, type Logged, logMany, logOne } from './chain.ts'
import { type LedgerLocation, tableName } from './location.ts'

/** What the ledger keeps of a revision. */
export interface Entry {
  readonly revision: string
  readonly downRevisions: readonly string[]
  /** Ids. */
  readonly dependsOn: readonly string[]
  readonly message: string
  readonly checksum: string | null
  /** When another tool ran it, as PostgreSQL reads it; for a stamp. */
  readonly ranAt?: string | null
  /** What was squashed into it, whose rows go with its own. */
  readonly replaces?: readonly string[]
}

/** A value that a statement may need. */
export type ValueName =
  | keyof Entry
  | keyof Actor
  | 'startedAt'
  | 'error'
  | 'errorCode'
  | 'statement'
  | 'invalidIndexes'
  | 'transactionId'

/** What stands in a statement for a value: `$1`, `'abc'`, `:'started_at'`. */
export type Write = (name: ValueName) => string

/** What a statement for many revisions needs: `entries` is a JSON list of them. */
export type ListValueName = keyof Actor | 'entries' | 'startedAt'
export type WriteList = (name: ListValueName) => string

/** A time with its microseconds, in a form that any session reads back: other than `::text`, whatever its DateStyle. */
export const clockOf = (time: string) =>
  `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** The database's clock. */
export const clockSql = clockOf('clock_timestamp()')

const rowColumns =
  'revision, down_revisions, depends_on, message, checksum, applied_at, applied_by, duration_ms, status'

const startedAt = (write: (name: 'startedAt') => string) => `${write('startedAt')}::timestamptz`
/** Never less than nothing nor more than the column takes, 24.8 days: a clock that was set must not fail the run. */
const elapsed = (write: Write) =>
  `least(2147483647, greatest(0, round(extract(epoch from clock_timestamp() - ${startedAt(write)}) * 1000)))::int`
const actor = (write: (name: keyof Actor) => string): Logged['actor'] => [
  write('osUser'),
  write('host'),
  write('dbmigVersion'),
]
const entry = (write: Write) =>
  `${write('revision')}, ${write('downRevisions')}::text[], ${write('dependsOn')}::text[], ${write('message')}, ${write('checksum')}`

/** How a time stands in JSON: ISO 8601, UTC. */
export const isoSql = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** What an `Attempt` is when it begins. */
const attempt = (direction: 'up' | 'down', write: Write) => `jsonb_build_object('direction', '${direction}',
  'startedAt', ${isoSql(startedAt(write))}, 'transactionId', pg_current_xact_id()::text, 'pid', pg_backend_pid(),
  'osUser', ${write('osUser')}::text, 'host', ${write('host')}::text)`

/**
 * Marks a revision outside a transaction as under way, and keeps when it began and who runs it. Gives one row with `attempt`, or
 * none when the ledger is not as expected.
 */
export function attemptedSql(location: LedgerLocation, direction: 'up' | 'down', write: Write): string {
  return running(location, direction, write, attempt(direction, write)).concat(' returning attempt')
}

/** As `attemptedSql`, without an attempt: a script may meet a ledger that has no place for it. Gives one row, or none. */
export function runningSql(location: LedgerLocation, direction: 'up' | 'down', write: Write): string {
  return running(location, direction, write, null).concat(' returning 1 as recorded')
}

function running(
  location: LedgerLocation,
  direction: 'up' | 'down',
  write: Write,
  attempt: string | null,
): string {
  const table = tableName(location)
  if (direction === 'down') {
    const set = attempt === null ? '' : `, attempt = ${attempt}`
    return `update ${table} set status = 'running'${set} where revision = ${write('revision')}`
  }
  const [column, value, set] =
    attempt === null ? ['', '', ''] : [', attempt', `, ${attempt}`, ', attempt = excluded.attempt']
  return `insert into ${table} as v (${rowColumns}${column})
values (${entry(write)}, clock_timestamp(), session_user, 0, 'running'${value})
on conflict (revision) do update set status = 'running'${set} where v.status <> 'applied'`
}

/**
 * Adds a revision's row, and logs that. Gives one row with `duration_ms`, or none when the revision was applied already.
 *
 * @param direction `stamp`: nothing has run
 */
export function addedSql(
  ledger: Ledger,
  direction: 'up' | 'stamp',
  write: Write,
  otherwise: Otherwise = 'no row',
): string {
  const [outcome, duration] =
    direction === 'up' ? (['applied', elapsed(write)] as const) : (['stamped', '0'] as const)
  const logged = logOne(ledger, {
    ...{ from: 'row', direction, outcome, revision: 'revision', message: 'message', checksum: 'checksum' },
    ...{ startedAt: startedAt(write), durationMs: 'duration_ms', actor: actor(write) },
  })
  return `with row as (
  ${insertion(ledger, `values (${entry(write)}, clock_timestamp(), session_user, ${duration}, 'applied')`)}
), logged as (
  ${logged}
  returning duration_ms
)
${durationSql(otherwise)}`
}

/** What a statement does that has found the ledger other than expected: gives no row, or fails with `changedMark` in its message. */
export type Otherwise = 'no row' | 'an error'

export const changedMark = 'dbmig: the ledger was changed'

/** @param own which of the logged rows is the revision's, where there may be others */
function durationSql(otherwise: Otherwise, own = ''): string {
  if (otherwise === 'no row') return `select duration_ms from logged${own}`
  return `select case count(*) when 1 then max(duration_ms) else concat('${changedMark} ', count(*))::int end as duration_ms from logged${own}`
}

/** Adds rows where there are none that are applied. */
function insertion(location: LedgerLocation, rows: string): string {
  return `insert into ${tableName(location)} as v (${rowColumns})
  ${rows}
  on conflict (revision) do update set
    down_revisions = excluded.down_revisions, depends_on = excluded.depends_on, message = excluded.message,
    checksum = excluded.checksum, applied_at = excluded.applied_at, applied_by = excluded.applied_by,
    duration_ms = excluded.duration_ms, status = excluded.status
  where v.status <> 'applied'
  returning revision, message, checksum, duration_ms`
}

/**
 * Adds the rows of any number of revisions that did not run, and logs that. Gives a row for each that was not applied already.
 */
export function stampedSql(ledger: Ledger, write: WriteList): string {
  const rows = `select revision, "downRevisions", "dependsOn", message, checksum, coalesce("ranAt", clock_timestamp()), session_user, 0, 'applied'
  from entries`
  const { queries, insert } = logMany(ledger, {
    ...{ from: 'row join entries using (revision)', direction: 'stamp', outcome: 'stamped' },
    ...{ revision: 'revision', message: 'row.message', checksum: 'row.checksum' },
    ...{ startedAt: startedAt(write), durationMs: '0', actor: actor(write) },
  })
  const entries = `entries as (
  select * from rows from (json_to_recordset(${write('entries')}::json) as (
    revision text, "downRevisions" text[], "dependsOn" text[], message text, checksum text, "ranAt" timestamptz
  )) with ordinality as e (revision, "downRevisions", "dependsOn", message, checksum, "ranAt", place)
)`
  const row = `row as (
  ${insertion(ledger, rows)}
)`
  return `with recursive ${[entries, row, ...queries].join(',\n')}
${insert}
returning revision`
}

/**
 * Removes the rows of any number of revisions, without running anything, and logs that with the checksums that they had; what
 * was squashed into them goes with them. Gives a row for each that was in the ledger.
 */
export function unstampedSql(ledger: Ledger, write: WriteList): string {
  const table = tableName(ledger)
  const { queries, insert } = logMany(ledger, {
    ...{ from: 'gone', direction: 'stamp', outcome: 'unstamped' },
    ...{ revision: 'revision', message: 'message', checksum: 'checksum' },
    ...{ startedAt: startedAt(write), durationMs: '0', actor: actor(write) },
  })
  const removals = `entries as (
  select * from rows from (json_to_recordset(${write('entries')}::json) as (revision text, message text, replaces text[]))
    with ordinality as e (revision, message, replaces, place)
),
row as (
  delete from ${table} as v using entries as e where v.revision = e.revision
  returning v.revision, e.message, v.checksum, e.place
),
replaced as (
  delete from ${table} as v using (select unnest(replaces) as revision, place from entries) as e
  where v.revision = e.revision returning v.revision, v.message, v.checksum, e.place
),
gone as (
  select revision, message, checksum, (place, 2) as place from row
  union all select revision, message, checksum, (place, 1) from replaced
)`
  return `with recursive ${[removals, ...queries].join(',\n')}
${insert}
returning revision`
}

/**
 * Removes a revision's row, and logs that; where nothing has run, with the checksum that the row had. Gives one row with
 * `duration_ms`, or none when the revision was not in the ledger.
 *
 * @param direction `stamp`: nothing has run
 * @param options.squash whether the revision replaces others, whose rows, where the database ran them, are removed and logged with it
 */
export function removedSql(
  ledger: Ledger,
  direction: 'down' | 'stamp',
  write: Write,
  {
    squash = false,
    otherwise = 'no row',
  }: { readonly squash?: boolean; readonly otherwise?: Otherwise } = {},
): string {
  const table = tableName(ledger)
  const [outcome, duration, checksum] =
    direction === 'down'
      ? (['reverted', elapsed(write), write('checksum')] as const)
      : (['unstamped', '0', 'checksum'] as const)
  const logged = {
    direction,
    outcome,
    revision: 'revision',
    startedAt: startedAt(write),
    actor: actor(write),
  }
  const row = `row as (delete from ${table} where revision = ${write('revision')} returning revision, checksum)`
  if (!squash) {
    const insert = logOne(ledger, {
      ...{ ...logged, from: 'row', message: write('message'), checksum, durationMs: duration },
    })
    return `with ${row},
logged as (${insert}
  returning duration_ms)
${durationSql(otherwise)}`
  }
  const { queries, insert } = logMany(ledger, {
    ...{ ...logged, from: 'gone', message: 'message', checksum: 'checksum', durationMs: 'duration_ms' },
  })
  const removals = `${row},
replaced as (delete from ${table} where revision = any(${write('replaces')}::text[]) returning revision, message, checksum),
gone as (
  select revision, ${write('message')} as message, ${checksum} as checksum, ${duration} as duration_ms, 2 as place from row
  union all select revision, message, checksum, 0, 1 from replaced
)`
  return `with recursive ${[removals, ...queries].join(',\n')},
logged as (${insert}
  returning revision, duration_ms)
${durationSql(otherwise, ` where revision = ${write('revision')}`)}`
}

/** Writes what a revision's file says today of its edges into its row, where there is one and it says otherwise. */
export function edgesSql(location: LedgerLocation, write: Write): string {
  const edges = `${write('downRevisions')}::text[], ${write('dependsOn')}::text[]`
  return `update ${tableName(location)} set (down_revisions, depends_on) = (${edges})
where revision = ${write('revision')} and (down_revisions, depends_on) is distinct from (${edges})`
}

/**
 * Logs a failure. With an attempt the revision ran outside a transaction, and its row stays, as `failed`; unless it says `applied`: then
 * the connection was lost just after that was recorded. Whoever has lost the connection has lost the lock as well, so that the row
 * may be that of another attempt by now, and stays as it is.
 */
export function failedSql(
  ledger: Ledger,
  { direction, attempt }: { readonly direction: 'up' | 'down'; readonly attempt: object | null },
  write: Write,
): string {
  const mark =
    attempt === null
      ? ''
      : `with marked as (
  update ${tableName(ledger)} set status = 'failed', attempt = attempt || jsonb_build_object(
    'error', ${write('error')}::text, 'errorCode', ${write('errorCode')}::text, 'statement', ${write('statement')}::text,
    'invalidIndexes', ${write('invalidIndexes')}::jsonb)
  where revision = ${write('revision')} and status = 'running' and attempt ->> 'transactionId' = ${write('transactionId')}
)\n`
  return `${mark}${logOne(ledger, {
    ...{ from: null, direction, outcome: 'failed' },
    ...{ revision: write('revision'), message: write('message'), checksum: write('checksum') },
    ...{ startedAt: startedAt(write), durationMs: elapsed(write), actor: actor(write) },
    ...{ error: write('error'), errorCode: write('errorCode') },
  })}`
}
