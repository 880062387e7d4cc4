/** Reading the log. */
import { sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import { literalOf } from '../sql/inline-parameters.ts'
import { chainColumns, type LogDirection, type LogOutcome } from './chain.ts'
import { ledgerOtherShape } from './errors.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'
import { unreadable } from './unreadable.ts'

/** One thing that ran, was stamped, or failed. */
export interface LogRow {
  /** Grows from row to row; what a rollback took back leaves a gap. */
  readonly id: number
  readonly revision: string
  readonly direction: LogDirection
  readonly outcome: LogOutcome
  readonly message: string
  /** ISO 8601, UTC, to the microsecond. */
  readonly startedAt: string
  /** As `startedAt`: when the row was written. */
  readonly finishedAt: string
  readonly durationMs: number
  /** The database user. */
  readonly by: string
  /** The operating system's user. */
  readonly osUser: string | null
  readonly host: string | null
  /** The version of dbmig. */
  readonly dbmigVersion: string
  readonly checksum: string | null
  readonly error: string | null
  /** The SQLSTATE, where PostgreSQL has reported the error. */
  readonly errorCode: string | null
  /** The hash of the row before; empty in the first row of the chain, and null in one that is not chained. */
  readonly previous: string | null
  readonly hash: string | null
}

export interface LogFilter {
  /** Milliseconds, as in `Period`. */
  readonly first: number | null
  readonly end: number | null
  readonly revisions: readonly string[] | null
  readonly failed: boolean
  readonly limit: number | null
}

/** What stands in a row of JSON, in the order of the keys of a `LogRow`. Times of JSON have no zone where the column has none. */
const columns = `id, revision, direction, outcome, message, started_at at time zone 'UTC', finished_at at time zone 'UTC', duration_ms,
  db_user, os_user, host, dbmig_version, checksum, error, error_code`

type Values = [
  ...[id: number, revision: string, direction: LogDirection, outcome: LogOutcome, message: string],
  ...[startedAt: string, finishedAt: string, durationMs: number, by: string, osUser: string | null],
  ...[host: string | null, dbmigVersion: string, checksum: string | null, error: string | null],
  ...[errorCode: string | null, previous: string | null, hash: string | null],
]

/**
 * Reads the log, newest first. Creates nothing, locks nothing. Call it outside of a transaction.
 *
 * @returns nothing where there is no log
 * @throws LEDGER_FORBIDDEN, LEDGER_SHAPE
 */
export async function readLog(
  session: Session,
  location: LedgerLocation,
  { first, end, revisions, failed, limit }: LogFilter,
): Promise<LogRow[]> {
  return readingLog(session, location, ['log'], async () => {
    const found = await findLog(session, location)
    if (!found.log) return []
    const chain = found.chain === 'whole' ? Object.keys(chainColumns) : ['null', 'null']
    // Many rows in one value, as for the ledger.
    const parts = await session.query<{ rows: Values[] }>(
      `select json_agg(json_build_array(${columns}, ${chain.join(', ')}) order by place) as rows
       from (
         select *, row_number() over (order by id desc) as place from ${logName(location)}
         where ($1::float8 is null or finished_at >= to_timestamp($1::float8 / 1000))
           and ($2::float8 is null or finished_at < to_timestamp($2::float8 / 1000))
           and ($3::text[] is null or exists (select from unnest($3::text[]) as start where starts_with(revision, start)))
           and (not $4::boolean or outcome = 'failed')
         order by id desc limit $5::bigint
       ) as l
       group by place / 200 order by place / 200`,
      [first, end, revisions, failed, limit],
    )
    return parts.flatMap(({ rows }) => rows.map(rowOf))
  })
}

/** Which tables of the ledger are there. */
export interface FoundLog {
  readonly table: boolean
  readonly log: boolean
  /** Whether the log has the columns of the chain. */
  readonly chain: 'whole' | 'none' | 'broken'
  /** Columns of the chain that it does not have, or of another type than text. */
  readonly lacking: readonly string[]
  /** Of these tables, the role may not see all rows: they have policies for it. In SQL. */
  readonly hidden: readonly string[]
  readonly role: string
}

export async function findLog(session: Session, location: LedgerLocation): Promise<FoundLog> {
  const { schema, table, log } = location
  const found = await queryPlainly<{
    name: string
    alike: string[]
    chain: string[]
    hidden: boolean
    role: string
  }>(
    session,
    `select c.relname::text as name, current_user::text as role, row_security_active(c.oid) as hidden,
       array(${chainColumnsOf}) as alike, array(${chainColumnsOf} and a.atttypid = 'text'::regtype) as chain
     from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where n.nspname = ${literalOf(schema)} and c.relname in (${literalOf(table)}, ${literalOf(log)}) and c.relkind in ('r', 'p')`,
  )
  const logFound = found.find(({ name }) => name === log)
  const lacking = Object.keys(chainColumns).filter((name) => !logFound?.chain.includes(name))
  const isHidden = (name: string) => found.some((each) => each.name === name && each.hidden)
  return {
    table: found.some(({ name }) => name === table),
    log: logFound !== undefined,
    chain: lacking.length === 0 ? 'whole' : logFound?.alike.length ? 'broken' : 'none',
    lacking,
    hidden: [
      ...(isHidden(table) ? [tableName(location)] : []),
      ...(isHidden(log) ? [logName(location)] : []),
    ],
    role: found[0]?.role ?? '',
  }
}

const chainColumnsOf = `
  select a.attname::text from pg_attribute as a
  where a.attrelid = c.oid and a.attname in (${Object.keys(chainColumns).map(literalOf).join(', ')}) and not a.attisdropped`

/**
 * Runs one query in which every function, operator and type is PostgreSQL's own, whatever the `search_path` of the role: one
 * that puts others before them would have the last word on what a log says. Tables need their schema.
 */
export async function queryPlainly<R>(session: Session, sql: string): Promise<R[]> {
  const pinned = `select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)`
  return ((await session.queryAll([pinned, sql])).at(-1) ?? []) as R[]
}

/**
 * @param tables what `work` reads
 * @throws LEDGER_FORBIDDEN, LEDGER_SHAPE in place of what PostgreSQL says
 */
export async function readingLog<T>(
  session: Session,
  location: LedgerLocation,
  tables: readonly ('table' | 'log')[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = sqlStateOf(error)
    if (code === '42501') throw await unreadable(session, location, tables, error)
    if (code === '42703' && error instanceof Error) throw ledgerOtherShape(logName(location), [error.message])
    throw error
  }
}

function rowOf(values: Values): LogRow {
  const [id, revision, direction, outcome, message, startedAt, finishedAt, durationMs, by, osUser] = values
  const [, , , , , , , , , , host, dbmigVersion, checksum, error, errorCode, previous, hash] = values
  return {
    ...{
      id,
      revision,
      direction,
      outcome,
      message,
      startedAt: `${startedAt}Z`,
      finishedAt: `${finishedAt}Z`,
    },
    ...{ durationMs, by, osUser, host, dbmigVersion, checksum, error, errorCode, previous, hash },
  }
}
