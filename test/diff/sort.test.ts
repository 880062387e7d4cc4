/** The sort behind every plan. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inCircles, type SortNode, sortNodes } from '../../src/diff/sort.ts'

function node(key: string, after: readonly string[] = [], preferablyAfter: readonly string[] = []): SortNode {
  return { key, after: new Set(after), preferablyAfter: new Set(preferablyAfter) }
}

function keysOf(nodes: readonly SortNode[]): string[] {
  return nodes.map(({ key }) => key)
}

describe('sortNodes', () => {
  test('without edges the given order stays', () => {
    expect(keysOf(sortNodes([node('b'), node('a'), node('c')]).order)).toEqual(['b', 'a', 'c'])
  })

  test('a node comes after what it names', () => {
    expect(keysOf(sortNodes([node('a', ['b']), node('b')]).order)).toEqual(['b', 'a'])
  })

  test('a wish is met where nothing speaks against it', () => {
    expect(keysOf(sortNodes([node('a', [], ['b']), node('b')]).order)).toEqual(['b', 'a'])
  })

  test('a circle of wishes is given up in the given order', () => {
    expect(keysOf(sortNodes([node('a', [], ['b']), node('b', [], ['a'])]).order)).toEqual(['a', 'b'])
  })

  test('what has no part in a circle of wishes stays behind it where it was given behind it', () => {
    const nodes = [node('a', [], ['b']), node('b', [], ['a']), node('c', ['b']), node('free')]
    expect(keysOf(sortNodes(nodes).order)).toEqual(['a', 'b', 'c', 'free'])
  })

  test('a wish does not win over an edge', () => {
    expect(keysOf(sortNodes([node('a', ['b']), node('b', [], ['a'])]).order)).toEqual(['b', 'a'])
  })

  test('a circle of edges leaves its nodes and what waits for them stuck', () => {
    const { order, stuck } = sortNodes([node('a', ['b']), node('b', ['a']), node('c', ['b']), node('d')])
    expect([keysOf(order), keysOf(stuck)]).toEqual([['d'], ['a', 'b', 'c']])
  })

  test('an edge to a node that is not there is no edge', () => {
    expect(keysOf(sortNodes([node('a', ['nobody'])]).order)).toEqual(['a'])
  })

  test('property: any graph without circles is ordered completely and correctly', () => {
    const graphs = fc.integer({ min: 1, max: 40 }).chain((size) =>
      fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 120 }).map((pairs) => ({
        size,
        edges: pairs
          .filter(([from, to]) => from !== to)
          .map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const),
      })),
    )
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), ({ size, edges }, seeds) => {
        const nodes = Array.from({ length: size }, (_, i) =>
          node(
            String(i),
            edges.filter(([from]) => from === i).map(([, to]) => String(to)),
          ),
        )
        const shuffled = nodes
          .map((one) => ({ one, seed: seeds.next().value ?? 0 }))
          .sort((a, b) => a.seed - b.seed)
          .map(({ one }) => one)
        const { order, stuck } = sortNodes(shuffled)
        expect(stuck).toEqual([])
        const place = new Map(order.map(({ key }, i) => [key, i]))
        for (const [from, to] of edges)
          expect(place.get(String(from))).toBeGreaterThan(place.get(String(to)) ?? -1)
      }),
    )
  })
})

describe('inCircles', () => {
  test('what waits for a circle is not in it, nor what the circle waits for', () => {
    const nodes = [
      node('first'),
      node('a', ['b', 'first']),
      node('b', ['a']),
      node('behind', ['b']),
      node('last', ['behind']),
    ]
    expect(keysOf(inCircles(sortNodes(nodes).stuck))).toEqual(['a', 'b'])
  })
})
