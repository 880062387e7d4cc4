/** Plans a squash: which revisions a range is, and where the one that takes their place stands. */

import { rangeNotLine } from './errors.ts'
import {
  type PartOfSquash,
  squashBranchesOff,
  squashEmpty,
  squashOpenEnds,
  squashTooShort,
} from './errors-squash.ts'
import type { RevisionGraph } from './graph.ts'
import { withAncestors, withDescendants } from './lineage.ts'
import { oldestFirst } from './order.ts'
import { revisionsOf } from './query.ts'
import { resolveRange } from './range.ts'
import type { Revision } from './revision.ts'

export interface SquashPlan {
  /** What becomes one, oldest first. */
  readonly range: readonly Revision[]
  /** The last of them, whose id the squash keeps, so that nothing which names it needs an edit. */
  readonly end: Revision
  /** What the range stands on, oldest first. */
  readonly below: readonly Revision[]
  readonly downRevisions: readonly string[]
  /** Ids or branch labels, as they are written in the range. */
  readonly dependsOn: readonly string[]
  readonly branchLabels: readonly string[]
  /** The ids that are no more, oldest first, with those that earlier squashes of the range have replaced. */
  readonly replaces: readonly string[]
}

/**
 * @param text with one colon: `3f2a:9c1b`; an open start is the base, an open end the head
 * @throws DbmigError `GRAPH_SQUASH_…` for a range that cannot be one revision, and what resolving it throws
 */
export function planSquash(graph: RevisionGraph, applied: ReadonlySet<string>, text: string): SquashPlan {
  const [from, to] = resolveRange(graph, applied, text)
  if (from.length > 1) throw squashOpenEnds(text, 'start', from)
  if (to.length > 1) throw squashOpenEnds(text, 'end', to)
  const [start] = from
  const [end] = to
  if (!end) throw squashEmpty(text)
  const reached = withAncestors(graph, [end.revision])
  const above = start ? withDescendants(graph, [start.revision]) : reached
  const inside = new Set([...reached].filter((id) => above.has(id)))
  if (start && inside.size === 0) throw rangeNotLine(start.revision, end.revision)
  if (inside.size < 2) throw squashTooShort(text, end)
  const range = oldestFirst(graph, inside)
  for (const revision of range) {
    const outside = (graph.children.get(revision.revision) ?? []).find((id) => !inside.has(id))
    const [child] = revisionsOf(graph, outside === undefined ? [] : [outside])
    if (child && revision !== end) throw squashBranchesOff(revision, child, end)
  }
  const parents = onlyHighest(graph, leadingOut(range, inside, graph.parents))
  return {
    range,
    end,
    below: oldestFirst(graph, new Set([...reached].filter((id) => !inside.has(id)))),
    downRevisions: parents,
    dependsOn: dependenciesOf(graph, range, inside, parents),
    branchLabels: [...new Set(range.flatMap(({ branchLabels }) => branchLabels))],
    replaces: range.flatMap((each) => (each === end ? each.replaces : [...each.replaces, each.revision])),
  }
}

/**
 * What a database has of a range that is about to be squashed, where it has a part.
 *
 * @param recorded all that is in its ledger, whatever became of it
 */
export function partOfRange(
  { range, end }: SquashPlan,
  applied: ReadonlySet<string>,
  recorded: Iterable<string>,
): PartOfSquash | null {
  const ids = range.map(({ revision }) => revision)
  const begun = new Set(recorded)
  const missing = ids.filter((id) => !applied.has(id))
  if (missing.length === 0 || !ids.some((id) => begun.has(id))) return null
  return { squash: end, applied: ids.filter((id) => applied.has(id)), missing }
}

type Edges = RevisionGraph['parents']

function leadingOut(range: readonly Revision[], inside: ReadonlySet<string>, edges: Edges): string[] {
  const ids = range.flatMap(({ revision }) => edges.get(revision) ?? [])
  return [...new Set(ids)].filter((id) => !inside.has(id))
}

/** Without those that another one stands on already. */
function onlyHighest(graph: RevisionGraph, ids: readonly string[]): string[] {
  return ids.filter((id) => !ids.some((other) => other !== id && withAncestors(graph, [other]).has(id)))
}

/** What the parents do not imply; as written, since a label stays a label. */
function dependenciesOf(
  graph: RevisionGraph,
  range: readonly Revision[],
  inside: ReadonlySet<string>,
  parents: readonly string[],
): string[] {
  const implied = withAncestors(graph, parents)
  const needed = new Set(
    onlyHighest(
      graph,
      leadingOut(range, inside, graph.dependencies).filter((id) => !implied.has(id)),
    ),
  )
  const written = range.flatMap(({ dependsOn }) =>
    dependsOn.filter((name) => {
      const found = graph.revisions.get(name) ?? graph.replaced.get(name) ?? graph.labels.get(name)
      return found !== undefined && needed.delete(found.revision)
    }),
  )
  return written
}
