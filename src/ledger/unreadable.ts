/** What a role lacks to read the ledger, asked once PostgreSQL has refused. */
import { quoteIdentifier } from '../database/quote.ts'
import type { Session } from '../database/session.ts'
import type { DbmigError } from '../errors.ts'
import { ledgerUnreadable } from './errors.ts'
import { type LedgerLocation, logName, tableName } from './location.ts'

/**
 * @param read which tables were to be read
 * @param cause what PostgreSQL said
 */
export async function unreadable(
  session: Session,
  location: LedgerLocation,
  read: readonly ('table' | 'log')[],
  cause: unknown,
): Promise<DbmigError> {
  const { schema } = location
  const names = { table: tableName(location), log: logName(location) }
  // The tables may not be there yet.
  const rows = await session.query<{
    role: string
    usesSchema: boolean
    name: string | null
    reads: boolean | null
  }>(
    `select current_user::text as role, c.relname as name, has_schema_privilege(n.oid, 'usage') as "usesSchema",
       has_table_privilege(c.oid, 'select') as reads
     from pg_namespace as n left join pg_class as c on c.relnamespace = n.oid and c.relname = any ($2::text[])
     where n.nspname = $1`,
    [schema, read.map((which) => location[which])],
  )
  const role = rows[0]?.role
  const lacking = read.filter((which) => rows.some(({ name, reads }) => name === location[which] && !reads))
  const to = `to ${quoteIdentifier(role ?? '')};`
  const grants = [
    ...(rows.some(({ usesSchema }) => !usesSchema)
      ? [`grant usage on schema ${quoteIdentifier(schema)} ${to}`]
      : []),
    ...(lacking.length > 0
      ? [`grant select on ${lacking.map((which) => names[which]).join(', ')} ${to}`]
      : []),
  ]
  const refused = (lacking.length > 0 ? lacking : read).map((which) => names[which])
  return ledgerUnreadable(refused.join(' and '), role, grants, cause)
}
