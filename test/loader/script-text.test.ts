import { Script } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { type GiveNames, type ScriptFunction, scriptText } from '../../src/loader/script-text.ts'

const kysely = { sql: 'the tag', raw: 'the function' }
const giveNames: GiveNames = async () => kysely

async function evaluated(source: string): Promise<unknown> {
  const text = scriptText(source, true)
  if (text === null) return null
  const run: ScriptFunction = new Script(text, { filename: '/a.ts' }).runInThisContext()
  return run(giveNames)
}

describe('gives what it exports', () => {
  test.each([
    ['nothing', 'const a = 1', {}],
    ['a constant', 'export const a = 1', { a: 1 }],
    ['a constant beside one of its own', 'const b = 2\nexport const a = b + 1', { a: 3 }],
    [
      'after a statement without its semicolon',
      'const b = 2\nexport const a = [1]\n;[a][0].push(b)',
      { a: [1, 2] },
    ],
    ['what waits', 'export const a = await Promise.resolve(1)', { a: 1 }],
    ['a name', "import { sql } from 'kysely'\nexport const a = sql", { a: 'the tag' }],
    [
      'names, one of them renamed, over several lines',
      "import {\n  sql,\n  raw as other,\n} from 'kysely';\nexport const a = [sql, other]",
      { a: ['the tag', 'the function'] },
    ],
    ['no name at all', "import {} from 'kysely'\nexport const a = 1", { a: 1 }],
    [
      'names of two imports',
      'import { sql } from \'kysely\'\nimport { raw } from "kysely"\nexport const a = [sql, raw]',
      { a: ['the tag', 'the function'] },
    ],
    [
      'text that looks like an export',
      'export const a = `\nexport const b = 2\n`',
      { a: '\nexport const b = 2\n' },
    ],
    [
      'a pattern that looks like one',
      'const b = 1\nexport const a = /export const c = 2/.source',
      { a: 'export const c = 2' },
    ],
    [
      'what is after an expression that goes on',
      'const b = [1]\nimport { sql } from "kysely"\n;(sql)\nexport const a = b',
      { a: [1] },
    ],
  ])('%s', async (_, source, exports) => {
    expect(await evaluated(source)).toEqual(exports)
  })

  test('a function, a function that waits, and a class', async () => {
    const source = 'export function f() {}\nexport async function g() {}\nexport class H {}'
    expect(await evaluated(source)).toEqual({
      f: expect.any(Function),
      g: expect.any(Function),
      H: expect.any(Function),
    })
  })
})

test.each([
  ['a default', 'export default 1'],
  ['a list', 'const a = 1\nexport { a }'],
  ['another name', 'const a = 1\nexport { a as b }'],
  ['a second constant of one statement', 'export const a = 1, b = 2'],
  ['a pattern', 'export const { a } = { a: 1 }'],
  ['a variable', 'export let a = 1'],
  ['what another exports', "export { sql } from 'kysely'"],
  ['all that another exports', "export * from 'kysely'"],
  ['a generator', 'export function* a() {}'],
  ['a name behind a comment', 'export /* so */ const a = 1'],
  ['another module', "import { a } from './a.js'"],
  ['all of Kysely', "import * as kysely from 'kysely'"],
  ['the default of Kysely', "import kysely from 'kysely'"],
  ['Kysely for nothing', "import 'kysely'"],
  ['a name in quotes', "import { 'sql' as a } from 'kysely'"],
  ['a module while it runs', "export const a = import('kysely')"],
  ['its own place', 'export const a = import.meta.url'],
  [
    'a declaration of types within',
    'export function f() {\n  const a = 1\n  type B = string\n  ;[a].pop()\n}',
  ],
  ['a comment of HTML', 'const b = 1, c = 2\nexport const a = b <!--c'],
  ['attributes', "import { sql } from 'kysely' with { type: 'json' }"],
])('leaves to others a module with %s', (_, source) => {
  expect(scriptText(source, true)).toBeNull()
})

test.each([
  ['a name twice', 'export function f() {}\nexport function f() {}'],
  ['the name of an import', "import { sql } from 'kysely'\nexport const sql = 1"],
])('the script of a module that declares %s cannot be compiled, as the module cannot', (_, source) => {
  expect(() => new Script(String(scriptText(source, false)))).toThrow('has already been declared')
})

test.each([
  ['an enum', 'enum A { B }'],
  ['what is not well formed', 'export const a = = 1'],
  ['a return at its top', 'export const a = 1\nreturn'],
  ['await for a name', 'export function f() { var await = 1 }'],
])('refuses a module with %s, also in JavaScript', (_, source) => {
  for (const isTypeScript of [true, false]) expect(() => scriptText(source, isTypeScript)).toThrow()
})

test('each line stays where it is', async () => {
  const source = "import {\n  sql,\n} from 'kysely'\n\nexport const a = 1\nthrow new Error('here')"
  const error: unknown = await evaluated(source).catch((error: unknown) => error)
  expect(String(Reflect.get(Object(error), 'stack'))).toContain('/a.ts:6:7')
})

test('it is strict, as modules are', async () => {
  await expect(evaluated('nobody = 1')).rejects.toThrow('nobody is not defined')
  expect(await evaluated('export const a = this')).toEqual({ a: undefined })
})
