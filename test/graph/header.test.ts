import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHeader } from '../../src/graph/header.ts'

const DESIGN = `/**
 * add email to users
 *
 * Create date: 2026-11-22T12:31:25Z
 */
import { type Kysely, sql } from 'kysely'

export const revision = '3f2a9c1b7d10'
export const downRevision = '1c0d5e77aa02' // null for a base, an array for a merge
export const branchLabels = [] as const
export const dependsOn = [] as const

export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.alterTable('users').addColumn('email', 'text').execute()
}
`

const header = (lines: string) => parseHeader(`export const revision = 'r1'\n${lines}`)

describe('parseHeader', () => {
  it('reads the file of the design', () => {
    expect(parseHeader(DESIGN)).toEqual({
      revision: '3f2a9c1b7d10',
      downRevisions: ['1c0d5e77aa02'],
      branchLabels: [],
      dependsOn: [],
      replaces: [],
      message: 'add email to users',
      createDate: '2026-11-22T12:31:25Z',
      transaction: true,
    })
  })

  it('reads the same with Windows line ends and a byte order mark', () => {
    expect(parseHeader(`\uFEFF${DESIGN.replaceAll('\n', '\r\n')}`)).toEqual(parseHeader(DESIGN))
  })

  it('reads what a squash replaces', () => {
    const lines = "export const downRevision = null\nexport const replaces = ['a', 'b'] as const\n"
    expect(header(lines)?.replaces).toEqual(['a', 'b'])
    expect(
      parseHeader(DESIGN.replace(/(dependsOn = .*)/, "$1\nexport const replaces = ['a']"))?.replaces,
    ).toEqual(['a'])
  })

  describe('values', () => {
    it.each([
      ["export const downRevision = 'a'", ['a']],
      ['export const downRevision = "a"', ['a']],
      ['export const downRevision = `a`', ['a']],
      ["export const downRevision = 'a';", ['a']],
      ["export const downRevision = 'a' as const;", ['a']],
      ["export const downRevision='a'// why", ['a']],
      ["export const downRevision = 'a' /* why */", ['a']],
      ["export   const\tdownRevision : string | null   =   'a'", ['a']],
      ["export const downRevision: string =\n  'a'", ['a']],
      ['export const downRevision = null', []],
      ['export const downRevision: string | null = null;', []],
      ['export const downRevision = []', []],
      ['export const downRevision = [\'a\', "b", `c`] as const', ['a', 'b', 'c']],
      ["export const downRevision: readonly string[] = [\n  'a', // left\n  /* right */ 'b',\n]", ['a', 'b']],
      ["export const downRevision = 'a'\nasync function up() {}", ['a']],
    ])('%j is read', (line, parents) => {
      expect(header(line)?.downRevisions).toEqual(parents)
    })

    it.each([
      "export const downRevision = makeId('a')",
      'export const downRevision = PARENT',
      "export const downRevision = 'a' + suffix",
      "export const downRevision = 'a'\n  + suffix",
      "export const downRevision = 'a'.trim()",
      "export const downRevision = ['a', ...more]",
      "export const downRevision = ['a'].concat(more)",
      "export const downRevision = ['a'",
      "export const downRevision = ['a' 'b']",
      'export const downRevision = `a$' + '{b}`',
      "export const downRevision = 'a\\u0062'",
      'export const downRevision = undefined',
      'export const downRevision',
      "export let downRevision = 'a'",
      '',
    ])('%j is left to an import', (line) => {
      expect(header(line)).toBeNull()
    })

    it('a label or a dependency that is computed is left to an import', () => {
      expect(header('export const downRevision = null\nexport const dependsOn = needs()')).toBeNull()
    })

    it('a label and a dependency may be single strings', () => {
      const parsed = header(
        "export const downRevision = null\nexport const branchLabels = 'left'\nexport const dependsOn = 'x'",
      )
      expect(parsed).toMatchObject({ branchLabels: ['left'], dependsOn: ['x'] })
    })

    it('labels and dependencies may be missing or null', () => {
      const parsed = header('export const downRevision = null\nexport const dependsOn = null')
      expect(parsed).toMatchObject({ branchLabels: [], dependsOn: [] })
    })
  })

  it('a file without a header is left to an import', () => {
    expect(parseHeader("import { sql } from 'kysely'\n\nexport async function up() {}\n")).toBeNull()
    expect(parseHeader('')).toBeNull()
  })

  it('a declaration that is there twice is left to an import', () => {
    expect(
      header("export const downRevision = null\nconst text = `\nexport const revision = 'x'\n`"),
    ).toBeNull()
  })

  it('a declaration inside a comment does not count', () => {
    expect(header("/*\nexport const downRevision = 'old'\n*/")).toBeNull()
    expect(header("// export const downRevision = 'old'\nexport const downRevision = null")).not.toBeNull()
  })

  it('an indented declaration does not count', () => {
    expect(header("  export const downRevision = 'old'\nexport const downRevision = null")).toMatchObject({
      downRevisions: [],
    })
  })

  describe('transaction', () => {
    const config = (text: string) =>
      header(`export const downRevision = null\nexport const config = ${text}`)?.transaction

    it.each([
      ['{ transaction: false }', false],
      ['{ transaction: true }', true],
      ['{ transaction: false } as const', false],
      ["{\n  // long\n  'transaction': false,\n}", false],
      ['{ other: 1, transaction: false }', false],
      ['{ other: 1 }', true],
    ])('of %j is read', (text, transaction) => {
      expect(config(text)).toBe(transaction)
    })

    it.each(['{ transaction: isOnline }', '{ transaction }', '{ ...shared }', 'shared'])(
      'of %j is left to an import',
      (text) => {
        expect(config(text)).toBeUndefined()
      },
    )
  })

  describe('the leading comment', () => {
    const message = (text: string) =>
      parseHeader(`${text}\nexport const revision = 'a'\nexport const downRevision = null\n`)?.message

    it.each([
      ['/** add users */', 'add users'],
      ['/* add users */', 'add users'],
      ['// add users', 'add users'],
      ['// add users\n// Create date: 2026-01-01', 'add users'],
      ['// @ts-nocheck\n/** add users */', 'add users'],
      ['/* eslint-disable */\n\n/**\n * add users\n */', 'add users'],
      ['#!/usr/bin/env node\n/** add users */', 'add users'],
      ['/**\n *\n * add users\n * and more\n */', 'add users'],
      ['/** #12 eslint settings */', '#12 eslint settings'],
      ['/** eslint settings */', 'eslint settings'],
      ['// biome-ignore-all lint: generated\n/** add users */', 'add users'],
      ['/* c8 ignore file */\n// #region\n/** add users */', 'add users'],
      ['/** Create date: 2026-01-01 */', ''],
      ['', ''],
      ["import 'x'\n/** about up */", ''],
    ])('of %j has this message', (text, expected) => {
      expect(message(text)).toBe(expected)
    })

    it('has the date in slashes too', () => {
      const parsed = parseHeader(
        "// add users\n//\n// Create date: 2026-01-01\nexport const revision = 'a'\nexport const downRevision = null",
      )
      expect(parsed?.createDate).toBe('2026-01-01')
    })
  })

  it('reads 10,000 headers in a moment', () => {
    const start = performance.now()
    for (let index = 0; index < 10_000; index++) parseHeader(DESIGN)
    // The budget is 250 ms with reading; the limit leaves room for a busy machine.
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('takes time in proportion to the length of what it cannot read', () => {
    const start = performance.now()
    header(`export const downRevision = [${'/*'.repeat(50_000)}`)
    header(`export const downRevision = ${' '.repeat(100_000)}x`)
    parseHeader('// '.repeat(100_000))
    parseHeader(`/*${' *'.repeat(100_000)}`)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

it('the header that dbmig writes is read like one of the same meaning that is written otherwise', () => {
  const name = fc.stringMatching(/^[a-z0-9 */]{1,14}$/)
  const quote = fc.constantFrom("'", '"')
  const list = fc.tuple(fc.array(name, { maxLength: 3 }), quote).map(([names, sign]) => {
    return `[${names.map((each) => `${sign}${each}${sign}`).join(', ')}]`
  })
  const parent = fc.oneof(
    fc.constant('null'),
    list,
    name.map((each) => `'${each}'`),
  )
  const end = fc.constantFrom('', ';')
  const line = fc.constantFrom('\n', '\r\n')
  const after = fc.constantFrom(
    '',
    'export const config = { transaction: false }',
    "export const replaces = ['x']",
    "export const revision = 'again'",
    'export const dependsOn = computed()',
    '  .concat(more)',
    'export async function up() {}',
    '/* end */',
  )
  fc.assert(
    fc.property(name, parent, list, list, end, line, after, (id, down, labels, needs, stop, feed, more) => {
      const header = [
        '// a message',
        `export const revision = '${id}'${stop}`,
        `export const downRevision = ${down}${stop}`,
        `export const branchLabels = ${labels} as const${stop}`,
        `export const dependsOn = ${needs} as const${stop}`,
        more,
        '',
      ]
      const written = parseHeader(header.join(feed))
      const otherwise = parseHeader(header.join(feed).replaceAll('export const', 'export  const'))
      // What looks like a comment inside a string is left to an import only where the declarations are read one by one.
      if (otherwise !== null || !/\/\*/.test(id + down + labels + needs)) expect(written).toEqual(otherwise)
    }),
    { numRuns: 2000 },
  )
})
