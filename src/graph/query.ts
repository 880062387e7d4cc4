/** What kind of node each revision is, and lists of those of a kind in the order of loading. */

import type { RevisionGraph } from './graph.ts'
import type { Revision } from './revision.ts'

/** No revision follows it. One may depend on it all the same: see `isEffectiveHead`. */
export function isHead(graph: RevisionGraph, id: string): boolean {
  return !graph.children.has(id)
}

/** A head that another revision depends on, so that the database is never at it alone once the other is applied. */
export function isEffectiveHead(graph: RevisionGraph, id: string): boolean {
  return isHead(graph, id) && graph.dependants.has(id)
}

export function isBase(graph: RevisionGraph, id: string): boolean {
  return !graph.parents.has(id)
}

export function isBranchPoint(graph: RevisionGraph, id: string): boolean {
  return (graph.children.get(id)?.length ?? 0) > 1
}

export function isMerge(graph: RevisionGraph, id: string): boolean {
  return (graph.parents.get(id)?.length ?? 0) > 1
}

type Kind = (graph: RevisionGraph, id: string) => boolean

/** The revisions of a kind, such as `isHead`, in the order of loading. */
export function every(graph: RevisionGraph, kind: Kind): Revision[] {
  return [...graph.revisions.values()].filter(({ revision }) => kind(graph, revision))
}

/** Revisions without a child. */
export function heads(graph: RevisionGraph): Revision[] {
  return every(graph, isHead)
}

/** Heads that no revision depends on: with these applied, everything is. */
export function realHeads(graph: RevisionGraph): Revision[] {
  return every(graph, (_, id) => isHead(graph, id) && !graph.dependants.has(id))
}

/** Revisions without a parent. */
export function bases(graph: RevisionGraph): Revision[] {
  return every(graph, isBase)
}

/** The revisions of these ids, in the order of the ids; ids that are not in the graph are left out. */
export function revisionsOf(graph: RevisionGraph, ids: Iterable<string>): Revision[] {
  const found: Revision[] = []
  for (const id of ids) {
    const revision = graph.revisions.get(id)
    if (revision) found.push(revision)
  }
  return found
}
