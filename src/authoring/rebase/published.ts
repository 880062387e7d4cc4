/** Keeping a rebase that names no branch off revisions that others have. */
import type { RevisionGraph } from '../../graph/graph.ts'
import { lineBelow } from '../../graph/lineage.ts'
import { revisionsOf } from '../../graph/query.ts'
import type { RebasePlan } from '../../graph/rebase.ts'
import { branchPublished } from './errors.ts'

export interface Published {
  /** As git calls it: `origin/main`. */
  readonly branch: string
  /** The ids of what moves and is there. */
  readonly revisions: readonly string[]
}

/**
 * What of a plan is on the remote's default branch.
 *
 * @param files absolute path → the branch
 */
export function publishedOf({ moved }: RebasePlan, files: ReadonlyMap<string, string>): Published | null {
  const there = moved.filter(({ path }) => files.has(path))
  const branch = files.get(there[0]?.path ?? '')
  return branch === undefined ? null : { branch, revisions: there.map(({ revision }) => revision) }
}

/**
 * Refuses to move what others have. A developer's own database often has applied the developer's branch alone: what is not applied in it
 * is then what came from the others.
 *
 * @param graph before the rebase
 * @throws DbmigError AUTHORING_REBASE_PUBLISHED
 */
export function refusePublished(
  graph: RevisionGraph,
  applied: ReadonlySet<string>,
  { head, onto }: RebasePlan,
  published: Published,
  files: ReadonlyMap<string, string>,
): never {
  const [moving, staying] = [lineBelow(graph, [head.revision]), lineBelow(graph, [onto.revision])]
  const others = [...staying].filter((id) => !moving.has(id))
  const isPublished = revisionsOf(graph, others).some(({ path }) => files.has(path))
  const shared = [...staying].filter((id) => moving.has(id))
  const below = new Set(shared.flatMap((id) => graph.parents.get(id) ?? []))
  const forks = shared.filter((id) => !below.has(id))
  throw branchPublished({
    ...published,
    head: head.revision,
    onto: onto.revision,
    own: others.length > 0 && !isPublished,
    isApplied: others.some((id) => applied.has(id)),
    fork: forks.length === 1 ? (forks[0] ?? null) : null,
  })
}
