/** Graphs written short, for tests. */

import { buildGraph, type RevisionGraph } from '../../src/graph/graph.ts'
import type { Revision, Step } from '../../src/graph/revision.ts'

/**
 * Reads `c(a b)[left]>x~o p`: revision c, down revisions a and b, branch label left, depends on x, replaces o and p.
 *
 * @example graphOf('a', 'b(a)', 'c1(b)[left]', 'c2(b)[right]')
 */
export function revisionOf(text: string): Revision {
  const [, revision = '', down = '', labels = '', needs = '', replaces = ''] =
    /^([^(>[~]*)(?:\(([^)]*)\))?(?:\[([^\]]*)\])?(?:>([^~]*))?(?:~(.*))?$/.exec(text) ?? []
  const words = (list: string): string[] => list.split(' ').filter((word) => word !== '')
  return {
    revision,
    downRevisions: words(down),
    branchLabels: words(labels),
    dependsOn: words(needs),
    replaces: words(replaces),
    message: `message of ${revision}`,
    createDate: null,
    path: `/migrations/${revision}.ts`,
  }
}

export function graphOf(...texts: readonly string[]): RevisionGraph {
  return buildGraph(texts.map(revisionOf))
}

/** The applied set after some steps. */
export function afterSteps(applied: ReadonlySet<string>, steps: readonly Step[]): Set<string> {
  const after = new Set(applied)
  for (const { direction, revision } of steps) {
    if (direction === 'up') after.add(revision.revision)
    else after.delete(revision.revision)
  }
  return after
}
