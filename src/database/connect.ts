/** Making the connection to one of the servers that an address names. */
import { Socket } from 'node:net'
import type { Client } from 'pg'
import { DbmigError } from '../errors.ts'
import type { ServerAddress } from './address.ts'
import { holdToAuthentication } from './auth.ts'
import { type Endpoint, endpointName } from './endpoints.ts'
import { connectionFailed, noServerTakes, notTheTarget, openInterrupted } from './errors.ts'
import { sqlStateOf } from './pg-error.ts'
import { alreadyConnected, openStream } from './stream.ts'

/** What is asked of every server first. */
export interface Facts {
  readonly version: number
  readonly pid: number
  readonly readOnly: 'standby' | 'default' | null
}

export interface Connection {
  readonly client: Client
  readonly endpoint: Endpoint
  readonly encrypted: boolean
  readonly facts: Facts
  /** Where the failure goes that pg reports while no query runs. */
  readonly fault: { error?: Error }
}

export interface ConnectOptions {
  readonly applicationName: string
  readonly signal?: AbortSignal | undefined
}

const factsQuery = `
  select current_setting('server_version_num')::int as version, pg_backend_pid() as pid,
    case when pg_is_in_recovery() then 'standby' when current_setting('transaction_read_only') = 'on' then 'default' end as "readOnly"`

/**
 * A client that is killed or cut off must not hold its locks for longer than the server needs to notice: also while a statement
 * runs, which `client_connection_check_interval` is for. Sent with the start of the connection, since `reset all` goes back to
 * what that said.
 */
const ourOptions = Object.entries({
  client_connection_check_interval: '2s',
  tcp_keepalives_idle: '30',
  tcp_keepalives_interval: '10',
  tcp_keepalives_count: '3',
  // A run that waits for another one idles, and holds nothing.
  idle_session_timeout: '0',
})
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(' ')

/**
 * Connects to the first server that takes the connection and is what `target_session_attrs` asks for.
 *
 * @param url complete, for messages
 * @throws DbmigError `DATABASE_…`
 */
export async function connect(
  url: string,
  address: ServerAddress,
  options: ConnectOptions,
): Promise<Connection> {
  const { endpoints, target } = address
  const order = address.balanced ? shuffled(endpoints) : endpoints
  let reasons: DbmigError[] = []
  for (const wanted of target === 'prefer-standby' ? (['standby', 'any'] as const) : [target]) {
    reasons = []
    for (const endpoint of order) {
      const server = endpointName(endpoint)
      const notes: Notes = { noPassword: null }
      try {
        const connection = await connectTo(address, endpoint, options, notes)
        const { readOnly } = connection.facts
        if (isTarget(wanted, readOnly)) return connection
        await connection.client.end()
        reasons.push(notTheTarget(server, target, readOnly))
      } catch (error) {
        if (options.signal?.aborted) throw openInterrupted(url)
        const failure = connectionFailed({ ...address, ...notes, url, server }, error)
        // As libpq does: a server that has answered speaks for all, unless it is only starting.
        const answered = error instanceof DbmigError || sqlStateOf(error) !== undefined
        if (answered && sqlStateOf(error) !== '57P03') throw failure
        reasons.push(failure)
      }
    }
  }
  const [only] = reasons
  if (only !== undefined && reasons.length === 1) throw only
  throw noServerTakes(order.map(endpointName), target, reasons)
}

/** What is learned on the way, for the message of a failure. */
interface Notes {
  noPassword: string | null
}

/** How to try. */
interface Way {
  readonly encrypt: boolean
  /** Whether to send `ourOptions`. */
  readonly withOptions: boolean
}

/** Connects in the first way that the server lets pass. */
async function connectTo(
  address: ServerAddress,
  endpoint: Endpoint,
  options: ConnectOptions,
  notes: Notes,
): Promise<Connection> {
  const { mode } = address.tls
  let way: Way = { encrypt: mode !== 'disable' && mode !== 'allow', withOptions: true }
  for (;;) {
    try {
      return await attempt(address, endpoint, way, options, notes)
    } catch (error) {
      const next = options.signal?.aborted ? null : otherWay(way, address, error)
      if (next === null) throw error
      way = next
    }
  }
}

function otherWay(way: Way, { tls: { mode } }: ServerAddress, error: unknown): Way | null {
  // Poolers take no options (08P01, 0A000), and some systems no check of connections (22023).
  const isOptions = /^(?:08P01|0A000|22023)$/.test(sqlStateOf(error) ?? '')
  if (way.withOptions && isOptions) return { ...way, withOptions: false }
  const mayEncrypt = sqlStateOf(error) === '28000'
  if (mode === 'allow' && !way.encrypt && mayEncrypt) return { ...way, encrypt: true }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const mayNot = mayEncrypt || /^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code)
  return mode === 'prefer' && way.encrypt && mayNot ? { ...way, encrypt: false } : null
}

async function attempt(
  address: ServerAddress,
  endpoint: Endpoint,
  { encrypt, withOptions }: Way,
  { applicationName, signal }: ConnectOptions,
  notes: Notes,
): Promise<Connection> {
  const { default: pg } = await importPg()
  const fault: { error?: Error } = {}
  const socket = new Socket()
  const hangUp = (error?: Error) => {
    if (error !== undefined) fault.error ??= error
    socket.destroy()
  }
  const abort = () => hangUp()
  const timer = setTimeout(() => hangUp(new Error('timeout expired')), address.connectTimeoutMs)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    const stream = await openStream(socket, endpoint, address, encrypt)
    const options = [withOptions ? ourOptions : null, address.options]
      .filter((each) => each !== null)
      .join(' ')
    const client = new pg.Client({
      // Whatever is left out here pg would read from the environment.
      host: endpoint.host,
      port: endpoint.port,
      user: address.user,
      database: address.database,
      password: async () => passwordFor(address, endpoint, notes),
      ssl: false,
      options,
      // `deploy (lock)` beside `deploy`: what a connection is for stays in its name.
      application_name: applicationName.replace(/^dbmig/, (name) => address.applicationName ?? name),
      keepAlive: address.keepAlive,
      keepAliveInitialDelayMillis: address.keepAliveIdleMs,
      stream: () => alreadyConnected(stream),
      enableChannelBinding: address.requireChannelBinding && stream !== socket,
    })
    if (options === '') Object.assign(Reflect.get(client, 'connectionParameters'), { options })
    // Without a listener Node would end the process when the server hangs up on an idle connection.
    client.on('error', (error) => {
      fault.error ??= error
    })
    holdToAuthentication(client, address, hangUp)
    await client.connect()
    const { rows } = await client.query<Facts>(factsQuery)
    const [facts] = rows
    if (facts === undefined) throw new Error('The server gave no facts.')
    if (signal?.aborted) throw new Error('interrupted')
    return { client, endpoint, encrypted: stream !== socket, facts, fault }
  } catch (error) {
    socket.destroy()
    throw fault.error ?? error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

async function passwordFor(address: ServerAddress, endpoint: Endpoint, notes: Notes): Promise<string> {
  if (address.password !== null) return address.password
  const { passwordFromFile } = await import('./passfile.ts')
  const { password, problem } = await passwordFromFile(address.passfile, { ...address, ...endpoint })
  notes.noPassword = problem
  return password ?? ''
}

function isTarget(target: ServerAddress['target'], readOnly: Facts['readOnly']): boolean {
  switch (target) {
    case 'read-write':
      return readOnly === null
    case 'read-only':
      return readOnly !== null
    case 'primary':
      return readOnly !== 'standby'
    case 'standby':
      return readOnly === 'standby'
    default:
      return true
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

/**
 * Asks the server to cancel what runs on a connection, as libpq does (manual, 54.2.9): no session is needed, so a server that has
 * no connection left does it too, and a pooler passes it on to the connection that the statement is on now.
 */
export async function sendCancel(
  address: ServerAddress,
  { client, endpoint, encrypted }: Connection,
): Promise<void> {
  const socket = new Socket()
  const timer = setTimeout(() => socket.destroy(), address.connectTimeoutMs)
  try {
    const stream = await openStream(socket, endpoint, address, encrypted)
    const request = Buffer.alloc(16)
    const numbers = [
      16,
      cancelRequest,
      Number(Reflect.get(client, 'processID')),
      Number(Reflect.get(client, 'secretKey')),
    ]
    for (const [index, number] of numbers.entries()) request.writeInt32BE(number, index * 4)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    stream.write(request)
    stream.resume()
    // The server hangs up when it has passed the request on.
    await closed
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

const cancelRequest = 80_877_102

/**
 * Where there is no `navigator`, as on Node 20, pg looks for Cloudflare by making a `Response`, for which Node loads all of
 * `fetch`: 20 ms and 7 MB. So there is one meanwhile, which says what that of Node 21 says.
 */
export async function importPg(): Promise<typeof import('pg')> {
  if ('navigator' in globalThis) return import('pg')
  const value = { userAgent: `Node.js/${process.versions.node.split('.')[0]}` }
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true })
  try {
    return await import('pg')
  } finally {
    Reflect.deleteProperty(globalThis, 'navigator')
  }
}
