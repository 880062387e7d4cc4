/** What holds for every drawing of a graph; `test/cli/graph.test.ts` shows some. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawGraph } from '../../src/views/drawing.ts'
import { type GraphNode, layLanes } from '../../src/views/lanes.ts'
import { walkDrawing } from './walk.ts'

/** Newest first: what a revision follows comes some places later, or is not listed. */
const graphs: fc.Arbitrary<GraphNode[]> = fc
  .array(fc.array(fc.nat({ max: 9 }), { maxLength: 4 }), { minLength: 1, maxLength: 40 })
  .map((nodes) =>
    nodes.map((steps, index) => ({
      revision: `r${index}`,
      downRevision: [...new Set(steps.map((step) => `r${index + 1 + step}`))],
    })),
  )

/** With some left out, as a selection does. */
const selections = graphs.chain((nodes) => fc.subarray(nodes, { minLength: 1 }))

function edgesOf(nodes: readonly GraphNode[]) {
  const listed = new Set(nodes.map(({ revision }) => revision))
  const all = nodes.flatMap(({ revision, downRevision }) =>
    downRevision.map((parent) => ({ revision, parent, isListed: listed.has(parent) })),
  )
  return {
    listed: all.filter(({ isListed }) => isListed).map(({ revision, parent }) => `${revision} ${parent}`),
    open: all.filter(({ isListed }) => !isListed).map(({ revision }) => revision),
  }
}

const sorted = (words: readonly string[]): string[] => [...words].sort()

describe('every drawing', () => {
  test('lets each edge be followed from the child to the parent, and shows no other', () => {
    fc.assert(
      fc.property(selections, (nodes) => {
        const seen = walkDrawing(drawGraph(nodes))
        const edges = edgesOf(nodes)
        expect(sorted(seen.edges)).toEqual(sorted(edges.listed))
        expect(sorted(seen.open)).toEqual(sorted(edges.open))
        expect(seen.lost).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  test('has each revision once, in the order given', () => {
    fc.assert(
      fc.property(selections, fc.integer({ min: 2, max: 8 }), (nodes, limit) => {
        const rows = [...drawGraph(nodes, limit).rows]
        expect(rows.map(({ revision }) => revision)).toEqual(nodes.map(({ revision }) => revision))
      }),
    )
  })

  test('keeps to the columns that it may take, and names the parents that cannot be followed in them', () => {
    fc.assert(
      fc.property(selections, fc.integer({ min: 2, max: 8 }), (nodes, limit) => {
        const drawing = drawGraph(nodes, limit)
        const { columns } = drawing
        const drawn = [...drawing.rows]
        expect(columns).toBeLessThanOrEqual(limit)
        for (const { cells, below } of drawn) expect([cells.length, below.length]).toEqual([columns, columns])
        const named = drawn.flatMap(({ revision, hidden }) => hidden.map((parent) => `${revision} ${parent}`))
        const followed = walkDrawing(drawing).edges
        const all = nodes.flatMap(({ revision, downRevision }) =>
          downRevision.map((parent) => `${revision} ${parent}`),
        )
        expect(sorted([...named, ...followed])).toEqual(sorted(all))
      }),
      { numRuns: 500 },
    )
  })

  test('is the same each time that it is drawn', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const { rows } = drawGraph(nodes)
        expect([...rows]).toEqual([...rows])
      }),
      { numRuns: 20 },
    )
  })
})

test('a line of revisions takes one column, however long it is', () => {
  const nodes = Array.from({ length: 100 }, (_, index) => ({
    revision: `r${index}`,
    downRevision: [`r${index + 1}`],
  }))
  expect(layLanes(nodes).width).toBe(1)
})

test('a fan of revisions is drawn in the columns that there are', () => {
  const nodes = Array.from({ length: 500 }, (_, index) => ({ revision: `r${index}`, downRevision: ['base'] }))
  const { columns, rows } = drawGraph([...nodes, { revision: 'base', downRevision: [] }], 10)
  expect(columns).toBe(10)
  expect([...rows].at(-1)?.cells.map(({ shape }) => shape)).toEqual([
    'node',
    ...Array.from({ length: 8 }, () => 'end'),
    'into',
  ])
})

test('a down revision that is listed above its child, or twice, does not break the drawing', () => {
  const nodes = [
    { revision: 'a', downRevision: [] },
    { revision: 'b', downRevision: ['a', 'a'] },
  ]
  expect([...drawGraph(nodes).rows].map(({ hidden }) => hidden)).toEqual([[], ['a']])
})
