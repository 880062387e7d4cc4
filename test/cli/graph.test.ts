/** Drawn graphs that one can look at. */
import { describe, expect, test } from 'vitest'
import { cellsText, columnLimit } from '../../src/cli/output/graph.ts'
import { listingText } from '../../src/cli/output/listing.ts'
import { createStyle } from '../../src/cli/output/style.ts'
import { newestFirst } from '../../src/graph/order.ts'
import { entriesOf } from '../../src/ledger/entry.ts'
import type { LedgerRow } from '../../src/ledger/read.ts'
import { drawGraph } from '../../src/views/drawing.ts'
import { graphOf } from '../support/graphs.ts'

const utf8 = { LANG: 'C.UTF-8' }

/** The graph and the ids, without the lines' other words. */
async function draw(
  texts: readonly string[],
  { env = utf8, limit, only }: { env?: object; limit?: number; only?: readonly string[] } = {},
): Promise<string> {
  const graph = graphOf(...texts)
  const style = await createStyle({}, { ...env }, false)
  const revisions = newestFirst(graph, new Set(only ?? graph.revisions.keys()))
  const { rows } = drawGraph(entriesOf(graph, revisions, null), limit)
  const lines = [...rows].flatMap(({ revision, cells, below, isOpen }) => [
    `${cellsText(cells, 'unasked', style)} ${revision}`,
    ...(isOpen ? [cellsText(below, 'unasked', style).trimEnd()] : []),
  ])
  return `\n${lines.join('\n')}\n`
}

describe('a drawn graph', () => {
  test('of one line is a column of dots', async () => {
    expect(await draw(['a', 'b(a)', 'c(b)'])).toBe(`
●  c
●  b
●  a
`)
  })

  test('of a diamond', async () => {
    expect(await draw(['a', 'b(a)', 'c(a)', 'd(b c)'])).toBe(`
●─╮  d
● │  b
│ ●  c
●─╯  a
`)
  })

  test('of two heads', async () => {
    expect(await draw(['a', 'b(a)', 'c(b)', 'd(a)'])).toBe(`
●    c
●    b
│ ●  d
●─╯  a
`)
  })

  test('of a merge of three', async () => {
    expect(await draw(['a', 'b(a)', 'c(a)', 'd(a)', 'e(b c d)'])).toBe(`
●─┬─╮  e
● │ │  b
│ ● │  c
│ │ ●  d
●─┴─╯  a
`)
  })

  test('of a criss-cross: lines cross without touching', async () => {
    expect(await draw(['a', 'b(a)', 'c(a)', 'd(b c)', 'e(c b)', 'f(d e)'])).toBe(`
●─╮      f
●─┼─╮    d
│ ●─┼─╮  e
│ ●─╯ │  c
●─┼───╯  b
●─╯      a
`)
  })

  test('of lines that have nothing in common: none looks like the continuation of another', async () => {
    expect(await draw(['a', 'b(a)', 'c', 'd(c)', 'e'])).toBe(`
●    b
●    a
  ●  d
  ●  c
●    e
`)
  })

  test('of a branch that was merged twice', async () => {
    expect(await draw(['a', 'x1(a)', 'm1(a x1)', 'x2(x1)', 'm2(m1 x2)'])).toBe(`
●─╮    m2
●─┼─╮  m1
│ ● │  x2
│ ●─╯  x1
●─╯    a
`)
  })

  test('of a selection: lines to what is not listed end openly', async () => {
    expect(await draw(['a', 'b(a)', 'c(a)', 'd(b c)', 'e(d)'], { only: ['e', 'd', 'c'] })).toBe(`
●    e
●─╮  d
┊ │
  ●  c
  ┊
`)
  })

  test('of more lanes than there is room for: the last column is a bundle', async () => {
    const texts = ['a', 'b(a)', 'c(a)', 'd(a)', 'e(a)', 'f(b c d e)']
    expect(await draw(texts, { limit: 3 })).toBe(`
●─┬─╢  f
● │ ║  b
│ ● ║  c
│ │ ●  d
│ │ ●  e
●─┴─╢  a
`)
  })

  test('in a locale without UTF-8', async () => {
    const texts = ['a', 'b(a)', 'c(a)', 'd(b c)', 'e(c b)', 'f(d e)', 'g(a)']
    expect(await draw(texts, { env: { LC_ALL: 'C' } })).toBe(`
*-.      f
*-+-.    d
| *-+-.  e
| *-' |  c
*-+---'  b
| | *    g
*-'-'    a
`)
  })
})

describe('a terminal has columns for lanes', () => {
  test.each([
    [80, 10],
    [200, 25],
    [16, 2],
    [undefined, 40],
  ])('%s letters wide: %s', async (columns, lanes) => {
    const style = await createStyle(columns === undefined ? {} : { isTTY: true, columns }, utf8, false)
    expect(columnLimit(style)).toBe(lanes)
  })
})

const applied = (
  revision: string,
  appliedBy: string,
  status: LedgerRow['status'] = 'applied',
): LedgerRow => ({
  revision,
  downRevisions: [],
  dependsOn: [],
  message: '',
  checksum: null,
  appliedAt: new Date(2026, 10, 22, 12, 31, 25).toISOString(),
  appliedBy,
  durationMs: 12,
  status,
})

const texts = ['a', 'b(a)[left]', 'c(a)', 'd(b c)', 'e(d)', 'f(d)>b', 'z']
const rows = [
  applied('a', 'postgres'),
  applied('b', 'deploy'),
  applied('c', 'deploy'),
  applied('z', 'ann', 'failed'),
]

async function listed(
  columns: number,
  { verbose = false, only }: { verbose?: boolean; only?: string[] } = {},
) {
  const graph = graphOf(...texts)
  const style = await createStyle({ isTTY: true, columns }, utf8, false)
  const entries = entriesOf(graph, newestFirst(graph, new Set(only ?? graph.revisions.keys())), rows)
  const drawing = drawGraph(entries, columnLimit(style))
  const listing = { entries, current: ['b', 'c'], unknown: [], inside: [], undated: [] }
  const context = { style, cwd: '/', verbose, consecutive: true, empty: '', drawing }
  return `\n${listingText(listing, context)}\n`
}

describe('a list beside its graph', () => {
  test('tells what is applied, when, by whom, and what each revision is', async () => {
    expect(await listed(100)).toBe(`
○      e  pending                     message of e (head)
│ ○    f  pending                     message of f (head, needs b)
○─┴─╮  d  pending                     message of d (merge, branch point)
◉   │  b  2026-11-22 12:31  deploy    message of b (left, current)
│   ◉  c  2026-11-22 12:31  deploy    message of c (current)
●───╯  a  2026-11-22 12:31  postgres  message of a (base, branch point)
  ✗    z  failed            ann       message of z (head, base)
`)
  })

  test('cuts messages and marks where the terminal is narrow, and tears no line of the graph', async () => {
    expect(await listed(46)).toBe(`
○      e  pending           message of e (hea…
│ ○    f  pending           message of f (hea…
○─┴─╮  d  pending           message of d (mer…
◉   │  b  2026-11-22 12:31  message of b (lef…
│   ◉  c  2026-11-22 12:31  message of c (cur…
●───╯  a  2026-11-22 12:31  message of a (bas…
  ✗    z  failed            message of z (hea…
`)
  })

  test('names the parents that are not listed, and their lines end openly', async () => {
    expect(await listed(100, { only: ['f', 'd', 'c'] })).toBe(`
○    f  pending                   message of f (head, needs b)
○─╮  d  pending                   message of d (merges b, c, branch point)
┊ │
  ◉  c  2026-11-22 12:31  deploy  message of c (current, follows a)
  ┊
`)
  })

  test('goes on beside the lines of full entries', async () => {
    const text = await listed(60, { verbose: true, only: ['f', 'd', 'b', 'z'] })
    // The reader's time zone is not the test's business.
    expect(text.replaceAll(/[+-]\d\d:\d\d/g, '+00:00')).toBe(`
○    Revision    f (head)
│    Message     message of f
│    Follows     d
│    Depends on  b
│    Applied     no
│    File        migrations/f.ts
│
○─╮  Revision    d (merge, branch point)
│ ┊  Message     message of d
│ ┊  Follows     b, c
│ ┊  Applied     no
│ ┊  File        migrations/d.ts
│ ┊
◉    Revision    b (current)
┊    Message     message of b
┊    Follows     a
┊    Labels      left
┊    Applied     2026-11-22 12:31:25 +00:00 by deploy, in 12
┊                ms
┊    File        migrations/b.ts
┊
  ✗  Revision    z (head, base)
     Message     message of z
     Follows     nothing: it is a base
     Applied     failed since 2026-11-22 12:31:25 +00:00, by
                 ann
     File        migrations/z.ts
`)
  })

  test('is never wider than the terminal', async () => {
    for (const columns of [40, 60, 80, 120]) {
      for (const verbose of [false, true]) {
        const lines = (await listed(columns, { verbose })).split('\n')
        expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(columns)
      }
    }
  })
})
