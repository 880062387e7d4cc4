/** Shadow databases: scratch databases that a run makes, uses and drops whatever happens. */
import type { Project } from '../config/config.ts'
import { openSession } from '../database/open.ts'
import { sqlStateOf } from '../database/pg-error.ts'
import { pgliteVersion } from '../database/pglite-version.ts'
import type { Session } from '../database/session.ts'
import { parseAddress, redactUrl } from '../database/url.ts'
import { messageOf } from '../errors.ts'
import {
  fallbackNotice,
  mayNotCreate,
  neitherAllowed,
  noServer,
  shadowDisabled,
  unknownSetting,
} from './errors.ts'
import { actAs } from './roles.ts'
import { createDatabase, dropDatabase, dropOrphans, roleOf, type ServerDatabase } from './server-database.ts'
import { type FactsOptions, type ServerFacts, serverFacts } from './server-facts.ts'

export interface ShadowContext {
  /** The live database's address, which the shadow shall resemble; undefined where there is none. */
  readonly url: string | undefined
  readonly shadow: Project['shadow']
  /** Its abort drops every shadow at once, also while something runs on it. */
  readonly signal?: AbortSignal | undefined
  /** Told once when an embedded database takes the place of one on the server. */
  readonly notice?: ((message: string) => void) | undefined
}

export interface ShadowNeeds {
  /** Extensions that an embedded shadow must offer: what the target and the live database name. */
  readonly extensions?: readonly string[]
  /** Who uses an embedded shadow: the role of the live database's session; PGlite's own unless told. */
  readonly role?: string
}

/**
 * Runs a function with shadow databases, and drops them when it is done, has failed, or the signal aborts.
 *
 * @throws what the function throws; the signal's reason after an abort; DbmigError `SHADOW_…`
 */
export async function withShadows<T>(
  context: ShadowContext,
  fn: (shadows: Shadows) => Promise<T>,
): Promise<T> {
  context.signal?.throwIfAborted()
  const shadows = new Shadows(context)
  // The listener cannot wait: a failure is kept, and met again at the end.
  const abort = () => shadows.close().catch(() => {})
  context.signal?.addEventListener('abort', abort, { once: true })
  let result: T
  try {
    result = await fn(shadows)
  } catch (error) {
    await shadows.close().catch((failure: unknown) => context.notice?.(messageOf(failure)))
    // What fails after an abort fails because its database is gone.
    context.signal?.throwIfAborted()
    throw error
  } finally {
    context.signal?.removeEventListener('abort', abort)
  }
  await shadows.close()
  return result
}

/** Runs a function with one shadow database. See `withShadows`. */
export function withShadow<T>(
  context: ShadowContext & ShadowNeeds,
  fn: (shadow: Session) => Promise<T>,
): Promise<T> {
  return withShadows(context, async (shadows) => fn(await shadows.open(context)))
}

export interface PlaceFacts {
  readonly engine: Session['engine']
  readonly facts: string
}

/** Where shadows are made: a server, with or without another way when its role may not; or in this process. */
type Place = { readonly url: string; readonly orEmbedded: boolean } | 'embedded'

type Made = { readonly session: Session; readonly database: ServerDatabase } | Refused

/** PostgreSQL's no to CREATE DATABASE. */
interface Refused {
  readonly refusedRole: string
  readonly cause: unknown
}

/** The shadows of one run. */
export class Shadows {
  readonly #context: ShadowContext
  readonly #place: Place
  /** Made ahead by `prepare`, not yet opened. */
  readonly #ready: Promise<Made>[] = []
  readonly #onServer: Promise<Made>[] = []
  readonly #embedded: Promise<Session>[] = []
  #noticed = false
  #closing: Promise<void> | undefined

  /** @throws SHADOW_DISABLED, SHADOW_NO_SERVER, SHADOW_UNKNOWN */
  constructor(context: ShadowContext) {
    this.#context = context
    this.#place = placeOf(context)
  }

  /** Starts making shadows on a server, so that `open` has less to wait for. An embedded one starts in `open`. */
  prepare(count = 1): void {
    if (this.#place === 'embedded') return
    for (let i = 0; i < count; i++) this.#ready.push(this.#make(this.#place.url))
  }

  /**
   * An empty database of its own. `close` drops it, so it needs no closing.
   *
   * @throws SHADOW_NOT_ALLOWED, SHADOW_CREATE_FAILED, and what opening a session throws
   */
  async open(needs: ShadowNeeds = {}): Promise<Session> {
    this.#mustBeOpen()
    if (this.#place === 'embedded') return this.#openEmbedded(needs)
    const { url, orEmbedded } = this.#place
    const made = await (this.#ready.shift() ?? this.#make(url))
    if ('session' in made) return made.session
    if (!orEmbedded) throw mayNotCreate(url, made.refusedRole, made.cause)
    if (!this.#noticed) this.#context.notice?.(fallbackNotice(url, made.refusedRole))
    this.#noticed = true
    try {
      return await this.#openEmbedded(needs)
    } catch (error) {
      throw neitherAllowed(url, made.refusedRole, error)
    }
  }

  /**
   * What of the place where shadows are made shapes what is built on them, as one text, and the engine that it will be:
   * nothing is made to find out.
   *
   * @param live a session on the live database, where there is one
   * @throws what opening a session throws
   */
  async facts(live: Session | null, options: FactsOptions): Promise<PlaceFacts> {
    if (this.#place === 'embedded') return { engine: 'pglite', facts: pgliteVersion() ?? '' }
    const { url, orEmbedded } = this.#place
    const { text, mayCreate } = await this.#serverFacts(live, url, options)
    const engine = mayCreate || !orEmbedded ? 'server' : 'pglite'
    return { engine, facts: engine === 'server' ? text : `${text} ${pgliteVersion()}` }
  }

  async #serverFacts(live: Session | null, url: string, options: FactsOptions): Promise<ServerFacts> {
    if (live !== null && url === this.#context.url) return serverFacts(live, options)
    const session = await openSession(url, {
      applicationName: 'dbmig (shadow)',
      signal: this.#context.signal,
    })
    try {
      return await serverFacts(session, options)
    } finally {
      await session.close()
    }
  }

  /** Drops all shadows, and those that crashed runs left on the same server. @throws SHADOW_DROP_FAILED */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const session of await fulfilled(this.#embedded)) await session.close()
    const made = (await fulfilled(this.#onServer)).filter((one) => 'session' in one)
    if (made.length === 0 || this.#place === 'embedded') return
    await Promise.all(made.map(({ session }) => session.close()))
    await dropAll(
      this.#place.url,
      made.map(({ database }) => database),
    )
  }

  #make(url: string): Promise<Made> {
    const making = makeOnServer(url, this.#context.signal)
    // Its failure is for whoever opens it; one that nobody opens harms nobody.
    making.catch(() => {})
    this.#onServer.push(making)
    return making
  }

  #openEmbedded({ extensions = [], role = '' }: ShadowNeeds): Promise<Session> {
    this.#mustBeOpen()
    const { signal } = this.#context
    const opening = openSession('pglite:memory', { signal, pgliteExtensions: extensions })
    this.#embedded.push(opening)
    return opening.then(async (session) => {
      await actAs(session, role)
      return session
    })
  }

  /** Nothing is made that nobody would drop. */
  #mustBeOpen(): void {
    this.#context.signal?.throwIfAborted()
    if (this.#closing !== undefined) throw new Error('The shadows are closed.')
  }
}

function placeOf({ shadow, url }: ShadowContext): Place {
  if (shadow === false) throw shadowDisabled()
  const live = url !== undefined && parseAddress(url).engine === 'server' ? url : null
  if (shadow === undefined) return live === null ? 'embedded' : { url: live, orEmbedded: true }
  if (shadow === 'server') {
    if (live === null) throw noServer()
    return { url: live, orEmbedded: false }
  }
  if (shadow === 'pglite') return 'embedded'
  if (!shadow.includes(':')) throw unknownSetting(redactUrl(shadow))
  return parseAddress(shadow).engine === 'server' ? { url: shadow, orEmbedded: false } : 'embedded'
}

async function makeOnServer(url: string, signal: AbortSignal | undefined): Promise<Made> {
  const maintenance = await openSession(url, { applicationName: 'dbmig (shadow)', signal })
  try {
    const database = await createDatabase(maintenance, url)
    try {
      const session = await openSession(database.url, { signal })
      // Nothing in it has to survive a crash.
      await session.execute('set synchronous_commit = off')
      return { session, database }
    } catch (error) {
      await dropDatabase(maintenance, database)
      throw error
    }
  } catch (cause) {
    if (sqlStateOf(cause) !== '42501') throw cause
    return { refusedRole: await roleOf(maintenance), cause }
  } finally {
    await maintenance.close()
  }
}

async function dropAll(url: string, databases: readonly ServerDatabase[]): Promise<void> {
  // Not the connection that made them: a server may end one that idles for the length of a run.
  const maintenance = await openSession(url, { applicationName: 'dbmig (shadow)' })
  try {
    const failures: unknown[] = []
    for (const database of databases) {
      await dropDatabase(maintenance, database).catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
    await dropOrphans(maintenance)
  } finally {
    await maintenance.close()
  }
}

async function fulfilled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises)
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}
