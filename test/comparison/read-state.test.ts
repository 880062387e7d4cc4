/** One state of a schema as a catalog: what `types` and `diagram` are made of. */
import { expect, test } from 'vitest'
import { chosenState, readState } from '../../src/comparison/read-state.ts'
import type { Config } from '../../src/config/config.ts'
import { loadProject } from '../../src/config/project.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { revisionText, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

const nowhere = 'postgres://nobody@127.0.0.1:1/none'
const declaration =
  'create table users (id int primary key); create schema audit; create table audit.event ();'

async function useStates(config: Config, files: Readonly<Record<string, string>> = {}) {
  const cwd = useProject({ 'schema.sql': declaration, ...tables('a1', 'b2'), ...files })
  const project = await loadProject({ cwd, env: {}, config: { schema: 'schema.sql', ...config } })
  const said: string[] = []
  const read = async (choice: Parameters<typeof chosenState>[0]) => {
    const { name, catalog, note } = await readState(project, chosenState(choice), {
      onEvent: (event) => {
        if (event.type === 'progress') said.push(event.message)
      },
    })
    const found = [...catalog.objects.values()].filter(({ kind }) => kind === 'table')
    if (note !== undefined) said.push(note)
    return { name, tables: found.map(({ identity }) => identity).sort() }
  }
  return { project, read, said }
}

const declared = { name: 'target', tables: ['table:audit.event', 'table:public.users'] }

test('the declared schema needs no database, and is built once', async () => {
  const { read, said } = await useStates({})
  expect(await read({})).toEqual(declared)
  expect(said).toContain('building it on a shadow database')
  said.length = 0
  expect(await read({})).toEqual(declared)
  expect(said).toEqual(['reading the declared schema'])
})

test('an embedded database takes the place of a server that is not there, and that is said', async () => {
  const { read, said } = await useStates({ url: nowhere })
  expect(await read({})).toEqual(declared)
  expect(said).toContain(
    'No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL. An embedded PostgreSQL has built the schema in its place.',
  )
})

test('a configured shadow server must be there', async () => {
  const { read } = await useStates({ url: nowhere, shadow: 'server' })
  await expect(read({})).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
})

test('with an embedded shadow the database is not asked for the declared schema', async () => {
  const { read, said } = await useStates({ url: nowhere, shadow: 'pglite' })
  expect(await read({})).toEqual(declared)
  expect(said.join()).not.toContain('No server')
})

test('the declared schema is built beside the live database where that is a server', async () => {
  const { url } = await useTestDatabase()
  const { read } = await useStates({ url })
  expect(await read({})).toEqual(declared)
})

test('the live database is read without the ledger, and so is a revision', async () => {
  const { url, query } = await useTestDatabase()
  const { project, read } = await useStates({ url })
  await upgrade(project, { target: 'a1' })
  await query('create schema other create table t ()')
  expect(await read({ live: true })).toEqual({ name: 'live', tables: ['table:other.t', 'table:public.t_a1'] })
  expect(await read({ at: 'current+1' })).toEqual({
    name: 'revision b2',
    tables: ['table:public.t_a1', 'table:public.t_b2'],
  })
  expect(await read({ at: 'base' })).toEqual({ name: 'base', tables: [] })
})

test('a revision needs no database either', async () => {
  const { read } = await useStates({}, { 'migrations/c3.ts': revisionText({ revision: 'c3', down: 'b2' }) })
  expect(await read({ at: 'head' })).toEqual({
    name: 'revision c3',
    tables: ['table:public.t_a1', 'table:public.t_b2'],
  })
})

test('filters and the schema of the ledger are the project’s', async () => {
  const { url } = await useTestDatabase()
  const { project, read } = await useStates({ url, exclude: ['users', 't_a1'], versionSchema: 'ledger' })
  await upgrade(project, { target: 'b2' })
  expect(await read({})).toEqual({ name: 'target', tables: ['table:audit.event'] })
  expect(await read({ live: true })).toEqual({ name: 'live', tables: ['table:public.t_b2'] })
  const { catalog } = await readState(project, { kind: 'live' })
  expect(catalog.objects.has('schema:ledger')).toBe(false)
})

test('the live database needs a URL', async () => {
  const { read } = await useStates({})
  await expect(read({ live: true })).rejects.toMatchObject({ code: 'CONFIG_NO_URL', exitCode: 2 })
})

test('one state is chosen', () => {
  expect(() => chosenState({ live: true, at: 'head' })).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: '--live reads the database and --at head a revision. Leave out one of the two.',
    }),
  )
})
