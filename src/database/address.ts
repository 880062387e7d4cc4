/** Where and how to connect, from a complete URL: every parameter read, checked, and with libpq's default. */
import { userInfo } from 'node:os'
import { nearest } from '../nearest.ts'
import { type Endpoint, endpointsOf, wrongEndpoints } from './endpoints.ts'
import { invalidUrl } from './errors.ts'
import { readTlsSettings, type TlsSettings } from './tls-settings.ts'
import { parseUri } from './uri.ts'

export const attributes = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const

export interface ServerAddress {
  /** At least one. */
  readonly endpoints: readonly Endpoint[]
  readonly user: string
  readonly database: string
  readonly password: string | null
  readonly passfile: string | null
  readonly tls: TlsSettings
  readonly connectTimeoutMs: number
  readonly applicationName: string | null
  /** Command-line options for the server's process. */
  readonly options: string | null
  readonly keepAlive: boolean
  readonly keepAliveIdleMs: number
  readonly target: (typeof attributes)[number]
  /** Whether the hosts are tried in random order. */
  readonly balanced: boolean
  /** What the server may ask for; empty: anything. */
  readonly requireAuth: readonly string[]
  readonly requireChannelBinding: boolean
}

/** libpq waits for ever; a deploy must not. */
const defaultConnectTimeoutMs = 15_000

/** Read here, or by libpq alone and without meaning here: nothing of it weakens what is asked for. */
const known = new Set([
  ...[
    'host',
    'hostaddr',
    'port',
    'dbname',
    'user',
    'password',
    'passfile',
    'require_auth',
    'channel_binding',
  ],
  ...['connect_timeout', 'options', 'application_name', 'fallback_application_name', 'keepalives'],
  ...['keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout', 'client_encoding'],
  ...['sslmode', 'sslnegotiation', 'sslcert', 'sslkey', 'sslpassword', 'sslrootcert', 'sslcrl', 'sslsni'],
  ...['ssl_min_protocol_version', 'ssl_max_protocol_version', 'sslcompression', 'service', 'servicefile'],
  ...['gssencmode', 'target_session_attrs', 'load_balance_hosts', 'ssl', 'uselibpqcompat'],
])

/** What libpq would hold and dbmig cannot. */
const unheld: Readonly<Record<string, (value: string) => boolean>> = {
  requirepeer: () => true,
  gssencmode: (value) => value === 'require',
  sslcertmode: (value) => value === 'require',
  sslcrldir: () => true,
}

/**
 * @param url a server's, completed
 * @throws DATABASE_URL_INVALID
 */
export function serverAddress(url: string): ServerAddress {
  const given = parseUri(url)
  if (typeof given === 'string') throw invalidUrl(url, given)
  const wrong = (why: string) => invalidUrl(url, why)
  for (const [keyword, value] of given) {
    if (unheld[keyword]?.(value)) throw wrong(`dbmig cannot do what ${keyword}=${value} asks for`)
    if (known.has(keyword) || keyword in unheld) continue
    // Other tools have parameters of their own, but a mistyped sslmode must not go unnoticed.
    const meant = nearest(keyword, known)
    if (meant !== undefined)
      throw wrong(`it has a parameter ${keyword}, which is perhaps meant to be ${meant}`)
  }
  const choice = <T extends string>(keyword: string, among: readonly T[], otherwise: T): T => {
    const value = given.get(keyword) ?? otherwise
    const found = among.find((each) => each === value)
    if (found === undefined) throw wrong(`${keyword} is one of ${among.join(', ')}`)
    return found
  }
  const number = (keyword: string, otherwise: number): number => {
    const text = given.get(keyword) ?? String(otherwise)
    if (!/^-?\d+$/.test(text)) throw wrong(`${keyword} is a whole number`)
    return Number(text)
  }
  const places = wrongEndpoints(given)
  if (places !== null) throw wrong(places)
  const user = given.get('user') ?? systemUser()
  if (user === null) throw wrong('it names no user, and neither does the system')
  const seconds = number('connect_timeout', defaultConnectTimeoutMs / 1000)
  return {
    endpoints: endpointsOf(given),
    user,
    database: given.get('dbname') ?? user,
    password: given.get('password') ?? null,
    passfile: given.get('passfile') ?? null,
    tls: readTlsSettings(given, choice),
    connectTimeoutMs: seconds > 0 ? seconds * 1000 : defaultConnectTimeoutMs,
    applicationName: given.get('application_name') ?? null,
    options: given.get('options') ?? null,
    keepAlive: number('keepalives', 1) !== 0,
    keepAliveIdleMs: Math.max(0, number('keepalives_idle', 0)) * 1000,
    target: choice('target_session_attrs', attributes, 'any'),
    balanced: choice('load_balance_hosts', ['disable', 'random'], 'disable') === 'random',
    requireAuth: (given.get('require_auth') ?? '').split(',').filter((method) => method !== ''),
    requireChannelBinding:
      choice('channel_binding', ['disable', 'prefer', 'require'], 'prefer') === 'require',
  }
}

/** A container may run as a number that no user has. */
function systemUser(): string | null {
  try {
    return userInfo().username
  } catch {
    return null
  }
}
