/** Plans a rebase: which revisions get another parent, so that two branches become a line. */

import {
  allApplied,
  branchApplied,
  ontoItself,
  rebaseCycle,
  severalBranches,
  severalTargets,
  unrelated,
} from './errors-rebase.ts'
import { buildGraph, type RevisionGraph } from './graph.ts'
import { lineBelow, lineOf, shareAncestor, withAncestors, withDescendants } from './lineage.ts'
import { newestFirst, oldestFirst } from './order.ts'
import { heads, revisionsOf } from './query.ts'
import { resolveRevision } from './resolve.ts'
import type { Revision } from './revision.ts'

export interface RebaseRequest {
  /** A head, or a revision of its branch, as typed. Default: the branch of which nothing is applied. */
  readonly branch?: string | undefined
  /** As typed. Default: the one other head with an ancestor in common. */
  readonly onto?: string | undefined
}

export interface RebasePlan {
  /** The head of the branch that moves. */
  readonly head: Revision
  /** What it is put on. */
  readonly onto: Revision
  /** What moves, ancestors first, each with its new down revisions and else as it was; empty when the branch stands there already. */
  readonly moved: readonly Revision[]
  /** The graph with these. */
  readonly graph: RevisionGraph
}

/**
 * Moves a branch, that is all below its head that is not below the new parent: what followed a revision outside of the branch follows
 * the new parent. A merge keeps its parents inside the branch, and follows the new parent only where none of these stands on it.
 * Dependencies stay.
 *
 * @param applied every revision that the database knows, finished or not; none of them, and nothing below one of them, moves
 * @returns null when there is nothing to put on anything: one head, or, with no branch named, none that has an ancestor in common with another
 * @throws DbmigError when several branches or new parents could be meant, the branch or the parent cannot be resolved, they have no ancestor
 *   in common, something of the branch is applied, or a dependency leads from the new parent to the branch
 */
export function planRebase(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  { branch, onto: target }: RebaseRequest,
): RebasePlan | null {
  const named = target === undefined ? undefined : resolveRevision(graph, applied, target)
  const head =
    branch === undefined
      ? branchToMove(graph, applied, named)
      : headAbove(graph, resolveRevision(graph, applied, branch), named)
  const onto = head && (named ?? otherHead(graph, head))
  if (!head || !onto) return null
  if (onto === head) throw ontoItself(head)
  if (!shareAncestor(graph, [head, onto])) throw unrelated(head, [onto])
  const moved = move(graph, head, onto)
  if (!moved.some((revision) => isChanged(graph, revision))) return { head, onto, moved: [], graph }
  const known = appliedAbove(graph, applied, moved)
  if (known.length > 0) throw branchApplied(known, head, onto)
  return { head, onto, moved, graph: graphWith(graph, moved, head, onto) }
}

/** The one branch of which nothing is applied. */
function branchToMove(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  onto: Revision | undefined,
): Revision | undefined {
  const all = heads(graph)
  const canMove = (head: Revision, isFree: (moved: readonly Revision[]) => boolean): boolean =>
    (onto ? [onto] : all).some((other) => {
      if (other === head || !shareAncestor(graph, [head, other])) return false
      const moved = move(graph, head, other)
      return moved.some((revision) => isChanged(graph, revision)) && isFree(moved)
    })
  // A head moves with its branch: those that are applied need no walk, and those that are not mostly end at their first.
  const [first, ...more] = all.filter(
    (head) =>
      !applied.has(head.revision) &&
      canMove(head, (moved) => appliedAbove(graph, applied, moved).length === 0),
  )
  if (first && more.length > 0) throw severalBranches([first, ...more])
  if (first) return first
  const blocked = all.filter((head) => canMove(head, () => true))
  const [only] = blocked
  if (only && onto && blocked.length === 1 && !lineBelow(graph, [only.revision]).has(onto.revision)) {
    throw branchApplied(appliedAbove(graph, applied, move(graph, only, onto)), only, onto)
  }
  if (blocked.length > 0) throw allApplied(blocked)
  return undefined
}

/** The head of the branch that a revision belongs to. */
function headAbove(graph: RevisionGraph, revision: Revision, onto: Revision | undefined): Revision {
  const line = lineOf(graph, revision.revision)
  const above = heads(graph).filter((head) => line.has(head.revision))
  const [first, ...more] = above.filter((head) => head !== onto)
  if (first && more.length > 0) throw severalBranches([first, ...more])
  if (!first) throw ontoItself(above[0] ?? revision)
  return first
}

/** The one other head that a head can be put on; undefined when there is no other head at all. */
function otherHead(graph: RevisionGraph, head: Revision): Revision | undefined {
  const others = heads(graph).filter((other) => other !== head)
  const [first, ...more] = others.filter((other) => shareAncestor(graph, [head, other]))
  if (more.length > 0 && first) throw severalTargets(head, [first, ...more])
  if (!first && others.length > 0) throw unrelated(head, others)
  return first
}

/** What moves, ancestors first, as it will be. */
function move(graph: RevisionGraph, head: Revision, onto: Revision): Revision[] {
  const staying = lineBelow(graph, [onto.revision])
  const branch = new Set([...lineBelow(graph, [head.revision])].filter((id) => !staying.has(id)))
  // Those that will have the new parent below them.
  const standing = new Set<string>()
  return oldestFirst(graph, branch).map((revision) => {
    const parents = graph.parents.get(revision.revision) ?? []
    const inside = parents.filter((id) => branch.has(id))
    const isCovered = inside.some((id) => standing.has(id))
    if (isCovered || inside.length < parents.length) standing.add(revision.revision)
    const first = parents.find((id) => !branch.has(id))
    const downRevisions = parents.flatMap((id) => {
      if (branch.has(id)) return [id]
      return id === first && !isCovered ? [onto.revision] : []
    })
    const isSame =
      parents.length === downRevisions.length && parents.every((id) => downRevisions.includes(id))
    return isSame ? revision : { ...revision, downRevisions }
  })
}

/** Whether a revision that moves gets other parents itself. */
export function isChanged(graph: RevisionGraph, revision: Revision): boolean {
  return graph.revisions.get(revision.revision) !== revision
}

/** What is applied of what moves, and of all that stands on it. */
function appliedAbove(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  moved: readonly Revision[],
): Revision[] {
  const above = withDescendants(
    graph,
    moved.map(({ revision }) => revision),
  )
  return oldestFirst(graph, new Set([...above].filter((id) => applied.has(id))))
}

function graphWith(
  graph: RevisionGraph,
  moved: readonly Revision[],
  head: Revision,
  onto: Revision,
): RevisionGraph {
  const byId = new Map(moved.map((revision) => [revision.revision, revision]))
  try {
    return buildGraph(
      [...graph.revisions.values()].map((revision) => byId.get(revision.revision) ?? revision),
    )
  } catch (error) {
    // Down revisions alone make no cycle: nothing of the branch was below the new parent.
    const isOnBranch = (id: string) => [...lineBelow(graph, [id])].some((below) => byId.has(below))
    const below = newestFirst(graph, withAncestors(graph, [onto.revision]))
    for (const dependant of below.filter(({ revision }) => !isOnBranch(revision))) {
      const needs = revisionsOf(graph, graph.dependencies.get(dependant.revision) ?? [])
      const needed = needs.find(({ revision }) => isOnBranch(revision))
      if (needed) throw rebaseCycle(head, onto, dependant, needed)
    }
    throw error
  }
}
