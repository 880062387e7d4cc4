/** The connection over which a process makes and drops its databases for tests; while it is open, they are nobody else's to drop. */
import { randomBytes } from 'node:crypto'
import { openSession } from '../database/open.ts'
import type { Session } from '../database/session.ts'
import { behindPooler } from './errors.ts'
import { clonePattern, ownerOf } from './names.ts'
import { dropQuietly, lockKey } from './server-template.ts'

export interface Keeper {
  readonly session: Session
  /** In the names of its databases. An advisory lock of this name says that the process lives. */
  readonly owner: string
  readonly role: string
  /** The database that it is connected to. */
  readonly database: string
  /** How many databases it has made. */
  count: number
  /** How many of them are in use. */
  inUse: number
  /** Templates that are being made. */
  readonly building: Map<string, Promise<void>>
}

const keepers = new Map<string, Promise<Keeper>>()

/** The keeper of a server, which is opened for the first who asks. Give it back. */
export async function borrow(url: string): Promise<Keeper> {
  const known = keepers.get(url)
  const opening = known ?? open(url)
  if (known === undefined) {
    keepers.set(url, opening)
    opening.catch(() => keepers.delete(url))
  }
  const keeper = await opening
  // Closed by who gave it back while this one waited.
  if (keepers.get(url) !== opening) return borrow(url)
  keeper.inUse++
  return keeper
}

/** The last one closes it, so that it keeps no process alive. */
export async function giveBack(url: string, keeper: Keeper): Promise<void> {
  keeper.inUse--
  if (keeper.inUse > 0) return
  keepers.delete(url)
  await keeper.session.close()
}

async function open(url: string): Promise<Keeper> {
  const session = await openSession(url, { applicationName: 'dbmig (testing)' })
  try {
    // Its lock would stay on a connection of the pool.
    if (session.pooled) throw behindPooler(url)
    const owner = randomBytes(8).toString('hex')
    const [row] = await session.query<{ role: string; database: string }>(
      'select pg_advisory_lock($1::bigint), current_user::text as role, current_database()::text as database',
      [lockKey(owner)],
    )
    const { role = '', database = '' } = row ?? {}
    await dropOrphans(session)
    return { session, owner, role, database, count: 0, inUse: 0, building: new Map() }
  } catch (error) {
    await session.close()
    throw error
  }
}

/**
 * Drops what killed processes left behind, whose lock went with their connection. A lock is of one database, and a process may have
 * taken it in any: it is looked for in all of them, after the names, since it is there before the first of its owner's databases.
 */
async function dropOrphans(session: Session): Promise<void> {
  const found = await session.query<{ name: string }>(
    `select datname::text as name from pg_database d where datname ~ $1 and pg_has_role(datdba, 'usage')
       and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
    [clonePattern],
  )
  if (found.length === 0) return
  const held = await session.query<{ key: string }>(
    `select ((classid::bigint << 32) | objid::bigint)::text as key from pg_locks
     where locktype = 'advisory' and objsubid = 1 and granted`,
  )
  const living = new Set(held.map(({ key }) => key))
  for (const { name } of found) {
    const owner = ownerOf(name)
    if (owner !== null && !living.has(lockKey(owner))) await dropQuietly(session, name)
  }
}
