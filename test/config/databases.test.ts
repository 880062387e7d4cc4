/** Listing the databases of a fleet from the configuration. */
import { expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { loadProject, requireUrl } from '../../src/config/project.ts'
import { useTestDatabase } from '../support/database.ts'
import { useFolder } from '../support/folder.ts'

function load(config: Config, args: Readonly<Record<string, string>> = {}) {
  return loadProject({ cwd: useFolder(), env: { REGION: 'eu' }, config, args })
}

async function list(config: Config, args?: Readonly<Record<string, string>>) {
  const { databases } = await load(config, args)
  return (await databases?.()) ?? []
}

test('a text is the URL, and what is left out is as in the configuration', async () => {
  const databases = {
    acme: 'postgres://localhost/acme',
    bolt: { schema: 'bolt' },
    core: { url: 'postgres://localhost/core', versionSchema: 'ops', versionTable: 'v' },
  }
  expect(await list({ url: 'postgres://localhost/shared', versionSchema: 'meta', databases })).toEqual([
    {
      name: 'acme',
      url: 'postgres://localhost/acme',
      tenantSchema: undefined,
      versionSchema: 'meta',
      versionTable: 'dbmig_version',
    },
    {
      name: 'bolt',
      url: 'postgres://localhost/shared',
      tenantSchema: 'bolt',
      versionSchema: 'bolt',
      versionTable: 'dbmig_version',
    },
    {
      name: 'core',
      url: 'postgres://localhost/core',
      tenantSchema: undefined,
      versionSchema: 'ops',
      versionTable: 'v',
    },
  ])
})

test("the folder of an embedded database is relative to the configuration, as the configuration's own", async () => {
  const project = await load({ databases: { a: 'pglite:data' } })
  const [target] = (await project.databases?.()) ?? []
  expect(target?.url).toBe(`pglite:${project.root}/data`)
})

test('a function gets the arguments and the environment, and may give a list', async () => {
  const databases: Config['databases'] = async ({ args, env }) => [
    { name: `${env['REGION']}-${args['tenant']}`, url: 'postgres://localhost/x' },
  ]
  expect(await list({ databases }, { tenant: 'acme' })).toMatchObject([{ name: 'eu-acme' }])
})

test("a function asks the configuration's own database, over a connection that is closed", async () => {
  const database = await useTestDatabase()
  await database.query(`create table tenants (name text); insert into tenants values ('a'), ('b')`)
  const targets = await list({
    url: database.url,
    databases: async ({ query }) => {
      const rows = await query<{ name: string }>('select name from tenants where name <> $1 order by 1', [
        'x',
      ])
      return rows.map(({ name }) => ({ name, schema: name }))
    },
  })
  expect(targets.map(({ name, tenantSchema }) => [name, tenantSchema])).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ])
  const others = await database.query(
    `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name = 'dbmig'`,
  )
  expect(others).toEqual([])
})

test.each<[string, Config, string]>([
  [
    'a database without a URL',
    { databases: { a: { schema: 'a' } } },
    'the configuration: `databases.a.url` is left out, but must be there where the configuration has no `url` itself.',
  ],
  [
    'one database under two names',
    { databases: { a: 'postgres://h/x', b: 'postgres://h/x' } },
    "the configuration: the databases 'a' and 'b' are one: they have the same server, database and ledger. Correct the URL of one, or give each a `schema` of its own.",
  ],
  [
    'one database under two names, written differently',
    { databases: { a: 'postgres://h/x', b: 'postgres://me:secret@H:5432/x?sslmode=disable' } },
    "the configuration: the databases 'a' and 'b' are one: they have the same server, database and ledger. Correct the URL of one, or give each a `schema` of its own.",
  ],
  [
    'a list without names',
    { databases: ['postgres://me:secret@h/x'] as never },
    "the configuration: `databases[0]` is a text, but must be an object { name: 'acme', url }, so that it has a name.",
  ],
  [
    'a function that throws',
    {
      databases: () => {
        throw new Error('cannot reach postgres://me:hunter2@host/db')
      },
    },
    'The function `databases` of the configuration threw an error: cannot reach postgres://me:***@host/db. Correct it.',
  ],
  [
    'a function that returns no list',
    { databases: (() => undefined) as never },
    'The function `databases` of the configuration must return an object of databases by name or a list of them, but returned undefined.',
  ],
  [
    'a function that returns what is wrong',
    { databases: () => ({ a: 'hunter2' }) },
    "the configuration: `databases.a` is a text of another form, but must be a URL like 'postgres://user@host:5432/name', 'pglite:DIR' or 'pglite:memory'.",
  ],
  [
    'a question without a URL',
    { databases: async ({ query }) => (await query('select 1')) as never },
    'No database is configured: set DATABASE_URL (from code, hand over the environment as env), or pass --url (postgres:// alone means what PGHOST, PGDATABASE and PGSERVICE say).',
  ],
])('%s is told', async (_, config, message) => {
  await expect(list(config)).rejects.toMatchObject({ message, exitCode: 2 })
})

test('a command for one database says how to mean those of the fleet', async () => {
  const project = await load({ databases: { a: 'postgres://h/x' } })
  expect(() => requireUrl(project)).toThrow(
    'No database is configured: add --database NAME for one of `databases` (or --all, --only PATTERN), or name another with --url.',
  )
})

test('a server that takes no connections yet is waited for as for any command', async () => {
  const project = await load({
    url: 'postgres://me@127.0.0.1:1/x',
    databases: ({ query }) => query<{ name: string }>('select 1'),
  })
  const told: string[] = []
  const waiting = { limitMs: 200, onEvent: ({ type }: { type: string }) => told.push(type) }
  await expect(project.databases?.({ waiting })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  expect(told).toEqual(['connecting'])
})

test('a function that waits for something else is left when it is interrupted', async () => {
  const project = await load({ databases: () => new Promise<never>(() => {}) })
  await expect(project.databases?.({ signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
    code: 'CONFIG_INTERRUPTED',
    message:
      'Interrupted while the function `databases` of the configuration listed the databases; nothing was run.',
  })
})
