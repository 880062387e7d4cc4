/** Random revisions that make a graph: with merges, several bases, labels and dependencies. */
import fc from 'fast-check'
import type { Revision } from '../../src/graph/revision.ts'

interface Node {
  readonly parents: readonly number[]
  readonly needs: readonly number[]
  readonly labelled: boolean
}

const node: fc.Arbitrary<Node> = fc.record({
  parents: fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
  needs: fc.array(fc.nat({ max: 8 }), { maxLength: 2 }),
  labelled: fc.boolean(),
})

/** Edges count back from a node, so that there is no cycle; the files are loaded in any order. */
export const revisionLists: fc.Arbitrary<readonly Revision[]> = fc
  .array(node, { minLength: 1, maxLength: 25 })
  .chain((nodes) => fc.shuffledSubarray(nodes.map(revisionAt), { minLength: nodes.length }))

function revisionAt({ parents, needs, labelled }: Node, index: number): Revision {
  const back = (steps: readonly number[]): string[] =>
    steps.filter((step) => index - 1 - step >= 0).map((step) => `r${index - 1 - step}`)
  return {
    revision: `r${index}`,
    downRevisions: back(parents),
    branchLabels: labelled ? [`l${index}`] : [],
    dependsOn: back(needs),
    replaces: [],
    message: '',
    createDate: null,
    path: `r${index}.ts`,
  }
}
