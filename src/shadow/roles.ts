/** The roles of a cluster, which an embedded shadow database does not share. */
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'

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
