import { expect, test } from 'vitest'
import { importedId } from '../../../src/authoring/import/names.ts'
import { planStamps } from '../../../src/authoring/import/stamp.ts'
import { buildGraph } from '../../../src/graph/graph.ts'
import type { LedgerRow } from '../../../src/ledger/read.ts'
import { revisionOf } from '../../support/graphs.ts'

const [a, b, c] = [importedId('a'), importedId('b'), importedId('c')]
const graph = buildGraph([revisionOf(a), revisionOf(`${b}(${a})`)])
const squashed = buildGraph([{ ...revisionOf('squash1'), replaces: [a, b] }, revisionOf(`${c}(squash1)`)])
const at = (...keys: string[]) => keys.map((key) => ({ key, at: null }))
const rows = (...ids: string[]) => ids.map((revision) => ({ revision })) as unknown as LedgerRow[]
const plan = (...args: Parameters<typeof planStamps>) => {
  const { stamps, unknown } = planStamps(...args)
  return { stamps: stamps.map(({ revision }) => revision), unknown }
}

test('what is applied and not recorded is stamped, and what has no revision is told', () => {
  expect(plan(graph, new Map(), at('a', 'b', 'x'), rows(a))).toEqual({ stamps: [b], unknown: ['x'] })
})

test('a key may be another than the name', () => {
  expect(plan(graph, new Map([['1', a]]), at('1', '2'), [])).toEqual({ stamps: [a], unknown: ['2'] })
})

test('a squashed revision is stamped when all that it stands for is applied', () => {
  expect(plan(squashed, new Map(), at('a', 'b', 'c'), [])).toEqual({ stamps: ['squash1', c], unknown: [] })
  expect(plan(squashed, new Map(), at('a', 'b'), rows('squash1'))).toEqual({ stamps: [], unknown: [] })
})

test('a squashed revision is not stamped when a part of it is applied', () => {
  expect(plan(squashed, new Map(), at('a'), [])).toEqual({ stamps: [], unknown: ['a'] })
})
