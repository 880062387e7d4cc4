/** One state of a schema as a catalog: read where it is, or built on a shadow database. */
import { relative } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { pgliteVersion } from '../database/pglite-version.ts'
import type { Session } from '../database/session.ts'
import { describeDatabase, parseAddress } from '../database/url.ts'
import { DbmigError } from '../errors.ts'
import { oldestFirst } from '../graph/order.ts'
import { appliedAt } from '../graph/range.ts'
import { resolveRevisions } from '../graph/resolve.ts'
import { createModuleLoader } from '../loader/load-module.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import { runnable } from '../runner/project.ts'
import { setForSession } from '../runner/settings.ts'
import { withShadows } from '../shadow/shadows.ts'
import { readerFor } from './compare-databases.ts'
import { builtTarget, type ComparisonOptions, managed, withoutLedgerSchema } from './comparison.ts'
import { liveAndRevision } from './errors-diff.ts'
import { appliedOn, rebuilt, revisionName, type StateWork, withWork } from './state-work.ts'
import type { State } from './states.ts'

export interface ReadState {
  /** What it is called: `live`, `target`, `revision 3f2a`, `database "shop" on localhost:5432`. */
  readonly name: string
  /** Without the ledger, and without what the project does not manage. */
  readonly catalog: Catalog
  /** Why it was built elsewhere than the configuration says: a sentence or two. */
  readonly note?: string
}

export interface StateChoice {
  /** The live database. */
  readonly live?: boolean | undefined
  /** What a database is in which this target of the graph is applied. */
  readonly at?: string | undefined
}

/**
 * The state that `--live` and `--at` choose: the declared schema where neither is given.
 *
 * @throws COMPARISON_LIVE_AT
 */
export function chosenState({ live = false, at }: StateChoice): State {
  if (live && at !== undefined) throw liveAndRevision(at)
  if (at !== undefined) return { kind: 'revision', target: at }
  return live ? { kind: 'live' } : { kind: 'target', file: null }
}

/**
 * Reads one state of a schema. The declared one needs no database: where the server that its shadow would be made on is not there,
 * an embedded one takes its place, and what was built before and is kept is read from its file.
 *
 * @throws DbmigError CONFIG_NO_URL, `COMPARISON_…`, `GRAPH_…`, `SCHEMA_…`, `SHADOW_…`, `DATABASE_…`, `LOADER_…`
 */
export async function readState(
  project: Project,
  state: State,
  options: ComparisonOptions = {},
): Promise<ReadState> {
  if (state.kind === 'target') return readDeclared(project, state, options)
  if (state.kind === 'revision') return readRevision(project, state.target, options)
  const loader = createModuleLoader(project)
  const url = state.kind === 'live' ? requireUrl(project) : state.url
  return withWork({ project, loader, url, options }, async (work) => {
    const session = work.live ?? (await work.open(url))
    const { tenantSchema: schema } = project
    if (schema !== undefined && state.kind === 'live') await setForSession(session, { schema })
    const name = state.kind === 'live' ? 'live' : describeDatabase(url)
    return { name, catalog: await readWhole(work, session) }
  })
}

async function readDeclared(
  project: Project,
  { file }: { readonly file: string | null },
  options: ComparisonOptions,
): Promise<ReadState> {
  const declared = file === null ? project : { ...project, schema: [file] }
  const name = file === null ? 'target' : relative(project.root, file)
  const loader = createModuleLoader(project)
  const read = (url: string | undefined): Promise<Catalog> =>
    withWork({ project: declared, loader, url, options }, ({ live, context }) =>
      withShadows(context, async (shadows) => {
        if (live !== null && project.tenantSchema !== undefined)
          await setForSession(live, { schema: project.tenantSchema })
        const { target } = await builtTarget(declared, live, loader, shadows, options)
        return withoutLedgerSchema(managed(target.catalog(), declared), declared, false)
      }),
    )
  const server = shadowServer(project)
  try {
    return { name, catalog: await read(server) }
  } catch (error) {
    if (server === undefined || project.shadow !== undefined || !isAway(error)) throw error
    const note = `${error.message} An embedded PostgreSQL has built the schema in its place.`
    return { name, catalog: await read(undefined), note }
  }
}

/** The live database's URL, where shadow databases are made beside it: else it has no part in what is declared. */
function shadowServer({ url, shadow }: Project): string | undefined {
  if (url === undefined || (shadow !== undefined && shadow !== 'server')) return undefined
  return parseAddress(url).engine === 'server' ? url : undefined
}

/** Whether the server or the database is not there, and the embedded one is. */
function isAway(error: unknown): error is DbmigError {
  if (!(error instanceof DbmigError) || pgliteVersion() === null) return false
  return ['DATABASE_UNREACHABLE', 'DATABASE_NO_SERVER', 'DATABASE_MISSING'].includes(error.code)
}

async function readRevision(
  project: Project,
  target: string,
  options: ComparisonOptions,
): Promise<ReadState> {
  const { graph, loader } = await readProjectRevisions(project, { missingFolder: 'empty' })
  return withWork({ project, loader, url: project.url, options }, async (work) => {
    const applied = await appliedOn(work)
    const up = oldestFirst(graph, appliedAt(graph, applied, target))
    const catalog = await withShadows(work.context, async (shadows) => {
      const session = await rebuilt({ ...work, revisions: runnable(graph, loader) }, shadows, up)
      return readWhole(work, session)
    })
    return { name: revisionName(resolveRevisions(graph, applied, target)), catalog }
  })
}

/** All schemas, unless the configuration chooses. */
async function readWhole({ project }: StateWork, session: Session): Promise<Catalog> {
  const read = await readerFor(project, [session], project.schemas ?? ['*'])
  return withoutLedgerSchema(await read(session), project, false)
}
