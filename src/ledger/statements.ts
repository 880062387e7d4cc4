/** The statements that write the ledger, whatever stands in them for the values: parameters, literals, variables of psql. */
import type { Actor } from './actor.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'

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

/** The database's clock, with its microseconds, in a form that any session reads back: other than `::text`, whatever its DateStyle. */
export const clockSql = `to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const rowColumns =
  'revision, down_revisions, depends_on, message, checksum, applied_at, applied_by, duration_ms, status'
const logColumns =
  'revision, direction, outcome, message, checksum, started_at, duration_ms, os_user, host, dbmig_version'

const startedAt = (write: (name: 'startedAt') => string) => `${write('startedAt')}::timestamptz`
/** Never less than nothing nor more than the column takes, 24.8 days: a clock that was set must not fail the run. */
const elapsed = (write: Write) =>
  `least(2147483647, greatest(0, round(extract(epoch from clock_timestamp() - ${startedAt(write)}) * 1000)))::int`
const actor = (write: (name: keyof Actor) => string) =>
  `${write('osUser')}, ${write('host')}, ${write('dbmigVersion')}`
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
  location: LedgerLocation,
  direction: 'up' | 'stamp',
  write: Write,
  otherwise: Otherwise = 'no row',
): string {
  const [outcome, duration] = direction === 'up' ? ['applied', elapsed(write)] : ['stamped', '0']
  return `with row as (
  ${insertion(location, `values (${entry(write)}, clock_timestamp(), session_user, ${duration}, 'applied')`)}
), logged as (
  insert into ${logName(location)} (${logColumns})
  select revision, '${direction}', '${outcome}', message, checksum, ${startedAt(write)}, duration_ms, ${actor(write)} from row
  returning duration_ms
)
${durationSql(otherwise)}`
}

/** What a statement does that has found the ledger other than expected: gives no row, or fails with `changedMark` in its message. */
export type Otherwise = 'no row' | 'an error'

export const changedMark = 'dbmig: the ledger was changed'

function durationSql(otherwise: Otherwise): string {
  if (otherwise === 'no row') return 'select duration_ms from logged'
  return `select case count(*) when 1 then max(duration_ms) else concat('${changedMark} ', count(*))::int end as duration_ms from logged`
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
export function stampedSql(location: LedgerLocation, write: WriteList): string {
  const rows = `select revision, "downRevisions", "dependsOn", message, checksum, coalesce("ranAt", clock_timestamp()), session_user, 0, 'applied'
  from json_to_recordset(${write('entries')}::json) as e (
    revision text, "downRevisions" text[], "dependsOn" text[], message text, checksum text, "ranAt" timestamptz
  )`
  return `with row as (
  ${insertion(location, rows)}
)
insert into ${logName(location)} (${logColumns})
select revision, 'stamp', 'stamped', message, checksum, ${startedAt(write)}, 0, ${actor(write)} from row
returning revision`
}

/**
 * Removes the rows of any number of revisions, without running anything, and logs that with the checksums that they had; what
 * was squashed into them goes with them. Gives a row for each that was in the ledger.
 */
export function unstampedSql(location: LedgerLocation, write: WriteList): string {
  const [table, log] = [tableName(location), logName(location)]
  const logged = `revision, 'stamp', 'unstamped', message, checksum, ${startedAt(write)}, 0, ${actor(write)}`
  return `with entries as (
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
first as (insert into ${log} (${logColumns}) select ${logged} from replaced order by place)
insert into ${log} (${logColumns}) select ${logged} from row order by place
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
  location: LedgerLocation,
  direction: 'down' | 'stamp',
  write: Write,
  {
    squash = false,
    otherwise = 'no row',
  }: { readonly squash?: boolean; readonly otherwise?: Otherwise } = {},
): string {
  const [outcome, duration, checksum] =
    direction === 'down'
      ? ['reverted', elapsed(write), write('checksum')]
      : ['unstamped', '0', 'row.checksum']
  const replaced = squash
    ? `,
replaced as (delete from ${tableName(location)} where revision = any(${write('replaces')}::text[]) returning revision, message, checksum),
logged_replaced as (insert into ${logName(location)} (${logColumns})
  select revision, '${direction}', '${outcome}', message, checksum, ${startedAt(write)}, 0, ${actor(write)} from replaced)`
    : ''
  return `with row as (delete from ${tableName(location)} where revision = ${write('revision')} returning revision, checksum)${replaced},
logged as (insert into ${logName(location)} (${logColumns})
  select revision, '${direction}', '${outcome}', ${write('message')}, ${checksum}, ${startedAt(write)}, ${duration}, ${actor(write)} from row
  returning duration_ms)
${durationSql(otherwise)}`
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
  location: LedgerLocation,
  { direction, attempt }: { readonly direction: 'up' | 'down'; readonly attempt: object | null },
  write: Write,
): string {
  const mark =
    attempt === null
      ? ''
      : `with marked as (
  update ${tableName(location)} set status = 'failed', attempt = attempt || jsonb_build_object(
    'error', ${write('error')}::text, 'errorCode', ${write('errorCode')}::text, 'statement', ${write('statement')}::text,
    'invalidIndexes', ${write('invalidIndexes')}::jsonb)
  where revision = ${write('revision')} and status = 'running' and attempt ->> 'transactionId' = ${write('transactionId')}
)\n`
  return `${mark}insert into ${logName(location)} (${logColumns}, error, error_code)
values (${write('revision')}, '${direction}', 'failed', ${write('message')}, ${write('checksum')}, ${startedAt(write)},
  ${elapsed(write)}, ${actor(write)}, ${write('error')}, ${write('errorCode')})`
}
