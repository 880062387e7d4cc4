/** What lies below and above revisions. */

import type { Edges, RevisionGraph } from './graph.ts'
import type { Revision } from './revision.ts'

/**
 * Everything that can be reached from the starts along the edges, the starts included.
 *
 * Walks with a list of its own, as a line of 10,000 revisions would overflow the stack.
 */
function reach(starts: Iterable<string>, ...edges: readonly Edges[]): Set<string> {
  // A set yields what is added to it while it is walked.
  const found = new Set(starts)
  for (const id of found) {
    for (const relation of edges) {
      for (const next of relation.get(id) ?? []) found.add(next)
    }
  }
  return found
}

/** The revisions, their down revisions and dependencies, and so on: what must be applied for these to be. */
export function withAncestors(graph: RevisionGraph, ids: Iterable<string>): Set<string> {
  return reach(ids, graph.parents, graph.dependencies)
}

/** The revisions, and everything that follows or depends on them. */
export function withDescendants(graph: RevisionGraph, ids: Iterable<string>): Set<string> {
  return reach(ids, graph.children, graph.dependants)
}

/** The revisions and their down revisions, without regard to dependencies. */
export function lineBelow(graph: RevisionGraph, ids: Iterable<string>): Set<string> {
  return reach(ids, graph.parents)
}

/** Whether any two of them are on one line, or on branches of one, by down revisions alone. */
export function shareAncestor(graph: RevisionGraph, revisions: readonly Revision[]): boolean {
  if (revisions.length < 2) return false
  const met = new Set<string>()
  for (const { revision } of revisions) {
    const below = lineBelow(graph, [revision])
    for (const id of below) if (met.has(id)) return true
    for (const id of below) met.add(id)
  }
  return false
}

/** A revision's line: all above it and all below it by down revisions alone. This is what `X@` narrows to. */
export function lineOf(graph: RevisionGraph, id: string): Set<string> {
  const line = reach([id], graph.children)
  for (const below of reach([id], graph.parents)) line.add(below)
  return line
}

/**
 * The branch labels that each revision is under. A label holds for the revision that declares it, all that follow that one, and
 * those before it as far down as the last branch point or merge, exclusive.
 */
export function labelsOfLineage(graph: RevisionGraph): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>()
  for (const [label, { revision }] of graph.labels) {
    const labelled = reach([revision], graph.children)
    for (let id = onlyParent(graph, revision); id !== undefined; id = onlyParent(graph, id)) {
      if ((graph.children.get(id)?.length ?? 0) > 1 || (graph.parents.get(id)?.length ?? 0) > 1) break
      labelled.add(id)
    }
    for (const id of labelled) {
      const labels = result.get(id)
      if (labels) labels.push(label)
      else result.set(id, [label])
    }
  }
  return result
}

function onlyParent(graph: RevisionGraph, id: string): string | undefined {
  const parents = graph.parents.get(id)
  return parents?.length === 1 ? parents[0] : undefined
}
