/** Which files may be called to see what they would send. */
import { describe, expect, test } from 'vitest'
import { revisionSource } from '../../src/emit/revision.ts'
import { isHarmless } from '../../src/loader/harmless.ts'

const file = (up: string, { top = '', imports = `import { type Kysely, sql } from 'kysely'` } = {}) => `/**
 * a revision, which does new things to this process
 */
${imports}

export const revision = 'aaa1'
export const downRevision = ['b', 'c'] as const // null
export const branchLabels = [] as const
export const config = { transaction: false, lockTimeout: '1s' }
${top}
export async function up(db: Kysely<any>): Promise<void> {
  ${up}
}

export async function down(db: Kysely<any>): Promise<void> {
}
`

test('what dbmig writes is harmless', () => {
  const header = {
    ...{ revision: 'aa', downRevisions: ['b1'], branchLabels: ['x'], dependsOn: [], replaces: ['c', 'd'] },
    ...{ message: 'a `message`', createDate: '2026-11-22T12:31:25Z' },
  }
  expect(isHarmless(revisionSource(header, null, null))).toBe(true)
})

describe('a file is harmless', () => {
  test.each([
    [`await db.schema.createTable('fetch').addColumn('process', 'text', (c) => c.notNull()).execute()`],
    [`await sql\`select 'new', \${sql.ref(\`a\${1}\`)} -- this process\n\`.execute(db)`],
    [`for (const name of ['a', 'b']) await sql.raw('drop table ' + name).execute(db)`],
    [`await db.insertInto('t').values([{ name: 'x', process: 1, ...more() }]).execute()`],
    [
      `const { rows } = await sql\`select 1\`.execute(db); for (const [a, b] of rows) await sql.raw(rows[0] + a).execute(b)`,
    ],
    [
      `let n = 0; for (let i = 0; i < 3; i++) n += i >= 2 ? 1 : 2; const list: Array<Array<string>> = [['a'], ['b']]`,
    ],
    [`const one = { a: 1 }; if (one.a === 1 || one.a >= 2) await Promise.all([helper(db)])`],
  ])('%s', (up) => {
    const top = `async function helper(db: Kysely<any>, { deep = 1 } = {}) { return db }\nfunction more() { return {} }`
    expect(isHarmless(file(up, { top }))).toBe(true)
  })
})

describe('a file may touch more than its db', () => {
  test.each([
    ['await fetch("https://x")'],
    ['console.log(1)'],
    ['await new Promise((r) => setTimeout(r, 1))'],
    ['setTimeout(() => up(db), 1)'],
    ['process.exit(1)'],
    ['globalThis.x = 1'],
    ["branchLabels.push('x')"],
    ['down = () => {}'],
    ['for (down of []) {}'],
    ['const n = Date.now()'],
    ['const n = Math.random()'],
    [`await import('node:fs')`],
    [`require('node:fs')`],
    ['const url = import.meta.url'],
    [`db.constructor.constructor('return 1')()`],
    ['const a = { ...process }'],
    ['const a = `$' + '{process}`'],
    ['const a = \\u0070rocess'],
    ['up.calls = 1'],
    ['up.calls ??= 1'],
    [`sql['x'] = 1`],
    ['up.n >>= 1'],
    ['up.n >>>= 1'],
    ['up.n++'],
    ['--up.n'],
    ['({ n: up.n } = { n: 1 })'],
    ['for (up.n of [1]) await db'],
    [`up['constr' + 'uctor']('return process')()`],
    ['crypto.randomUUID()'],
    ['eval("1")'],
  ])('%s', (up) => {
    expect(isHarmless(file(up))).toBe(false)
  })

  test.each([
    ['const rows: string[] = []'],
    ['let n = 0'],
    ['export const rows = []'],
    ['export const dependsOn = find()'],
    ['class A {}'],
    ['up()'],
    ['export default async function () { }'],
    ['n = 1'],
    ['const n = 1'],
    ['export const replaces = []\nlet n'],
  ])('with %s at its top', (top) => {
    expect(isHarmless(file('', { top }))).toBe(false)
  })

  test.each([
    [`import { helper } from './helper.ts'`],
    [`import { sql } from 'kysely'\nimport { writeFileSync } from 'node:fs'`],
    [`import * as kysely from 'kysely'`],
    [`import 'kysely'`],
    [`import all, { sql } from 'kysely'`],
  ])('with %s', (imports) => {
    expect(isHarmless(file('', { imports }))).toBe(false)
  })
})
