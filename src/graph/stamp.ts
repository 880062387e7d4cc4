/** Plans a stamp: what the ledger records and forgets, without running anything. */

import { headsOfApplied, requireFiles } from './applied.ts'
import { dropBranch, dropWalked } from './downgrade.ts'
import type { RevisionGraph } from './graph.ts'
import { withAncestors, withDescendants } from './lineage.ts'
import { newestFirst, oldestFirst } from './order.ts'
import { type Resolution, resolvePlace } from './resolve.ts'
import type { Step } from './revision.ts'
import { parseTarget } from './target.ts'

export interface StampOptions {
  /** Forgets everything first, revisions without a file included. */
  readonly purge?: boolean
  /** Those of the applied that are so only half-way: at or below a target they are recorded anew. */
  readonly halfWay?: ReadonlySet<string>
}

export interface StampPlan {
  /** Rows to remove, descendants first, then rows to add, ancestors first. */
  readonly steps: readonly Step[]
  /** Ids to remove that are no steps, as no file declares them or they were squashed; only with `purge`. */
  readonly forgotten: readonly string[]
}

/**
 * Makes the ledger say that the database is at the targets. As in Alembic, each applied head above or below a target moves to
 * it with all that only that head stood for; other heads stay. `base` forgets all, `X@base` and a walk to the base what `downgrade` undoes.
 *
 * @param targets as typed; relative ones start at what is applied before
 * @throws DbmigError when a target cannot be resolved, or, unless purged, an applied revision has no file
 */
export function planStamp(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  targets: readonly string[],
  options: StampOptions = {},
): StampPlan {
  const purge = options.purge === true
  if (!purge) requireFiles(graph, applied)
  const known = new Set([...applied].filter((id) => graph.revisions.has(id)))
  const resolved = targets.map((target) => resolvePlace(graph, known, parseTarget(target)))
  const after = place(graph, withoutBases(graph, purge ? new Set() : known, resolved), resolved)
  const removed = new Set([...known].filter((id) => !after.has(id)))
  const reached = withAncestors(
    graph,
    resolved.flatMap(({ revisions }) => revisions.map(({ revision }) => revision)),
  )
  const isDone = (id: string): boolean =>
    known.has(id) && !(options.halfWay?.has(id) === true && reached.has(id))
  const added = new Set([...after].filter((id) => !isDone(id)))
  // The rows of what was squashed stay and go with the row of the squash: they say how it came to be applied.
  const staysSquashed = (id: string): boolean => {
    const squash = graph.replaced.get(id)?.revision
    return squash !== undefined && known.has(squash) && after.has(squash)
  }
  return {
    steps: [
      ...newestFirst(graph, removed).map((revision): Step => ({ revision, direction: 'down' })),
      ...oldestFirst(graph, added).map((revision): Step => ({ revision, direction: 'up' })),
    ],
    forgotten: purge ? [...applied].filter((id) => !graph.revisions.has(id) && !staysSquashed(id)) : [],
  }
}

function withoutBases(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  targets: readonly Resolution[],
): Set<string> {
  const left = new Set(applied)
  for (const { base, branch, passed } of targets) {
    if (!base) continue
    const walked = passed.length > 0 ? dropWalked(graph, applied, passed) : applied
    for (const id of branch ? dropBranch(graph, applied, branch) : walked) left.delete(id)
  }
  return left
}

function place(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  targets: readonly Resolution[],
): Set<string> {
  const ids = targets.flatMap(({ revisions }) => revisions.map(({ revision }) => revision))
  if (ids.length === 0) return new Set(applied)
  const after = withAncestors(graph, ids)
  const above = withDescendants(graph, ids)
  const staying = headsOfApplied(graph, applied)
    .map(({ revision }) => revision)
    .filter((id) => !after.has(id) && !above.has(id))
  // What was never applied below a head that stays is not claimed to be.
  for (const id of withAncestors(graph, staying)) if (applied.has(id)) after.add(id)
  return after
}
