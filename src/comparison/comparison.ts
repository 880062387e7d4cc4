/** The comparison that autogenerate and `check` share: the live schema and the declared one, both as PostgreSQL reports them. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { keepingAccess, rolesNamed, seenBy } from '../catalog/access-elsewhere.ts'
import { type Catalog, filterCatalog } from '../catalog/catalog.ts'
import type { Kind } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import { type CatalogScope, readCatalog } from '../catalog/read.ts'
import { managedBy } from '../catalog/scope.ts'
import type { Manage, Project } from '../config/config.ts'
import type { Session } from '../database/session.ts'
import type { ConnectingEvent } from '../database/wait.ts'
import type { Change, Sides } from '../diff/change.ts'
import { ledgerLocation } from '../ledger/location.ts'
import type { ModuleLoader } from '../loader/load-module.ts'
import { declaredExtensions, readTarget } from '../schema/read-target.ts'
import type { TargetStatement } from '../schema/target-statement.ts'
import { writtenQueries } from '../schema/written-queries.ts'
import { listRoles, requireRoles } from '../shadow/roles.ts'
import type { Shadows } from '../shadow/shadows.ts'
import { mayBeKept, type SharedTargets, type Target, targetOf } from './target.ts'
import { keepingOrder, viewsToMake } from './written.ts'

export interface ProgressEvent {
  readonly type: 'progress'
  readonly message: string
}

export interface ComparisonOptions {
  /** What the declaration says, where its files are not written yet. */
  readonly statements?: readonly TargetStatement[] | undefined
  /** False: the declared schema is built even where nothing has changed since it was built before, and not kept. */
  readonly cache?: boolean | undefined
  /** Where the declared schema is found that another comparison of the same command has built. */
  readonly shared?: SharedTargets | undefined
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: ProgressEvent | ConnectingEvent) => void) | undefined
}

export interface Comparison {
  readonly sides: Sides
  /** Reads a shadow of the same schemas and filters, so that it can be compared with either side. */
  read(session: Session): Promise<Catalog>
  /** The sides of a plan of these changes (between the comparison's own sides, unless told), whose views are written with the queries that the declaration gives them. */
  asWritten(changes: readonly Change[], between?: Sides): Promise<Sides>
  /** Another empty shadow database, with the extensions and roles that either side names. */
  openShadow(): Promise<Session>
}

/** The declared schema, and what the live database is read with to be compared with it. */
export interface Declaration {
  readonly project: Project
  readonly live: Session
  readonly shadows: Shadows
  readonly statements: readonly TargetStatement[]
  /** Those that either side has. */
  readonly extensions: readonly string[]
  /** Who reads the live database. */
  readonly role: string
  readonly defaultSchema: string
  readonly target: Target
  readonly scope: CatalogScope
}

/**
 * Reads the live database, builds the declared schema on a shadow database and reads that.
 *
 * @throws DbmigError `SCHEMA_…`, `SHADOW_…`, and what reading a catalog throws
 */
export async function compareWithTarget(
  project: Project,
  live: Session,
  loader: ModuleLoader,
  shadows: Shadows,
  options: ComparisonOptions = {},
): Promise<Comparison> {
  const declaration = await declarationOf(project, live, loader, shadows, options)
  return compareLive(declaration, readCatalog(live, declaration.scope))
}

/**
 * Builds the declared schema on a shadow database, unless it is kept, and reads nothing yet of the live one.
 *
 * @throws DbmigError `SCHEMA_…`, `SHADOW_…`, and what reading a catalog throws
 */
export async function declarationOf(
  project: Project,
  live: Session,
  loader: ModuleLoader,
  shadows: Shadows,
  options: ComparisonOptions = {},
): Promise<Declaration> {
  const { target, scopeOf, ...built } = await builtTarget(project, live, loader, shadows, options)
  options.onEvent?.({ type: 'progress', message: 'comparing it with the live database' })
  const scope = scopeOf(project.schemas ?? ['public', ...target.schemas])
  return { project, live, shadows, ...built, target, scope }
}

interface BuiltTarget extends Omit<Declaration, 'project' | 'live' | 'shadows' | 'scope'> {
  readonly scopeOf: (schemas: readonly string[]) => CatalogScope
}

/**
 * The declared schema, built on a shadow database unless it is kept.
 *
 * @param live what it is built to be like; null where there is none
 * @throws DbmigError `SCHEMA_…`, `SHADOW_…`, and what reading a catalog throws
 */
export async function builtTarget(
  project: Project,
  live: Session | null,
  loader: ModuleLoader,
  shadows: Shadows,
  options: ComparisonOptions = {},
): Promise<BuiltTarget> {
  const say = (message: string): void => options.onEvent?.({ type: 'progress', message })
  const cache = options.cache ?? true
  if (options.shared === undefined && !(await mayBeKept(project, cache))) shadows.prepare()
  say('reading the declared schema')
  const [statements, { role, defaultSchema, installed }] = await Promise.all([
    options.statements ?? readTarget(project, loader),
    live === null
      ? { role: '', defaultSchema: project.tenantSchema ?? 'public', installed: [] }
      : surroundings(live),
  ])
  const extensions = [...new Set([...declaredExtensions(statements), ...installed])]
  const scopeOf = (schemas: readonly string[]): CatalogScope => ({
    schemas,
    hiddenTables: ledgerTables(project),
    defaultSchema,
  })
  const { signal, shared } = options
  const target = await targetOf({
    project,
    live,
    shadows,
    statements,
    extensions,
    role,
    scopeOf,
    signal,
    cache,
    shared,
    say,
  })
  return { statements, extensions, role, defaultSchema, target, scopeOf }
}

/**
 * Compares a declaration with the catalog of the live database in its scope.
 *
 * @throws DbmigError `SHADOW_…`, and what reading a catalog throws
 */
export async function compareLive(declaration: Declaration, reading: Promise<Catalog>): Promise<Comparison> {
  const { project, live, shadows, statements, extensions, role, defaultSchema, scope } = declaration
  const built = declaration.target
  // Its failure is met below; and the server shall be at work while the catalog that is kept is parsed.
  reading.catch(() => {})
  await nextTurn()
  const declared = built.catalog()
  // What only one of the servers knows is no difference.
  const maintain = [live, declared].every(({ serverVersion }) => serverVersion >= 170_000)
  const asCompared = (catalog: Catalog): Catalog => managed(seenBy(catalog, { role, maintain }), project)
  const read = async (session: Session): Promise<Catalog> => asCompared(await readCatalog(session, scope))
  const target = withoutLedgerSchema(asCompared(declared), project, false)
  const keepsLedgerSchema = target.objects.has(`schema:${project.versionSchema}`)
  const readLive = async (session: Session): Promise<Catalog> =>
    withoutLedgerSchema(await read(session), project, keepsLedgerSchema)
  const catalog = withoutLedgerSchema(asCompared(await reading), project, keepsLedgerSchema)
  const openShadow = async (): Promise<Session> => {
    const another = await shadows.open({ extensions, role })
    const roles =
      another.engine === 'pglite'
        ? [...(await listRoles(live)), ...built.roles]
        : [...rolesNamed(catalog), ...rolesNamed(target)]
    await requireRoles(another, roles)
    return another
  }
  const liveCatalog = await comparable(catalog, target, openShadow, readLive)
  const sides: Sides = { live: liveCatalog, target: keepingAccess(target, liveCatalog) }
  const asWritten = async (changes: readonly Change[], between: Sides = sides): Promise<Sides> => {
    const views = viewsToMake(changes, between)
    if (views.size === 0) return between
    const wanted = (identity: Identity): boolean => views.has(identity)
    const written = await writtenQueries(await built.session(), statements, { defaultSchema, wanted })
    return {
      ...between,
      target: { ...between.target, writtenQueries: keepingOrder(written, changes, between) },
    }
  }
  return { sides, read: readLive, asWritten, openShadow }
}

/**
 * The live catalog in the words of the shadow's server: two versions of PostgreSQL print one expression in two ways, so
 * where they are not the same, what is compared is a copy of the live schema on the shadow's server.
 */
async function comparable(
  catalog: Catalog,
  target: Catalog,
  openShadow: () => Promise<Session>,
  read: (session: Session) => Promise<Catalog>,
): Promise<Catalog> {
  if (major(catalog) === major(target)) return catalog
  const [{ copySchema }, copy] = await Promise.all([import('./copy-schema.ts'), openShadow()])
  await copySchema(catalog, copy)
  return keepingAccess(await read(copy), catalog)
}

export function major({ serverVersion }: Session | Catalog): number {
  return Math.trunc(serverVersion / 10_000)
}

/** Where an unqualified name goes on this connection, which is what is written without its schema; and its extensions. */
export async function surroundings(
  session: Session,
): Promise<{ readonly role: string; readonly defaultSchema: string; readonly installed: readonly string[] }> {
  const [row] = await session.query<{ role: string; schema: string | null; extensions: string[] }>(
    `select current_user::text as role, current_schema()::text as schema, array(select extname::text from pg_extension where extname <> 'plpgsql') as extensions`,
  )
  return { role: row?.role ?? '', defaultSchema: row?.schema ?? 'public', installed: row?.extensions ?? [] }
}

/** The ledger's tables, which are part of no comparison. */
export function ledgerTables(project: Project): CatalogScope['hiddenTables'] {
  const { schema, table, log } = ledgerLocation(project)
  return [table, log].map((name) => ({ schema, name }))
}

/** What `manage` must name to be compared. */
export const ONLY_WHEN_ASKED: Readonly<Partial<Record<Kind, Manage>>> = {
  publication: 'publications',
  'publication table': 'publications',
  'event trigger': 'event triggers',
  'default privileges': 'grants',
  'extension privileges': 'grants',
}

export function managed(catalog: Catalog, { include, exclude, manage }: Project): Catalog {
  const chosen = managedBy({ include, exclude }, (identity) => catalog.objects.get(identity))
  const filtered = filterCatalog(catalog, (object) => {
    const request = ONLY_WHEN_ASKED[object.kind]
    return (request === undefined || manage.includes(request)) && chosen(object)
  })
  return { ...filtered, managed: { owners: manage.includes('owners'), grants: manage.includes('grants') } }
}

/** A schema that is there for the ledger alone is no more part of a comparison than the ledger. */
export function withoutLedgerSchema(catalog: Catalog, { versionSchema }: Project, keep: boolean): Catalog {
  if (keep || versionSchema === 'public') return catalog
  const used = [...catalog.objects.values()].some((object) => object.schema === versionSchema)
  if (used) return catalog
  return filterCatalog(catalog, (object) => object.kind !== 'schema' || object.name !== versionSchema)
}
