/** Plans a downgrade: which revisions to undo, in which order. */

import { headsOfApplied, requireFiles } from './applied.ts'
import { branchNotApplied, multipleHeads, notApplied, relativeOutOfRange, wrongDirection } from './errors.ts'
import type { RevisionGraph } from './graph.ts'
import { lineBelow, withDescendants } from './lineage.ts'
import { newestFirst } from './order.ts'
import { type Branch, type Resolution, resolvePlace } from './resolve.ts'
import type { Revision, Step } from './revision.ts'
import { parseTarget, type Target } from './target.ts'

/**
 * Everything applied that stands on what follows the target, descendants first. Dependencies stay, dependants go.
 *
 * With a branch (`X@base`, `X@rev`, `X@-N`), only what belongs to X, and what depends on that: of the revisions above and below X,
 * those that no other applied revision stands on.
 *
 * @param applied every applied revision, not only heads
 * @param target as typed: `base`, `-1`, `left@base`
 * @throws DbmigError when the target cannot be resolved or is not applied, or an applied revision has no file
 */
export function planDowngrade(graph: RevisionGraph, applied: ReadonlySet<string>, target: string): Step[] {
  requireFiles(graph, applied)
  const parsed = parseTarget(target)
  if (parsed.symbol === null && (parsed.offset ?? 0) > 0) throw wrongDirection(parsed.text, 'downgrade')
  const dropped = toDrop(graph, applied, parsed, resolvePlace(graph, applied, parsed, 'one'))
  return newestFirst(graph, dropped).map((revision) => ({ revision, direction: 'down' }))
}

function toDrop(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  target: Target,
  { base, revisions, branch, passed }: Resolution,
): ReadonlySet<string> {
  const [to, ...more] = revisions
  if (target.symbol === 'current' || (!to && !base)) return new Set()
  if (more.length > 0) throw multipleHeads(target.text, revisions)
  if (to && !applied.has(to.revision)) throw notApplied(to)
  if (branch) {
    const dropped =
      target.symbol === null || to
        ? dropAbove(graph, applied, branch, to)
        : dropBranch(graph, applied, branch)
    if (target.symbol === null) requirePassed(target, branch, passed, dropped)
    else if (dropped.size === 0 && to) requireApplied(graph, applied, target, branch, to)
    return dropped
  }
  if (target.symbol === null || (base && target.offset !== null)) return dropWalked(graph, applied, passed)
  return to ? and(withDescendants(graph, graph.children.get(to.revision) ?? []), applied) : applied
}

/** What a walk undoes, which went down one line: others that meet it lower down stay, and those that have a base of their own. */
export function dropWalked(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  passed: readonly Revision[],
): ReadonlySet<string> {
  const last = passed.slice(-1).map(({ revision }) => revision)
  return and(withDescendants(graph, last), applied)
}

/**
 * What `X@base` undoes. Nothing, while all that is applied of X's line also belongs to other branches: X itself has not begun.
 */
export function dropBranch(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  branch: Branch,
): ReadonlySet<string> {
  const begun = and(onlyOf(graph, branch.line, graph.revisions.keys()), applied).size > 0
  return begun ? dropAbove(graph, applied, branch, undefined) : new Set()
}

function dropAbove(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  { line }: Branch,
  to: Revision | undefined,
): ReadonlySet<string> {
  const own = and(onlyOf(graph, line, applied), applied)
  const above = to ? and(own, withDescendants(graph, graph.children.get(to.revision) ?? [])) : own
  return and(withDescendants(graph, above), applied)
}

/** The part of a line that no revision of `others` outside the line stands on. */
function onlyOf(graph: RevisionGraph, line: ReadonlySet<string>, others: Iterable<string>): Set<string> {
  const shared = lineBelow(
    graph,
    [...others].filter((id) => !line.has(id)),
  )
  return new Set([...line].filter((id) => !shared.has(id)))
}

function and(ids: Iterable<string>, other: ReadonlySet<string>): Set<string> {
  return new Set([...ids].filter((id) => other.has(id)))
}

/** `X@-N` that would go below what belongs to X has too few steps. */
function requirePassed(
  target: Target,
  branch: Branch,
  passed: readonly Revision[],
  dropped: ReadonlySet<string>,
): void {
  const own = passed.filter(({ revision }) => dropped.has(revision)).length
  if (own < passed.length) {
    throw relativeOutOfRange(target.text, passed.length, own, `what belongs to "${branch.name}" alone`)
  }
}

/** Nothing to undo is fine when the branch is at its target, and a mistake when the branch never left it. */
function requireApplied(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  target: Target,
  branch: Branch,
  to: Revision,
): void {
  const atTarget =
    onlyOf(graph, branch.line, graph.revisions.keys()).has(to.revision) ||
    headsOfApplied(graph, applied).includes(to)
  if (!atTarget) throw branchNotApplied(target.text, branch.name, to)
}
