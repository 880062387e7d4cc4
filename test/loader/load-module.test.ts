import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { DbmigError, messageOf } from '../../src/errors.ts'
import { createModuleLoader } from '../../src/loader/load-module.ts'
import { canImportNatively } from '../../src/loader/native.ts'
import { rejectionOf, type TemporaryProject, temporaryProject } from './temporary-project.ts'

const packageTypes = {
  'no type': '{}',
  'type module': '{"type":"module"}',
  'type commonjs': '{"type":"commonjs"}',
}

function load(project: TemporaryProject, name: string) {
  return createModuleLoader({ root: project.root }).load(project.path(name))
}

async function failure(project: TemporaryProject, name: string): Promise<DbmigError> {
  const error = await rejectionOf(load(project, name))
  expect(error).toBeInstanceOf(DbmigError)
  return error as DbmigError
}

/** How often files of this test have counted in this process. */
function counted(name: string): number {
  return Number(Reflect.get(globalThis, name) ?? 0)
}
const count = (name: string) => `globalThis.${name} = (globalThis.${name} ?? 0) + 1;`

describe.each(Object.entries(packageTypes))('in a package with %s', (_, packageJson) => {
  test.each(['ts', 'mts', 'js', 'mjs'])('a .%s file is loaded as an ES module', async (extension) => {
    const project = temporaryProject({
      'package.json': packageJson,
      [`a.${extension}`]:
        'import { sql } from "kysely"\nexport const kind = typeof sql\nexport default { b: 2 }\n',
    })
    expect(await load(project, `a.${extension}`)).toEqual({ kind: 'function', default: { b: 2 } })
  })

  test.each(['cts', 'cjs'])(
    'what a .%s file assigns to module.exports is its default export',
    async (extension) => {
      const project = temporaryProject({
        'package.json': packageJson,
        [`a.${extension}`]: 'module.exports = { a: 1 }\n',
        [`f.${extension}`]: 'module.exports = () => 7\n',
      })
      expect(await load(project, `a.${extension}`)).toMatchObject({ default: { a: 1 } })
      expect(await load(project, `f.${extension}`)).toEqual({ default: expect.any(Function) })
    },
  )

  test('types, enums, extensionless imports, folders, .js for .ts, and tsconfig paths are understood', async () => {
    const project = temporaryProject({
      'package.json': packageJson,
      'tsconfig.json': '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
      'a.ts': `
        import { plain, Shape } from './plain'
        import { folder } from './folder'
        import { renamed } from './renamed.js'
        import { aliased } from '@lib/aliased'
        enum Colour { Red = 'red' }
        const shape: Shape = { side: 1 }
        export const all = [plain, folder, renamed, aliased, Colour.Red, shape.side]
      `,
      'plain.ts': 'export interface Shape { side: number }\nexport const plain = 1\n',
      'folder/index.ts': 'export const folder = 2\n',
      'renamed.ts': 'export const renamed = 3\n',
      'lib/aliased.ts': 'export const aliased = 4\n',
    })
    const { all } = await load(project, 'a.ts')
    expect(all).toEqual([1, 2, 3, 4, 'red', 1])
  })

  test('an error of the module passes unchanged, and its code has run once', async () => {
    const project = temporaryProject({
      'package.json': packageJson,
      'a.ts': `${count('ranThrowing')}\nexport const a = 1\nthrow new RangeError('mine')\n`,
    })
    const before = counted('ranThrowing')
    const error = await rejectionOf(load(project, 'a.ts'))
    expect(error).toBeInstanceOf(RangeError)
    expect(messageOf(error)).toBe('mine')
    expect(counted('ranThrowing')).toBe(before + 1)
  })

  test.each(['mjs', 'cjs', 'ts', 'mts'])(
    'an error of an imported .%s file: its code has run once',
    async (extension) => {
      const project = temporaryProject({
        'package.json': packageJson,
        'a.ts': `import './b.${extension}'\nexport const a = 1\n`,
        [`b.${extension}`]: `${count('ranInside')}\nthrow new RangeError('inside')\n`,
      })
      const before = counted('ranInside')
      expect(messageOf(await rejectionOf(load(project, 'a.ts')))).toBe('inside')
      expect(counted('ranInside')).toBe(before + 1)
    },
  )
})

test('a dynamic import that fails while the module runs does not run it again', async () => {
  const project = temporaryProject({
    'a.ts': `${count('ranDynamic')}\nawait import('./nope.ts')\nexport {}\n`,
  })
  const error = await failure(project, 'a.ts')
  expect(error.code).toBe('LOADER_IMPORT_NOT_FOUND')
  expect(counted('ranDynamic')).toBe(1)
})

test('an import of dbmig is this copy of dbmig, also where the project has none installed', async () => {
  const project = temporaryProject({
    'dbmig.config.ts': "import { defineConfig } from 'dbmig'\nexport default defineConfig({ retries: 2 })\n",
    'old.config.cjs':
      "const { defineConfig } = require('dbmig')\nmodule.exports = defineConfig({ retries: 3 })\n",
  })
  expect(await load(project, 'dbmig.config.ts')).toEqual({ default: { retries: 2 } })
  expect(await load(project, 'old.config.cjs')).toMatchObject({ default: { retries: 3 } })
})

test('one loader evaluates a file once; a new loader sees it, and what it imports, as they are now', async () => {
  const project = temporaryProject({
    'package.json': '{"type":"module"}',
    'a.ts': "export { b } from './b.ts'\nexport const a = 1\n",
    'b.ts': 'export const b = 1\n',
    'same.ts': "export { b } from './b.ts'\n",
  })
  const loader = createModuleLoader({ root: project.root })
  expect(await loader.load(project.path('a.ts'))).toEqual({ a: 1, b: 1 })
  project.write({
    'a.ts': "export { b } from './b.ts'\nexport const a = 2\n",
    'b.ts': 'export const b = 2\n',
  })
  expect(await loader.load('a.ts')).toEqual({ a: 1, b: 1 })
  expect(await load(project, 'a.ts')).toEqual({ a: 2, b: 2 })
})

// Node has its own cache, in which a file that is loaded anew is another.
test.skipIf(canImportNatively())(
  'a file that imports nothing is evaluated once, also where another imports it later',
  async () => {
    const project = temporaryProject({
      'first.ts': `${count('firstCount')} export const first: string = 'f'`,
      'second.ts': 'import { first } from "./first.ts"; export const second = first',
    })
    const loader = createModuleLoader({ root: project.root })
    await loader.load(project.path('first.ts'))
    expect(await loader.load(project.path('second.ts'))).toEqual({ second: 'f' })
    expect(counted('firstCount')).toBe(1)
  },
)

test.each([
  ['re-exports another', 'export { b } from "./b"', { b: 2 }],
  ['imports by a computed name', 'const name = "./b"; export const { b } = await import(name)', { b: 2 }],
  ['waits at its top', 'export const b = await Promise.resolve(2)', { b: 2 }],
  ['waits for a call at its top', 'export const b = await (async () => 2)()', { b: 2 }],
])('a file that %s is loaded as any other', async (_, source, exports) => {
  const project = temporaryProject({ 'a.ts': source, 'b.ts': 'export const b = 2' })
  expect(await load(project, 'a.ts')).toEqual(exports)
})

test('a file whose import failed does not look loaded to the next file', async () => {
  const project = temporaryProject({
    'a.ts': "import './b'\n",
    'c.ts': "import './b'\n",
    'b.ts': 'throw new Error("b")\n',
  })
  const loader = createModuleLoader({ root: project.root })
  expect(messageOf(await rejectionOf(loader.load('a.ts')))).toBe('b')
  expect(messageOf(await rejectionOf(loader.load('c.ts')))).toBe('b')
})

test.runIf(Reflect.get(process.features, 'typescript'))(
  'a module that Node can load is not transpiled',
  async () => {
    const project = temporaryProject({
      'package.json': packageTypes['type commonjs'],
      'a.ts': 'export const a: number = 1\n',
    })
    expect(await load(project, 'a.ts')).toEqual({ a: 1 })
    expect(existsSync(project.path('node_modules/.cache'))).toBe(false)
  },
)

test('nothing is written into the project but node_modules/.cache', async () => {
  const project = temporaryProject({ 'a.ts': 'export enum A { B }\n' })
  await load(project, 'a.ts')
  expect(readdirSync(project.root).sort()).toEqual(['a.ts', 'node_modules'])
  expect(existsSync(project.path('node_modules/.cache/dbmig'))).toBe(true)
})

const helper = 'export function settings(a: string, b: string) {\n  return { [a]: b }\n}\n'
const user = "import { settings } from './helper.ts'\nexport const found = settings('a', 'b')\n"

test.each(['for the first time', 'when it is kept'])(
  'what another file imports of a harmless one is what that exports, %s',
  async (when) => {
    const project = temporaryProject({ 'helper.ts': helper, 'user.ts': user })
    for (let time = when === 'when it is kept' ? 2 : 1; time > 0; time--) {
      const loader = createModuleLoader({ root: project.root })
      await loader.load('helper.ts', helper)
      await new Promise(setImmediate)
      expect(await loader.load('user.ts', user)).toEqual({ found: { a: 'b' } })
    }
  },
)

test('a new loader sees as it is now what another file imports of a harmless one', async () => {
  const project = temporaryProject({ 'helper.ts': helper, 'first.ts': user, 'second.ts': user })
  const loadBoth = async (source: string, name: string) => {
    const loader = createModuleLoader({ root: project.root })
    await loader.load('helper.ts', source)
    return loader.load(name, user)
  }
  expect(await loadBoth(helper, 'first.ts')).toEqual({ found: { a: 'b' } })
  const changed = helper.replace('[a]: b', '[b]: a')
  project.write({ 'helper.ts': changed })
  expect(await loadBoth(changed, 'second.ts')).toEqual({ found: { b: 'a' } })
})

describe('in a project without node_modules', () => {
  function withoutModules() {
    const project = temporaryProject({ 'p/a.ts': 'export enum A { B }\n', 'tmp/.keep': '' })
    rmSync(project.path('node_modules'), { recursive: true })
    vi.stubEnv('TMPDIR', project.path('tmp'))
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const loading = () => createModuleLoader({ root: project.path('p') }).load('a.ts')
    return { project, loading, cache: project.path(`tmp/dbmig-${process.getuid?.()}`) }
  }

  test('nothing is written into it; the cache lies in a temporary folder that is the user’s alone', async () => {
    const { project, loading, cache } = withoutModules()
    await loading()
    expect(readdirSync(project.path('p'))).toEqual(['a.ts'])
    expect(readdirSync(cache)).toHaveLength(1)
    expect(statSync(cache).mode & 0o777).toBe(0o700)
  })

  test('a temporary folder that others may write to is not used', async () => {
    const { loading, cache } = withoutModules()
    mkdirSync(cache)
    chmodSync(cache, 0o777)
    expect(await loading()).toHaveProperty('A')
    expect(readdirSync(cache)).toEqual([])
  })
})

test('a tsconfig.json that extends a package that is not installed does not stop a module', async () => {
  const project = temporaryProject({
    'tsconfig.json': '{"extends":"@nobody/tsconfig"}',
    'a.ts': 'export enum A { B = 1 }\n',
  })
  expect(await load(project, 'a.ts')).toHaveProperty('A')
})

describe('messages', () => {
  test.each(['ts', 'mts', 'js', 'mjs'])(
    'a syntax error in a .%s file names file and line',
    async (extension) => {
      const name = `a.${extension}`
      const project = temporaryProject({ [name]: 'export const a = 1\nexport const b = = 2\n' })
      const error = await failure(project, name)
      expect(error.code).toBe('LOADER_SYNTAX')
      expect(error.message).toMatch(`${project.path(name)}:2 has a syntax error: `)
      expect(error.message).toMatch(/Correct that line\.$/)
    },
  )

  test('a syntax error in an imported file names that file', async () => {
    const project = temporaryProject({ 'a.ts': "import './b'\n", 'b.ts': 'const b = 1\n\nconst c = )\n' })
    expect((await failure(project, 'a.ts')).message).toMatch(`${project.path('b.ts')}:3 has a syntax error: `)
  })

  test('an import that is not there names what is missing', async () => {
    const project = temporaryProject({ 'a.ts': "import { x } from './nope'\nexport const y = x\n" })
    expect((await failure(project, 'a.ts')).message).toBe(
      `${project.path('a.ts')} cannot be loaded: Cannot find module './nope'. Correct the import, or install the package.`,
    )
  })

  test('a file that is not there is named', async () => {
    const project = temporaryProject({})
    const error = await failure(project, 'gone.ts')
    expect(error.message).toMatch(`${project.path('gone.ts')} cannot be read: ENOENT`)
    expect(error.message).toMatch(/Check the name, or restore the file\.$/)
  })
})
