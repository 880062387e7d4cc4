/** Walks a number of steps along down revisions, as `+N` and `-N` ask. */

import { ambiguousWalk } from './errors.ts'
import type { RevisionGraph } from './graph.ts'
import { bases, revisionsOf } from './query.ts'
import type { Revision } from './revision.ts'

export interface Walk {
  /** Null for the base. */
  readonly end: Revision | null
  /** Less than asked for where the graph ended. */
  readonly taken: number
  /** Each revision that was left, in the order of walking. */
  readonly passed: readonly Revision[]
}

/**
 * @param text the target as typed, for messages
 * @param start null for the base
 * @param steps up when positive
 * @param line where there is a fork, the way stays on these revisions
 * @throws DbmigError at a fork that is left
 */
export function walk(
  graph: RevisionGraph,
  text: string,
  start: Revision | null,
  steps: number,
  line?: ReadonlySet<string>,
): Walk {
  const up = steps > 0
  const passed: Revision[] = []
  let at = start
  for (let taken = 0; taken < Math.abs(steps); taken++) {
    if (!up && at === null) return { end: null, taken, passed }
    const next = (up ? above(graph, at) : below(graph, at)).filter(
      ({ revision }) => line?.has(revision) ?? true,
    )
    const [first, ...more] = next
    if (more.length > 0) throw ambiguousWalk(text, at?.revision ?? 'base', next, up ? 'up' : 'down')
    if (up && !first) return { end: at, taken, passed }
    if (at) passed.push(at)
    at = first ?? null
  }
  return { end: at, taken: Math.abs(steps), passed }
}

function above(graph: RevisionGraph, at: Revision | null): Revision[] {
  return at ? revisionsOf(graph, graph.children.get(at.revision) ?? []) : bases(graph)
}

function below(graph: RevisionGraph, at: Revision | null): Revision[] {
  return at ? revisionsOf(graph, graph.parents.get(at.revision) ?? []) : []
}
