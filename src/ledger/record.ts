/** Writing the ledger: the row and its log row in one statement each, so that neither is ever without the other. */
import { forgetStatement, isPgError, saidLast, sqlStateOf, statementOf } from '../database/pg-error.ts'
import { redactSecrets } from '../database/secrets.ts'
import type { Row, Session } from '../database/session.ts'
import { type DbmigError, messageOf } from '../errors.ts'
import type { AppliedRow } from '../graph/applied.ts'
import { literalOf } from '../sql/inline-parameters.ts'
import type { Actor } from './actor.ts'
import type { Attempt, InvalidIndex } from './attempt.ts'
import { chainLock, type Ledger } from './chain.ts'
import { ledgerChanged, logForked, logNumbersBehind } from './errors.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'
import {
  addedSql,
  attemptedSql,
  changedMark,
  clockSql,
  type Entry,
  edgesSql,
  failedSql,
  type ListValueName,
  removedSql,
  stampedSql,
  unstampedSql,
  type ValueName,
  type Write,
  type WriteList,
} from './statements.ts'

/** One writer for one run. */
export interface Recorder {
  readonly session: Session
  readonly location: Ledger
  readonly actor: Actor
}

/** The database's clock: when the work that is recorded began. */
export type StartedAt = string

/** Reads the database's clock, with its microseconds. */
export async function readClock(session: Session): Promise<StartedAt> {
  const rows = await session.query<{ now: string }>(`select ${clockSql} as now`)
  return rows[0]?.now ?? ''
}

/**
 * Marks a revision outside a transaction as under way; the log row follows when it ends.
 *
 * @throws LEDGER_CHANGED when it is applied already, or on the way down was not
 */
export async function recordRunning(
  { location, session, actor }: Recorder,
  entry: Entry,
  direction: 'up' | 'down',
  startedAt: StartedAt,
): Promise<Attempt> {
  const { write, bound } = parametersOf({ ...entry, ...actor, startedAt })
  const rows = await session.query<{ attempt: Attempt }>(attemptedSql(location, direction, write), bound)
  const [row] = rows
  if (row === undefined) throw ledgerChanged(tableName(location), entry.revision)
  return row.attempt
}

/**
 * Records that a revision is applied.
 *
 * @returns how long it took by the database's clock
 * @throws LEDGER_CHANGED when it was recorded as applied before
 */
export async function recordApplied(recorder: Recorder, entry: Entry, startedAt: StartedAt): Promise<number> {
  return recordChange(recorder, entry, startedAt, (write) => addedSql(recorder.location, 'up', write))
}

/**
 * Records that revisions are taken to be applied without running them.
 *
 * @param entries ancestors first
 * @throws LEDGER_CHANGED when one was recorded as applied before
 */
export async function recordStamped(
  recorder: Recorder,
  entries: readonly Entry[],
  startedAt: StartedAt,
): Promise<void> {
  await recordStamps(recorder, entries, startedAt, stampedSql)
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
  const isSquash = (entry.replaces ?? []).length > 0
  return recordChange(recorder, entry, startedAt, (write) =>
    removedSql(recorder.location, 'down', write, { squash: isSquash }),
  )
}

/**
 * The statements that record a revision, without parameters, for who sends them along with others, in one transaction and after one
 * that asks for `chainLock`. One gives a row with `duration_ms`.
 *
 * @param edges applied revisions above it, whose rows are to say what their files say
 */
export function recordScript(
  { location, actor }: Omit<Recorder, 'session'>,
  entry: Entry,
  { direction, startedAt, edges }: Moved,
): string[] {
  const write = literals({ ...entry, ...actor, startedAt })
  const squash = (entry.replaces ?? []).length > 0
  return [
    ...(direction === 'down' ? [] : edges.map((row) => edgesSql(location, literals({ ...row })))),
    changeSql(location, direction, write, squash),
  ]
}

/** A statement that a session keeps, for what is the same from one revision to the next. */
export interface KeptRecord {
  readonly name: string
  readonly prepare: string
  /** @param startedAt when the step began, or the first of those that it came with */
  execute(entry: Entry, startedAt: StartedAt): string
}

/**
 * As `recordScript`, for many revisions one after another that are no squashes, and below none that is applied: PostgreSQL takes longer
 * to plan the statement than to run it.
 *
 * @param begins when the step began: `told`, or `after the last`: as the one was done that was logged last
 */
export function keptRecord(
  { location, actor }: Omit<Recorder, 'session'>,
  direction: 'up' | 'down',
  begins: 'told' | 'after the last',
): KeptRecord {
  const { write: number, names } = parametersOf({})
  const lastSql = `(select l.finished_at from ${logName(location)} as l order by l.id desc limit 1)`
  const write = (name: ValueName): string => {
    if (name in actor) return literalOf(actor[name as keyof Actor])
    // The clock may have been set back, and somebody may have put rows there by hand.
    if (name === 'startedAt' && begins === 'after the last')
      return `greatest(${number(name)}::timestamptz, ${lastSql})`
    return number(name)
  }
  const sql = changeSql(location, direction, write, false)
  const name = `dbmig_record_${direction}${begins === 'told' ? '' : '_next'}`
  return {
    name,
    prepare: `prepare ${name} as ${sql}`,
    execute(entry, startedAt) {
      const values = { ...entry, startedAt } as { readonly [Name in ValueName]?: unknown }
      return `execute ${name} (${names.map((each) => literalOf(values[each] ?? null)).join(', ')})`
    },
  }
}

/** @param squash whether the revision replaces others, whose rows go with its own on the way down */
function changeSql(location: Ledger, direction: 'up' | 'down', write: Write, squash: boolean): string {
  const otherwise = 'an error'
  return direction === 'down'
    ? removedSql(location, 'down', write, { squash, otherwise })
    : addedSql(location, 'up', write, otherwise)
}

function literals(values: { readonly [Name in ValueName | ListValueName]?: unknown }): Write & WriteList {
  return (name) => literalOf(values[name] ?? null)
}

export interface Moved {
  readonly direction: 'up' | 'down'
  readonly startedAt: StartedAt
  readonly edges: readonly AppliedRow[]
}

/** @throws LEDGER_CHANGED, LEDGER_NUMBERS for the error of a statement of `recordScript` that has found the ledger other than expected */
export function requireUnchanged(
  { location }: Omit<Recorder, 'session'>,
  entry: Entry,
  error: unknown,
): void {
  if (messageOf(error).includes(changedMark)) throw ledgerChanged(tableName(location), entry.revision)
  const taken = takenInLog(location, entry.revision, error)
  if (taken !== null) throw taken
}

/**
 * What it means that a new row of the log has what another one has. Two rows that follow the same one: the transaction cannot see
 * what others have logged since it began, as `repeatable read` has it.
 */
function takenInLog(location: LedgerLocation, revision: string, error: unknown): DbmigError | null {
  if (!isPgError(error) || error.code !== '23505') return null
  if (error.schema !== location.schema || error.table !== location.log) return null
  const constraint = error.constraint ?? ''
  if (constraint.endsWith('_previous_key')) return logForked(logName(location), revision, error)
  if (constraint.endsWith('_pkey')) return logNumbersBehind(logName(location), revision, error)
  return null
}

/**
 * Records that revisions are taken not to be applied, without running them.
 *
 * @param entries descendants first
 * @throws LEDGER_CHANGED when one was not recorded as applied
 */
export async function recordUnstamped(
  recorder: Recorder,
  entries: readonly Entry[],
  startedAt: StartedAt,
): Promise<void> {
  await recordStamps(recorder, entries, startedAt, unstampedSql)
}

export interface Failure {
  readonly direction: 'up' | 'down'
  readonly startedAt: StartedAt
  readonly error: unknown
  /** Of a revision outside a transaction, whose row stays, as `failed`. */
  readonly attempt: Attempt | null
  /** What it has left invalid, as far as that could be found out. */
  readonly invalidIndexes?: readonly InvalidIndex[] | undefined
}

/** Enough to know it by: one that inserts rows may be megabytes long. */
const longestStatement = 10_000

/** Who logs a failure without the migration lock may come upon a run that logs in one long transaction. */
const patienceSql = `select set_config('lock_timeout', '10s', true)`

/** Logs a failed revision. Call it after the rollback. */
export async function recordFailed(recorder: Recorder, entry: Entry, failure: Failure): Promise<void> {
  const { location, actor, session } = recorder
  const { error, startedAt, invalidIndexes } = failure
  const statement = statementOf(error)
  const write = literals({
    ...entry,
    ...actor,
    startedAt,
    error: storable(redactSecrets(messageOf(saidLast(error)))),
    errorCode: sqlStateOf(error) ?? null,
    statement: statement === undefined ? null : storable(redactSecrets(statement).slice(0, longestStatement)),
    invalidIndexes: invalidIndexes === undefined ? null : JSON.stringify(invalidIndexes),
    transactionId: failure.attempt?.transactionId,
  })
  const sql = [patienceSql, lockSql(location), failedSql(location, failure, write)]
  await recorded(session, sql, entry.revision, location)
}

/** PostgreSQL's text holds any character but this one. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u{fffd}')
}

const lockSql = (ledger: Ledger) => `select ${chainLock(ledger)}`

/** Runs statements of which the last one logs, in one round trip and one transaction, and gives the rows of that. */
async function recorded(
  session: Session,
  statements: readonly string[],
  revision: string,
  location: Ledger,
): Promise<Row[]> {
  try {
    return (await session.queryAll(statements)).at(-1) ?? []
  } catch (error) {
    forgetStatement(error)
    throw takenInLog(location, revision, error) ?? error
  }
}

/** In one statement for all: one each takes half a minute for 10,000. */
async function recordStamps(
  { session, location, actor }: Recorder,
  entries: readonly Entry[],
  startedAt: StartedAt,
  statement: (ledger: Ledger, write: WriteList) => string,
): Promise<void> {
  const [first] = entries
  if (first === undefined) return
  const write = literals({ ...actor, startedAt, entries: JSON.stringify(entries) })
  const sql = [lockSql(location), statement(location, write)]
  const rows = await recorded(session, sql, first.revision, location)
  const done = new Set(rows.map(({ revision }) => revision))
  const other = entries.find(({ revision }) => !done.has(revision))
  if (other !== undefined) throw ledgerChanged(tableName(location), other.revision)
}

/** @returns how long it took by the database's clock */
async function recordChange(
  { session, location, actor }: Recorder,
  entry: Entry,
  startedAt: StartedAt,
  statement: (write: Write) => string,
): Promise<number> {
  const sql = [lockSql(location), statement(literals({ ...entry, ...actor, startedAt }))]
  const rows = await recorded(session, sql, entry.revision, location)
  const [row] = rows
  if (row === undefined || rows.length !== 1) throw ledgerChanged(tableName(location), entry.revision)
  return Number(row['duration_ms'])
}

/**
 * Numbers the values that a statement uses, and no others: PostgreSQL wants a type for each.
 *
 * @returns `names` and `bound` grow as `write` is called
 */
export function parametersOf(values: { readonly [Name in ValueName]?: unknown }): {
  readonly write: Write
  readonly names: readonly ValueName[]
  readonly bound: readonly unknown[]
} {
  const names: ValueName[] = []
  const bound: unknown[] = []
  const write = (name: ValueName) => {
    if (!names.includes(name)) {
      names.push(name)
      bound.push(values[name])
    }
    return `$${names.indexOf(name) + 1}`
  }
  return { write, names, bound }
}
