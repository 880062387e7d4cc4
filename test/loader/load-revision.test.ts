import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DbmigError } from '../../src/errors.ts'
import { checksumOf } from '../../src/loader/checksum.ts'
import { createModuleLoader } from '../../src/loader/load-module.ts'
import { loadRevision } from '../../src/loader/load-revision.ts'
import { readRevisionFiles } from '../../src/loader/revision-files.ts'
import { rejectionOf, temporaryProject } from './temporary-project.ts'

const header = "export const revision = 'a'\nexport const downRevision = null\n"
const up = 'export async function up() {}\n'

async function load(text: string, name = 'a.ts') {
  const project = temporaryProject({ [`m/${name}`]: text })
  const loader = createModuleLoader({ root: project.root })
  const [revision] = await readRevisionFiles([project.path('m')], { loader })
  if (revision === undefined) throw new Error('no revision')
  return { path: revision.path, loading: loadRevision(loader, revision) }
}

async function failureOf(text: string): Promise<{ path: string; error: DbmigError }> {
  const { path, loading } = await load(text)
  const error = await rejectionOf(loading)
  expect(error).toBeInstanceOf(DbmigError)
  return { path, error: error as DbmigError }
}

test('a revision file gives its functions, and runs in a transaction', async () => {
  const { loading } = await load(`${header}${up}export async function down() {}\n`)
  const loaded = await loading
  expect(loaded.up).toBeTypeOf('function')
  expect(loaded.down).toBeTypeOf('function')
  expect(loaded.transaction).toBe(true)
  expect(loaded.revision.revision).toBe('a')
})

test('a revision without down has null for it', async () => {
  expect((await (await load(header + up)).loading).down).toBeNull()
})

test('config.transaction says whether it runs in a transaction', async () => {
  const { loading } = await load(`${header}${up}export const config = { transaction: false }\n`)
  expect((await loading).transaction).toBe(false)
})

test('the checksum is that of the file', async () => {
  const { path, loading } = await load(`/** words */\n${header}${up}`)
  expect((await loading).checksum).toBe(checksumOf(readFileSync(path, 'utf8')))
})

test('a CommonJS revision is loaded', async () => {
  const { loading } = await load(
    "exports.revision = 'a'\nexports.downRevision = null\nexports.up = async () => {}\n",
    'a.cjs',
  )
  expect(await loading).toMatchObject({ revision: { revision: 'a' }, down: null })
})

describe('messages', () => {
  test('exports that differ from the header name the key and both values', async () => {
    const text = `${header}${up}export const dependsOn = []\ndependsOn.push('b')\n`
    const { path, error } = await failureOf(text)
    expect(error.code).toBe('LOADER_HEADER_MISMATCH')
    expect(error.message).toBe(
      `${path}: the header says dependsOn = [], but the module exports [ 'b' ]. Write the value as a plain literal.`,
    )
  })

  test('no up', async () => {
    const { path, error } = await failureOf(header)
    expect(error.message).toBe(`${path} exports no \`up\`. Add \`export async function up(db) { … }\`.`)
  })

  test('an up that is no function', async () => {
    const { path, error } = await failureOf(`${header}export const up = 'sql'\n`)
    expect(error.message).toBe(`${path} exports up = 'sql', but up must be a function.`)
  })

  test('a down that is no function', async () => {
    const { path, error } = await failureOf(`${header}${up}export const down = 1\n`)
    expect(error.message).toBe(
      `${path} exports down = 1, but down must be a function, or left out. Correct that line.`,
    )
  })

  test('a config.transaction that is neither true nor false', async () => {
    const { path, error } = await failureOf(`${header}${up}export const config = { transaction: 'no' }\n`)
    expect(error.message).toBe(
      `${path} exports config.transaction = 'no', but config.transaction must be true or false. Correct that line.`,
    )
  })

  test('a syntax error behind a good header names the line', async () => {
    const { path, error } = await failureOf(`${header}export async function up( {}\n`)
    expect(error.message).toMatch(new RegExp(`^${path}:[34] has a syntax error: .* Correct that line\\.$`))
  })

  test('a file that throws when it is imported', async () => {
    const { path, error } = await failureOf(`${header}${up}throw new Error('top')\n`)
    expect(error.message).toBe(
      `${path} threw while it was imported: top. Move what can fail into up or down.`,
    )
  })
})
