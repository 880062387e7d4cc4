/** Database addresses: reading, changing and printing them without their passwords. */
import { invalidUrl, unknownScheme } from './errors.ts'

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
  if (!/^postgres(ql)?:/.test(url)) throw unknownScheme(url)
  if (!URL.canParse(url)) {
    throw invalidUrl(url, 'write postgres://user:password@host:port/database, with special characters as %XX')
  }
  // With an @ after the host, what stands before it was meant as a part of the password: the host would be a piece of it.
  if (new URL(url).pathname.includes('@')) {
    throw invalidUrl(url, 'it has an @ after the host; write an @ in a password as %40, a / as %2F')
  }
  return { engine: 'server', url }
}

/** The address of another database on the same server. */
export function withDatabase(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${encodeURIComponent(name)}`
  return other.href
}

/** The database that a server's URL names; null where it names none, which means the one called as the user. */
export function databaseName(url: string): string | null {
  const name = decode(new URL(url).pathname.slice(1))
  return name === '' ? null : name
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
  if (!URL.canParse(url)) return 'the database'
  const name = databaseName(url)
  return `${name === null ? 'the default database' : `database "${name}"`} on ${describeServer(url)}`
}

/** A server in words: `localhost:5432`. */
export function describeServer(url: string): string {
  const { hostname, port, searchParams } = new URL(url)
  const host = searchParams.get('host') ?? (hostname === '' ? 'localhost' : decode(hostname))
  return `${host}:${searchParams.get('port') ?? (port === '' ? '5432' : port)}`
}

/** The user that a URL names, or null. */
export function userOf(url: string): string | null {
  const { username, searchParams } = new URL(url)
  const name = searchParams.get('user') ?? decode(username)
  return name === '' ? null : name
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A stray % is no escape: the text means itself.
    return text
  }
}
