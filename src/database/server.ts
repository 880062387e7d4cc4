/** Sessions on a PostgreSQL server, through pg. */
import type { QueryResult as PgResult } from 'pg'
import { serverAddress } from './address.ts'
import { connect, sendCancel } from './connect.ts'
import { connectionLost } from './errors.ts'
import { sharedKysely } from './kysely.ts'
import { noticeOf, type OnNotice } from './notice.ts'
import type { OpenOptions } from './open.ts'
import { endsConnection, noteCompleted, noteStatement } from './pg-error.ts'
import type { Row, Session } from './session.ts'
import { redactUrl } from './url.ts'

/** What the server tells of a setting. */
interface Parameter {
  readonly parameterName: string
  readonly parameterValue: string
}

/**
 * Connects to a server.
 *
 * @throws DbmigError `DATABASE_…`
 */
export async function openServer(url: string, options: OpenOptions): Promise<Session> {
  const address = serverAddress(url)
  const { applicationName = 'dbmig', signal } = options
  const connection = await connect(url, address, { applicationName, signal })
  const { client, fault, facts } = connection
  const { version, pid, readOnly } = facts
  // A pooler makes up the process that it names.
  const pooled = Reflect.get(client, 'processID') !== pid
  // pg speaks UTF-8 whatever the session is told, and a message is read in the encoding that holds when it arrives.
  let encoding = 'UTF8'
  client.connection.on('parameterStatus', ({ parameterName: name, parameterValue: value }: Parameter) => {
    if (name === 'client_encoding') encoding = value
  })
  /** Statements of the message that the server works on. */
  let done = 0
  client.connection.on('commandComplete', () => {
    done++
  })
  const send = async (sql: string, parameters: readonly unknown[]) => {
    if (fault.error !== undefined) throw connectionLost(url, fault.error)
    // In a transaction that is aborted only its end follows, which undoes the setting.
    if (encoding !== 'UTF8') await client.query("set client_encoding to 'UTF8'").catch(() => {})
    done = 0
    try {
      // Without parameters pg uses the simple protocol, which takes several statements.
      return await client.query(sql, parameters.length === 0 ? undefined : [...parameters])
    } catch (error) {
      const lost = fault.error ?? (endsConnection(error) ? error : undefined)
      noteStatement(lost ?? error, sql)
      noteCompleted(lost ?? error, done)
      throw lost === undefined ? error : connectionLost(url, lost)
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

  let listener: OnNotice | undefined
  client.on('notice', (notice) => listener?.(noticeOf(notice), done))
  let closed = false
  return {
    engine: 'server',
    address: redactUrl(url),
    serverVersion: version,
    pid: pooled ? null : pid,
    pooled,
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
    kysely: sharedKysely(run),
    hear(next) {
      listener = next
    },
    another: (options = {}) => openServer(url, options),
    cancel: () => sendCancel(address, connection),
    async close() {
      if (closed) return
      closed = true
      await client.end()
    },
  }
}
