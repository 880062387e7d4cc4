/** From two states to two catalogs: each state is read where it is, or built on a shadow database. */
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { listSchemas } from '../catalog/read.ts'
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { answered } from '../database/cancel.ts'
import { askInterrupted } from '../database/errors.ts'
import { openSession } from '../database/open.ts'
import type { Session } from '../database/session.ts'
import { describeDatabase } from '../database/url.ts'
import type { Sides } from '../diff/change.ts'
import { oldestFirst } from '../graph/order.ts'
import { appliedAt } from '../graph/range.ts'
import { resolveRevisions } from '../graph/resolve.ts'
import type { Revision } from '../graph/revision.ts'
import { appliedIds } from '../ledger/applied.ts'
import { ledgerLocation } from '../ledger/location.ts'
import { type LedgerRow, readLedger } from '../ledger/read.ts'
import type { ModuleLoader } from '../loader/load-module.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import { type Revisions, runnable } from '../runner/project.ts'
import { listRoles } from '../shadow/roles.ts'
import { type ShadowContext, type Shadows, withShadows } from '../shadow/shadows.ts'
import { compareDatabases, readerFor, sidesOf } from './compare-databases.ts'
import { type ComparisonOptions, compareWithTarget, surroundings } from './comparison.ts'
import { againstMissing } from './errors-diff.ts'
import { openForRevisions, runRevisions, textsOf } from './rebuild.ts'
import type { SideNames } from './schema-diff.ts'
import type { State, States } from './states.ts'

export interface ComparedStates {
  readonly names: SideNames
  readonly sides: Sides
  /** Where the database is compared with the declared schema: the revisions that it has not applied. */
  readonly pending: readonly string[]
}

/**
 * Reads two states so that they can be compared.
 *
 * @throws DbmigError `COMPARISON_…`, `GRAPH_…`, `SCHEMA_…`, `SHADOW_…`, `DATABASE_…`, `LOADER_…`
 */
export async function compareStates(
  project: Project,
  { from, to }: States,
  options: ComparisonOptions,
): Promise<ComparedStates> {
  const { signal } = options
  if (to.kind === 'target' && to.file !== null && !existsSync(to.file)) throw againstMissing(to.file)
  const { graph, loader } = await readProjectRevisions(project, { missingFolder: 'empty' })
  const kinds = [from.kind, to.kind]
  const url = kinds.includes('live') ? requireUrl(project) : project.url
  const say = (message: string): void => options.onEvent?.({ type: 'progress', message })
  const context: ShadowContext = { url, shadow: project.shadow, signal, notice: say }
  const sessions: Session[] = []
  const open = async (address: string): Promise<Session> => {
    const session = await openSession(address, { signal, waiting: project.waiting })
    sessions.push(session)
    return session
  }
  const rowsOf = async (live: Session): Promise<LedgerRow[]> => {
    const read = () => readLedger(live, ledgerLocation(project))
    return (await answered(live, signal, () => askInterrupted(live.address), read)) ?? []
  }
  try {
    const live = url === undefined ? null : await open(url)
    const rows = live === null ? [] : await rowsOf(live)
    const applied = appliedIds(rows)
    const revisionsOf = (target: string): Revision[] => oldestFirst(graph, appliedAt(graph, applied, target))
    const nameOf = (state: State): string => {
      if (state.kind === 'revision') return revisionName(resolveRevisions(graph, applied, state.target))
      if (state.kind === 'database') return describeDatabase(state.url)
      if (state.kind === 'target') return state.file === null ? 'target' : relative(project.root, state.file)
      return kinds.includes('database') && url !== undefined ? describeDatabase(url) : 'live'
    }
    const work: Work = {
      project,
      revisions: runnable(graph, loader),
      loader,
      live,
      options,
      context,
      say,
      open,
    }
    const planned = { from: withRevisions(from, revisionsOf), to: withRevisions(to, revisionsOf) }
    const ids = [...graph.revisions.keys()]
    return {
      names: { from: nameOf(from), to: nameOf(to) },
      pending: kinds.includes('live') && kinds.includes('target') ? ids.filter((id) => !applied.has(id)) : [],
      sides: await sidesFor(work, planned.from, planned.to),
    }
  } finally {
    for (const session of sessions) await session.close()
  }
}

interface Work {
  readonly project: Project
  readonly revisions: Revisions
  readonly loader: ModuleLoader
  /** Null where no URL is configured. */
  readonly live: Session | null
  readonly options: ComparisonOptions
  readonly context: ShadowContext
  readonly say: (message: string) => void
  open(url: string): Promise<Session>
}

type DatabaseState = Exclude<State, { kind: 'revision' | 'target' }>
type TargetState = Extract<State, { kind: 'target' }>

/** A state in which targets are resolved: what is applied then, oldest first. */
type Resolved = DatabaseState | TargetState | { readonly kind: 'revision'; readonly up: readonly Revision[] }

function withRevisions(state: State, revisionsOf: (target: string) => Revision[]): Resolved {
  return state.kind === 'revision' ? { kind: 'revision', up: revisionsOf(state.target) } : state
}

function revisionName(revisions: readonly Revision[]): string {
  const ids = revisions.map(({ revision }) => revision)
  if (ids.length === 0) return 'base'
  return `${ids.length === 1 ? 'revision' : 'revisions'} ${ids.join(', ')}`
}

async function sidesFor(work: Work, from: Resolved, to: Resolved): Promise<Sides> {
  if (from.kind === 'target') return swapped(await sidesFor(work, to, from))
  if (to.kind === 'target') return sidesWithTarget(work, from, to)
  const { project, context } = work
  if (from.kind === 'revision') {
    if (to.kind !== 'revision') return swapped(await sidesFor(work, to, from))
    return withShadows(context, (shadows) => sidesOfRevisions(work, shadows, from.up, to.up))
  }
  const first = await sessionOf(work, from)
  if (to.kind !== 'revision')
    return compareDatabases(project, first, await sessionOf(work, to), project.schemas ?? ['*'], context)
  return withShadows(context, async (shadows) => {
    const second = await rebuilt(work, shadows, to.up)
    const schemas = project.schemas ?? ['public', ...(await listSchemas(second))]
    return compareDatabases(project, first, second, schemas, context)
  })
}

function swapped({ live, target }: Sides): Sides {
  return { live: target, target: live }
}

async function sidesWithTarget(
  work: Work,
  from: Exclude<Resolved, TargetState>,
  { file }: TargetState,
): Promise<Sides> {
  const { options, context, loader } = work
  const project = file === null ? work.project : { ...work.project, schema: [file] }
  return withShadows(context, async (shadows) => {
    if (from.kind !== 'revision')
      return (await compareWithTarget(project, await sessionOf(work, from), loader, shadows, options)).sides
    // All that revisions make is theirs, also in schemas that the declaration does not name.
    const whole = { ...project, schemas: project.schemas ?? ['*'] }
    const session = await rebuilt(work, shadows, from.up)
    return (await compareWithTarget(whole, session, loader, shadows, options)).sides
  })
}

/** Two states of one line are two moments of one database. */
async function sidesOfRevisions(
  work: Work,
  shadows: Shadows,
  from: readonly Revision[],
  to: readonly Revision[],
): Promise<Sides> {
  const [lower, upper] = [new Set(from), new Set(to)]
  const leadsUp = from.every((revision) => upper.has(revision))
  if (!leadsUp && to.every((revision) => lower.has(revision)))
    return swapped(await sidesOfRevisions(work, shadows, to, from))
  const { project } = work
  const session = await rebuilt(work, shadows, from)
  const read = await readerFor(project, [session], project.schemas ?? ['*'])
  const first = await read(session)
  if (!leadsUp) return sidesOf(first, await read(await rebuilt(work, shadows, to)), project)
  await runOn(
    work,
    session,
    to.filter((revision) => !lower.has(revision)),
  )
  return sidesOf(first, await read(session), project)
}

/** A shadow database on which revisions have run. */
async function rebuilt(work: Work, shadows: Shadows, up: readonly Revision[]): Promise<Session> {
  const { live, revisions, say } = work
  const roles = live === null ? [] : await listRoles(live)
  const extensions = live === null ? [] : (await surroundings(live)).installed
  say('running revisions on a shadow database')
  const files = textsOf([...revisions.graph.revisions.values()])
  const session = await openForRevisions(shadows, { roles, extensions }, files)
  await runOn(work, session, up)
  return session
}

async function runOn(work: Work, session: Session, up: readonly Revision[]): Promise<void> {
  const { project, revisions, options } = work
  await runRevisions({ project, revisions, session, up, signal: options.signal })
}

async function sessionOf({ open, live, project }: Work, state: DatabaseState): Promise<Session> {
  if (state.kind === 'database') return open(state.url)
  return live ?? open(requireUrl(project))
}
