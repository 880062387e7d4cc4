/** What every command of the runner starts from: the project's graph, its loader, and a session on its database. */
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { openSession } from '../database/open.ts'
import type { Session } from '../database/session.ts'
import type { Settings } from '../database/settings.ts'
import type { Waiting } from '../database/wait.ts'
import { type AppliedRow, appliedHeads, requireWhole } from '../graph/applied.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import type { Revision, Step } from '../graph/revision.ts'
import { appliedIds, appliedRows } from '../ledger/applied.ts'
import type { LedgerRow } from '../ledger/read.ts'
import type { ModuleLoader } from '../loader/load-module.ts'
import type { LoadedRevision } from '../loader/load-revision.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import type { OnEvent } from './events.ts'
import type { LoadRevision, StepResult } from './run.ts'

/** What the commands of the runner have in common. */
export interface CommandOptions {
  /** Shows what would run, without a lock and without writing. */
  readonly dryRun?: boolean | undefined
  readonly onEvent?: OnEvent | undefined
  readonly signal?: AbortSignal | undefined
  /** How long to wait for another run. Ten minutes unless told. */
  readonly lockWaitMs?: number | undefined
}

export interface CommandResult {
  readonly steps: readonly StepResult[]
  /** What Alembic's version table would hold; in a dry run, after the steps. */
  readonly heads: readonly string[]
  /** Whether nothing was run. */
  readonly dryRun: boolean
  /** The file that the plan was written to, where it was asked for. */
  readonly plan?: string
  /** The plan, where it was asked for as `-`. */
  readonly planText?: string
}

export interface Revisions {
  readonly graph: RevisionGraph
  readonly load: LoadRevision
  /** The ids that a revision follows: those of today, where one that its header names was squashed. */
  parentsOf(revision: Revision): readonly string[]
  /** The ids that a revision depends on. */
  dependenciesOf(revision: Revision): readonly string[]
  /** What follows a revision or depends on it, with its edges. */
  above(revision: Revision): readonly AppliedRow[]
}

/** Reads the project's revision files and builds their graph. */
export async function readRevisions(project: Project): Promise<Revisions> {
  const { graph, loader } = await readProjectRevisions(project)
  return runnable(graph, loader)
}

/** What the runner needs to know of a graph. */
export function runnable(graph: RevisionGraph, loader: ModuleLoader): Revisions {
  const loaded = new Map<string, Promise<LoadedRevision>>()
  // Where there is nothing to run there is nothing to load.
  let loading: Promise<typeof import('../loader/load-revision.ts')> | undefined
  const load: LoadRevision = async (revision) => {
    loading ??= import('../loader/load-revision.ts')
    return (await loading).loadRevision(loader, revision)
  }
  return {
    graph,
    load(revision) {
      // Also for a fleet: each file is read and imported once, however many databases it runs on.
      const known = loaded.get(revision.revision) ?? load(revision)
      loaded.set(revision.revision, known)
      return known
    },
    parentsOf: ({ revision }) => graph.parents.get(revision) ?? [],
    dependenciesOf: ({ revision }) => graph.dependencies.get(revision) ?? [],
    above: ({ revision }) =>
      [...(graph.children.get(revision) ?? []), ...(graph.dependants.get(revision) ?? [])].map((id) => ({
        revision: id,
        downRevisions: graph.parents.get(id) ?? [],
        dependsOn: graph.dependencies.get(id) ?? [],
      })),
  }
}

/**
 * Opens a session on the project's database.
 *
 * @throws CONFIG_NO_URL, DATABASE_…
 */
export async function openProjectSession(project: Project, signal?: AbortSignal): Promise<Session> {
  return openSession(requireUrl(project), { signal, waiting: project.waiting })
}

/** What every revision of a project starts with, unless it asks for something else. */
export function settingsOf({ lockTimeout, statementTimeout, tenantSchema: schema }: Project): Settings {
  return { lockTimeout, statementTimeout, schema }
}

/** @throws GRAPH_INSIDE_SQUASH when the database has applied a part of what was squashed */
export function requireSettled(graph: RevisionGraph, rows: readonly LedgerRow[]): void {
  requireWhole(
    graph,
    appliedIds(rows),
    rows.map(({ revision }) => revision),
  )
}

/** What is told while a server takes no connections is told as all else. */
export function waitingWith(project: Project, onEvent: Waiting['onEvent']): Project {
  const { waiting } = project
  return waiting === undefined ? project : { ...project, waiting: { ...waiting, onEvent } }
}

/** The heads as they would be after the steps. */
export function headsAfter(
  rows: readonly LedgerRow[],
  steps: readonly Step[],
  { parentsOf, dependenciesOf, above }: Pick<Revisions, 'parentsOf' | 'dependenciesOf' | 'above'>,
  forgotten: readonly string[] = [],
): readonly string[] {
  const after = new Map<string, AppliedRow>(appliedRows(rows).map((row) => [row.revision, row]))
  for (const id of forgotten) after.delete(id)
  for (const { revision, direction } of steps) {
    const { revision: id, replaces } = revision
    if (direction === 'down') {
      for (const gone of [id, ...replaces]) after.delete(gone)
      continue
    }
    for (const row of above(revision)) if (after.has(row.revision)) after.set(row.revision, row)
    after.set(id, { revision: id, downRevisions: parentsOf(revision), dependsOn: dependenciesOf(revision) })
  }
  return appliedHeads([...after.values()])
}
