import { dirname, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moveImports } from '../../../src/authoring/import/move-imports.ts'

function move(source: string, to = '/app/migrations/x.ts', together: readonly string[] = []): string {
  return moveImports(source, { from: '/app/old/x.ts', to, together: new Set(together) })
}

describe('a relative specifier is followed', () => {
  test.each([
    [`import { a } from './a'`, `import { a } from '../old/a'`],
    [`import '../setup.ts'`, `import '../setup.ts'`],
    [`export * from "./a"`, `export * from "../old/a"`],
    [`const a = await import('./a.js')`, `const a = await import('../old/a.js')`],
    [`type A = import('./a').A`, `type A = import('../old/a').A`],
    [`const a = require('./a')`, `const a = require('../old/a')`],
    [`require.resolve('./a')`, `require.resolve('../old/a')`],
    [`import a from './x.json' with { type: 'json' }`, `import a from '../old/x.json' with { type: 'json' }`],
    [`import a from '.'`, `import a from '../old'`],
  ])('in %s', (before, after) => {
    expect(move(before)).toBe(after)
  })
  test('into the folder where the file goes', () => {
    expect(move(`import a from '../migrations/lib'`)).toBe(`import a from './lib'`)
  })
  test('to the copy of another migration', () => {
    expect(move(`import a from './y'`, '/app/migrations/x.ts', ['/app/old/y.ts'])).toBe(`import a from './y'`)
  })
})

test('packages, strings, comments and templates are left alone', () => {
  const source = `import { sql } from 'kysely'
// import a from './a'
const text = "import a from './a'", other = \`from './a' \${1 + 1}\`
const options = { from: './a' }, import_ = x.require('./a')
`
  expect(move(source)).toBe(source)
})

test('every specifier names the same file as before', () => {
  const part = fc.constantFrom('..', 'a', 'b.ts', 'old', 'migrations')
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('/app/migrations/x.ts', '/db/m/n/x.ts'),
      (parts, to) => {
        const specifier = `./${parts.join('/')}`
        const [, moved = ''] = /'(.*)'/.exec(move(`import a from '${specifier}'`, to)) ?? []
        expect(resolve(dirname(to), moved)).toBe(resolve('/app/old', specifier))
      },
    ),
  )
})

describe('what cannot be followed is refused with its place', () => {
  test.each([
    ['import(path)', 'computes what it imports with import(…)'],
    ["require('./' + name)", 'computes what it imports with require(…)'],
    ['import(`./$' + '{name}.ts`)', 'computes what it imports with import(…)'],
    ["readFileSync(new URL('./x.sql', import.meta.url))", 'uses import.meta.url'],
    ["join(__dirname, 'x.sql')", 'uses __dirname'],
  ])('%s', (code, reason) => {
    expect(() => move(`// first\nconst a = ${code}\n`)).toThrow(`/app/old/x.ts:2 ${reason}`)
  })
})
