/** Opening a session, whichever engine the address names. */
import { openInterrupted } from './errors.ts'
import type { Session } from './session.ts'
import { parseAddress } from './url.ts'

export interface OpenOptions {
  /** How the server's views name this connection. `dbmig` unless told. */
  readonly applicationName?: string
  /** PostgreSQL's `lock_timeout` and `statement_timeout` for the session, e.g. `'3s'`. */
  readonly lockTimeout?: string | undefined
  readonly statementTimeout?: string | undefined
  /** A schema that comes first in the session's `search_path`. */
  readonly schema?: string | undefined
  /** Gives up connecting when it aborts. */
  readonly signal?: AbortSignal | undefined
  /**
   * Extensions that an embedded database must offer, as PostgreSQL names them. Not all by default: unpacking the whole
   * of contrib adds 840 ms to an opening of 2.3 s (PGlite 0.5.11).
   */
  readonly pgliteExtensions?: readonly string[]
}

/**
 * Opens one connection to one database.
 *
 * @param url `postgres://…`, `pglite:DIR` or `pglite:memory`
 * @throws DbmigError `DATABASE_…`, with exit code 2 where the address itself is wrong
 */
export async function openSession(url: string, options: OpenOptions = {}): Promise<Session> {
  const address = parseAddress(url)
  if (options.signal?.aborted) throw openInterrupted(url)
  if (address.engine === 'server') {
    const { openServer } = await import('./server.ts')
    return openServer(address.url, options)
  }
  const { openPglite } = await import('./pglite.ts')
  return openPglite(address.directory, options)
}
