/** One run at a time on a database: an advisory lock that is polled, never waited for in the server. */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '../database/session.ts'
import type { LedgerLocation } from '../ledger/location.ts'
import { interrupted, locked } from './errors.ts'
import type { LockHolder, OnEvent } from './events.ts'

export interface LockOptions {
  /** How long to wait for another run. Ten minutes unless told. */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: OnEvent | undefined
}

const defaultWaitMs = 600_000

/**
 * Runs `work` while this session alone may migrate with this ledger.
 *
 * A blocking `pg_advisory_lock` would hold a snapshot while it waits, and a `create index concurrently` of the run that
 * holds the lock waits for that snapshot: both would wait for ever.
 *
 * @throws RUNNER_LOCKED, RUNNER_INTERRUPTED, and what `work` throws
 */
export async function withMigrationLock<T>(
  session: Session,
  location: LedgerLocation,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const key = lockKey(location)
  await acquire(session, key, options)
  let result: T
  try {
    result = await work()
  } catch (error) {
    // A broken connection has given the lock back already, and the error of the work says more.
    await release(session, key).catch(() => {})
    throw error
  }
  await release(session, key)
  return result
}

async function acquire(
  session: Session,
  key: string,
  { waitMs, signal, onEvent }: LockOptions,
): Promise<void> {
  const limitMs = waitMs ?? defaultWaitMs
  const deadline = performance.now() + limitMs
  let shown: number | undefined
  let pause = 50
  while (!(await tryLock(session, key))) {
    const holder = await holderOf(session, key)
    if (signal?.aborted) throw interrupted(null, 0)
    const left = deadline - performance.now()
    if (left <= 0) throw locked(holder, limitMs)
    if (holder !== null && shown !== holder.pid) {
      shown = holder.pid
      onEvent?.({ type: 'waiting', holder, limitMs })
    }
    // An abort ends the pause early, and is seen in the next round.
    await sleep(Math.min(pause, left), undefined, signal === undefined ? {} : { signal }).catch(() => {})
    pause = Math.min(pause * 2, 1000)
  }
}

async function tryLock(session: Session, key: string): Promise<boolean> {
  const rows = await session.query<{ locked: boolean }>('select pg_try_advisory_lock($1::bigint) as locked', [
    key,
  ])
  return rows[0]?.locked === true
}

async function release(session: Session, key: string): Promise<void> {
  await session.query('select pg_advisory_unlock($1::bigint)', [key])
}

/** Who holds the lock, or null when it was given back in between. */
async function holderOf(session: Session, key: string): Promise<LockHolder | null> {
  const rows = await session.query<LockHolder>(
    `select l.pid, a.application_name as application, a.usename::text as "user", host(a.client_addr) as host, a.backend_start as since
     from pg_locks l left join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint`,
    [key],
  )
  return rows[0] ?? null
}

/** Its own lock for each ledger of a database. PostgreSQL keeps the locks of databases apart by itself. */
export function lockKey({ schema, table }: LedgerLocation): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['dbmig', schema, table]))
    .digest()
  return digest.readBigInt64BE(0).toString()
}
