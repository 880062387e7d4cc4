/** From two states to two catalogs: each state is read where it is, or built on a shadow database. */
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { listSchemas } from '../catalog/read.ts'
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import type { Session } from '../database/session.ts'
import { describeDatabase } from '../database/url.ts'
import type { Sides } from '../diff/change.ts'
import { oldestFirst } from '../graph/order.ts'
import { appliedAt } from '../graph/range.ts'
import { resolveRevisions } from '../graph/resolve.ts'
import type { Revision } from '../graph/revision.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import { runnable } from '../runner/project.ts'
import { type Shadows, withShadows } from '../shadow/shadows.ts'
import { compareDatabases, readerFor, sidesOf } from './compare-databases.ts'
import { type ComparisonOptions, compareWithTarget } from './comparison.ts'
import { againstMissing } from './errors-diff.ts'
import type { SideNames } from './schema-diff.ts'
import { appliedOn, type RevisionWork, rebuilt, revisionName, runOn, withWork } from './state-work.ts'
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
  if (to.kind === 'target' && to.file !== null && !existsSync(to.file)) throw againstMissing(to.file)
  const { graph, loader } = await readProjectRevisions(project, { missingFolder: 'empty' })
  const kinds = [from.kind, to.kind]
  const url = kinds.includes('live') ? requireUrl(project) : project.url
  return withWork({ project, loader, url, options }, async (base) => {
    const work: RevisionWork = { ...base, revisions: runnable(graph, loader) }
    const applied = await appliedOn(work)
    const revisionsOf = (target: string): Revision[] => oldestFirst(graph, appliedAt(graph, applied, target))
    const nameOf = (state: State): string => {
      if (state.kind === 'revision') return revisionName(resolveRevisions(graph, applied, state.target))
      if (state.kind === 'database') return describeDatabase(state.url)
      if (state.kind === 'target') return state.file === null ? 'target' : relative(project.root, state.file)
      return kinds.includes('database') && url !== undefined ? describeDatabase(url) : 'live'
    }
    const planned = { from: withRevisions(from, revisionsOf), to: withRevisions(to, revisionsOf) }
    const ids = [...graph.revisions.keys()]
    return {
      names: { from: nameOf(from), to: nameOf(to) },
      pending: kinds.includes('live') && kinds.includes('target') ? ids.filter((id) => !applied.has(id)) : [],
      sides: await sidesFor(work, planned.from, planned.to),
    }
  })
}

type DatabaseState = Exclude<State, { kind: 'revision' | 'target' }>
type TargetState = Extract<State, { kind: 'target' }>

/** A state in which targets are resolved: what is applied then, oldest first. */
type Resolved = DatabaseState | TargetState | { readonly kind: 'revision'; readonly up: readonly Revision[] }

function withRevisions(state: State, revisionsOf: (target: string) => Revision[]): Resolved {
  return state.kind === 'revision' ? { kind: 'revision', up: revisionsOf(state.target) } : state
}

async function sidesFor(work: RevisionWork, from: Resolved, to: Resolved): Promise<Sides> {
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
  work: RevisionWork,
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
  work: RevisionWork,
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

async function sessionOf({ open, live, project }: RevisionWork, state: DatabaseState): Promise<Session> {
  if (state.kind === 'database') return open(state.url)
  return live ?? open(requireUrl(project))
}
