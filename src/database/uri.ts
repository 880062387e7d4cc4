/** PostgreSQL's connection URIs (manual, 34.1.1.2): the URL class of the web knows neither several hosts nor a port alone. */

/** Keywords of libpq (`host`, `dbname`, …) with their values. Of several hosts, each list is separated by commas. */
export type Parameters = ReadonlyMap<string, string>

interface Parts {
  /** `postgres://` */
  readonly scheme: string
  readonly authority: string
  /** Without its slash; null where there is no slash. */
  readonly path: string | null
  /** As written, in order. */
  readonly query: readonly string[]
}

/**
 * What a URI says, and nothing else: no defaults.
 *
 * @returns the keywords, or in words why it cannot be read
 */
export function parseUri(uri: string): Parameters | string {
  const parts = split(uri)
  const form = 'write postgres://user:password@host:port/database, with special characters as %XX'
  if (parts === null) return form
  // With an @ after the host, what stands before it was meant as a part of the password: the host would be a piece of it.
  if (parts.path?.includes('@'))
    return 'it has an @ after the host; write an @ in a password as %40, a / as %2F'
  const found = new Map<string, string>()
  const set = (keyword: string, value: string) => value !== '' && found.set(keyword, value)

  const at = parts.authority.lastIndexOf('@')
  const [user = '', ...password] = parts.authority.slice(0, Math.max(at, 0)).split(':')
  set('user', decode(user))
  set('password', decode(password.join(':')))
  const hosts = parts.authority.slice(at + 1).split(',')
  const read = hosts.map((host) => /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(host))
  if (read.includes(null)) return form
  set('host', lists(read.map((host) => decode(host?.[1]?.replace(/^\[|\]$/g, '') ?? ''))))
  set('port', lists(read.map((host) => host?.[2] ?? '')))
  set('dbname', decode(parts.path ?? ''))
  for (const pair of parts.query) {
    const [keyword, value] = assignment(pair)
    if (value === undefined) return `its parameter ${decode(keyword)} has no value`
    set(decode(keyword), decode(value))
  }
  // As libpq does for what JDBC writes, and as pg does.
  if (/^(?:true|1)$/.test(found.get('ssl') ?? '') && !found.has('sslmode')) found.set('sslmode', 'require')
  return found
}

/** The same URI without some keywords in its query, and with others added. */
export function editUri(uri: string, remove: readonly string[], add: Parameters): string {
  const parts = split(uri)
  if (parts === null) return uri
  const kept = parts.query.filter((pair) => !remove.includes(decode(assignment(pair)[0])))
  const added = [...add].map(([keyword, value]) => `${keyword}=${encodeURIComponent(value)}`)
  return joined({ ...parts, query: [...kept, ...added] })
}

/** The same URI with another database. */
export function withDatabase(uri: string, name: string): string {
  const parts = split(editUri(uri, ['dbname'], new Map()))
  return parts === null ? uri : joined({ ...parts, path: encodeURIComponent(name) })
}

function split(uri: string): Parts | null {
  const [, scheme, authority = '', path, query = ''] =
    /^(postgres(?:ql)?:\/\/)([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(uri) ?? []
  if (scheme === undefined) return null
  return { scheme, authority, path: path ?? null, query: query.split('&').filter((pair) => pair !== '') }
}

function joined({ scheme, authority, path, query }: Parts): string {
  const before = `${scheme}${authority}${path === null ? '' : `/${path}`}`
  return query.length === 0 ? before : `${before}?${query.join('&')}`
}

function assignment(pair: string): [keyword: string, value: string | undefined] {
  const sign = pair.indexOf('=')
  return sign < 0 ? [pair, undefined] : [pair.slice(0, sign), pair.slice(sign + 1)]
}

/** Nothing where all are empty: then another place may say it. */
function lists(values: readonly string[]): string {
  return values.every((value) => value === '') ? '' : values.join(',')
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A stray % is no escape: the text means itself.
    return text
  }
}
