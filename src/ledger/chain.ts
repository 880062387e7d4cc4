/** The chain of the log: each row keeps the hash of the row before it, and one of that and of all that it says itself. */
import { createHash } from 'node:crypto'
import { type LedgerLocation, logName } from './location.ts'

/** A ledger as it was found. */
export interface Ledger extends LedgerLocation {
  /** Whether what is logged is chained: an older dbmig may have made the log, or the role may not write the columns. */
  readonly chained: boolean
}

/** What a row is hashed with, in this order: a column that is added later comes after them, where it is not null. */
const contentColumns = [
  ...['revision', 'direction', 'outcome', 'message', 'checksum', 'started_at', 'finished_at', 'duration_ms'],
  ...['db_user', 'os_user', 'host', 'dbmig_version', 'error', 'error_code'],
] as const

/** What the chain adds to a log that an older dbmig has made. A row from before it has nulls, and the first of the chain an empty `previous`. */
export const chainColumns = {
  previous: 'text collate "C" unique',
  hash: 'text collate "C"',
} as const

/** The log itself says which database user writes to it: a role that may not write the column writes its own name there, and no other. */
const writtenColumns = contentColumns.filter((column) => column !== 'db_user')

/** What a role must be able to write for a chained row. */
export const chainedColumns: readonly string[] = [...writtenColumns, ...Object.keys(chainColumns)]

export type LogDirection = 'up' | 'down' | 'stamp'
export type LogOutcome = 'applied' | 'reverted' | 'stamped' | 'unstamped' | 'failed'

/** What goes into the log: each of it an expression of SQL. */
export interface Logged {
  /** The rows, as what follows `from`; null for one row that comes from nowhere. */
  readonly from: string | null
  readonly direction: LogDirection
  readonly outcome: LogOutcome
  readonly revision: string
  readonly message: string
  readonly checksum: string
  readonly startedAt: string
  readonly durationMs: string
  /** OS user, host, version. */
  readonly actor: readonly [string, string, string]
  readonly error?: string
  readonly errorCode?: string
}

/**
 * A condition that waits for whoever writes the log at this moment, and is true. A statement that logs must come after it in the same transaction, since it
 * reads the last row: one that began before the other has committed would follow the same row. All who hold the migration
 * lock write alone, but a run that has lost its connection, and the lock with it, still logs that.
 */
export function chainLock(ledger: Ledger): string {
  return ledger.chained ? `pg_catalog.pg_advisory_xact_lock(${chainKey(ledger)}) is not null` : 'true'
}

function chainKey({ schema, log }: LedgerLocation): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['dbmig log', schema, log]))
    .digest()
  return digest.readBigInt64BE(0).toString()
}

/**
 * The hash of the last row: the first from the end that no other one follows, which is the very last unless somebody has put rows there by hand. To
 * follow one of those twice would fail for good. What follows it is looked for in order, since PostgreSQL would read the whole
 * log for what is equal with a plan that it has made while the log was empty.
 */
const head = (location: LedgerLocation) => {
  const follower = `select n.previous from ${logName(location)} as n where n.previous operator(pg_catalog.>=) l.hash order by n.previous limit 1`
  return `coalesce((
    select l.hash from ${logName(location)} as l where l.hash is not null and ((${follower}) operator(pg_catalog.=) l.hash) is not true
    order by l.id desc limit 1
  ), '')`
}

const jsonOf = (row: string) => `pg_catalog.row_to_json(${row})::pg_catalog.text`

/**
 * JSON has no doubtful ends, and its times without a zone are ISO 8601 whatever the session's DateStyle. No search_path puts
 * another function in the place of these.
 */
const hashOf = (json: string) =>
  `pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(${json}, 'UTF8')), 'hex')`

const inserted = ['previous', ...writtenColumns, 'hash'].join(', ')
/** A row of `e`, whose times are in UTC and have no zone. */
const values = writtenColumns
  .map((column) => (column.endsWith('_at') ? `e.${column} at time zone 'UTC'` : `e.${column}`))
  .join(', ')

/** An insert of one row or none, without `returning`. */
export function logOne(ledger: Ledger, logged: Logged): string {
  if (!ledger.chained) return logUnchained(ledger, logged)
  return `insert into ${logName(ledger)} (${inserted})
  select e.previous, ${values},
    ${hashOf(jsonOf('e'))}
  from (select ${head(ledger)} as previous, ${contentOf(logged)}) as e`
}

/**
 * An insert of any number of rows, without `returning`, and the queries that it needs before it: in a `with recursive`.
 * Its cost grows with the number of rows alone.
 *
 * @param logged its `from` has a column `place`, by which the rows are ordered
 */
export function logMany(
  ledger: Ledger,
  logged: Logged,
): { readonly queries: string[]; readonly insert: string } {
  if (!ledger.chained) return { queries: [], insert: `${logUnchained(ledger, logged)} order by place` }
  const own = contentColumns.map((column) => `e.${column}`).join(', ')
  // A scalar subquery is computed once; a join would look for each row among all of them.
  const rest = `(select pg_catalog.jsonb_agg(rest order by n) from entry) operator(pg_catalog.->>) n`
  return {
    queries: [
      `entry as materialized (
  select row_number() over (order by e.place)::int as n, e.*,
    pg_catalog.substr((select ${jsonOf('c')} from (select ${own}) as c), 2) as rest
  from (select place, ${contentOf(logged)}) as e
)`,
      `link (n, previous, hash) as (
  select 0, null::text, ${head(ledger)} collate "default"
  union all
  select n + 1, hash, ${hashOf(`pg_catalog.concat('{"previous":', pg_catalog.to_json(hash), ',', ${rest})`)}
  from link where n < (select count(*) from entry)
)`,
    ],
    insert: `insert into ${logName(ledger)} (${inserted})
select link.previous, ${values}, link.hash from entry as e join link using (n) order by n`,
  }
}

function contentOf(logged: Logged): string {
  const { revision, direction, outcome, message, checksum, startedAt, durationMs, actor, from } = logged
  const [osUser, host, version] = actor
  return `${revision} as revision, '${direction}' as direction, '${outcome}' as outcome, ${message} as message, ${checksum} as checksum,
    ${startedAt} at time zone 'UTC' as started_at, pg_catalog.clock_timestamp() at time zone 'UTC' as finished_at, ${durationMs} as duration_ms,
    session_user::pg_catalog.text as db_user, ${osUser} as os_user, ${host} as host, ${version} as dbmig_version,
    ${logged.error ?? 'null'} as error, ${logged.errorCode ?? 'null'} as error_code${from === null ? '' : ` from ${from}`}`
}

function logUnchained(location: LedgerLocation, logged: Logged): string {
  const { revision, direction, outcome, message, checksum, startedAt, durationMs, actor, from } = logged
  const failure =
    logged.error === undefined ? ['', ''] : [', error, error_code', `, ${logged.error}, ${logged.errorCode}`]
  return `insert into ${logName(location)} (revision, direction, outcome, message, checksum, started_at, duration_ms, os_user, host, dbmig_version${failure[0]})
  select ${revision}, '${direction}', '${outcome}', ${message}, ${checksum}, ${startedAt}, ${durationMs}, ${actor.join(', ')}${failure[1]}${from === null ? '' : ` from ${from}`}`
}

/**
 * The hash that a row of the log, as `l`, must have.
 *
 * @param previous an expression: the hash of the row that it follows
 */
export const expectedHash = (previous: string) =>
  hashOf(
    `(select ${jsonOf('c')} from (select ${previous} as previous, ${contentColumns
      .map((column) =>
        column.endsWith('_at') ? `l.${column} at time zone 'UTC' as ${column}` : `l.${column}`,
      )
      .join(', ')}) as c)`,
  )
