import { describe, expect, it } from 'vitest'
import { headsOfApplied, missingBelowApplied } from '../../src/graph/applied.ts'
import { planDowngrade } from '../../src/graph/downgrade.ts'
import { buildGraph } from '../../src/graph/graph.ts'
import { labelsOfLineage } from '../../src/graph/lineage.ts'
import { selectRange } from '../../src/graph/range.ts'
import type { Revision } from '../../src/graph/revision.ts'
import { planStamp } from '../../src/graph/stamp.ts'
import { planUpgrade } from '../../src/graph/upgrade.ts'

const SIZE = 10_000

function revision(index: number, parents: readonly number[], needs: readonly number[] = []): Revision {
  return {
    revision: `r${index}`,
    downRevisions: parents.map((parent) => `r${parent}`),
    branchLabels: index % 1000 === 0 ? [`label${index}`] : [],
    dependsOn: needs.map((need) => `r${need}`),
    replaces: [],
    message: '',
    createDate: null,
    path: `r${index}.ts`,
  }
}

const indices = Array.from({ length: SIZE }, (_, index) => index)

/** Ten lines side by side; every tenth revision merges its line with the next, and some depend on a third. */
function mesh(): Revision[] {
  return indices.map((index) => {
    const parents = index < 10 ? [] : index % 10 === 3 ? [index - 10, index - 9] : [index - 10]
    return revision(index, parents, index > 20 && index % 37 === 0 ? [index - 15] : [])
  })
}

const shapes: readonly [string, Revision[]][] = [
  ['a line', indices.map((index) => revision(index, index === 0 ? [] : [index - 1]))],
  ['a mesh', mesh()],
  ['a fan', indices.map((index) => revision(index, index === 0 ? [] : [0]))],
  [
    'diamonds',
    indices.map((index) => {
      const offset = (index - 1) % 3
      if (index === 0) return revision(index, [])
      return revision(index, offset === 2 ? [index - 1, index - 2] : [index - 1 - offset])
    }),
  ],
]

describe.each(shapes)('%s of 10,000 revisions', (_, revisions) => {
  it('is built, planned both ways, and searched in time that grows with its size', () => {
    const start = performance.now()
    const graph = buildGraph(revisions)
    const all = new Set(graph.revisions.keys())
    expect(planUpgrade(graph, new Set(), 'heads')).toHaveLength(SIZE)
    expect(planDowngrade(graph, all, 'base')).toHaveLength(SIZE)
    planDowngrade(graph, all, 'r5000@base')
    expect(planStamp(graph, new Set(), ['heads']).steps).toHaveLength(SIZE)
    expect(missingBelowApplied(graph, all)).toEqual([])
    expect(headsOfApplied(graph, all).length).toBeGreaterThan(0)
    expect(selectRange(graph, all, ':')).toHaveLength(SIZE)
    expect(labelsOfLineage(graph).size).toBeGreaterThan(0)
    // A quarter of a second on a busy machine; what is quadratic takes far longer than the limit.
    expect(performance.now() - start).toBeLessThan(3000)
  })
})
