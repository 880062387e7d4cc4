/** Builds the graph of revisions, refusing files that do not make one. */

import { nearest } from '../nearest.ts'
import { cycle, missingDependency, missingParent, selfDependency, selfParent } from './errors.ts'
import { indexLabels, indexReplaced, indexRevisions } from './names.ts'
import type { Revision } from './revision.ts'

/** Ids of revisions, by the id of a revision that has any. */
export type Edges = ReadonlyMap<string, readonly string[]>

/** Immutable. Every id in it belongs to a revision of the graph; ask it with the functions of `query.ts` and `lineage.ts`. */
export interface RevisionGraph {
  /** By id, in the order in which the files were loaded. */
  readonly revisions: ReadonlyMap<string, Revision>
  /** The revision that declares a branch label, by label. */
  readonly labels: ReadonlyMap<string, Revision>
  /** The revision that stands for one that was squashed, by the id that is no more. No such id is in the edges. */
  readonly replaced: ReadonlyMap<string, Revision>
  /** Down revisions. */
  readonly parents: Edges
  readonly children: Edges
  /** What a revision depends on: `dependsOn` with labels resolved. */
  readonly dependencies: Edges
  readonly dependants: Edges
  /**
   * Every id, descendants first: the order of `history`. A downgrade goes in this order and an upgrade in reverse.
   *
   * Where the edges leave a choice: starts at the head that was loaded first, and follows one line down before it takes
   * the next, first down revision first, dependencies last.
   */
  readonly newestFirst: readonly string[]
}

/**
 * @param revisions in the order of their files' paths, which settles every tie
 * @throws DbmigError for an illegal, reserved or duplicate name, a squashed revision that is still there, a missing parent or dependency, and a cycle
 */
export function buildGraph(revisions: readonly Revision[]): RevisionGraph {
  const byId = indexRevisions(revisions)
  const replaced = indexReplaced(byId)
  const labels = indexLabels(byId, replaced)
  const find = (id: string): Revision | undefined => byId.get(id) ?? replaced.get(id)
  const parents = new Map<string, readonly string[]>()
  const dependencies = new Map<string, readonly string[]>()
  for (const revision of byId.values()) {
    if (revision.downRevisions.length > 0) parents.set(revision.revision, parentsOf(revision, find, byId))
    if (revision.dependsOn.length > 0) {
      dependencies.set(revision.revision, dependenciesOf(revision, find, byId, labels))
    }
  }
  const edges = { parents, dependencies, children: reverse(parents), dependants: reverse(dependencies) }
  return { revisions: byId, labels, replaced, ...edges, newestFirst: sort(byId, edges) }
}

type Find = (id: string) => Revision | undefined

function parentsOf(revision: Revision, find: Find, byId: ReadonlyMap<string, Revision>): readonly string[] {
  const ids = revision.downRevisions.map((parent) => {
    const found = find(parent)
    if (found === revision) throw selfParent(revision)
    if (!found) throw missingParent(revision, parent, nearest(parent, byId.keys()))
    return found.revision
  })
  // For most it is the same list again, which is not kept twice.
  const isSame = ids.length === 1 && ids[0] === revision.downRevisions[0]
  return isSame ? revision.downRevisions : unique(ids)
}

function dependenciesOf(
  revision: Revision,
  find: Find,
  byId: ReadonlyMap<string, Revision>,
  labels: ReadonlyMap<string, Revision>,
): readonly string[] {
  const ids = revision.dependsOn.map((name) => {
    const found = find(name) ?? labels.get(name)
    if (!found) throw missingDependency(revision, name, nearest(name, [...byId.keys(), ...labels.keys()]))
    if (found === revision) throw selfDependency(revision)
    return found.revision
  })
  return unique(ids)
}

function unique(ids: readonly string[]): readonly string[] {
  return ids.length < 2 ? ids : [...new Set(ids)]
}

function reverse(edges: Edges): Edges {
  const reversed = new Map<string, string[]>()
  for (const [from, targets] of edges) {
    for (const to of targets) {
      const sources = reversed.get(to)
      if (sources) sources.push(from)
      else reversed.set(to, [from])
    }
  }
  return reversed
}

type AllEdges = Pick<RevisionGraph, 'parents' | 'children' | 'dependencies' | 'dependants'>

/** Depth first with a stack of those that nothing above them waits for. */
function sort(byId: ReadonlyMap<string, Revision>, edges: AllEdges): readonly string[] {
  const ids = [...byId.keys()]
  const countAbove = (id: string) =>
    (edges.children.get(id)?.length ?? 0) + (edges.dependants.get(id)?.length ?? 0)
  const ready = ids.filter((id) => countAbove(id) === 0).reverse()
  /** How many above it a revision still waits for, once some of them are done. */
  const waiting = new Map<string, number>()
  const release = (below: readonly string[]) => {
    // The last one pushed is the next one taken.
    for (let next = below.length - 1; next >= 0; next--) {
      const id = below[next] ?? ''
      const left = (waiting.get(id) ?? countAbove(id)) - 1
      if (left === 0) ready.push(id)
      else waiting.set(id, left)
    }
  }
  const sorted: string[] = []
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    sorted.push(id)
    release(edges.dependencies.get(id) ?? [])
    release(edges.parents.get(id) ?? [])
  }
  if (sorted.length < ids.length) {
    const done = new Set(sorted)
    throw findCycle(byId, edges, new Set(ids.filter((id) => !done.has(id))))
  }
  return sorted
}

/** Every revision that still waits has one above it that waits too, so going up must come back to one that was seen. */
function findCycle(
  byId: ReadonlyMap<string, Revision>,
  edges: AllEdges,
  waiting: ReadonlySet<string>,
): Error {
  const position = new Map<string, number>()
  const path: Revision[] = []
  let throughDependency: boolean[] = []
  let [id = ''] = waiting
  while (!position.has(id)) {
    position.set(id, path.length)
    const revision = byId.get(id)
    if (revision) path.push(revision)
    const child = edges.children.get(id)?.find((above) => waiting.has(above))
    throughDependency.push(child === undefined)
    id = child ?? edges.dependants.get(id)?.find((above) => waiting.has(above)) ?? id
  }
  const start = position.get(id) ?? 0
  throughDependency = throughDependency.slice(start)
  return cycle(path.slice(start).reverse(), throughDependency.includes(true))
}
