/** Ranges of revisions: what `history -r A:B` lists, and where `--sql` starts. */

import { multipleHeads, rangeNotLine } from './errors.ts'
import { rangeDirection } from './errors-range.ts'
import type { RevisionGraph } from './graph.ts'
import { withAncestors, withDescendants } from './lineage.ts'
import { newestFirst } from './order.ts'
import { type Resolution, resolvePlace, resolveTarget } from './resolve.ts'
import type { Revision } from './revision.ts'
import { parseRange, parseTarget, type Range, type Target } from './target.ts'
import { walk } from './walk.ts'

/**
 * The revisions from A up to B, both included, newest first. An open start is the base, an open end all heads; with a branch on the other side,
 * the heads of that branch. A start `-N` counts down from the end, and an end `+N` up from the start, as far as the graph
 * goes; where the other side is such a count too, both start at what is applied.
 *
 * @param text with one colon: `3f2a:`, `-3:current`
 * @throws DbmigError when an end cannot be resolved, or no way leads from the start to the end
 */
export function selectRange(graph: RevisionGraph, applied: ReadonlySet<string>, text: string): Revision[] {
  const [from, to] = resolveEnds(graph, applied, parseRange(text))
  const reached = withAncestors(graph, ids(to))
  if (from.length === 0) return newestFirst(graph, reached)
  const above = withDescendants(graph, ids(from))
  const between = new Set([...reached].filter((id) => above.has(id)))
  if (between.size === 0) throw rangeNotLine(ids(from).join(', '), ids(to).join(', ') || 'base')
  return newestFirst(graph, between)
}

/**
 * The two ends of a range; an open start is empty.
 *
 * @throws DbmigError when an end cannot be resolved
 */
export function resolveRange(graph: RevisionGraph, applied: ReadonlySet<string>, text: string): Ends {
  return resolveEnds(graph, applied, parseRange(text))
}

/**
 * What is applied in a database that is at a target: the start of `upgrade A:B --sql`.
 *
 * @throws DbmigError when the target cannot be resolved
 */
export function appliedAt(graph: RevisionGraph, applied: ReadonlySet<string>, target: string): Set<string> {
  return withAncestors(graph, ids(resolvePlace(graph, applied, parseTarget(target)).revisions))
}

/**
 * That a range leads the way of its command, where no database is asked.
 *
 * @param from as typed; never told by what is applied
 * @throws DbmigError GRAPH_RANGE_DIRECTION, or when an end cannot be resolved
 */
export function requireDirection(
  graph: RevisionGraph,
  command: 'upgrade' | 'downgrade',
  from: string,
  to: string,
): void {
  const start = ids(resolvePlace(graph, new Set(), parseTarget(from)).revisions)
  const below = withAncestors(graph, start)
  const takes = command === 'upgrade' ? 'several' : 'one'
  const { base, revisions } = resolvePlace(graph, below, parseTarget(to), takes)
  const end = ids(revisions)
  if (command === 'downgrade') {
    if (end.every((id) => below.has(id))) return
    const above = withAncestors(graph, end)
    throw rangeDirection(
      from,
      to,
      command,
      start.every((id) => above.has(id)),
    )
  }
  const isBelow = base ? start.length > 0 : end.length > 0 && end.every((id) => below.has(id))
  if (isBelow && !end.some((id) => start.includes(id))) throw rangeDirection(from, to, command, true)
}

export type Ends = readonly [from: readonly Revision[], to: readonly Revision[]]

function resolveEnds(graph: RevisionGraph, applied: ReadonlySet<string>, { text, from, to }: Range): Ends {
  const resolve = (target: Target): Resolution => resolveTarget(graph, applied, target)
  const countsDown = isCount(from, -1) && !isCount(to, 1) && !isCount(to, -1)
  const countsUp = isCount(to, 1) && !isCount(from, 1) && !isCount(from, -1)
  if (from && countsDown) {
    const end = to ? resolve(to).revisions : openEnd(graph, applied, from)
    return [count(graph, text, from, end), end]
  }
  if (to && countsUp) {
    const start = from ? resolve(from).revisions : []
    return [start, count(graph, text, to, start)]
  }
  return [from ? resolve(from).revisions : [], to ? resolve(to).revisions : openEnd(graph, applied, from)]
}

function isCount(target: Target | null, sign: 1 | -1): boolean {
  return target?.symbol === null && Math.sign(target.offset ?? 0) === sign
}

function openEnd(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  from: Target | null,
): readonly Revision[] {
  return resolveTarget(graph, applied, parseTarget(from?.branch ? `${from.branch}@heads` : 'heads')).revisions
}

/** Steps from the one revision at the other end, or the base, as far as the graph goes. */
function count(
  graph: RevisionGraph,
  text: string,
  target: Target,
  others: readonly Revision[],
): readonly Revision[] {
  if (others.length > 1) throw multipleHeads(text, others)
  const steps = target.offset ?? 0
  const { end } = walk(graph, text, others[0] ?? null, steps)
  return end ? [end] : []
}

function ids(revisions: readonly Revision[]): string[] {
  return revisions.map(({ revision }) => revision)
}
