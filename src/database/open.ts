/** Opening a session, whichever engine the address names. */
import { completeUrl } from './complete.ts'
import { openInterrupted } from './errors.ts'
import type { Session } from './session.ts'
import { parseAddress } from './url.ts'
import { openWaiting, type Waiting } from './wait.ts'

export interface OpenOptions {
  /** How the server's views name this connection. `dbmig` unless told. */
  readonly applicationName?: string | undefined
  /** How long to wait for a database that takes no connections yet. Not at all unless told. */
  readonly waiting?: Waiting | undefined
  /** Gives up connecting when it aborts. */
  readonly signal?: AbortSignal | undefined
  /**
   * Extensions that an embedded database must offer, as PostgreSQL names them. Not all by default: unpacking the whole
   * of contrib adds 840 ms to an opening of 2.3 s (PGlite 0.5.11).
   */
  readonly pgliteExtensions?: readonly string[]
  /** What an embedded database in memory starts with: a cluster as `dumpDataDir` gives it. */
  readonly pgliteData?: Blob
}

/**
 * Opens one connection to one database.
 *
 * @param url `postgres://…`, `pglite:DIR` or `pglite:memory`
 * @throws DbmigError `DATABASE_…`, with exit code 2 where the address itself is wrong
 */
export async function openSession(url: string, options: OpenOptions = {}): Promise<Session> {
  // Without an environment: whoever has one has completed the URL with it.
  const address = parseAddress(completeUrl(url, {}))
  return openWaiting(options.waiting, options.signal, async () => {
    if (options.signal?.aborted) throw openInterrupted(url)
    if (address.engine === 'server') {
      const { openServer } = await import('./server.ts')
      return openServer(address.url, options)
    }
    const { openPglite } = await import('./pglite.ts')
    return openPglite(address.directory, options)
  })
}
