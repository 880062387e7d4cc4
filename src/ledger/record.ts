/** Writing the ledger: the row and its log row in one statement each, so that neither is ever without the other. */
import { saidLast, sqlStateOf, statementOf } from '../database/pg-error.ts'
import { redactSecrets } from '../database/secrets.ts'
import type { Session } from '../database/session.ts'
import { messageOf } from '../errors.ts'
import type { AppliedRow } from '../graph/applied.ts'
import { literalOf } from '../sql/inline-parameters.ts'
import type { Actor } from './actor.ts'
import type { Attempt, InvalidIndex } from './attempt.ts'
import { ledgerChanged } from './errors.ts'
import { type LedgerLocation, tableName } from './location.ts'
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
  readonly location: LedgerLocation
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
 * The statements that record a revision, without parameters, for who sends them along with others. One gives a row with
 * `duration_ms`.
 *
 * @param edges applied revisions above it, whose rows are to say what their files say
 */
export function recordScript(
  { location, actor }: Omit<Recorder, 'session'>,
  entry: Entry,
  { direction, startedAt, edges }: Moved,
): string[] {
  const literals =
    (values: Partial<Record<ValueName, unknown>>): Write =>
    (name) =>
      literalOf(values[name] ?? null)
  const write = literals({ ...entry, ...actor, startedAt })
  const otherwise = 'an error'
  if (direction === 'down') {
    return [removedSql(location, 'down', write, { squash: (entry.replaces ?? []).length > 0, otherwise })]
  }
  return [
    ...edges.map((row) => edgesSql(location, literals({ ...row }))),
    addedSql(location, 'up', write, otherwise),
  ]
}

export interface Moved {
  readonly direction: 'up' | 'down'
  readonly startedAt: StartedAt
  readonly edges: readonly AppliedRow[]
}

/** @throws LEDGER_CHANGED for the error of a statement of `recordScript` that has found the ledger other than expected */
export function requireUnchanged(
  { location }: Omit<Recorder, 'session'>,
  entry: Entry,
  error: unknown,
): void {
  if (messageOf(error).includes(changedMark)) throw ledgerChanged(tableName(location), entry.revision)
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

/** Logs a failed revision. Call it after the rollback. */
export async function recordFailed(recorder: Recorder, entry: Entry, failure: Failure): Promise<void> {
  const { location, actor, session } = recorder
  const { error, startedAt, invalidIndexes } = failure
  const statement = statementOf(error)
  const { write, bound } = parametersOf({
    ...entry,
    ...actor,
    startedAt,
    error: redactSecrets(messageOf(saidLast(error))),
    errorCode: sqlStateOf(error) ?? null,
    statement: statement === undefined ? null : redactSecrets(statement).slice(0, longestStatement),
    invalidIndexes: invalidIndexes === undefined ? null : JSON.stringify(invalidIndexes),
    transactionId: failure.attempt?.transactionId,
  })
  await session.query(failedSql(location, failure, write), bound)
}

/** In one statement for all: one each takes half a minute for 10,000. */
async function recordStamps(
  { session, location, actor }: Recorder,
  entries: readonly Entry[],
  startedAt: StartedAt,
  statement: (location: LedgerLocation, write: WriteList) => string,
): Promise<void> {
  if (entries.length === 0) return
  const { write, bound } = parametersOf({ ...actor, startedAt, entries: JSON.stringify(entries) })
  const rows = await session.query<{ revision: string }>(statement(location, write), bound)
  const recorded = new Set(rows.map(({ revision }) => revision))
  const other = entries.find(({ revision }) => !recorded.has(revision))
  if (other !== undefined) throw ledgerChanged(tableName(location), other.revision)
}

/** @returns how long it took by the database's clock */
async function recordChange(
  { session, location, actor }: Recorder,
  entry: Entry,
  startedAt: StartedAt,
  statement: (write: Write) => string,
): Promise<number> {
  const { write, bound } = parametersOf({ ...entry, ...actor, startedAt })
  const rows = await session.query<{ duration_ms: number }>(statement(write), bound)
  const [row] = rows
  if (row === undefined || rows.length !== 1) throw ledgerChanged(tableName(location), entry.revision)
  return row.duration_ms
}

/** Numbers the values that a statement uses, and no others: PostgreSQL wants a type for each. */
export function parametersOf(values: { readonly [Name in ValueName | ListValueName]?: unknown }): {
  readonly write: Write & WriteList
  readonly bound: readonly unknown[]
} {
  const names: string[] = []
  const bound: unknown[] = []
  const write = (name: ValueName | ListValueName) => {
    if (!names.includes(name)) {
      names.push(name)
      bound.push(values[name])
    }
    return `$${names.indexOf(name) + 1}`
  }
  return { write, bound }
}
