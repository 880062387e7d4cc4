/** The roles of a cluster, which a shadow database elsewhere does not share. */
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import { rolesMissing } from './errors.ts'

/** The names of all roles but PostgreSQL's own. */
export async function listRoles(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `select rolname::text as name from pg_roles where rolname !~ '^pg_'`,
  )
  return rows.map((row) => row.name)
}

/** Makes the roles that are missing on an embedded database, so that grants and policies can name them. */
export async function makeRoles(session: Session, names: readonly string[]): Promise<void> {
  if (session.engine !== 'pglite') return
  const known = new Set(await listRoles(session))
  const missing = names.filter((name) => !known.has(name))
  if (missing.length > 0)
    await session.execute(missing.map((name) => `create role ${quoteIdentifier(name)}`).join(';'))
}

/**
 * Sees to it that a shadow database has the roles that a schema names: an embedded one gets them, a server must have them.
 *
 * @throws SHADOW_ROLES_MISSING
 */
export async function requireRoles(session: Session, names: Iterable<string>): Promise<void> {
  const wanted = [...new Set(names)]
  if (session.engine === 'pglite') return makeRoles(session, wanted)
  if (wanted.length === 0) return
  // PostgreSQL's own are there, whatever `listRoles` leaves out.
  const known = new Set(await listRoles(session))
  const missing = wanted.filter((name) => !known.has(name) && !name.startsWith('pg_'))
  if (missing.length > 0) throw rolesMissing(session.address, missing.sort())
}

/** Lets an embedded database be used by a role of that name: what it makes belongs to the same role as on the live database. */
export async function actAs(session: Session, role: string): Promise<void> {
  if (session.engine !== 'pglite' || role === '') return
  await makeRoles(session, [role])
  const name = quoteIdentifier(role)
  await session.execute(`alter role ${name} superuser login; set session authorization ${name}`)
}
