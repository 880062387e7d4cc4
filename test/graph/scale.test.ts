import { describe, expect, it } from 'vitest'
import { headsOfApplied, missingBelowApplied } from '../../src/graph/applied.ts'
import { planDowngrade } from '../../src/graph/downgrade.ts'
import { buildGraph, type RevisionGraph } from '../../src/graph/graph.ts'
import { labelsOfLineage } from '../../src/graph/lineage.ts'
import { selectRange } from '../../src/graph/range.ts'
import type { Revision } from '../../src/graph/revision.ts'
import { planStamp } from '../../src/graph/stamp.ts'
import { planUpgrade } from '../../src/graph/upgrade.ts'

const SMALL = 500
const LARGE = 5000

function revision(index: number, parents: readonly number[], needs: readonly number[] = []): Revision {
  return {
    revision: `r${index}`,
    downRevisions: parents.map((parent) => `r${parent}`),
    branchLabels: index === 0 || index === 100 ? [`label${index}`] : [],
    dependsOn: needs.map((need) => `r${need}`),
    replaces: [],
    message: '',
    createDate: null,
    path: `r${index}.ts`,
  }
}

const shapes: Readonly<Record<string, (index: number) => Revision>> = {
  'a line': (index) => revision(index, index === 0 ? [] : [index - 1]),
  // Ten lines side by side; every tenth revision merges its line with the next, and some depend on a third.
  'a mesh': (index) => {
    const parents = index < 10 ? [] : index % 10 === 3 ? [index - 10, index - 9] : [index - 10]
    return revision(index, parents, index > 20 && index % 37 === 0 ? [index - 15] : [])
  },
  'a fan': (index) => revision(index, index === 0 ? [] : [0]),
  diamonds: (index) => {
    const offset = (index - 1) % 3
    if (index === 0) return revision(index, [])
    return revision(index, offset === 2 ? [index - 1, index - 2] : [index - 1 - offset])
  },
}

const works: Readonly<Record<string, (graph: RevisionGraph, all: ReadonlySet<string>) => unknown>> = {
  'an upgrade from nothing': (graph) => planUpgrade(graph, new Set(), 'heads'),
  'an upgrade when all is applied': (graph, all) => planUpgrade(graph, all, 'heads'),
  'a downgrade of all': (graph, all) => planDowngrade(graph, all, 'base'),
  'a downgrade to the middle': (graph, all) => planDowngrade(graph, all, 'r100'),
  'a downgrade of a branch': (graph, all) => planDowngrade(graph, all, 'r100@base'),
  'a stamp': (graph) => planStamp(graph, new Set(), ['heads']),
  'a stamp below': (graph, all) => planStamp(graph, all, ['r100']),
  'what was left out': missingBelowApplied,
  'what is current': headsOfApplied,
  'a range': (graph, all) => selectRange(graph, all, 'r100:'),
  'the labels of all': labelsOfLineage,
}

describe.each(Object.keys(shapes))('%s', (shape) => {
  const list = (size: number) =>
    Array.from({ length: size }, (_, index) => shapes[shape]?.(index) ?? revision(index, []))

  it('is built with a number of looks at its revisions that grows as they do', () => {
    const looksFor = (size: number) => {
      const counter = { looks: 0 }
      const revisions = list(size).map((each) => counted(each, counter, 1))
      expect(buildGraph(revisions).newestFirst).toHaveLength(size)
      return counter.looks
    }
    expect(looksFor(LARGE) / looksFor(SMALL)).toBeLessThan(15)
  })

  it.each(Object.entries(works))('%s looks at the graph as many times as it is larger', (_, work) => {
    const looksFor = (size: number) => {
      const counter = { looks: 0 }
      const graph = buildGraph(list(size))
      const count = <T extends object>(part: T, whole: number) => counted(part, counter, whole)
      const watched: RevisionGraph = {
        revisions: count(graph.revisions, size),
        labels: count(graph.labels, graph.labels.size),
        replaced: count(graph.replaced, graph.replaced.size),
        parents: count(graph.parents, graph.parents.size),
        children: count(graph.children, graph.children.size),
        dependencies: count(graph.dependencies, graph.dependencies.size),
        dependants: count(graph.dependants, graph.dependants.size),
        newestFirst: count(graph.newestFirst, size),
      }
      work(watched, new Set(graph.revisions.keys()))
      return counter.looks
    }
    // What is above r100 is 12 times as much. A look at all for each would make a hundred.
    expect(looksFor(LARGE) / looksFor(SMALL)).toBeLessThan(15)
  })
})

/**
 * The same, with its uses counted.
 *
 * @param whole what a use counts that looks at all there is: a walk through a map or a list
 */
function counted<T extends object>(value: T, counter: { looks: number }, whole: number): T {
  return new Proxy(value, {
    get(target, key) {
      const single = key === 'get' || key === 'has' || key === 'size' || key === 'length'
      counter.looks += single ? 1 : whole
      const found: unknown = Reflect.get(target, key)
      return typeof found === 'function' ? found.bind(target) : found
    },
  })
}
