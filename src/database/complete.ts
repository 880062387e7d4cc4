/** What a URL leaves open is taken from a service file and from `PG…` variables, as libpq does (manual, 34.15 and 34.17). */
import { invalidUrl } from './errors.ts'
import { readService } from './service.ts'
import { editUri, parseUri } from './uri.ts'
import { isServerUrl } from './url.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const keywords: Readonly<Record<string, string>> = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGPASSFILE: 'passfile',
  PGREQUIREAUTH: 'require_auth',
  PGCHANNELBINDING: 'channel_binding',
  PGOPTIONS: 'options',
  PGAPPNAME: 'application_name',
  PGSSLMODE: 'sslmode',
  PGSSLNEGOTIATION: 'sslnegotiation',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCRL: 'sslcrl',
  PGSSLMINPROTOCOLVERSION: 'ssl_min_protocol_version',
  PGSSLMAXPROTOCOLVERSION: 'ssl_max_protocol_version',
  PGGSSENCMODE: 'gssencmode',
  PGCONNECT_TIMEOUT: 'connect_timeout',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
  PGLOADBALANCEHOSTS: 'load_balance_hosts',
}

/**
 * A URL that says all that is known of where to connect: the URL comes first, then its service, then the environment. What
 * nobody says is left to the defaults. Other addresses than servers' come back as they are.
 *
 * @throws DATABASE_URL_INVALID, DATABASE_SERVICE
 */
export function completeUrl(url: string, env: Environment): string {
  if (!isServerUrl(url)) return url
  const given = parseUri(url)
  if (typeof given === 'string') throw invalidUrl(url, given)
  const more = new Map<string, string>()
  const add = (keyword: string, value: string | undefined) => {
    if (value && !given.has(keyword) && !more.has(keyword)) more.set(keyword, value)
  }
  const service = given.get('service') ?? env['PGSERVICE']
  if (service) {
    const file = given.get('servicefile') ?? env['PGSERVICEFILE']
    for (const [keyword, value] of readService(service, file, env)) add(keyword, value)
  }
  for (const [variable, keyword] of Object.entries(keywords)) add(keyword, env[variable])
  return editUri(url, ['service', 'servicefile'], more)
}
