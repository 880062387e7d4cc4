/** Database addresses: reading, changing and printing them without their passwords. */
import { endpointName, endpointsOf } from './endpoints.ts'
import { invalidUrl, unknownScheme } from './errors.ts'
import { decode, parseUri } from './uri.ts'

export type Address =
  | { readonly engine: 'server'; readonly url: string }
  /** `directory` is null for a database in memory. */
  | { readonly engine: 'pglite'; readonly directory: string | null }

/**
 * Tells which engine an address is for.
 *
 * @param url `postgres://…`, `postgresql://…`, `pglite:DIR` or `pglite:memory`
 * @throws DATABASE_URL_INVALID, DATABASE_URL_SCHEME
 */
export function parseAddress(url: string): Address {
  if (url.startsWith('pglite:')) {
    const directory = url.slice('pglite:'.length)
    if (directory === '') throw invalidUrl(url, 'it names no folder; write pglite:DIR or pglite:memory')
    return { engine: 'pglite', directory: directory === 'memory' ? null : directory }
  }
  if (!isServerUrl(url)) throw unknownScheme(url)
  const read = parseUri(url)
  if (typeof read === 'string') throw invalidUrl(url, read)
  return { engine: 'server', url }
}

export function isServerUrl(url: string): boolean {
  return /^postgres(?:ql)?:/.test(url)
}

/** The database that a server's URL names; null where it names none, which means the one called as the user. */
function databaseName(url: string): string | null {
  const read = parseUri(url)
  return typeof read === 'string' ? null : (read.get('dbname') ?? null)
}

/** The address with every password in it masked. Works on what is no URL too, since it may be a mistyped one. */
export function redactUrl(url: string): string {
  return (
    url
      // Up to the last @: a password that should have been escaped may hold any character.
      .replace(/^([a-z][a-z0-9+.-]*:\/*)([^:@/?#]*):(.*)@/is, '$1$2:***@')
      .replace(/([?&](?:ssl)?(?:password|passwd|pwd)=)[^&#]*/gi, '$1***')
  )
}

/** The address without any password in it, for who types it again. */
export function withoutPassword(url: string): string {
  return redactUrl(url)
    .replace(/:\*\*\*@/, '@')
    .replace(/(?<=[?&])(?:ssl)?(?:password|passwd|pwd)=\*\*\*&?/gi, '')
    .replace(/[?&]$/, '')
}

/** A text of whatever origin, with the passwords of all addresses in it masked. */
export function redactUrls(text: string): string {
  return text.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, redactUrl)
}

/** A text that may quote the address or its password, with both masked. */
export function redactText(text: string, url: string): string {
  let safe = text.replaceAll(url, redactUrl(url))
  for (const secret of secretsOf(url)) safe = safe.replaceAll(secret, '***')
  return safe
}

function secretsOf(url: string): string[] {
  const inAuthority = /^[a-z][a-z0-9+.-]*:\/*[^:@/?#]*:(.*)@/is.exec(url)?.[1]
  const inQuery = [...url.matchAll(/[?&](?:ssl)?(?:password|passwd|pwd)=([^&#]*)/gi)].map((match) => match[1])
  const written = [inAuthority, ...inQuery].filter((secret) => secret !== undefined && secret !== '')
  return [...new Set(written.flatMap((secret) => (secret === undefined ? [] : [secret, decode(secret)])))]
}

/** An address in words: `database "shop" on localhost:5432`. */
export function describeDatabase(url: string): string {
  if (url === 'pglite:memory') return 'the embedded database in memory'
  if (url.startsWith('pglite:')) return `the embedded database in ${url.slice('pglite:'.length)}`
  if (!isServerUrl(url) || typeof parseUri(url) === 'string') return 'the database'
  const name = databaseName(url)
  return `${name === null ? 'the default database' : `database "${name}"`} on ${describeServer(url)}`
}

/** A server in words: `localhost:5432`; of several hosts, all of them. */
export function describeServer(url: string): string {
  const read = parseUri(url)
  return typeof read === 'string' ? 'the server' : endpointsOf(read).map(endpointName).join(', ')
}
