/** Making the ledger's tables, and checking that they are ours. */
import { sqlStateOf } from '../database/pg-error.ts'
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import { ledgerForbidden, ledgerOtherShape } from './errors.ts'
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
  status text not null default 'applied' check (status in ('applied', 'running', 'failed'))
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
  error_code text
);`
}

/** Makes the schema of the tables. "If not exists" would ask for the right to create one even where it exists. */
export function createSchemaSql(location: LedgerLocation): string {
  return `create schema ${quoteIdentifier(location.schema)}`
}

/**
 * Makes the ledger where it is missing. Several may do so at once. Call it outside of a transaction.
 *
 * @throws LEDGER_FORBIDDEN, LEDGER_SHAPE
 */
export async function ensureLedger(session: Session, location: LedgerLocation): Promise<void> {
  if (await checkLedger(session, location)) return
  for (let attempt = 1; ; attempt++) {
    try {
      await createLedger(session, location)
      break
    } catch (error) {
      const code = sqlStateOf(error)
      if (code === '42501') throw ledgerForbidden('create', tableName(location), error)
      // "If not exists" does not see what another is creating at this moment: the second one is told of a duplicate,
      // which may be a row of the catalogs, a schema, a table, or (42710) the table's row type.
      const raced = ['23505', '42P06', '42P07', '42710'].includes(code ?? '')
      if (!raced || attempt === 5) throw error
    }
  }
  await checkLedger(session, location)
}

async function createLedger(session: Session, location: LedgerLocation): Promise<void> {
  const rows = await session.query<{ found: boolean }>(
    'select exists (select from pg_namespace where nspname = $1) as found',
    [location.schema],
  )
  if (!rows[0]?.found) await session.execute(createSchemaSql(location))
  await session.execute(createTablesSql(location))
}

/** Whether both tables are there. Throws LEDGER_SHAPE when something else has their name. */
async function checkLedger(session: Session, location: LedgerLocation): Promise<boolean> {
  const rows = await session.query<{ name: string; kind: string; columns: Record<string, string> }>(
    `select c.relname as name, c.relkind::text as kind,
       coalesce(json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) filter (where a.attname is not null), '{}')
         as columns
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where n.nspname = $1 and c.relname in ($2, $3)
     group by c.oid, c.relname, c.relkind`,
    [location.schema, location.table, location.log],
  )
  const expected = [
    { name: location.table, columns: versionColumns, inSql: tableName(location) },
    { name: location.log, columns: logColumns, inSql: logName(location) },
  ]
  let complete = true
  for (const { name, columns, inSql } of expected) {
    const found = rows.find((row) => row.name === name)
    if (found === undefined) {
      complete = false
      continue
    }
    if (found.kind !== 'r' && found.kind !== 'p') throw ledgerOtherShape(inSql, ['it is no table'])
    const wrong = Object.entries(columns).flatMap(([column, type]) => {
      const actual = found.columns[column]
      if (actual === undefined) return [`column ${column} is missing`]
      return actual === type ? [] : [`column ${column} is ${actual}, not ${type}`]
    })
    if (wrong.length > 0) throw ledgerOtherShape(inSql, wrong)
  }
  return complete
}
