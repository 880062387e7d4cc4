/** Plans an upgrade: which revisions to run, in which order. */

import { missingBelowApplied, requireFiles } from './applied.ts'
import { outOfOrder, walkedTooFar, wrongDirection } from './errors.ts'
import type { RevisionGraph } from './graph.ts'
import { withAncestors } from './lineage.ts'
import { oldestFirst } from './order.ts'
import { revisionsOf } from './query.ts'
import { resolvePlace } from './resolve.ts'
import type { Revision, Step } from './revision.ts'
import { parseTarget } from './target.ts'

export interface UpgradeOptions {
  /** Also runs what `missingBelowApplied` finds below the target. */
  readonly outOfOrder?: boolean
}

/**
 * Everything that the target stands on and that is not applied, ancestors first. Ties: see `RevisionGraph.newestFirst`.
 *
 * Revisions that never ran although one above them is applied are left out, unless asked for.
 *
 * @param applied every applied revision, not only heads
 * @param target as typed: `head`, `3f2a`, `left@+1`
 * @returns no steps when the target is applied
 * @throws DbmigError when the target cannot be resolved, an applied revision has no file, or a step needs one that was left out
 */
export function planUpgrade(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  target: string,
  options: UpgradeOptions = {},
): Step[] {
  requireFiles(graph, applied)
  const parsed = parseTarget(target)
  if (parsed.symbol === null && (parsed.offset ?? 0) < 0) throw wrongDirection(parsed.text, 'upgrade')
  const { base, revisions, passed } = resolvePlace(graph, applied, parsed)
  if (base && passed[0]) throw walkedTooFar(parsed.text, passed[0].revision, passed.length - 1, 'the base')
  const wanted = withAncestors(
    graph,
    revisions.map(({ revision }) => revision),
  )
  for (const id of applied) wanted.delete(id)
  if (options.outOfOrder !== true) leaveOut(graph, wanted, missingBelowApplied(graph, applied), revisions)
  return oldestFirst(graph, wanted).map((revision) => ({ revision, direction: 'up' }))
}

/**
 * What a target names, if all of that is applied: then an upgrade to it has nothing to do, however far above the database is.
 *
 * @returns empty also for a target that counts from what is applied, and for `base`
 * @throws DbmigError when the target cannot be resolved
 */
export function appliedTargets(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  target: string,
): Revision[] {
  const parsed = parseTarget(target)
  if (parsed.symbol === null) return []
  const { revisions } = resolvePlace(graph, applied, parsed)
  return revisions.every(({ revision }) => applied.has(revision)) ? [...revisions] : []
}

function leaveOut(
  graph: RevisionGraph,
  wanted: Set<string>,
  missing: readonly Revision[],
  targets: readonly Revision[],
): void {
  if (missing.length === 0) return
  const left = new Set(missing.map(({ revision }) => revision))
  for (const id of left) wanted.delete(id)
  const needs = targets.find(({ revision }) => left.has(revision))
  if (needs) throw outOfOrder(needs, undefined)
  for (const id of wanted) {
    const below = [...(graph.parents.get(id) ?? []), ...(graph.dependencies.get(id) ?? [])]
    const [needed] = revisionsOf(
      graph,
      below.filter((parent) => left.has(parent)),
    )
    if (needed) throw outOfOrder(needed, graph.revisions.get(id))
  }
}
