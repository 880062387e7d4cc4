/** The configuration's `databases`: the named targets of a fleet, written down or listed by a function. */
import { placeOf } from '../database/endpoints.ts'
import type { Row } from '../database/session.ts'
import type { Waiting } from '../database/wait.ts'
import { DbmigError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { ConfigEnvironment } from './config.ts'
import { describe } from './describe.ts'
import {
  databasesInterrupted,
  databasesReturned,
  databasesThrew,
  noUrl,
  sameDatabase,
  unknownKey,
  wrongValue,
} from './errors.ts'

/** Where one database is. What is left out is as in the configuration itself. */
export interface DatabaseSettings {
  readonly url?: string | undefined
  /** The schema that revisions work in: it comes first in `search_path`, and is made where it is missing. */
  readonly schema?: string | undefined
  /** Default: `schema`, so that each tenant has a ledger of its own. */
  readonly versionSchema?: string | undefined
  readonly versionTable?: string | undefined
}

/** By name, or a list of what has a name. */
export type DatabaseList =
  | Readonly<Record<string, string | DatabaseSettings>>
  | readonly ({ readonly name: string } & DatabaseSettings)[]

export interface DatabasesEnvironment extends ConfigEnvironment {
  /** Asks the configuration's own `url`, over a connection that is closed when the function is done. */
  query<R = Row>(sql: string, parameters?: readonly unknown[]): Promise<R[]>
}

export type Databases =
  | DatabaseList
  | ((environment: DatabasesEnvironment) => DatabaseList | Promise<DatabaseList>)

/** One database of a fleet, with everything filled in. */
export interface DatabaseTarget {
  readonly name: string
  readonly url: string
  readonly tenantSchema: string | undefined
  readonly versionSchema: string
  readonly versionTable: string
}

/** What is to be known besides `databases` to make targets of it. */
export interface DatabasesContext {
  /** The configuration file, or null. */
  readonly file: string | null
  readonly url: string | undefined
  readonly versionSchema: string
  readonly versionTable: string
  readonly environment: ConfigEnvironment
  /** What the configuration says of an address, in full. */
  readonly absolute: (url: string) => string
}

/** How the function that lists databases may ask one for them. */
export interface Asking {
  /** For a server that takes no connections yet. */
  readonly waiting?: Waiting | undefined
  /** Ends it, whatever the function waits for. */
  readonly signal?: AbortSignal | undefined
}

interface Part {
  readonly expected: string
  readonly accepts: (value: unknown) => boolean
  readonly secret?: true
}

/** The keys of a database and what they must be: rules of the configuration's own keys. */
export type DatabaseParts = Readonly<Record<keyof DatabaseSettings, Part>>

const isName = (value: unknown): value is string => typeof value === 'string' && /^[^\p{Cc}]+$/u.test(value)

/** @throws CONFIG_WRONG_VALUE, CONFIG_UNKNOWN_KEY naming the database */
export function requireDatabases(source: string, list: object, parts: DatabaseParts): void {
  const seen = new Set<string>()
  for (const [place, name, settings] of entriesOf(list)) {
    if (typeof settings === 'string' && Array.isArray(list))
      throw wrongValue(source, place, 'a text', "an object { name: 'acme', url }, so that it has a name")
    if (!isName(name))
      throw wrongValue(source, `${place}.name`, describe(name), 'a name without line breaks and the like')
    if (seen.has(name))
      throw wrongValue(source, `${place}.name`, `'${name}' again`, 'a name that no other database has')
    seen.add(name)
    if (typeof settings === 'string') requirePart(source, place, settings, parts.url)
    else if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
      throw wrongValue(source, place, describe(settings), 'a URL or an object { url, schema, versionSchema }')
    else requireSettings(source, place, settings, parts, Array.isArray(list) ? ['name'] : [])
  }
}

function requireSettings(
  source: string,
  place: string,
  settings: object,
  parts: DatabaseParts,
  others: readonly string[],
): void {
  const known = [...Object.keys(parts), ...others]
  for (const [key, value] of Object.entries(settings)) {
    if (!known.includes(key)) throw unknownKey(source, `${place}.${key}`, nearest(key, known))
    const part = Object.hasOwn(parts, key) ? parts[key as keyof DatabaseSettings] : undefined
    if (part !== undefined && value !== undefined) requirePart(source, `${place}.${key}`, value, part)
  }
}

function requirePart(source: string, key: string, value: unknown, { accepts, expected, secret }: Part): void {
  if (!accepts(value)) throw wrongValue(source, key, describe(value, secret), expected)
}

function entriesOf(list: object): [place: string, name: unknown, settings: unknown][] {
  if (!Array.isArray(list))
    return Object.entries(list).map(([name, settings]) => [`databases.${name}`, name, settings])
  return list.map((item: unknown, index) => {
    const name: unknown = Reflect.get(Object(item), 'name')
    return [`databases[${index}]`, name, item]
  })
}

/**
 * The targets, asked of the function where there is one.
 *
 * @throws CONFIG_INTERRUPTED, CONFIG_THREW, CONFIG_EXPORT, CONFIG_WRONG_VALUE, CONFIG_UNKNOWN_KEY, CONFIG_SAME_DATABASE, and what `query` throws
 */
export async function listDatabases(
  databases: Databases,
  context: DatabasesContext,
  parts: DatabaseParts,
  asking: Asking = {},
): Promise<DatabaseTarget[]> {
  const source = context.file ?? 'the configuration'
  let list: unknown = databases
  if (typeof databases === 'function') {
    list = await ask(databases, context, source, asking)
    if (typeof list !== 'object' || list === null) throw databasesReturned(source, describe(list, true))
    requireDatabases(source, list, parts)
  }
  const targets = entriesOf(Object(list)).map(([place, name, settings]) => {
    const { url, schema, versionSchema, versionTable }: DatabaseSettings =
      typeof settings === 'string' ? { url: settings } : Object(settings)
    const address = url === undefined ? context.url : context.absolute(url)
    if (address === undefined)
      throw wrongValue(
        source,
        `${place}.url`,
        'left out',
        'there where the configuration has no `url` itself',
      )
    return {
      name: String(name),
      url: address,
      tenantSchema: schema,
      versionSchema: versionSchema ?? schema ?? context.versionSchema,
      versionTable: versionTable ?? context.versionTable,
    }
  })
  requireDistinct(source, targets)
  return targets
}

/** A slip in a list of tenants would leave one of them where it is, unnoticed. */
function requireDistinct(source: string, targets: readonly DatabaseTarget[]): void {
  const seen = new Map<string, string>()
  for (const { name, url, versionSchema, versionTable } of targets) {
    if (url === 'pglite:memory') continue
    const key = JSON.stringify([placeOf(url), versionSchema, versionTable])
    const other = seen.get(key)
    if (other !== undefined) throw sameDatabase(source, other, name)
    seen.set(key, name)
  }
}

async function ask(
  list: Exclude<Databases, DatabaseList>,
  { environment, url, file }: DatabasesContext,
  source: string,
  { waiting, signal }: Asking,
): Promise<unknown> {
  const { openSession } = await import('../database/open.ts')
  const { cancel } = await import('../database/cancel.ts')
  let opening: ReturnType<typeof openSession> | undefined
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(databasesInterrupted(source))
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
  aborted.catch(() => {})
  const listing = async () =>
    list({
      ...environment,
      async query(sql, parameters) {
        if (url === undefined) throw noUrl(file)
        opening ??= openSession(url, { waiting, signal })
        return (await opening).query(sql, parameters)
      },
    })
  try {
    return await Promise.race([listing(), aborted])
  } catch (error) {
    if (signal?.aborted) {
      await opening?.then(cancel).catch(() => {})
      throw databasesInterrupted(source)
    }
    throw error instanceof DbmigError ? error : databasesThrew(source, error)
  } finally {
    signal?.removeEventListener('abort', onAbort)
    await opening?.then((session) => session.close()).catch(() => {})
  }
}
