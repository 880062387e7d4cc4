import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createModuleLoader } from '../../src/loader/load-module.ts'
import { declaredExtensions, readTarget } from '../../src/schema/read-target.ts'

const defineSchema = `import { defineSchema } from ${JSON.stringify(new URL('../../src/schema/define-schema.ts', import.meta.url).pathname)}\n`

async function read(files: Record<string, string>, names = Object.keys(files)) {
  const root = await mkdtemp(join(tmpdir(), 'dbmig-schema-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content)
  await mkdir(join(root, 'folder'))
  const loader = createModuleLoader({ root })
  return { root, target: readTarget({ schema: names.map((name) => join(root, name)) }, loader) }
}

async function failure(files: Record<string, string>, names?: string[]) {
  const { root, target } = await read(files, names)
  const error = await target.then(
    () => expect.fail('It was read.'),
    (reason: Error & { code?: string; exitCode?: number }) => reason,
  )
  return { code: error.code, exitCode: error.exitCode, message: error.message.replaceAll(`${root}/`, '') }
}

test('modules and SQL files are read in the order of the configuration, with file and line', async () => {
  const { root, target } = await read({
    'b.sql': '-- b\nselect 1;\nselect 2',
    'a.ts': `${defineSchema}export default defineSchema(({ sql }) => [sql\`select 3\`])`,
  })
  expect(await target).toEqual([
    { sql: 'select 1', file: join(root, 'b.sql'), line: 2 },
    { sql: 'select 2', file: join(root, 'b.sql'), line: 3 },
    { sql: 'select 3', file: join(root, 'a.ts') },
  ])
})

test('a schema that two files import is declared once, with the first', async () => {
  const importing = (n: number) =>
    `${defineSchema}import c from './c.ts'\nexport default defineSchema(({ sql }) => [sql\`select ${n}\`, c])`
  const files = {
    'a.ts': importing(1),
    'b.ts': importing(2),
    'c.ts': `${defineSchema}export default defineSchema(({ sql }) => sql\`select 3\`)`,
  }
  const { target } = await read(files, ['a.ts', 'b.ts'])
  expect((await target).map(({ sql }) => sql)).toEqual(['select 1', 'select 3', 'select 2'])
})

test('the extensions that a target creates are found', async () => {
  const { target } = await read({
    'a.sql': 'create extension citext; create extension if not exists "uuid-ossp"; select 1',
  })
  expect(declaredExtensions(await target)).toEqual(['citext', 'uuid-ossp'])
})

test('a missing file', async () => {
  expect(await failure({}, ['schema.ts'])).toEqual({
    code: 'SCHEMA_FILE_MISSING',
    exitCode: 2,
    message: 'The schema file schema.ts does not exist. Create it, or correct `schema` in the configuration.',
  })
})

test('a folder instead of a file', async () => {
  expect(await failure({}, ['folder'])).toMatchObject({
    code: 'SCHEMA_FILE_UNREADABLE',
    message:
      'The schema file folder cannot be read (it is a folder). `schema` in the configuration names files, not folders.',
  })
})

test('a module that throws', async () => {
  expect(await failure({ 'schema.ts': `throw new Error('no luck.')\nexport default 1` })).toMatchObject({
    code: 'SCHEMA_THREW',
    message: 'The schema file schema.ts threw: no luck. Correct it and try again.',
  })
})

test('a module with a syntax error keeps the message of the loader', async () => {
  expect((await failure({ 'schema.ts': 'export default [' })).code).toBe('LOADER_SYNTAX')
})

const must = 'The schema file schema.ts must export what defineSchema gives as its default'
const write = 'Write `export default defineSchema(({ schema, sql }) => [ … ])`.'

test.each([
  ['export default [1, 2]', 'its default export is a list of 2'],
  ['export default () => 1', 'its default export is a function'],
  ['export default { tables: 1 }', 'its default export is an object with the keys tables'],
  ['export const author = 1, book = 2', 'it exports only `author`, `book`'],
  ['export {}', 'it exports nothing'],
])('a module with %s is told what was found', async (source, found) => {
  expect(await failure({ 'schema.ts': source })).toMatchObject({
    code: 'SCHEMA_WRONG_EXPORT',
    message: `${must}, but ${found}. ${write}`,
  })
})
