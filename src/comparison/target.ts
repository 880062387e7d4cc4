/** The declared schema as PostgreSQL reports it: built on a shadow database, or kept from when the same was built before. */
import type { Catalog } from '../catalog/catalog.ts'
import { type CatalogScope, listSchemas, readCatalog } from '../catalog/read.ts'
import type { Project } from '../config/config.ts'
import type { Session } from '../database/session.ts'
import { messageOf } from '../errors.ts'
import { ensureSchema } from '../ledger/tables.ts'
import { setForSession } from '../runner/settings.ts'
import { applyTarget } from '../schema/apply-target.ts'
import type { TargetStatement } from '../schema/target-statement.ts'
import { listRoles } from '../shadow/roles.ts'
import type { Shadows } from '../shadow/shadows.ts'
import { keepsAny } from './kept-files.ts'
import { type BuiltSchema, type KeptSchema, keep, readKept } from './target-cache.ts'
import { isReproducible, targetKey } from './target-key.ts'

export interface TargetInput {
  readonly project: Project
  /** Null where the schema is compared with none. */
  readonly live: Session | null
  readonly shadows: Shadows
  readonly statements: readonly TargetStatement[]
  readonly extensions: readonly string[]
  /** Who reads the live database. */
  readonly role: string
  /** How a catalog is read, given the schemas that are managed. */
  readonly scopeOf: (schemas: readonly string[]) => CatalogScope
  readonly signal: AbortSignal | undefined
  /** Whether what is kept may be used, and kept. */
  readonly cache: boolean
  /** Where what is built is shared with others. */
  readonly shared?: SharedTargets | undefined
  readonly say: (message: string) => void
}

export interface Target extends KeptSchema {
  /** Stands for all that the catalog comes from; null where it is not kept. */
  readonly key: string | null
  /** A shadow database with the schema: made now, where there was no need of one. */
  readonly session: () => Promise<Session>
}

/** What comparisons of one command have built or found, by what it comes from. */
export type SharedTargets = Map<string, Promise<KeptTarget>>

interface KeptTarget {
  readonly schema: KeptSchema
  /** Whether another command will find it. */
  readonly isKept: boolean
}

/**
 * The target schema. Nothing is built where all that could change the result is as it was.
 *
 * @throws DbmigError `SCHEMA_…`, `SHADOW_…`, and what reading a catalog throws
 */
export async function targetOf(input: TargetInput): Promise<Target> {
  const { cache, shared } = input
  const isKnowable = (cache || shared !== undefined) && isReproducible(input.statements)
  const place = isKnowable ? await placeOf(input) : null
  const key = place === null ? null : keyOf(input, place.facts)
  let session: Promise<Session> | undefined
  const open = (): Promise<Session> => {
    session ??= buildTarget(input)
    return session
  }
  const find = () => findOrBuild(input, { key, engine: place?.engine, open })
  const { schema, isKept } = await (key === null || shared === undefined ? find() : once(shared, key, find))
  return { ...schema, key: isKept ? key : null, session: open }
}

/** One that fails says nothing of the others, which have connections of their own: they try for themselves. */
async function once(
  shared: SharedTargets,
  key: string,
  find: () => Promise<KeptTarget>,
): Promise<KeptTarget> {
  for (let other = shared.get(key); other !== undefined; other = shared.get(key)) {
    const found = await other.catch(() => null)
    if (found !== null) return found
    if (shared.get(key) === other) shared.delete(key)
  }
  const finding = find()
  shared.set(key, finding)
  return finding
}

interface Finding {
  readonly key: string | null
  readonly engine: Session['engine'] | undefined
  readonly open: () => Promise<Session>
}

async function findOrBuild(input: TargetInput, { key, engine, open }: Finding): Promise<KeptTarget> {
  const { root } = input.project
  const found = key === null || !input.cache ? null : await readKept(root, key)
  if (found !== null) return { schema: found, isKept: true }
  const shadow = await open()
  const built = await readBuilt(input, shadow)
  const schema = { ...built, catalog: () => built.catalog }
  const mayBeKept = input.cache && key !== null && shadow.engine === engine && !mayHoldSecrets(built.catalog)
  if (!mayBeKept) return { schema, isKept: false }
  try {
    await keep(root, key, built)
    return { schema, isKept: true }
  } catch (error) {
    input.say(`the catalog of the schema cannot be kept for the next run: ${messageOf(error)}`)
    return { schema, isKept: false }
  }
}

/** Whether it is worth to wait for `targetOf` before a shadow database is made. */
export function mayBeKept({ root }: Project, cache: boolean): Promise<boolean> {
  return cache ? keepsAny(root, 'target') : Promise.resolve(false)
}

async function buildTarget(input: TargetInput): Promise<Session> {
  const { project, shadows, statements, extensions, role, signal, say } = input
  const shadow = await shadows.open({ extensions, role })
  say('building it on a shadow database')
  const { tenantSchema } = project
  if (tenantSchema !== undefined) {
    await ensureSchema(shadow, tenantSchema)
    await setForSession(shadow, { schema: tenantSchema })
  }
  await applyTarget(shadow, statements, { signal })
  return shadow
}

async function readBuilt({ project, scopeOf }: TargetInput, shadow: Session): Promise<BuiltSchema> {
  const schemas = await listSchemas(shadow)
  const catalog = await readCatalog(shadow, scopeOf(project.schemas ?? ['public', ...schemas]))
  return { schemas, catalog, roles: shadow.engine === 'pglite' ? await listRoles(shadow) : [] }
}

function placeOf({ shadows, live, statements, extensions }: TargetInput) {
  const text = statements.map(({ sql }) => sql.toLowerCase()).join('\n')
  return shadows.facts(live, {
    // A name in Unicode escapes may be any.
    mentions: (name) => text.includes('u&"') || text.includes(name.toLowerCase().replaceAll('"', '""')),
    withExtensions: extensions.length > 0,
  })
}

function keyOf({ project, statements, extensions, role, scopeOf }: TargetInput, place: string): string {
  const { root, manage, versionSchema, tenantSchema } = project
  const reading = {
    scope: scopeOf(project.schemas ?? ['public']),
    byTarget: project.schemas === undefined,
    manage,
    versionSchema,
    tenantSchema,
    extensions: [...extensions].sort(),
    role,
  }
  return targetKey({ root, statements, reading, place })
}

const secretOption = /pass|secret|key|token|credential/i

/** What logs in elsewhere is never written to a file that nobody asked for. */
export function mayHoldSecrets({ objects }: Catalog): boolean {
  for (const object of objects.values()) {
    if (object.kind === 'user mapping') return true
    if (
      (object.kind === 'server' || object.kind === 'foreign data wrapper') &&
      object.options.some((option) => secretOption.test(option))
    )
      return true
  }
  return false
}
