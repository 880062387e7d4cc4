/** A Kysely whose every query goes over one given connection. */
import type { Kysely } from 'kysely'

export interface QueryResult {
  readonly command: string
  readonly rowCount: number | null
  readonly rows: unknown[]
}

/** What a connection must offer: pg's `Client.query`, whichever engine is behind it. */
export type RunQuery = (sql: string, parameters: readonly unknown[]) => Promise<QueryResult>

/** Stands between a Kysely and its connection: sends a statement, later, or not at all. */
export type Around = (sql: string, send: () => Promise<QueryResult>) => Promise<QueryResult>

/**
 * Kysely's own PostgreSQL dialect on a pool that always hands out the same connection. Transactions are then the
 * connection's: two at once in one process are one.
 */
export async function kyselyOn(run: RunQuery, around?: Around): Promise<Kysely<unknown>> {
  const { Kysely, PostgresDialect } = await import('kysely')
  const query: RunQuery =
    around === undefined ? run : (sql, parameters) => around(sql, () => run(sql, parameters))
  // Kysely knows a connection by its object, so there is one for good.
  const client = { query, release: () => {} }
  const pool = { options: {}, connect: async () => client, end: async () => {} }
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool: pool as never }) })
}

/** The `kysely` of a session: one for all who ask for nothing around it. */
export function sharedKysely(run: RunQuery): (around?: Around) => Promise<Kysely<unknown>> {
  let shared: Promise<Kysely<unknown>> | undefined
  return (around) => {
    if (around !== undefined) return kyselyOn(run, around)
    shared ??= kyselyOn(run)
    return shared
  }
}
