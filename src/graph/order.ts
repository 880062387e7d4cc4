/** The order in which revisions are shown, run and undone. */

import type { RevisionGraph } from './graph.ts'
import { revisionsOf } from './query.ts'
import type { Revision } from './revision.ts'

/** Descendants first, as `history` lists and a downgrade undoes. See `RevisionGraph.newestFirst` for ties. */
export function newestFirst(graph: RevisionGraph, ids: ReadonlySet<string>): Revision[] {
  return revisionsOf(
    graph,
    graph.newestFirst.filter((id) => ids.has(id)),
  )
}

/** Ancestors first, as an upgrade runs: the exact reverse of `newestFirst`. */
export function oldestFirst(graph: RevisionGraph, ids: ReadonlySet<string>): Revision[] {
  return newestFirst(graph, ids).reverse()
}
