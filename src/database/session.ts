/** One connection to one PostgreSQL database, whichever engine is behind it. */
import type { Kysely } from 'kysely'

export type Row = Record<string, unknown>

export interface Session {
  readonly engine: 'server' | 'pglite'
  /** The address with its password masked: safe to print. */
  readonly address: string
  /** The server's version as a number: 150018 for 15.18, 180004 for 18.4. */
  readonly serverVersion: number
  /** Runs one statement with `$1` parameters and gives its rows. */
  query<R = Row>(sql: string, parameters?: readonly unknown[]): Promise<R[]>
  /** Runs statements without parameters in one round trip, and gives the rows of each. */
  queryAll(statements: readonly string[]): Promise<Row[][]>
  /** Runs a script of any number of statements, without parameters (the simple query protocol). */
  execute(script: string): Promise<void>
  /** A Kysely on this very connection: what it does, and what `query` does, share transactions and settings. */
  kysely(): Promise<Kysely<unknown>>
  /** Asks the server to cancel what runs on this connection now. */
  cancel(): Promise<void>
  close(): Promise<void>
}
