/** The script of a plan for psql: guards, the ledger, and each revision with its rows as the runner writes them. */
import { resetSql, type Settings, settingsSql } from '../../database/settings.ts'
import type { AppliedRow } from '../../graph/applied.ts'
import type { Revision, Step } from '../../graph/revision.ts'
import { chainLock, type Ledger } from '../../ledger/chain.ts'
import { type LedgerLocation, tableName } from '../../ledger/location.ts'
import {
  addedSql,
  clockSql,
  type Entry,
  edgesSql,
  removedSql,
  runningSql,
  type Write,
} from '../../ledger/statements.ts'
import { addMissingChainSql, createSchemaSql, createTablesSql } from '../../ledger/tables.ts'
import { literalOf } from '../../sql/inline-parameters.ts'
import { lockKey } from '../lock/lock.ts'
import { isConcurrent } from '../settings.ts'

/** A step, and everything that the script says of it. */
export interface OfflineStep extends Step {
  readonly entry: Entry
  /** Applied revisions above it, whose rows are to say what their files say. */
  readonly above: readonly AppliedRow[]
  /** Fit for psql, each with its semicolon. */
  readonly statements: readonly string[]
  /** Whether the file runs in a transaction. */
  readonly transaction: boolean
  /** What the file asks for in place of the run's. */
  readonly settings?: Settings
}

export interface Plan {
  readonly command: 'upgrade' | 'downgrade' | 'stamp'
  /** The heads where it starts, and where it ends. */
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly steps: readonly OfflineStep[]
  /** One transaction for all. */
  readonly oneTransaction: boolean
  readonly location: LedgerLocation
  readonly lockTimeout: string | undefined
  readonly statementTimeout: string | undefined
  /** As in `Project`. */
  readonly tenantSchema: string | undefined
  readonly dbmigVersion: string
  readonly madeAt: Date
}

/** @returns the whole script, without a line break at its end */
export function scriptOf(plan: Plan): string {
  if (plan.steps.length === 0) return `${header(plan)}\n-- Nothing to do.`
  const raised = plan.steps.some(({ direction }) => direction === 'up')
  return [
    header(plan),
    settings(plan),
    guard(plan),
    raised ? ledger(plan) : chain(plan),
    ...(plan.command === 'stamp' ? [stamped(plan)] : run(plan)),
    `-- Others may run again.\n${give(`select pg_advisory_unlock(${lockKey(plan.location)}) as unlocked`)}`,
  ].join('\n\n')
}

function header({ command, from, to, steps, dbmigVersion, madeAt }: Plan): string {
  const count = `${steps.length} ${steps.length === 1 ? 'revision' : 'revisions'}`
  return `-- dbmig ${command} from ${place(from)} to ${place(to)}: ${count}.
-- Made by dbmig ${dbmigVersion} at ${madeAt.toISOString()}. Run it with psql: psql -X -f FILE`
}

function settings(plan: Plan): string {
  return `\\set ON_ERROR_STOP on
\\set ON_ERROR_ROLLBACK off
\\set AUTOCOMMIT on
\\set SINGLELINE off
-- Who runs this, for the log; left empty where the system does not say.
\\set dbmig_os_user \`whoami\`
\\set dbmig_host \`hostname\`
${reset(plan)}`
}

/** Every revision starts with the same settings, as in the runner, whatever the one before it has set. */
function reset({ lockTimeout, statementTimeout, tenantSchema: schema }: Plan): string {
  const set = (name: string, value: string | undefined) =>
    value === undefined ? '' : ` set ${name} to ${literalOf(value)};`
  const path = schema === undefined ? '' : `\n${settingsSql({ schema }, 'session').map(asPath).join('')}`
  return `${resetSql};${set('lock_timeout', lockTimeout)}${set('statement_timeout', statementTimeout)}${path}`
}

function asPath(sql: string): string {
  return give(`${sql} as path`)
}

/** Takes the runner's lock, and stops where the database is not where the script starts. */
function guard({ command, from, steps, location }: Plan): string {
  const table = tableName(location)
  const moved = (direction: 'up' | 'down') =>
    steps.filter((step) => step.direction === direction).map(({ revision }) => revision)
  // A part of what was squashed may not be there either: the squash would run it again.
  const up = moved('up').flatMap(({ revision, replaces }) => [...replaces, revision])
  const needed = [...new Set([...from, ...moved('down').map(({ revision }) => revision)])]
  // A file outside a transaction that failed half-way counts as applied on the way down, and as not applied on the way up.
  const status = command === 'upgrade' ? " and status = 'applied'" : ''
  const hint = `Find out where it is with "dbmig current", and make a script that starts there: dbmig ${command} FROM:TO --sql.`
  const start = `This script starts at ${place(from)}, and this database`
  const lacks = `
  select string_agg(id, ', ' order by n) into found
  from unnest(${literalOf(needed)}) with ordinality as needed (id, n)
  where not exists (select from ${table} where revision = id${status});
  if found is not null then
    raise exception using
      message = ${literalOf(`${start} is not there: its ledger does not have `)} || found || '. Nothing was run.',
      hint = ${literalOf(hint)};
  end if;`
  const has = `
  select string_agg(id, ', ' order by n) into found
  from unnest(${literalOf(up)}) with ordinality as new (id, n)
  where exists (select from ${table} where revision = id and status = 'applied');
  if found is not null then
    raise exception using
      message = ${literalOf(`${start} is beyond that: its ledger has `)} || found || ' already. Nothing was run.',
      hint = ${literalOf(hint)};
  end if;`
  const own = steps.map(({ revision }) => revision.revision)
  const halfWay = `
  select string_agg(revision, ', ' order by revision) into found from ${table}
  where status <> 'applied' and not revision = any (${literalOf(own)});
  if found is not null then
    raise exception using
      message = 'Half-way, and not of this script: ' || found || '. Nothing was run.',
      hint = 'It began outside a transaction and did not end. Look at what is there of it, then say which with "dbmig resolve".';
  end if;`
  const withoutLedger =
    needed.length === 0
      ? 'return;'
      : `raise exception using
      message = ${literalOf(`${start} has no ledger ${table}: no revision was ever applied here. Nothing was run.`)},
      hint = ${literalOf(hint)};`
  const body = `
declare
  found text;
begin
  if not pg_try_advisory_lock(${lockKey(location)}) then
    raise exception using
      message = 'Another run of dbmig holds the migration lock of this database. Nothing was run.',
      hint = 'Wait for it, then run this script again.';
  end if;
  if to_regclass(${literalOf(table)}) is null then
    ${withoutLedger}
  end if;${command === 'stamp' ? '' : halfWay}${needed.length === 0 ? '' : lacks}${up.length === 0 ? '' : has}
end
`
  return `-- Stop unless this run is alone and the database is where the script starts.
do ${dollarQuoted(body)};`
}

function newSchema(schema: string): string {
  return `${give(`select not exists (select from pg_namespace where nspname = ${literalOf(schema)}) as new_schema`)}
\\if :dbmig_new_schema
${createSchemaSql({ schema })};
\\endif
`
}

function ledger({ location, tenantSchema }: Plan): string {
  const tenant = tenantSchema === undefined || tenantSchema === location.schema ? '' : newSchema(tenantSchema)
  return `-- The ledger.
${newSchema(location.schema)}${tenant}set client_min_messages to warning;
begin;
${createTablesSql(location)}
commit;
reset client_min_messages;
${chain({ location })}`
}

/** A ledger that an older dbmig has made. */
function chain({ location }: Pick<Plan, 'location'>): string {
  return `-- The log's chain, where an older dbmig has made the log.
do ${dollarQuoted(addMissingChainSql(location))};`
}

function run(plan: Plan): string[] {
  const parts = plan.steps.map((step, index) => {
    const title = titleOf(step, `${index + 1} of ${plan.steps.length}`)
    if (!step.transaction) return `${title}\n${outside(plan, step)}`
    const inside = `${clock}\n${own(step, 'local')}${lines(step.statements)}${reset(plan)}\n${alone(plan)}\n${recorded(plan, step)}`
    return plan.oneTransaction ? `${title}\n${inside}` : `${title}\nbegin;\n${inside}\ncommit;`
  })
  return plan.oneTransaction ? ['begin;', ...parts, 'commit;'] : parts
}

/** The row says `running` meanwhile, so that it can be seen where this ended half-way. */
function outside(plan: Plan, step: OfflineStep): string {
  const running = give(runningSql(plan.location, step.direction, writer(step.entry, plan)))
  const lockTimeout = step.settings?.lockTimeout ?? plan.lockTimeout
  const statements = step.statements.map((sql) => patient(sql, lockTimeout))
  return `${clock}\n${running}\n${own(step, 'session')}${lines(statements)}${reset(plan)}\nbegin;\n${alone(plan)}\n${recorded(plan, step)}\ncommit;`
}

function own({ settings = {} }: OfflineStep, scope: 'local' | 'session'): string {
  return lines(settingsSql(settings, scope).map((sql) => `${sql};`))
}

/** What waits for others with `concurrently` waits as long as it takes, as in the runner. */
function patient(sql: string, lockTimeout: string | undefined): string {
  if (!isConcurrent(sql)) return sql
  const after =
    lockTimeout === undefined ? 'reset lock_timeout' : `set lock_timeout to ${literalOf(lockTimeout)}`
  return `set lock_timeout to 0;\n${sql}\n${after};`
}

function stamped(plan: Plan): string {
  const rows = plan.steps.map(
    (step, index) =>
      `${titleOf(step, `${index + 1} of ${plan.steps.length}`)}\n${recorded(plan, step, 'stamp')}`,
  )
  return ['begin;', clock, alone(plan), ...rows, 'commit;'].join('\n')
}

/** A run that has lost its connection, and the lock with it, may log that at the same moment. */
function alone({ location }: Plan): string {
  return give(`select ${chainLock({ ...location, chained: true })} as alone`)
}

/** A statement that gives no row stops the script: the ledger was changed by something else meanwhile. */
function recorded(plan: Plan, step: OfflineStep, stamp?: 'stamp'): string {
  const ledger: Ledger = { ...plan.location, chained: true }
  const { direction, entry, above } = step
  const write = writer(entry, plan)
  if (direction === 'down')
    return give(removedSql(ledger, stamp ?? 'down', write, { squash: step.revision.replaces.length > 0 }))
  const edges = above.map((row) => `${edgesSql(ledger, writer(row, plan))};\n`)
  return `${edges.join('')}${give(addedSql(ledger, stamp ?? 'up', write))}`
}

const clock = give(`select ${clockSql} as started_at`)

/** What psql knows when it runs stands as a variable, and all else as a literal. */
function writer(entry: Partial<Entry>, { dbmigVersion }: Pick<Plan, 'dbmigVersion'>): Write {
  return (name) => {
    switch (name) {
      case 'startedAt':
        return ":'dbmig_started_at'"
      case 'osUser':
        return "nullif(:'dbmig_os_user', '')"
      case 'host':
        return "nullif(:'dbmig_host', '')"
      case 'dbmigVersion':
        return literalOf(dbmigVersion)
      case 'error':
      case 'errorCode':
      case 'statement':
      case 'invalidIndexes':
      case 'transactionId':
        return 'null'
      default:
        return literalOf(entry[name] ?? null)
    }
  }
}

/** Runs a query of one row and keeps it in variables `dbmig_…`; psql stops where there is no row. */
function give(sql: string): string {
  return `${sql}\n\\gset dbmig_`
}

function lines(statements: readonly string[]): string {
  return statements.map((statement) => `${statement}\n`).join('')
}

function titleOf({ direction, revision }: Step, position: string): string {
  return `-- ${direction} ${wordsOf(revision)} (${position})`
}

function wordsOf({ revision, message }: Revision): string {
  return `${revision} ${message}`.replace(/\s+/g, ' ').trim()
}

function place(heads: readonly string[]): string {
  return heads.length === 0 ? 'base' : heads.join(', ')
}

function dollarQuoted(body: string): string {
  let tag = '$dbmig$'
  while (body.includes(tag)) tag = `${tag.slice(0, -1)}_$`
  return `${tag}${body}${tag}`
}
