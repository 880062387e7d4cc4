/** How the migration lock is held: by the session itself, or beside a session that goes through a pooler. */
import { within } from '../../database/cancel.ts'
import { sqlStateOf } from '../../database/pg-error.ts'
import type { Session } from '../../database/session.ts'
import { lockLost, poolOfOne, statementPooling } from './errors.ts'

export interface Hold {
  /** Takes the lock where it is free. */
  take(): Promise<boolean>
  /**
   * Makes sure that the connection that holds the lock is there. Call it before a commit.
   *
   * @throws RUNNER_LOCK_LOST
   */
  confirm(): Promise<void>
  /**
   * An expression of SQL that gives back every other advisory lock of the session, and is true where this one is held on. As a whole
   * it must succeed: what it does to a session's locks no rollback undoes.
   */
  readonly alone: string
  /**
   * Looks, once the lock is held, whether a pooler gives each transaction another connection.
   *
   * @param session the run's own, which is another once its connection was lost
   */
  isByTransaction(session: Session): Promise<boolean>
  /** Gives the lock back, if it is held. */
  end(): Promise<void>
}

/**
 * A session's lock ends with its connection, and so does whatever else it does; but a revision may give it back. A lock of the
 * transaction, which is there at once for whoever holds the same, keeps it while all those of the session are given back.
 */
export function holdInSession(session: Session, key: string): Hold {
  let held = false
  return {
    async take() {
      const [row] = await session.query<{ locked: boolean }>(
        'select pg_try_advisory_lock($1::bigint) as locked',
        [key],
      )
      held = row?.locked === true
      return held
    },
    async confirm() {},
    alone: `case when pg_try_advisory_xact_lock(${key}) and pg_advisory_unlock(${key})
  then pg_advisory_unlock_all() is not null and pg_try_advisory_lock(${key})
  else pg_advisory_unlock_all() is null end`,
    isByTransaction: async () => false,
    async end() {
      // A broken connection has given the lock back already.
      if (held) await session.query('select pg_advisory_unlock($1::bigint)', [key]).catch(() => {})
    },
  }
}

/** How long the server may take to answer on a connection that does nothing else. */
const answerMs = 10_000

/** After an abort the transaction may still wait for a connection of the pool: then there is nothing to roll back. */
const goodbyeMs = 500

/** How long the session may take to get a connection of the pool while the lock has one. */
const poolPatienceMs = 10_000

/**
 * Behind a pooler a session's lock would stay on whatever connection of the server took it, for good. What a pooler does keep
 * together is a transaction: one on a second connection holds the lock. It has no snapshot between its statements, so
 * `concurrently` does not wait for it.
 *
 * @throws RUNNER_POOLER_STATEMENTS, and what connecting throws
 */
export async function holdBeside(
  session: Session,
  key: string,
  signal: AbortSignal | undefined,
): Promise<Hold> {
  const { another } = session
  if (another === null) throw new Error('An embedded database has no pooler.')
  const second = await another({ applicationName: `dbmig${lockPurpose}`, signal })
  // What each was seen on. In a pool of sessions that is one process for each; a pool of transactions that is quiet gives both the same, one
  // that goes round gives one the next each time, and one that is busy does either, sooner or later.
  const seen = new Map<Session, Set<unknown>>()
  const note = (each: Session, pid: unknown) => seen.set(each, new Set([...(seen.get(each) ?? []), pid]))
  const processOf = async (each: Session): Promise<void> => {
    const [row] = await each.query<{ pid: number }>('select pg_backend_pid() as pid')
    note(each, row?.pid)
  }
  return {
    async take() {
      await processOf(session)
      await processOf(session)
      await processOf(second)
      const results = await second.queryAll(begin(second, key)).catch((error: unknown) => {
        throw sqlStateOf(error) === '08P01' ? statementPooling(error) : error
      })
      const { locked, pid } = results.at(-1)?.[0] ?? {}
      if (locked !== true) {
        await second.execute('rollback')
        return false
      }
      note(second, pid)
      await within(poolPatienceMs, processOf(session)).catch((error: unknown) => {
        throw sqlStateOf(error) === undefined ? poolOfOne(error) : error
      })
      return true
    },
    async isByTransaction(own) {
      await processOf(own)
      const [one, other] = [seen.get(own) ?? [], seen.get(second) ?? []].map((pids) => [...pids])
      return one?.length !== 1 || other?.length !== 1 || one[0] === other[0]
    },
    async confirm() {
      await within(answerMs, second.query('select')).catch((error: unknown) => {
        throw lockLost(error)
      })
    },
    alone: 'pg_advisory_unlock_all() is not null',
    async end() {
      // A pooler hangs up on the server where a client leaves in the middle of a transaction, which costs the pool a connection.
      await within(goodbyeMs, second.execute('rollback')).catch(() => {})
      await second.close()
    },
  }
}

/** What says in `pg_stat_activity` that a connection's transaction began when the lock was taken. */
export const lockPurpose = ' (lock)'

function begin({ serverVersion }: Session, key: string): string[] {
  return [
    'begin',
    // It idles for as long as the run takes.
    'set local idle_in_transaction_session_timeout to 0',
    ...(serverVersion >= 170_000 ? ['set local transaction_timeout to 0'] : []),
    `select pg_try_advisory_xact_lock(${key}) as locked, pg_backend_pid() as pid`,
  ]
}
