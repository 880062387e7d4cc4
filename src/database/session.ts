/** One connection to one PostgreSQL database, whichever engine is behind it. */
import type { Kysely } from 'kysely'
import type { Around } from './kysely.ts'
import type { OnNotice } from './notice.ts'

export type Row = Record<string, unknown>

export interface AnotherOptions {
  readonly applicationName?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Session {
  readonly engine: 'server' | 'pglite'
  /** The address with its password masked: safe to print. */
  readonly address: string
  /** The server's version as a number: 150018 for 15.18, 180004 for 18.4. */
  readonly serverVersion: number
  /** The server's process for this connection; null where there is none of its own: embedded, or behind a pooler. */
  readonly pid: number | null
  /**
   * Whether a pooler such as PgBouncer stands between. Each transaction may then be on another connection of the server:
   * nothing of a session lasts from one to the next (settings, session locks, temporary tables, prepared statements), and what
   * is left behind is for another client of the pool.
   */
  readonly pooled: boolean
  /** Why the database takes no writes: a hot standby, or `default_transaction_read_only`. Null: it does. */
  readonly readOnly: 'standby' | 'default' | null
  /** Runs one statement with `$1` parameters and gives its rows. */
  query<R = Row>(sql: string, parameters?: readonly unknown[]): Promise<R[]>
  /** Runs statements without parameters in one round trip, and gives the rows of each. */
  queryAll(statements: readonly string[]): Promise<Row[][]>
  /** Runs a script of any number of statements, without parameters (the simple query protocol). */
  execute(script: string): Promise<void>
  /**
   * A Kysely on this very connection: what it does, and what `query` does, share transactions and settings.
   *
   * @param around stands between it and the connection; with one it is a Kysely of its own
   */
  kysely(around?: Around): Promise<Kysely<unknown>>
  /** Opens another connection to the same database; null for an embedded one, which has no other. */
  readonly another: ((options?: AnotherOptions) => Promise<Session>) | null
  /** Whom to tell of the server's notices from now on; undefined: nobody. */
  hear(listener: OnNotice | undefined): void
  /** Asks the server to cancel what runs on this connection now. */
  cancel(): Promise<void>
  close(): Promise<void>
}
