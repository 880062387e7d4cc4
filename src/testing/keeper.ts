/** The connection over which a process makes and drops its databases for tests; while it is open, they are nobody else's to drop. */
import { randomBytes } from 'node:crypto'
import { openSession } from '../database/open.ts'
import type { Session } from '../database/session.ts'
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

/** Drops what killed processes left behind, whose lock went with their connection. */
async function dropOrphans(session: Session): Promise<void> {
  const found = await session.query<{ name: string }>(
    `select datname::text as name from pg_database d where datname ~ $1 and pg_has_role(datdba, 'usage')
       and not exists (select from pg_stat_activity a where a.datid = d.oid)`,
    [clonePattern],
  )
  const owners = new Set(found.map(({ name }) => ownerOf(name)))
  for (const owner of owners) {
    if (owner === null) continue
    const key = lockKey(owner)
    const [row] = await session.query<{ free: boolean }>('select pg_try_advisory_lock($1::bigint) as free', [
      key,
    ])
    if (row?.free !== true) continue
    for (const { name } of found) if (ownerOf(name) === owner) await dropQuietly(session, name)
    await session.query('select pg_advisory_unlock($1::bigint)', [key])
  }
}
