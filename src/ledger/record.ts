/** Writing the ledger: the row and its log row in one statement each, so that neither is ever without the other. */
import { sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import { messageOf } from '../errors.ts'
import type { Actor } from './actor.ts'
import { ledgerChanged } from './errors.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'

/** What the ledger keeps of a revision. */
export interface Entry {
  readonly revision: string
  readonly downRevisions: readonly string[]
  /** Ids. */
  readonly dependsOn: readonly string[]
  readonly message: string
  readonly checksum: string | null
}

/** One writer for one run. */
export interface Recorder {
  readonly session: Session
  readonly location: LedgerLocation
  readonly actor: Actor
}

/** The database's clock: when the work that is recorded began. */
export type StartedAt = string

/** Reads the database's clock, with its microseconds. */
export async function readClock(session: Session): Promise<StartedAt> {
  const rows = await session.query<{ now: string }>('select clock_timestamp()::text as now')
  return rows[0]?.now ?? ''
}

const elapsed = (startedAt: string) =>
  `greatest(0, round(extract(epoch from clock_timestamp() - ${startedAt}::timestamptz) * 1000))::int`

const rowColumns =
  'revision, down_revisions, depends_on, message, checksum, applied_at, applied_by, duration_ms, status'
const logColumns =
  'revision, direction, outcome, message, checksum, started_at, duration_ms, os_user, host, dbmig_version'

/** Marks a revision outside a transaction as under way. Returns nothing; the log row follows when it ends. */
export async function recordRunning(
  recorder: Recorder,
  entry: Entry,
  direction: 'up' | 'down',
): Promise<void> {
  const table = tableName(recorder.location)
  if (direction === 'down') {
    const rows = await recorder.session.query(
      `update ${table} set status = 'running' where revision = $1 returning 1`,
      [entry.revision],
    )
    if (rows.length !== 1) throw ledgerChanged(table, entry.revision)
    return
  }
  const rows = await recorder.session.query(
    `insert into ${table} as v (${rowColumns})
     values ($1, $2::text[], $3::text[], $4, $5, clock_timestamp(), session_user, 0, 'running')
     on conflict (revision) do update set status = 'running' where v.status <> 'applied' returning 1`,
    entryParameters(entry),
  )
  if (rows.length !== 1) throw ledgerChanged(table, entry.revision)
}

/**
 * Records that a revision is applied.
 *
 * @returns how long it took by the database's clock
 * @throws LEDGER_CHANGED when it was recorded as applied before
 */
export async function recordApplied(recorder: Recorder, entry: Entry, startedAt: StartedAt): Promise<number> {
  return insertRow(recorder, entry, startedAt, 'up', 'applied')
}

/**
 * Records that a revision is taken to be applied without running it.
 *
 * @throws LEDGER_CHANGED when it was recorded as applied before
 */
export async function recordStamped(recorder: Recorder, entry: Entry, startedAt: StartedAt): Promise<void> {
  await insertRow(recorder, entry, startedAt, 'stamp', 'stamped')
}

/**
 * Records that a revision is reverted.
 *
 * @returns how long it took by the database's clock
 * @throws LEDGER_CHANGED when it was not recorded as applied
 */
export async function recordReverted(
  recorder: Recorder,
  entry: Entry,
  startedAt: StartedAt,
): Promise<number> {
  return deleteRow(recorder, entry, startedAt, 'down', 'reverted')
}

/**
 * Records that a revision is taken not to be applied, without running it.
 *
 * @throws LEDGER_CHANGED when it was not recorded as applied
 */
export async function recordUnstamped(recorder: Recorder, entry: Entry, startedAt: StartedAt): Promise<void> {
  await deleteRow(recorder, entry, startedAt, 'stamp', 'unstamped')
}

export interface Failure {
  readonly direction: 'up' | 'down'
  readonly startedAt: StartedAt
  readonly error: unknown
  /** Whether the revision ran outside a transaction, so that its row stays, as `failed`. */
  readonly leavesRow: boolean
}

/** Logs a failed revision. Call it after the rollback. */
export async function recordFailed(recorder: Recorder, entry: Entry, failure: Failure): Promise<void> {
  const { location, actor, session } = recorder
  const mark = failure.leavesRow
    ? `with marked as (update ${tableName(location)} set status = 'failed' where revision = $1)`
    : ''
  await session.query(
    `${mark} insert into ${logName(location)} (${logColumns}, error, error_code)
     values ($1, $2, 'failed', $3, $4, $5::timestamptz, ${elapsed('$5')}, $6, $7, $8, $9, $10)`,
    [
      entry.revision,
      failure.direction,
      entry.message,
      entry.checksum,
      failure.startedAt,
      actor.osUser,
      actor.host,
      actor.dbmigVersion,
      messageOf(failure.error),
      sqlStateOf(failure.error) ?? null,
    ],
  )
}

async function insertRow(
  { session, location, actor }: Recorder,
  entry: Entry,
  startedAt: StartedAt,
  direction: 'up' | 'stamp',
  outcome: 'applied' | 'stamped',
): Promise<number> {
  const duration = direction === 'stamp' ? '0' : elapsed('$6')
  const rows = await session.query<{ duration_ms: number }>(
    `with row as (
       insert into ${tableName(location)} as v (${rowColumns})
       values ($1, $2::text[], $3::text[], $4, $5, clock_timestamp(), session_user, ${duration}, 'applied')
       on conflict (revision) do update set
         down_revisions = excluded.down_revisions, depends_on = excluded.depends_on, message = excluded.message,
         checksum = excluded.checksum, applied_at = excluded.applied_at, applied_by = excluded.applied_by,
         duration_ms = excluded.duration_ms, status = excluded.status
       where v.status <> 'applied'
       returning revision, message, checksum, duration_ms
     )
     insert into ${logName(location)} (${logColumns})
     select revision, '${direction}', '${outcome}', message, checksum, $6::timestamptz, duration_ms, $7, $8, $9 from row
     returning duration_ms`,
    [...entryParameters(entry), startedAt, actor.osUser, actor.host, actor.dbmigVersion],
  )
  return onlyDuration(rows, location, entry)
}

async function deleteRow(
  { session, location, actor }: Recorder,
  entry: Entry,
  startedAt: StartedAt,
  direction: 'down' | 'stamp',
  outcome: 'reverted' | 'unstamped',
): Promise<number> {
  const duration = direction === 'stamp' ? '0' : elapsed('$2')
  const rows = await session.query<{ duration_ms: number }>(
    `with row as (delete from ${tableName(location)} where revision = $1 returning revision)
     insert into ${logName(location)} (${logColumns})
     select revision, '${direction}', '${outcome}', $6, $7, $2::timestamptz, ${duration}, $3, $4, $5 from row
     returning duration_ms`,
    [entry.revision, startedAt, actor.osUser, actor.host, actor.dbmigVersion, entry.message, entry.checksum],
  )
  return onlyDuration(rows, location, entry)
}

function onlyDuration(
  rows: readonly { duration_ms: number }[],
  location: LedgerLocation,
  entry: Entry,
): number {
  const [row] = rows
  if (row === undefined || rows.length !== 1) throw ledgerChanged(tableName(location), entry.revision)
  return row.duration_ms
}

function entryParameters(entry: Entry): unknown[] {
  return [entry.revision, entry.downRevisions, entry.dependsOn, entry.message, entry.checksum]
}
