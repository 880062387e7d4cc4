/** Whether steps that somebody else has listed may run, in this order. */
import { requireFiles } from './applied.ts'
import type { RevisionGraph } from './graph.ts'
import type { Step } from './revision.ts'

/**
 * Looks at each step as those before it leave the database.
 *
 * @param applied what is applied, for a way up; for a way down also what is half-way
 * @param direction of all of them
 * @returns why the first that may not run may not, as a clause; null where all may run
 * @throws DbmigError when an applied revision has no file
 */
export function whyImpossible(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  steps: readonly Step[],
  direction: Step['direction'],
): string | null {
  requireFiles(graph, applied)
  const done = new Set(applied)
  for (const step of steps) {
    const id = step.revision.revision
    if (step.direction !== direction)
      return `revision ${id} would run ${step.direction}, and all else ${direction}`
    const reason = direction === 'up' ? whyNotUp(graph, done, id) : whyNotDown(graph, done, id)
    if (reason !== null) return reason
    if (direction === 'up') done.add(id)
    else done.delete(id)
  }
  return null
}

function whyNotUp(graph: RevisionGraph, done: ReadonlySet<string>, id: string): string | null {
  if (done.has(id)) return `revision ${id} would run although it is applied by then`
  const below = [...(graph.parents.get(id) ?? []), ...(graph.dependencies.get(id) ?? [])]
  const missing = below.find((other) => !done.has(other))
  return missing === undefined ? null : `revision ${id} would run before ${missing}, on which it stands`
}

function whyNotDown(graph: RevisionGraph, done: ReadonlySet<string>, id: string): string | null {
  if (!done.has(id)) return `revision ${id} would be undone although it is not applied by then`
  const above = [...(graph.children.get(id) ?? []), ...(graph.dependants.get(id) ?? [])]
  const left = above.find((other) => done.has(other))
  return left === undefined ? null : `revision ${id} would be undone before ${left}, which stands on it`
}
