import { expect, test } from 'vitest'
import { listingText } from '../../src/cli/output/listing.ts'
import { createStyle } from '../../src/cli/output/style.ts'
import { newestFirst } from '../../src/graph/order.ts'
import { entriesOf } from '../../src/ledger/entry.ts'
import type { LedgerRow } from '../../src/ledger/read.ts'
import { graphOf } from '../support/graphs.ts'

const now = new Date(2026, 10, 22, 12, 31)

interface Settings {
  readonly width?: number
  readonly current?: readonly string[]
  readonly reversed?: boolean
  readonly by?: string
}

async function text(
  graphTexts: readonly string[],
  applied: readonly string[] | null,
  { width, current = [], reversed = false, by = 'me' }: Settings = {},
): Promise<string[]> {
  const graph = graphOf(...graphTexts)
  const rows = applied?.map((revision): LedgerRow => {
    const row = { revision, downRevisions: [], dependsOn: [], message: '', checksum: null }
    return { ...row, appliedAt: now.toISOString(), appliedBy: by, durationMs: 12, status: 'applied' }
  })
  const entries = entriesOf(graph, newestFirst(graph, new Set(graph.revisions.keys())), rows ?? null)
  if (reversed) entries.reverse()
  const stream = width === undefined ? {} : { isTTY: true, columns: width }
  const style = await createStyle(stream, { LANG: 'C.UTF-8' }, false)
  const context = { style, cwd: '/', verbose: false, consecutive: true, reversed, empty: 'nothing' }
  const listing = {
    entries,
    current: applied === null ? null : current,
    unknown: [],
    inside: [],
    undated: [],
  }
  return listingText(listing, context).split('\n')
}

test('a line has the id, when it was applied, the message and its marks', async () => {
  expect(await text(['aaa', 'bbb(aaa)'], ['aaa'], { current: ['aaa'] })).toEqual([
    'bbb  pending           message of bbb (head)',
    'aaa  2026-11-22 12:31  message of aaa (current, base)',
  ])
})

test('without a database nothing is said of what is applied', async () => {
  expect(await text(['aaa', 'bbb(aaa)'], null)).toEqual([
    'bbb  message of bbb (head)',
    'aaa  message of aaa (base)',
  ])
})

test('a parent is named where it is not on the next line, and a merge names all', async () => {
  expect(await text(['a', 'b(a)[left]', 'c(a)>b', 'd(b c)'], null)).toEqual([
    'd  message of d (head, merges b, c)',
    'c  message of c (follows a, needs b)',
    'b  message of b (left)',
    'a  message of a (base, branch point)',
  ])
})

test('oldest first, a parent is named where it is not on the line before', async () => {
  expect(await text(['a', 'b(a)', 'c(a)', 'd(b)'], null, { reversed: true })).toEqual([
    'a  message of a (base, branch point)',
    'b  message of b',
    'd  message of d (head)',
    'c  message of c (head, follows a)',
  ])
})

test('a head that another revision depends on is an effective head', async () => {
  expect(await text(['a', 'b(a)', 'c>b'], null)).toEqual([
    'c  message of c (head, base, needs b)',
    'b  message of b (effective head)',
    'a  message of a (base)',
  ])
})

test('ids of several lengths are padded, so that what comes after them stands in a column', async () => {
  expect(await text(['aaa', 'bbbbb(aaa)'], null)).toEqual([
    'bbbbb  message of bbbbb (head)',
    'aaa    message of aaa (base)',
  ])
})

test('a long message is cut so that the line fits the terminal, and its marks stay', async () => {
  const [line = ''] = await text(['aaa'], null, { width: 40 })
  expect(line).toBe('aaa  message of aaa (head, base)')
  const [cut = ''] = await text(['aaaaaaaaaaaaaa'], null, { width: 46 })
  expect(cut).toBe('aaaaaaaaaaaaaa  message of aaaaa… (head, base)')
  expect(cut).toHaveLength(46)
})

test('who applied it is said where the terminal has room for it, and never in a pipe', async () => {
  const by = 'deployer'
  expect(await text(['aaa'], ['aaa'], { width: 80, by })).toEqual([
    'aaa  2026-11-22 12:31  deployer  message of aaa (head, base)',
  ])
  expect(await text(['aaa'], ['aaa'], { width: 70, by })).toEqual([
    'aaa  2026-11-22 12:31  message of aaa (head, base)',
  ])
  expect(await text(['aaa'], ['aaa'], { by })).toEqual(['aaa  2026-11-22 12:31  message of aaa (head, base)'])
})

test('a listing of nothing says so', async () => {
  expect(await text([], null)).toEqual(['nothing'])
})
