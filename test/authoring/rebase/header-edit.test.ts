import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withDownRevisions } from '../../../src/authoring/rebase/header-edit.ts'
import { parseHeader } from '../../../src/graph/header.ts'

const source = (declaration: string) => `/** add users */
import { sql } from 'kysely'

export const revision = 'r1'
${declaration}
export const branchLabels = ['left'] as const

export async function up() {}
`

function edited(declaration: string, ids: readonly string[]): string | null | undefined {
  const text = withDownRevisions(source(declaration), ids)
  return text === null
    ? null
    : /^export const downRevision[\s\S]*?(?=\nexport const branchLabels)/m.exec(text)?.[0]
}

describe('a parent', () => {
  test.each([
    ["export const downRevision = 'a' // why", ['b'], "export const downRevision = 'b' // why"],
    ['export const downRevision = "a";', ['b'], 'export const downRevision = "b";'],
    ['export const downRevision = `a`', ['b'], 'export const downRevision = `b`'],
    ["export const downRevision: string =\n  'a'", ['b'], "export const downRevision: string =\n  'b'"],
    ["export const downRevision = 'a' as const", ['b'], "export const downRevision = 'b' as const"],
    ['export const downRevision = null', ['b'], "export const downRevision = 'b'"],
    ["export const downRevision = 'a'", [], 'export const downRevision = null'],
    ["export const downRevision = 'a'", ['b', 'c'], "export const downRevision = ['b', 'c']"],
  ])('in %j becomes %j', (before, ids, after) => {
    expect(edited(before, ids)).toBe(after)
  })
  test('whose id holds the quote is written in another one', () => {
    expect(edited("export const downRevision = 'a'", ["o'b"])).toBe(`export const downRevision = "o'b"`)
  })
})

describe('a list', () => {
  test.each([
    ["['a', 'b']", ['x', 'b'], "['x', 'b']"],
    ["['a', 'b']", ['a'], "['a']"],
    ["['a', 'b']", ['b'], "['b']"],
    ["['a', 'b', 'c']", ['b'], "['b']"],
    ["['a', 'b', 'c']", ['a'], "['a']"],
    ["['a', 'b', 'c']", ['x', 'c'], "['x', 'c']"],
    ["['a']", ['a', 'b'], "['a', 'b']"],
    ["['a']", [], '[]'],
    ['[]', ['a', 'b'], "['a', 'b']"],
    ['[\'a\', "b"] as const', ['x', 'y'], "['x', 'y'] as const"],
    ["[\n  'a', // left\n  /* right */ 'b',\n]", ['a', 'x'], "[\n  'a', // left\n  /* right */ 'x',\n]"],
    ["[\n  'a',\n  'b',\n]", ['b'], "[\n  'b',\n]"],
    ["[\n  'a',\n  'b',\n]", ['a'], "[\n  'a',\n]"],
    ["[\n  'a', // 'left', one\n  'b',\n]", ['b'], "[\n  // 'left', one\n  'b',\n]"],
    ["['a' /* left */, 'b']", ['b'], "[ /* left */ 'b']"],
  ])('%s with %j becomes %s', (before, ids, after) => {
    expect(edited(`export const downRevision = ${before}`, ids)).toBe(`export const downRevision = ${after}`)
  })
})

test.each(["parentOf('x')", "'a' + suffix", "['a', ...more]"])(
  'a header that is computed, %s, is left alone',
  (value) => {
    expect(withDownRevisions(source(`export const downRevision = ${value}`), ['b'])).toBeNull()
  },
)

test('an id that no quote can hold is left alone', () => {
  expect(edited("export const downRevision = 'a'", [`'"\``])).toBeNull()
})

describe('in every header', () => {
  const id = fc
    .stringMatching(/^[a-z0-9_.'"]{1,8}$/)
    .filter((text) => !(text.includes("'") && text.includes('"')))
  const ids = fc.uniqueArray(id, { maxLength: 4 })
  const gap = fc.constantFrom('', ' ', '\n  ', " /* it, 's */ ", ' // "x", y\n', '\n\n')
  const end = fc.constantFrom('', ';', ' as const', ' // end')
  const type = fc.constantFrom('', ': string | null', ': readonly string[]')
  const quote = (text: string, mark: string) =>
    text.includes(mark) ? `\`${text}\`` : `${mark}${text}${mark}`

  const header = fc.record({
    ids,
    gaps: fc.array(gap, { minLength: 10, maxLength: 10 }),
    mark: fc.constantFrom("'", '"', '`'),
    asList: fc.boolean(),
    trailing: fc.boolean(),
    end,
    type,
    crlf: fc.boolean(),
    bom: fc.boolean(),
    first: fc.boolean(),
  })
  type Header = typeof header extends fc.Arbitrary<infer T> ? T : never

  function literalOf({ ids, gaps, mark, asList, trailing }: Header): string {
    const [only] = ids
    if (!asList && ids.length < 2) return only === undefined ? 'null' : quote(only, mark)
    const items = ids.map((text, index) => {
      const comma = index < ids.length - 1 || trailing ? `${gaps[index + 5] ?? ''},` : ''
      return `${gaps[index] ?? ''}${quote(text, mark)}${comma}`
    })
    return `[${items.join('')}${gaps[9] ?? ''}]`
  }

  function textOf(header: Header): { before: string; literal: string; after: string } {
    const lines = (text: string) => (header.crlf ? text.replaceAll('\n', '\r\n') : text)
    const own = "export const revision = 'own'\n"
    return {
      before: lines(
        `${header.bom ? '\uFEFF' : ''}/** say, 'it' */\n${header.first ? own : ''}export const downRevision${header.type} = `,
      ),
      literal: lines(literalOf(header)),
      after: lines(
        `${header.end}\n${header.first ? '' : own}export const dependsOn = ['z']\nconst rest = 'a'\n`,
      ),
    }
  }

  const commentsIn = (text: string) => text.match(/\/\*.*?\*\/|\/\/ .*/g) ?? []

  test('the parents are those that were asked for, all outside of the literal stays, and so do the comments in a list', () => {
    fc.assert(
      fc.property(header, ids, (written, wanted) => {
        const { before, literal, after } = textOf(written)
        const text = before + literal + after
        expect(parseHeader(text)?.downRevisions).toEqual(written.ids)
        const result = withDownRevisions(text, wanted) ?? ''
        expect(parseHeader(result)?.downRevisions).toEqual(wanted)
        expect(result.startsWith(before)).toBe(true)
        expect(result.endsWith(after)).toBe(true)
        const now = result.slice(before.length, result.length - after.length)
        expect(commentsIn(now)).toEqual(commentsIn(literal))
        if (written.crlf) expect(result.replaceAll('\r\n', '')).not.toContain('\n')
      }),
      { numRuns: 2000 },
    )
  })

  test('asking for what is there changes nothing', () => {
    fc.assert(
      fc.property(header, (written) => {
        const { before, literal, after } = textOf(written)
        expect(withDownRevisions(before + literal + after, written.ids)).toBe(before + literal + after)
      }),
    )
  })
})
