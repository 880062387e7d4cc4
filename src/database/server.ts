/** Sessions on a PostgreSQL server, through pg. */
import { Socket } from 'node:net'
import type { Client, QueryResult as PgResult } from 'pg'
import { connectionFailed, openInterrupted } from './errors.ts'
import { kyselyOn } from './kysely.ts'
import type { OpenOptions } from './open.ts'
import { noteStatement } from './pg-error.ts'
import type { Row, Session } from './session.ts'
import { redactUrl } from './url.ts'

/** libpq waits for ever; a deploy must not. `connect_timeout` in the URL overrides it. */
const defaultConnectTimeout = 15_000

interface Facts {
  readonly version: number
  readonly pid: number
  readonly readOnly: Session['readOnly']
}

const factsQuery = `
  select current_setting('server_version_num')::int as version, pg_backend_pid() as pid,
    case when pg_is_in_recovery() then 'standby' when current_setting('transaction_read_only') = 'on' then 'default' end as "readOnly"`

/**
 * Connects to a server.
 *
 * @throws DbmigError `DATABASE_…`
 */
export async function openServer(url: string, options: OpenOptions): Promise<Session> {
  const { client, fault } = await connect(url, options)
  try {
    const send = async (sql: string, parameters: readonly unknown[]) => {
      if (fault.error !== undefined) throw fault.error
      try {
        // Without parameters pg uses the simple protocol, which takes several statements.
        return await client.query(sql, parameters.length === 0 ? undefined : [...parameters])
      } catch (error) {
        noteStatement(error, sql)
        throw fault.error ?? error
      }
    }
    // A revision may start several statements at once (`Promise.all`); pg is about to give up its own queue for them.
    let last: Promise<unknown> = Promise.resolve()
    const run = (sql: string, parameters: readonly unknown[]) => {
      const result = last.then(() => send(sql, parameters))
      last = result.catch(() => {})
      return result
    }
    const query = async <R = Row>(sql: string, parameters: readonly unknown[] = []) =>
      ((await run(sql, parameters)) as PgResult).rows as R[]

    const [facts] = await query<Facts>(factsQuery)
    if (facts === undefined) throw new Error('The server gave no facts.')
    const { version, pid, readOnly } = facts

    let kysely: ReturnType<typeof kyselyOn> | undefined
    let closed = false
    return {
      engine: 'server',
      address: redactUrl(url),
      serverVersion: version,
      pid,
      pooled: false,
      readOnly,
      query,
      async queryAll(statements) {
        const results: unknown = await run(statements.join(';\n'), [])
        // pg gives a list only where there are several.
        return (Array.isArray(results) ? (results as PgResult<Row>[]) : [results as PgResult<Row>]).map(
          ({ rows }) => rows,
        )
      },
      async execute(script) {
        await run(script, [])
      },
      kysely(around) {
        if (around !== undefined) return kyselyOn(run, around)
        kysely ??= kyselyOn(run)
        return kysely
      },
      another: ({ applicationName } = {}) =>
        openServer(url, applicationName === undefined ? {} : { applicationName }),
      async cancel() {
        const second = await connect(url, { applicationName: 'dbmig (cancel)' })
        try {
          await second.client.query('select pg_cancel_backend($1)', [pid])
        } finally {
          await second.client.end()
        }
      },
      async close() {
        if (closed) return
        closed = true
        await client.end()
      },
    }
  } catch (error) {
    await client.end()
    throw error
  }
}

/** A connected client, and where the failure goes that pg reports while no query runs. */
async function connect(
  url: string,
  options: Pick<OpenOptions, 'applicationName' | 'signal'>,
): Promise<{ client: Client; fault: { error?: Error } }> {
  const { default: pg } = await importPg()
  const fault: { error?: Error } = {}
  // Our own socket, since pg cannot give up a connection that it is still making.
  const socket = new Socket()
  let client: Client
  try {
    client = new pg.Client({
      connectionString: withLibpqSsl(url),
      application_name: options.applicationName ?? 'dbmig',
      connectionTimeoutMillis: connectTimeout(url),
      keepAlive: true,
      stream: () => socket,
    })
  } catch (error) {
    // pg reads the files that sslcert, sslkey and sslrootcert name while it reads the URL.
    throw connectionFailed(url, error)
  }
  // Without a listener Node would end the process when the server hangs up on an idle connection.
  client.on('error', (error) => {
    fault.error ??= error
  })
  const interrupted = openInterrupted(url)
  const abort = () => void socket.destroy()
  options.signal?.addEventListener('abort', abort, { once: true })
  try {
    await client.connect()
    if (options.signal?.aborted) throw interrupted
    return { client, fault }
  } catch (error) {
    if (options.signal?.aborted) throw interrupted
    throw connectionFailed(url, error)
  } finally {
    options.signal?.removeEventListener('abort', abort)
  }
}

/**
 * Where there is no `navigator`, as on Node 20, pg looks for Cloudflare by making a `Response`, for which Node loads all of
 * `fetch`: 20 ms and 7 MB. So there is one meanwhile, which says what that of Node 21 says.
 */
async function importPg(): Promise<typeof import('pg')> {
  if ('navigator' in globalThis) return import('pg')
  const value = { userAgent: `Node.js/${process.versions.node.split('.')[0]}` }
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true })
  try {
    return await import('pg')
  } finally {
    Reflect.deleteProperty(globalThis, 'navigator')
  }
}

function connectTimeout(url: string): number {
  const seconds = Number(new URL(url).searchParams.get('connect_timeout') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : defaultConnectTimeout
}

/** `sslmode` as libpq means it: without this pg takes `require` for `verify-full`, and says on stderr that it will not for long. */
function withLibpqSsl(url: string): string {
  return /[?&]sslmode=/.test(url) && !/[?&]uselibpqcompat=/.test(url) ? `${url}&uselibpqcompat=true` : url
}
