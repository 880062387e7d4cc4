/** Making the ledger's tables, and checking that they are ours. */
import { sqlStateOf } from '../database/pg-error.ts'
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import { defaultLockTimeout } from '../database/settings.ts'
import { literalOf } from '../sql/inline-parameters.ts'
import { chainColumns, chainedColumns, type Ledger } from './chain.ts'
import { ledgerBusy, ledgerNotMade, ledgerOtherShape, ledgerOutdated, ledgerReadOnly } from './errors.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'

const versionColumns = {
  revision: 'text',
  down_revisions: 'text[]',
  depends_on: 'text[]',
  message: 'text',
  checksum: 'text',
  applied_at: 'timestamp with time zone',
  applied_by: 'text',
  duration_ms: 'integer',
  status: 'text',
} as const

const logColumns = {
  id: 'bigint',
  revision: 'text',
  direction: 'text',
  outcome: 'text',
  message: 'text',
  checksum: 'text',
  started_at: 'timestamp with time zone',
  finished_at: 'timestamp with time zone',
  duration_ms: 'integer',
  db_user: 'text',
  os_user: 'text',
  host: 'text',
  dbmig_version: 'text',
  error: 'text',
  error_code: 'text',
} as const

/** The types by their numbers, which are PostgreSQL's own for good: how it writes their names hangs on settings (`quote_all_identifiers`, `search_path`). */
const knownTypes = JSON.stringify({
  '20 -1': 'bigint',
  '23 -1': 'integer',
  '25 -1': 'text',
  '1009 -1': 'text[]',
  '1184 -1': 'timestamp with time zone',
})

/** What writing a table takes. The log's serial number takes none: it is an identity, and its sequence belongs to the table. */
const versionPrivileges = ['select', 'insert', 'update', 'delete']
/** It is read by the statements that write it, which return what they have written. */
const logPrivileges = ['select', 'insert']

/** What the session's role lacks to write the ledger. */
export interface Lacking {
  readonly role: string
  /** In SQL, as `table`. */
  readonly table: string
  readonly privileges: readonly string[]
}

/** Makes the tables where they are missing. */
export function createTablesSql(location: LedgerLocation): string {
  return `create table if not exists ${tableName(location)} (
  revision text primary key,
  down_revisions text[] not null,
  depends_on text[] not null,
  message text not null,
  checksum text,
  applied_at timestamptz not null default now(),
  applied_by text not null default session_user,
  duration_ms integer not null default 0,
  status text not null default 'applied' check (status in ('applied', 'running', 'failed')),
  attempt jsonb
);
create table if not exists ${logName(location)} (
  id bigint generated always as identity primary key,
  revision text not null,
  direction text not null check (direction in ('up', 'down', 'stamp')),
  outcome text not null check (outcome in ('applied', 'reverted', 'stamped', 'unstamped', 'failed')),
  message text not null,
  checksum text,
  started_at timestamptz not null,
  finished_at timestamptz not null default clock_timestamp(),
  duration_ms integer not null,
  db_user text not null default session_user,
  os_user text,
  host text,
  dbmig_version text not null,
  error text,
  error_code text,
  ${Object.entries(chainColumns)
    .map(([name, type]) => `${name} ${type}`)
    .join(',\n  ')}
);`
}

/** Adds what tables lack that an older dbmig has made. */
function updateTablesSql(location: LedgerLocation): string {
  return `alter table ${tableName(location)} add column if not exists attempt jsonb`
}

/** Adds the chain to a log that an older dbmig has made. */
function addChainSql(location: LedgerLocation): string {
  const added = Object.entries(chainColumns).map(([name, type]) => `add column if not exists ${name} ${type}`)
  return `alter table ${logName(location)} ${added.join(', ')}`
}

/** The body of a `do` that adds the chain where it is missing: `if not exists` alone would ask for the right to alter, and lock, every time. */
export function addMissingChainSql(location: LedgerLocation): string {
  return `
begin
  if not exists (
    select from pg_attribute where attrelid = to_regclass(${literalOf(logName(location))}) and attname = 'hash' and not attisdropped
  ) then
    ${addChainSql(location)};
  end if;
end
`
}

/** Makes the schema of the tables. "If not exists" would ask for the right to create one even where it exists. */
export function createSchemaSql({ schema }: Pick<LedgerLocation, 'schema'>): string {
  return `create schema ${quoteIdentifier(schema)}`
}

/**
 * Makes the ledger where it is missing. Several may do so at once. Call it outside of a transaction.
 *
 * @returns the ledger, and what the role lacks to write it
 * @throws LEDGER_FORBIDDEN, LEDGER_SHAPE
 */
export async function ensureLedger(
  session: Session,
  location: LedgerLocation,
  lockTimeout = defaultLockTimeout,
): Promise<{ readonly ledger: Ledger; readonly lacking: readonly Lacking[] }> {
  const found = await checkLedger(session, location)
  if (found === null) return madeLedger(session, location)
  if (found.outdated) await updateLedger(session, location, lockTimeout)
  const chained =
    found.chain === 'there' || (found.chain === 'to be added' && (await addChain(session, location)))
  return { ledger: { ...location, chained }, lacking: found.lacking }
}

/**
 * As `ensureLedger`, for who is about to write: what only fails when it is recorded would have run for nothing.
 *
 * @throws LEDGER_FORBIDDEN also where the role may read the ledger and not write it, LEDGER_SHAPE
 */
export async function ensureWritableLedger(
  session: Session,
  location: LedgerLocation,
  lockTimeout?: string | undefined,
): Promise<Ledger> {
  const { ledger, lacking } = await ensureLedger(session, location, lockTimeout)
  if (lacking.length > 0) throw ledgerReadOnly(tableName(location), lacking)
  return ledger
}

async function madeLedger(session: Session, location: LedgerLocation): ReturnType<typeof ensureLedger> {
  for (let attempt = 1; ; attempt++) {
    try {
      await createLedger(session, location)
      break
    } catch (error) {
      const code = sqlStateOf(error)
      if (code === '42501') throw ledgerNotMade(tableName(location), error)
      // "If not exists" does not see what another is creating at this moment: the second one is told of a duplicate,
      // which may be a row of the catalogs, a schema, a table, or (42710) the table's row type.
      const raced = ['23505', '42P06', '42P07', '42710'].includes(code ?? '')
      if (!raced || attempt === 5) throw error
    }
  }
  const made = await checkLedger(session, location)
  return { ledger: { ...location, chained: made?.chain === 'there' }, lacking: made?.lacking ?? [] }
}

async function createLedger(session: Session, location: LedgerLocation): Promise<void> {
  await ensureSchema(session, location.schema)
  await session.execute(createTablesSql(location))
}

/** Makes a schema where it is missing. */
export async function ensureSchema(session: Session, schema: string): Promise<void> {
  const rows = await session.query<{ found: boolean }>(
    'select exists (select from pg_namespace where nspname = $1) as found',
    [schema],
  )
  if (!rows[0]?.found) await session.execute(createSchemaSql({ schema }))
}

async function updateLedger(session: Session, location: LedgerLocation, lockTimeout: string): Promise<void> {
  const sql = updateTablesSql(location)
  try {
    // All who read the ledger would queue behind it. The two are one transaction.
    await session.execute(`select set_config('lock_timeout', ${literalOf(lockTimeout)}, true);\n${sql}`)
  } catch (error) {
    if (sqlStateOf(error) === '42501') throw ledgerOutdated(tableName(location), sql, error)
    if (sqlStateOf(error) === '55P03') throw ledgerBusy(tableName(location), error)
    throw error
  }
}

/**
 * A log without a chain is as good as it was: whoever may not alter it, or would wait for those who read it, goes on without.
 *
 * @returns whether it is added
 */
async function addChain(session: Session, location: LedgerLocation): Promise<boolean> {
  try {
    await session.execute(`select set_config('lock_timeout', '1s', true);\n${addChainSql(location)}`)
    return true
  } catch (error) {
    if (['42501', '55P03'].includes(sqlStateOf(error) ?? '')) return false
    throw error
  }
}

/**
 * Whether the role lacks the right to write the ledger, so that it can do no more than look. Where there is none yet, nobody knows.
 *
 * @throws LEDGER_SHAPE
 */
export async function mayOnlyLook(session: Session, location: LedgerLocation): Promise<boolean> {
  return ((await checkLedger(session, location))?.lacking ?? []).length > 0
}

interface Found {
  /** What the role lacks to write the tables. */
  readonly lacking: readonly Lacking[]
  /** Whether an older dbmig has made them, so that something is to be added. */
  readonly outdated: boolean
  /** Whether the log has the columns of the chain, and the role may write them. */
  readonly chain: 'there' | 'to be added' | 'forbidden'
}

/**
 * @returns null where a table is missing
 * @throws LEDGER_SHAPE when something else has their name
 */
async function checkLedger(session: Session, location: LedgerLocation): Promise<Found | null> {
  const rows = await session.query<{
    name: string
    kind: string
    columns: Record<string, { type: string; known: string | null }>
    role: string
    lacking: string[]
    writable: boolean
  }>(
    `select c.relname as name, c.relkind::text as kind,
       coalesce(json_object_agg(a.attname, json_build_object(
         'type', format_type(a.atttypid, a.atttypmod), 'known', $5::json ->> concat(a.atttypid, ' ', a.atttypmod)
       )) filter (where a.attname is not null), '{}') as columns,
       current_user::text as role,
       array(
         select privilege from unnest(array['select', 'insert', 'update', 'delete']) as privilege
         where not case privilege
           when 'delete' then has_table_privilege(c.oid, privilege)
           else has_any_column_privilege(c.oid, privilege)
         end
       ) as lacking,
       bool_and(has_column_privilege(c.oid, a.attnum, 'insert')) filter (where a.attname = any ($4::text[])) as writable
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = $1 and c.relname in ($2, $3)
     group by c.oid, c.relname, c.relkind`,
    [location.schema, location.table, location.log, chainedColumns, knownTypes],
  )
  const expected = [
    { name: location.table, columns: versionColumns, table: tableName(location), needed: versionPrivileges },
    { name: location.log, columns: logColumns, table: logName(location), needed: logPrivileges },
  ]
  let complete = true
  const lacking: Lacking[] = []
  for (const { name, columns, table, needed } of expected) {
    const found = rows.find((row) => row.name === name)
    if (found === undefined) {
      complete = false
      continue
    }
    if (found.kind !== 'r' && found.kind !== 'p') throw ledgerOtherShape(table, ['it is no table'])
    const wrong = Object.entries(columns).flatMap(([column, type]) => {
      const actual = found.columns[column]
      if (actual === undefined) return [`column ${column} is missing`]
      return actual.known === type ? [] : [`column ${column} is ${actual.type}, not ${type}`]
    })
    if (wrong.length > 0) throw ledgerOtherShape(table, wrong)
    const privileges = needed.filter((privilege) => found.lacking.includes(privilege))
    if (privileges.length > 0) lacking.push({ role: found.role, table, privileges })
  }
  const version = rows.find((row) => row.name === location.table)
  const outdated = version !== undefined && !Object.hasOwn(version.columns, 'attempt')
  if (!complete) return null
  const log = rows.find((row) => row.name === location.log)
  const hasChain =
    log !== undefined && Object.keys(chainColumns).every((name) => log.columns[name]?.known === 'text')
  const mayWrite = log?.writable === true
  return { lacking, outdated, chain: !mayWrite ? 'forbidden' : hasChain ? 'there' : 'to be added' }
}
