/** The servers that connection parameters name. */
import { existsSync } from 'node:fs'
import { type Parameters, parseUri } from './uri.ts'

export interface Endpoint {
  /** A name, an address, or the folder of a socket. */
  readonly host: string
  /** Connected to in place of the host, which is then only a name. */
  readonly hostaddr: string | null
  readonly port: number
}

/**
 * The servers in the order of the URL, at least one.
 *
 * @returns as far as it makes sense: `wrongEndpoints` tells
 */
export function endpointsOf(given: Parameters): readonly Endpoint[] {
  const { hosts, addresses, ports, count } = lists(given)
  return Array.from({ length: count }, (_, index) => {
    const port = Number((ports.length > 1 ? ports[index] : ports[0]) || '5432')
    const hostaddr = addresses[index] || null
    return { host: hosts[index] || (hostaddr ?? defaultHost(port)), hostaddr, port }
  })
}

/** Why the lists of hosts and ports make no sense together, in words; null where they do. */
export function wrongEndpoints(given: Parameters): string | null {
  const { hosts, addresses, ports, count } = lists(given)
  if (hosts.length > 0 && addresses.length > 0 && hosts.length !== addresses.length)
    return 'host and hostaddr name different numbers of hosts'
  if (ports.length > 1 && ports.length !== count) return `it has ${ports.length} ports for ${count} hosts`
  const valid = ports.every(
    (port) => port === '' || (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535),
  )
  return valid ? null : 'a port is a number from 1 to 65535'
}

/** Which database a complete URL means, whoever connects and however: two that are written differently may be the same. */
export function placeOf(url: string): string {
  const read = url.startsWith('pglite:') ? url : parseUri(url)
  if (typeof read === 'string' || wrongEndpoints(read) !== null) return url
  const servers = endpointsOf(read).map(({ host, hostaddr, port }) => [
    (hostaddr ?? host).toLowerCase(),
    port,
  ])
  return JSON.stringify([servers, read.get('dbname') ?? read.get('user') ?? null])
}

function lists(given: Parameters) {
  const listOf = (keyword: string) => given.get(keyword)?.split(',') ?? []
  const [hosts, addresses, ports] = [listOf('host'), listOf('hostaddr'), listOf('port')]
  return { hosts, addresses, ports, count: Math.max(hosts.length, addresses.length, 1) }
}

/** A socket of this machine where there is one, as libpq; else `localhost`. */
function defaultHost(port: number): string {
  const folders = ['/var/run/postgresql', '/tmp']
  return folders.find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost'
}

export function endpointName({ host, port }: Endpoint): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
