/** The graph of revisions in every format, read back by the format's own parser. */
import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newestFirst } from '../../../src/graph/order.ts'
import { svgOf } from '../../../src/graphviz.ts'
import { entriesOf } from '../../../src/ledger/entry.ts'
import { visible } from '../../../src/views/formats/visible.ts'
import { historyCsv } from '../../../src/views/history/csv.ts'
import { historyDot } from '../../../src/views/history/dot.ts'
import { historyFormat } from '../../../src/views/history/formats.ts'
import { historyMermaid } from '../../../src/views/history/mermaid.ts'
import {
  foldLines,
  type HistoryPicture,
  pictureOf,
  type RevisionBox,
} from '../../../src/views/history/picture.ts'
import { historyPlantuml } from '../../../src/views/history/plantuml.ts'
import { readFlowchart } from '../../support/flowchart.ts'
import { graphOf } from '../../support/graphs.ts'
import { oddName } from '../../support/odd-names.ts'
import { readDot } from '../../support/pictures.ts'

/** @param applied ids; null where no database was asked */
function drawn(texts: readonly string[], applied: readonly string[] | null, current: readonly string[] = []) {
  const graph = graphOf(...texts)
  const rows =
    applied?.map((revision) => ({
      ...{ revision, downRevisions: [], dependsOn: [], message: '', checksum: null },
      ...{
        appliedAt: '2026-11-22T18:40:05.123Z',
        appliedBy: 'deploy',
        durationMs: 12,
        status: 'applied' as const,
      },
    })) ?? null
  const entries = entriesOf(graph, newestFirst(graph, new Set(graph.revisions.keys())), rows)
  const listing = { entries, current: applied === null ? null : current, unknown: [] }
  return { listing, dependencies: graph.dependencies, picture: pictureOf(listing, graph.dependencies) }
}

const diamond = ['a', 'b(a)[left]', 'c(a)', 'd(b c)', 'e>left', 'f(e)']

function wordsOf({ boxes }: HistoryPicture): string[] {
  return boxes.map(({ revision, state, words }) => `${revision} ${state}: ${words.join(', ')}`)
}

describe('the picture', () => {
  test('says in words what is applied, current, a head, a merge', () => {
    const { picture } = drawn(diamond, ['a', 'b'], ['b'])
    expect(wordsOf(picture).sort()).toEqual([
      'a applied: base, applied 2026-11-22',
      'b current: current, applied 2026-11-22',
      'c pending: pending',
      'd pending: head, merge, pending',
      'e pending: base, pending',
      'f pending: head, pending',
    ])
  })

  test('says nothing of what is applied where no database was asked', () => {
    expect(wordsOf(drawn(['a', 'b(a)', 'c(b)'], null).picture)).toEqual([
      'a unasked: base',
      'b unasked: ',
      'c unasked: head',
    ])
  })

  test('leads from what runs before to what runs after, and from what is needed by its id', () => {
    const lines = drawn(diamond, null).picture.lines.map(({ from, to, kind }) => `${from} ${to} ${kind}`)
    expect(lines.sort()).toEqual([
      ...['a b follows', 'a c follows', 'b d follows', 'b e needs', 'c d follows', 'e f follows'],
    ])
  })

  test('has a box for what is not listed, and for what no file declares', () => {
    const { listing, dependencies } = drawn(['a', 'b(a)', 'c(b)'], ['a'], ['a'])
    const part = { ...listing, entries: listing.entries.slice(0, 2), unknown: ['zzz'] }
    expect(wordsOf(pictureOf(part, dependencies))).toEqual([
      'a elsewhere: not listed',
      'b pending: pending',
      'c pending: head, pending',
      'zzz unknown: applied, but no file declares it',
    ])
  })
})

describe('a large picture', () => {
  const long = (count: number) =>
    Array.from({ length: count }, (_, index) => (index === 0 ? 'r0' : `r${index}(r${index - 1})`))

  test('has one box for revisions in a line of which nothing is to be told but their state', () => {
    const texts = [...long(300), 'x(r100)[side]', 'y(x)', 'z(r299 y)>r50']
    const ids = Array.from({ length: 200 }, (_, index) => `r${index}`)
    const { boxes, lines } = foldLines(drawn(texts, ids, ['r199']).picture)
    expect(
      boxes
        .map(({ message, folded, revision }) =>
          folded.length > 0 ? `${folded.length}: ${message}` : revision,
        )
        .sort(),
    ).toEqual([
      ...['100: r200 to r299', '49: r1 to r49', '49: r51 to r99', '98: r101 to r198'],
      ...['r0', 'r100', 'r199', 'r50', 'x', 'y', 'z'],
    ])
    expect(lines).toHaveLength(12)
    expect(boxes.find(({ folded }) => folded.length === 49)?.words).toEqual(['applied 2026-11-22'])
  })

  test('of dozens keeps the newest of each line, and what is short', () => {
    const shown = (picture: HistoryPicture) =>
      foldLines(picture).boxes.map(({ message, folded, revision }) =>
        folded.length > 0 ? `${folded.length}: ${message}` : revision,
      )
    const ids = Array.from({ length: 20 }, (_, index) => `r${index}`)
    expect(shown(drawn(long(40), ids, ['r19']).picture)).toEqual([
      ...['r0', '14: r1 to r14', 'r15', 'r16', 'r17', 'r18', 'r19'],
      ...['15: r20 to r34', 'r35', 'r36', 'r37', 'r38', 'r39'],
    ])
    expect(shown(drawn(long(30), null).picture)).toHaveLength(30)
    const shortLines = Array.from({ length: 6 }, (_, line) =>
      Array.from(
        { length: 6 },
        (__, index) => `x${line}${index}(${index === 0 ? 'r' : `x${line}${index - 1}`})`,
      ),
    )
    expect(shown(drawn(['r', ...shortLines.flat()], null).picture)).toHaveLength(37)
  })

  test('keeps every revision and every line between what is not folded', () => {
    const count = fc.integer({ min: 31, max: 400 })
    fc.assert(
      fc.property(count, fc.array(fc.tuple(fc.nat(), fc.nat())), (length, jumps) => {
        const boxes: RevisionBox[] = Array.from({ length }, (_, index) => ({
          ...{
            revision: `r${index}`,
            message: '',
            labels: [],
            state: index % 97 ? 'applied' : 'pending',
            words: [],
            folded: [],
          },
        }))
        const line = boxes
          .slice(1)
          .map((_, index) => ({ from: `r${index}`, to: `r${index + 1}`, kind: 'follows' as const }))
        const needs = jumps.flatMap(([a, b]) => {
          const [from, to] = [a % length, b % length]
          return from < to ? [{ from: `r${from}`, to: `r${to}`, kind: 'needs' as const }] : []
        })
        const folded = foldLines({ boxes, lines: [...line, ...needs] })
        const all = folded.boxes.flatMap((box) => (box.folded.length > 0 ? box.folded : [box.revision]))
        expect(all).toEqual(boxes.map(({ revision }) => revision))
        const names = new Set(folded.boxes.map(({ revision }) => revision))
        expect(folded.lines.every(({ from, to }) => names.has(from) && names.has(to))).toBe(true)
        expect(folded.lines.filter(({ kind }) => kind === 'follows')).toHaveLength(folded.boxes.length - 1)
        expect(folded.lines.filter(({ kind }) => kind === 'needs')).toHaveLength(needs.length)
      }),
      { numRuns: 50 },
    )
  })

  test('of 1,000 revisions is taken by Mermaid and laid out by Graphviz', async () => {
    const { picture } = drawn([...long(1000), 'x(r100)', 'y(x)', 'z(r999 y)'], null)
    expect((await readFlowchart(historyMermaid(picture))).nodes.length).toBeLessThan(20)
    expect(await svgOf(historyDot(picture))).toContain('899 revisions')
  })

  test('that branches more than Mermaid takes is refused with a way on', () => {
    const { picture } = drawn(['r', ...Array.from({ length: 600 }, (_, index) => `b${index}(r)`)], null)
    expect(() => historyMermaid(picture)).toThrow(
      'Mermaid refuses a picture of 601 revisions that branch like these: it draws no more than 500 lines and 50,000 characters. Choose --format svg, dot or plantuml, or fewer revisions with --limit or --range.',
    )
    expect(historyDot(picture)).toContain('r600')
  })
})

/** Two revisions, of which nothing is as one would wish. */
const odd: fc.Arbitrary<HistoryPicture> = fc
  .tuple(fc.uniqueArray(oddName, { minLength: 2, maxLength: 2 }), oddName, oddName)
  .map(([[a = '', b = ''], message, label]) => ({
    boxes: [
      {
        revision: a,
        message,
        labels: [label],
        state: 'applied',
        words: ['head', 'applied 2026-11-22'],
        folded: [],
      },
      { revision: b, message: '', labels: [], state: 'pending', words: ['pending'], folded: [] },
    ],
    lines: [
      { from: a, to: b, kind: 'follows' },
      { from: a, to: b, kind: 'needs' },
    ],
  }))

describe('names, labels and messages of every kind', () => {
  test('are read by Mermaid as they are', async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (picture) => {
        const [a, b] = picture.boxes
        const { nodes, edges } = await readFlowchart(historyMermaid(picture))
        const message = visible(a?.message ?? '')
        expect(nodes).toEqual([
          {
            id: 'r0',
            lines: [
              `${visible(a?.revision ?? '')} ${visible(a?.labels[0] ?? '')}`,
              ...(message.trim() === '' ? [] : [expect.stringMatching(/./u)]),
              'head, applied 2026-11-22',
            ],
            classes: ['applied'],
          },
          { id: 'r1', lines: [visible(b?.revision ?? ''), 'pending'], classes: ['pending'] },
        ])
        expect(edges).toEqual([
          { from: 'r0', to: 'r1', dashed: false },
          { from: 'r0', to: 'r1', dashed: true },
        ])
      }),
      { numRuns: 150 },
    )
  })

  test('are laid out by Graphviz', async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (picture) => {
        const { nodes, edges } = await readDot(historyDot(picture))
        expect(nodes).toEqual(['r0', 'r1'])
        expect(edges).toEqual([
          { from: 'r0', to: 'r1' },
          { from: 'r0', to: 'r1' },
        ])
      }),
      { numRuns: 60 },
    )
  })

  test.skipIf(spawnSync('plantuml', ['-version']).status !== 0)(
    'are drawn by PlantUML, where it is installed',
    () => {
      const pictures = fc.sample(odd, 60)
      const input = pictures.map(historyPlantuml).join('\n')
      const { stdout, status } = spawnSync('plantuml', ['-pipe', '-tsvg'], { input, encoding: 'utf8' })
      expect(status).toBe(0)
      expect(stdout).not.toMatch(/Syntax Error/i)
      expect(stdout.match(/<svg/g)).toHaveLength(60)
      expect(stdout.match(/<rect[^>]*stroke: #1A7F37|<rect[^>]*stroke:#1A7F37/gi)).toHaveLength(60)
    },
  )
})

test('a picture in PlantUML is one of rectangles, dashed where a revision is needed', () => {
  const text = historyPlantuml(drawn(['a', 'b(a)[left]', 'c>a'], ['a'], ['a']).picture)
  expect(
    text
      .split('\n')
      .filter((line) => /^(rectangle "|r\d)/.test(line))
      .sort(),
  ).toEqual([
    expect.stringMatching(/^r0 (--> r\d|\.\.> r\d : needed by)$/),
    expect.stringMatching(/^r0 (--> r\d|\.\.> r\d : needed by)$/),
    'rectangle "**a**\\nmessage of a\\n<size:10><color:#12602b>base, current, applied 2026<U+002D>11<U+002D>22</color></size>" as r0 <<current>>',
    expect.stringContaining('"**b**  <color:#64748b>**left**</color>\\nmessage of b\\n'),
    expect.stringContaining('"**c**\\nmessage of c\\n'),
  ])
})

test('a table has all that is known of each revision, newest first', () => {
  const { listing } = drawn(['a', 'b(a)[left]'], ['a'], ['a'])
  expect(historyCsv(listing.entries, true, '/migrations').split('\r\n')).toEqual([
    'revision,message,state,appliedAt,by,osUser,host,durationMs,checksum,matches,createDate,downRevision,branchLabels,dependsOn,replaces,isHead,isMerge,path',
    'b,message of b,pending,,,,,,,,,a,left,,,yes,no,b.ts',
    'a,message of a,applied,2026-11-22T18:40:05.123Z,deploy,,,12,,,,,,,,no,no,a.ts',
    '',
  ])
  expect(historyCsv(listing.entries, false, '/migrations')).toContain('\r\nb,message of b,,,')
})

test('the extension of a file says the format', () => {
  expect(
    ['h.puml', 'h.MMD', 'x/h.gv', 'h.svg', 'h.csv'].map((file) => historyFormat(undefined, file)),
  ).toEqual([...['plantuml', 'mermaid', 'dot', 'svg', 'csv']])
  expect(historyFormat('dot', 'h.txt')).toBe('dot')
  expect(historyFormat('dot', 'h.GV')).toBe('dot')
  expect(() => historyFormat('dot', 'a/h.svg')).toThrow(
    'The name of h.svg says svg, and --format says dot. Leave out --format, or let the name end otherwise.',
  )
  expect(() => historyFormat(undefined, 'a/h.txt')).toThrow(
    'The name of h.txt says no format. Let it end in .puml, .plantuml, .mmd, .mermaid, .dot, .gv, .svg or .csv, or say --format.',
  )
  expect(() => historyFormat('png', null)).toThrow(
    'There is no format "png" for the history. Choose one of plantuml, mermaid, dot, svg, csv.',
  )
})
