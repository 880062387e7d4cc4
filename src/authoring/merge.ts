/** The command `merge`: one revision that follows several, so that they are one line from there on. */
import type { Project } from '../config/config.ts'
import type { Plan } from '../diff/change.ts'
import { revisionSource } from '../emit/revision.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { lineBelow } from '../graph/lineage.ts'
import { resolveRevisions } from '../graph/resolve.ts'
import type { Revision } from '../graph/revision.ts'
import { readAppliedFor } from '../ledger/views.ts'
import { readProjectRevisions } from '../loader/project-revisions.ts'
import { mergesAncestor, mergesTwice, nothingToMerge } from './errors-merge.ts'
import { newRevision, type RevisionDetails, requireHeads, requireSameParents } from './new-revision.ts'
import { plainResult, type RevisionResult, withoutPaths } from './revision-result.ts'
import { readTemplate, requireLoads } from './template.ts'
import { writeRevisions } from './write-revision.ts'

export interface MergeOptions extends Omit<RevisionDetails, 'message'> {
  /** The revisions to follow, as targets. Default: `heads`. */
  readonly targets?: readonly string[] | undefined
  /** Default: `merge`, and what is merged. */
  readonly message?: string | undefined
  /** Allows parents that another revision follows already. */
  readonly splice?: boolean | undefined
  /** Writes nothing. */
  readonly dryRun?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** A merge changes nothing by itself. */
const nothing: Plan = { steps: [], uncheckedBodies: false, losses: [], risks: [] }

/**
 * Writes a revision that follows several others and changes nothing by itself.
 *
 * @throws DbmigError `AUTHORING_…`, `GRAPH_…`; for targets that count from what is applied also `CONFIG_NO_URL`, `DATABASE_…`
 */
export async function merge(project: Project, options: MergeOptions = {}): Promise<RevisionResult> {
  const { targets, splice, signal } = options
  const names = targets === undefined || targets.length === 0 ? ['heads'] : targets
  const template = await readTemplate(project)
  const { graph } = await readProjectRevisions(project)
  const applied = await readAppliedFor(project, [...names, ...(options.dependsOn ?? [])], signal)
  const parents = parentsFor(graph, applied, names, splice ?? false)
  const message = options.message ?? `merge ${parents.map(({ revision }) => revision).join(', ')}`
  const file = newRevision(project, graph, parents, { ...options, message }, applied)
  await requireLoads(template, project, file.path)
  const source = revisionSource(file.header, nothing, nothing, template)
  const result = plainResult(file, source)
  if (options.dryRun) return withoutPaths(result)
  const hooks = await writeRevisions(project, [{ path: file.path, source }], {
    signal,
    requireStill: (now) => requireSameParents(parents, parentsFor(now, applied, names, splice ?? false)),
  })
  return { ...result, hooks }
}

/**
 * The parents of a merge, in the order in which they are named.
 *
 * @param applied what `current`, `+N` and `-N` start from
 * @param targets as typed
 * @param splice whether one that another revision follows may be among them
 * @throws DbmigError for one revision or none, the same one twice, one below another, and one that is no head
 */
export function parentsFor(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  targets: readonly string[],
  splice: boolean,
): readonly Revision[] {
  const named = targets.flatMap((target) => resolveRevisions(graph, applied, target))
  const twice = named.find((revision, index) => named.indexOf(revision) !== index)
  if (twice !== undefined) throw mergesTwice(twice, targets)
  if (named.length < 2) throw nothingToMerge(targets, named[0])
  requireUnrelated(graph, named)
  if (!splice) requireHeads(graph, named)
  return named
}

/** What is below another is in its line already: such a merge would join nothing. */
function requireUnrelated(graph: RevisionGraph, named: readonly Revision[]): void {
  for (const descendant of named) {
    const below = lineBelow(graph, graph.parents.get(descendant.revision) ?? [])
    const ancestor = named.find(({ revision }) => below.has(revision))
    if (ancestor !== undefined) throw mergesAncestor(ancestor, descendant)
  }
}
