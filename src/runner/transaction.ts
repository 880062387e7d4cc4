/** The transaction of a step: one round trip to begin it, and one to record and commit it, in which the next may begin. */
import { forgetStatement, sqlStateOf } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import { refusedSetting, resetSql, type Settings, settingsSql } from '../database/settings.ts'
import type { StartedAt } from '../ledger/record.ts'
import { clockSql } from '../ledger/statements.ts'
import { LockReleased } from './lock/errors.ts'
import type { Hold } from './lock/lock-hold.ts'

/** A step that has begun. */
export interface Opened {
  readonly startedAt: StartedAt
  /** The transaction's, which is another as soon as a commit or rollback hides in the revision. */
  readonly id: string
  /** The server's process that has the transaction, whatever pooler is between. */
  readonly pid: number
  /** Nought: no limit. */
  readonly lockTimeoutMs: number
  readonly statementTimeoutMs: number
  /** Nought: no limit, or a server that knows none, as those before 17. */
  readonly transactionTimeoutMs: number
  /** Whether event triggers see each statement, with the message that it is sent in. */
  readonly watched: boolean
}

/** The revision returned, but its transaction is no longer the one that was begun for it. */
export class TransactionGone extends Error {
  readonly state: 'ended' | 'aborted'

  constructor(state: 'ended' | 'aborted') {
    super(
      state === 'ended'
        ? 'the revision ended the transaction itself'
        : 'the revision caught the error of a statement and went on',
    )
    this.state = state
  }
}

/**
 * Begins a step, in a transaction of its own or in the one that is open.
 *
 * @throws DATABASE_SETTING
 */
export async function openStep(session: Session, settings: Settings, begin: boolean): Promise<Opened> {
  try {
    const [row] = (await session.queryAll(openingSql(settings, begin))).at(-1) ?? []
    return row as unknown as Opened
  } catch (error) {
    forgetStatement(error)
    throw refusedSetting(settings, error) ?? error
  }
}

/** The last of these gives what is `Opened`. */
export function openingSql(settings: Settings, begin: boolean): string[] {
  return [
    ...(begin ? ['begin'] : []),
    ...settingsSql(settings, 'local'),
    `select pg_current_xact_id()::text as id, ${clockSql} as "startedAt", pg_backend_pid() as pid,
       exists (select from pg_catalog.pg_event_trigger where evtenabled <> 'D') as watched,
       ${millisecondsSql("current_setting('lock_timeout')")} as "lockTimeoutMs", ${millisecondsSql("current_setting('statement_timeout')")} as "statementTimeoutMs",
       ${millisecondsSql("coalesce(current_setting('transaction_timeout', true), '0')")} as "transactionTimeoutMs"`,
  ]
}

function millisecondsSql(setting: string): string {
  return `(extract(epoch from ${setting}::interval) * 1000)::float8`
}

const endedMark = 'dbmig: the transaction was ended'
const releasedMark = 'dbmig: the lock was released'

/**
 * Deferred constraints are checked where they were made to wait, and leave nothing to the next step of the same transaction, which
 * finds them as deferred as they were declared.
 */
const checkSql = 'set constraints all immediate'
const deferSql = `set constraints all deferred;
do $$
declare name text;
begin
  for name in
    select format('%I.%I', nspname, conname) from pg_constraint join pg_namespace n on n.oid = connamespace
    where condeferrable and has_schema_privilege(n.oid, 'usage') group by 1 having not bool_or(condeferred)
  loop
    execute format('set constraints %s immediate', name);
  end loop;
end $$`

/** How a step ends. */
export interface Closing {
  readonly settings: Settings
  /** Statements that write the ledger; one of them gives a row with `duration_ms`. */
  readonly record: readonly string[]
  readonly lock: Pick<Hold, 'alone'>
  readonly commit: boolean
  /** Whether another follows with the same settings, which begins in the same round trip. */
  readonly goesOn: boolean
}

export interface Closed {
  readonly durationMs: number
  /** The step that follows. */
  readonly next: Opened | undefined
}

/**
 * Ends a step: undoes what it has done to the session, records it, and commits where it is the last.
 *
 * @throws TransactionGone, LockReleased, and what the statements or the commit throw
 */
export async function closeStep(
  session: Session,
  opened: Opened,
  { settings, record, lock, commit, goesOn }: Closing,
): Promise<Closed> {
  const script = [
    // Before anything is written: without a transaction each statement would be one of its own.
    `select (case when pg_current_xact_id_if_assigned()::text = '${opened.id}' then case when ${lock.alone} then '0' else '${releasedMark}' end
  else '${endedMark}' end)::int`,
    ...[checkSql, resetSql],
    ...settingsSql(settings, 'local'),
    ...record,
    commit ? 'commit' : deferSql,
    // Nothing of it can fail that did not before.
    ...(goesOn ? openingSql(settings, commit) : []),
  ]
  try {
    const rows = (await session.queryAll(script)).flat()
    const durationMs = Number(rows.find((row) => 'duration_ms' in row)?.['duration_ms'])
    return { durationMs, next: goesOn ? (rows.at(-1) as unknown as Opened) : undefined }
  } catch (error) {
    forgetStatement(error)
    if (sqlStateOf(error) === '25P02') throw new TransactionGone('aborted')
    if (error instanceof Error && error.message.includes(endedMark)) throw new TransactionGone('ended')
    if (error instanceof Error && error.message.includes(releasedMark)) throw new LockReleased()
    throw error
  }
}

/** What has become of a step's transaction. */
export async function stateOf(session: Session, id: string): Promise<'open' | 'ended' | 'aborted'> {
  try {
    const rows = await session.query<{ id: string | null }>(
      'select pg_current_xact_id_if_assigned()::text as id',
    )
    return rows[0]?.id === id ? 'open' : 'ended'
  } catch (error) {
    const code = sqlStateOf(error)
    // A cancellation that arrives late hits this very statement.
    if (code === '25P02' || code === '57014') return 'aborted'
    throw error
  }
}
