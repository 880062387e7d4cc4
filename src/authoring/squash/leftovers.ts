/** Files of revisions that were squashed and are still there: after an ended run, or a merge of two branches. */
import { buildGraph } from '../../graph/graph.ts'
import type { Revision } from '../../graph/revision.ts'

export interface Leftovers {
  readonly squash: Revision
  /** What it replaces. */
  readonly left: readonly Revision[]
}

/**
 * What is left of the squash that a range names by its ends, whose files make no graph as they are.
 *
 * @returns null when the range names no such squash
 * @throws DbmigError `GRAPH_…` when the files would make no graph without the leftovers either
 */
export function leftoversOf(revisions: readonly Revision[], range: string): Leftovers | null {
  const [from = '', to = ''] = range.split(':').map((end) => end.trim())
  if (to === '') return null
  const ids = new Map(revisions.map((revision) => [revision.revision, revision]))
  for (const squash of revisions) {
    const left = squash.replaces.flatMap((id) => ids.get(id) ?? [])
    if (left.length === 0 || !squash.revision.startsWith(to)) continue
    if (from !== '' && !squash.replaces.some((id) => id.startsWith(from))) continue
    buildGraph(revisions.filter((revision) => !left.includes(revision)))
    return { squash, left }
  }
  return null
}
