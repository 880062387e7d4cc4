/** One run at a time on a database: an advisory lock that is polled, never waited for in the server. */
import { createHash } from 'node:crypto'
import { answered } from '../../database/cancel.ts'
import { pause } from '../../database/pause.ts'
import type { Session } from '../../database/session.ts'
import { requireWritable } from '../../database/writable.ts'
import type { LedgerLocation } from '../../ledger/location.ts'
import { interrupted } from '../errors.ts'
import type { LockHolder, OnEvent } from '../events.ts'
import { locked } from './errors.ts'
import { type Hold, holdBeside, holdInSession, lockPurpose } from './lock-hold.ts'

export interface LockOptions {
  /** How long to wait for another run; 0: not at all. Ten minutes unless told. */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: OnEvent | undefined
}

const defaultWaitMs = 600_000
const longestPause = 1000
/** Who holds the lock is asked at first and then every so often: with many who wait, each question is work for the server. */
const lookEvery = 5000

/**
 * Runs `work` while this session alone may migrate with this ledger.
 *
 * A blocking `pg_advisory_lock` would hold a snapshot while it waits, and a `create index concurrently` of the run that
 * holds the lock waits for that snapshot: both would wait for ever.
 *
 * @throws RUNNER_LOCKED, RUNNER_INTERRUPTED, `RUNNER_POOL…`, DATABASE_STANDBY, DATABASE_READ_ONLY, and what `work` throws
 */
export async function withMigrationLock<T>(
  session: Session,
  location: LedgerLocation,
  options: LockOptions,
  work: (lock: Hold) => Promise<T>,
): Promise<T> {
  requireWritable(session)
  const key = lockKey(location)
  const hold = session.pooled ? await holdBeside(session, key, options.signal) : holdInSession(session, key)
  try {
    await acquire(session, hold, key, options)
    return await work(hold)
  } finally {
    await hold.end()
  }
}

async function acquire(
  session: Session,
  hold: Hold,
  key: string,
  { waitMs, signal, onEvent }: LockOptions,
): Promise<void> {
  const limitMs = waitMs ?? defaultWaitMs
  const deadline = performance.now() + limitMs
  let shown: number | undefined
  let lookAt = performance.now()
  let wait = 50
  while (!(await unlessAborted(takeOf(session, hold), signal))) {
    if (signal?.aborted) throw interrupted(null, 0)
    const now = performance.now()
    if (now >= deadline) throw locked(await holderOf(session, key), limitMs)
    if (now >= lookAt && onEvent !== undefined) {
      const holder = await holderOf(session, key)
      // Without a holder the lock was given back in between.
      lookAt = holder === null ? now : now + lookEvery
      if (holder !== null && shown !== holder.pid) {
        shown = holder.pid
        onEvent({ type: 'waiting', holder, limitMs })
      }
    }
    // Those who wait for the same run must not come all at the same moment. An abort ends the pause, and is seen in the next round.
    const drawn = wait * (0.5 + Math.random())
    await pause(Math.min(drawn, deadline - now), signal)
    wait = Math.min(wait * 2, longestPause)
  }
}

/** @throws DATABASE_TIMEOUT */
function takeOf(session: Session, hold: Hold): Promise<boolean> {
  return answered(session, undefined, () => hold.take())
}

/** A pooler may let a statement wait for its turn for as long as it likes. @throws RUNNER_INTERRUPTED */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(interrupted(null, 0))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
    // What becomes of it after an abort is nobody's concern: its connection is closed.
    work.catch(() => {})
  }
}

/** Who holds the lock, or null when it was given back in between. */
async function holderOf(session: Session, key: string): Promise<LockHolder | null> {
  const rows = await session.query<Omit<LockHolder, 'since'> & { readonly since: number | null }>(
    `select l.pid, a.application_name as application, a.usename::text as "user", host(a.client_addr) as host,
       (extract(epoch from case when a.application_name like '%${lockPurpose}' then a.xact_start else a.backend_start end) * 1000)::float8 as since
     from pg_locks l left join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint`,
    [key],
  )
  const [row] = rows
  return row === undefined ? null : { ...row, since: row.since === null ? null : new Date(row.since) }
}

/** Its own lock for each ledger of a database. PostgreSQL keeps the locks of databases apart by itself. */
export function lockKey({ schema, table }: LedgerLocation): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(['dbmig', schema, table]))
    .digest()
  return digest.readBigInt64BE(0).toString()
}
