/** What every command of the runner starts from: the project's graph, its loader, and a session on its database. */
import type { Project } from '../config/config.ts'
import { requireUrl } from '../config/project.ts'
import { openSession } from '../database/open.ts'
import type { Session } from '../database/session.ts'
import { type AppliedRow, appliedHeads } from '../graph/applied.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import type { Revision, Step } from '../graph/revision.ts'
import type { LedgerRow } from '../ledger/read.ts'
import { loadRevision } from '../loader/load-revision.ts'
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
  readonly dryRun: boolean
}

export interface Revisions {
  readonly graph: RevisionGraph
  readonly load: LoadRevision
  /** The ids that a revision depends on. */
  dependenciesOf(revision: Revision): readonly string[]
  /** What follows a revision or depends on it, with its edges. */
  above(revision: Revision): readonly AppliedRow[]
}

/** Reads the project's revision files and builds their graph. */
export async function readRevisions(project: Project): Promise<Revisions> {
  const { graph, loader } = await readProjectRevisions(project)
  return {
    graph,
    load: (revision) => loadRevision(loader, revision),
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
  const { lockTimeout, statementTimeout } = project
  return openSession(requireUrl(project), { lockTimeout, statementTimeout, signal })
}

/** The heads of what is applied in full. */
export function headsOf(rows: readonly LedgerRow[]): readonly string[] {
  return appliedHeads(rows.filter((row) => row.status === 'applied'))
}

/** The heads as they would be after the steps. */
export function headsAfter(
  rows: readonly LedgerRow[],
  steps: readonly Step[],
  { dependenciesOf, above }: Pick<Revisions, 'dependenciesOf' | 'above'>,
  forgotten: readonly string[] = [],
): readonly string[] {
  const after = new Map<string, AppliedRow>(
    rows.filter((row) => row.status === 'applied').map((row) => [row.revision, row]),
  )
  for (const id of forgotten) after.delete(id)
  for (const { revision, direction } of steps) {
    const { revision: id, downRevisions } = revision
    if (direction === 'down') {
      after.delete(id)
      continue
    }
    for (const row of above(revision)) if (after.has(row.revision)) after.set(row.revision, row)
    after.set(id, { revision: id, downRevisions, dependsOn: dependenciesOf(revision) })
  }
  return appliedHeads([...after.values()])
}
