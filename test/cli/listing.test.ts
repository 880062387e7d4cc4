import { expect, test } from 'vitest'
import { listingText } from '../../src/cli/output/listing.ts'
import { createStyle } from '../../src/cli/output/style.ts'
import { newestFirst } from '../../src/graph/order.ts'
import { entriesOf } from '../../src/ledger/entry.ts'
import type { LedgerRow } from '../../src/ledger/read.ts'
import { graphOf } from '../support/graphs.ts'

const now = new Date(2026, 10, 22, 12, 31)

async function text(
  graphTexts: readonly string[],
  applied: readonly string[] | null,
  { width, current = [] }: { width?: number; current?: readonly string[] } = {},
): Promise<string[]> {
  const graph = graphOf(...graphTexts)
  const rows = applied?.map((revision): LedgerRow => {
    const row = { revision, downRevisions: [], dependsOn: [], message: '', checksum: null }
    return { ...row, appliedAt: now, appliedBy: 'me', durationMs: 12, status: 'applied' }
  })
  const entries = entriesOf(graph, newestFirst(graph, new Set(graph.revisions.keys())), rows ?? null)
  const stream = width === undefined ? {} : { isTTY: true, columns: width }
  const style = await createStyle(stream, {}, false)
  const context = { style, cwd: '/', verbose: false, consecutive: true, empty: 'nothing' }
  const listing = { entries, current: applied === null ? null : current, unknown: [] }
  return listingText(listing, context).split('\n')
}

test('a line has the id, when it was applied, the message and its marks', async () => {
  expect(await text(['aaa', 'bbb(aaa)'], ['aaa'], { current: ['aaa'] })).toEqual([
    'bbb  pending           message of bbb (head)',
    'aaa  2026-11-22 12:31  message of aaa (current)',
  ])
})

test('without a database nothing is said of what is applied', async () => {
  expect(await text(['aaa', 'bbb(aaa)'], null)).toEqual(['bbb  message of bbb (head)', 'aaa  message of aaa'])
})

test('a parent is named where it is not on the next line, and a merge names all', async () => {
  expect(await text(['a', 'b(a)[left]', 'c(a)>b', 'd(b c)'], null)).toEqual([
    'd  message of d (head, merges b, c)',
    'c  message of c (follows a, needs b)',
    'b  message of b (left)',
    'a  message of a (branch point)',
  ])
})

test('a long message is cut so that the line fits the terminal, and its marks stay', async () => {
  const [line = ''] = await text(['aaa'], null, { width: 30 })
  expect(line).toBe('aaa  message of aaa (head)')
  const [cut = ''] = await text(['aaaaaaaaaaaaaa'], null, { width: 40 })
  expect(cut).toBe('aaaaaaaaaaaaaa  message of aaaaa… (head)')
  expect(cut).toHaveLength(40)
})

test('a listing of nothing says so', async () => {
  expect(await text([], null)).toEqual(['nothing'])
})
