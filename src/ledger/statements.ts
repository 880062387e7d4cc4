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
export type ValueName = keyof Entry | keyof Actor | 'startedAt' | 'error' | 'errorCode'

/** What stands in a statement for a value: `$1`, `'abc'`, `:'started_at'`. */
export type Write = (name: ValueName) => string

/** The database's clock, with its microseconds, in a form that any session reads back. */
export const clockSql = 'clock_timestamp()::text'

const rowColumns =
  'revision, down_revisions, depends_on, message, checksum, applied_at, applied_by, duration_ms, status'
const logColumns =
  'revision, direction, outcome, message, checksum, started_at, duration_ms, os_user, host, dbmig_version'

const startedAt = (write: Write) => `${write('startedAt')}::timestamptz`
const elapsed = (write: Write) =>
  `greatest(0, round(extract(epoch from clock_timestamp() - ${startedAt(write)}) * 1000))::int`
const actor = (write: Write) => `${write('osUser')}, ${write('host')}, ${write('dbmigVersion')}`
const entry = (write: Write) =>
  `${write('revision')}, ${write('downRevisions')}::text[], ${write('dependsOn')}::text[], ${write('message')}, ${write('checksum')}`

/** Marks a revision outside a transaction as under way. Gives one row, or none when the ledger is not as expected. */
export function runningSql(location: LedgerLocation, direction: 'up' | 'down', write: Write): string {
  const table = tableName(location)
  if (direction === 'down') {
    return `update ${table} set status = 'running' where revision = ${write('revision')} returning 1 as recorded`
  }
  return `insert into ${table} as v (${rowColumns})
values (${entry(write)}, clock_timestamp(), session_user, 0, 'running')
on conflict (revision) do update set status = 'running' where v.status <> 'applied' returning 1 as recorded`
}

/**
 * Adds a revision's row, and logs that. Gives one row with `duration_ms`, or none when the revision was applied already.
 *
 * @param direction `stamp`: nothing has run
 * @param appliedAt when it was applied; now unless told
 */
export function addedSql(
  location: LedgerLocation,
  direction: 'up' | 'stamp',
  write: Write,
  appliedAt = 'clock_timestamp()',
): string {
  const [outcome, duration] = direction === 'up' ? ['applied', elapsed(write)] : ['stamped', '0']
  return `with row as (
  insert into ${tableName(location)} as v (${rowColumns})
  values (${entry(write)}, ${appliedAt}, session_user, ${duration}, 'applied')
  on conflict (revision) do update set
    down_revisions = excluded.down_revisions, depends_on = excluded.depends_on, message = excluded.message,
    checksum = excluded.checksum, applied_at = excluded.applied_at, applied_by = excluded.applied_by,
    duration_ms = excluded.duration_ms, status = excluded.status
  where v.status <> 'applied'
  returning revision, message, checksum, duration_ms
)
insert into ${logName(location)} (${logColumns})
select revision, '${direction}', '${outcome}', message, checksum, ${startedAt(write)}, duration_ms, ${actor(write)} from row
returning duration_ms`
}

/**
 * Removes a revision's row, and logs that; where nothing has run, with the checksum that the row had. Gives one row with
 * `duration_ms`, or none when the revision was not in the ledger.
 *
 * @param direction `stamp`: nothing has run
 * @param squash whether the revision replaces others, whose rows, where the database ran them, are removed and logged with it
 */
export function removedSql(
  location: LedgerLocation,
  direction: 'down' | 'stamp',
  write: Write,
  squash = false,
): string {
  const [outcome, duration, checksum] =
    direction === 'down'
      ? ['reverted', elapsed(write), write('checksum')]
      : ['unstamped', '0', 'row.checksum']
  const replaced = squash
    ? `,
replaced as (delete from ${tableName(location)} where revision = any(${write('replaces')}::text[]) returning revision, message, checksum),
logged as (insert into ${logName(location)} (${logColumns})
  select revision, '${direction}', '${outcome}', message, checksum, ${startedAt(write)}, 0, ${actor(write)} from replaced)`
    : ''
  return `with row as (delete from ${tableName(location)} where revision = ${write('revision')} returning revision, checksum)${replaced}
insert into ${logName(location)} (${logColumns})
select revision, '${direction}', '${outcome}', ${write('message')}, ${checksum}, ${startedAt(write)}, ${duration}, ${actor(write)} from row
returning duration_ms`
}

/** Writes what a revision's file says today of its edges into its row, where there is one and it says otherwise. */
export function edgesSql(location: LedgerLocation, write: Write): string {
  const edges = `${write('downRevisions')}::text[], ${write('dependsOn')}::text[]`
  return `update ${tableName(location)} set (down_revisions, depends_on) = (${edges})
where revision = ${write('revision')} and (down_revisions, depends_on) is distinct from (${edges})`
}

/** Logs a failure. With `leavesRow` the revision ran outside a transaction, and its row stays, as `failed`. */
export function failedSql(
  location: LedgerLocation,
  { direction, leavesRow }: { readonly direction: 'up' | 'down'; readonly leavesRow: boolean },
  write: Write,
): string {
  const mark = leavesRow
    ? `with marked as (update ${tableName(location)} set status = 'failed' where revision = ${write('revision')})\n`
    : ''
  return `${mark}insert into ${logName(location)} (${logColumns}, error, error_code)
values (${write('revision')}, '${direction}', 'failed', ${write('message')}, ${write('checksum')}, ${startedAt(write)},
  ${elapsed(write)}, ${actor(write)}, ${write('error')}, ${write('errorCode')})`
}
