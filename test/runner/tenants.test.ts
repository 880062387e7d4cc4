/** One database with a schema for each tenant. */
import { expect, test } from 'vitest'
import type { Project } from '../../src/config/config.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { upgradeSql } from '../../src/runner/offline/offline.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase, useTestRole } from '../support/database.ts'
import { runScript } from '../support/psql.ts'
import { useProject } from './helpers.ts'

const line = [
  { id: 'aaa1', up: 'create table users (id int)', undo: 'drop table users' },
  { id: 'bbb2', up: 'alter table users add email text', undo: 'alter table users drop email' },
]

function tenant(schema: string): Partial<Project> {
  return { tenantSchema: schema, versionSchema: schema }
}

const tablesQuery = `select table_schema || '.' || table_name as name from information_schema.tables
  where table_schema not in ('pg_catalog', 'information_schema') order by (table_schema || table_name) collate "C"`

test("a tenant's schema is made where it is missing, with what the revisions make and a ledger of its own", async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  for (const name of ['acme', 'Odd "name"']) {
    const { steps } = await upgrade({ ...project, ...tenant(name) }, { target: 'head' })
    expect(steps).toHaveLength(2)
  }
  const tables = await database.query<{ name: string }>(tablesQuery)
  expect(tables.map(({ name }) => name)).toEqual(
    ['Odd "name"', 'acme'].flatMap((schema) =>
      ['dbmig_log', 'dbmig_version', 'users'].map((table) => `${schema}.${table}`),
    ),
  )
})

test('a tenant is taken back without a look at the others', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  for (const name of ['a', 'b']) await upgrade({ ...project, ...tenant(name) }, { target: 'head' })
  await downgrade({ ...project, ...tenant('a') }, { target: 'base' })
  const left = await database.query<{ name: string }>(tablesQuery)
  expect(left.map(({ name }) => name)).toEqual([
    'a.dbmig_log',
    'a.dbmig_version',
    'b.dbmig_log',
    'b.dbmig_version',
    'b.users',
  ])
})

test("a revision that sets search_path does not lead the next one out of the tenant's schema", async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    { id: 'aaa1', up: 'set search_path = public' },
    { id: 'bbb2', up: 'create table here (id int)' },
    { id: 'ccc3', up: 'create table too (id int)', outside: true },
  ])
  await upgrade({ ...project, ...tenant('acme') }, { target: 'head' })
  const tables = await database.query<{ name: string }>(tablesQuery)
  expect(tables.map(({ name }) => name)).toEqual([
    'acme.dbmig_log',
    'acme.dbmig_version',
    'acme.here',
    'acme.too',
  ])
})

test("what the database's own search_path leads to is found behind the tenant's schema", async () => {
  const database = await useTestDatabase()
  await database.query(
    `create schema shared; create domain shared.email as text; alter database ${database.name} set search_path = shared`,
  )
  const project = await useProject(database.url, [{ id: 'aaa1', up: 'create table users (mail email)' }])
  await upgrade({ ...project, ...tenant('acme') }, { target: 'head' })
  expect(await database.query('select from acme.users')).toEqual([])
})

test('an empty search_path of the database leaves the tenant alone in it', async () => {
  const database = await useTestDatabase()
  await database.query(`alter database ${database.name} set search_path = ''`)
  const project = await useProject(database.url, line)
  await upgrade({ ...project, ...tenant('acme') }, { target: 'head' })
  expect(await database.query('select from acme.users')).toEqual([])
})

test('the ledger may be elsewhere than the tenant', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  await upgrade({ ...project, tenantSchema: 'acme', versionSchema: 'ledgers' }, { target: 'head' })
  const tables = await database.query<{ name: string }>(tablesQuery)
  expect(tables.map(({ name }) => name)).toEqual(['acme.users', 'ledgers.dbmig_log', 'ledgers.dbmig_version'])
})

test('an embedded database has tenants as well', async () => {
  const project = await useProject('pglite:memory', [
    {
      id: 'aaa1',
      up: `js:
    await run(db, 'create table users (id int)')
    await run(db, 'insert into acme.users values (1)')`,
    },
  ])
  const { heads } = await upgrade({ ...project, ...tenant('acme') }, { target: 'head' })
  expect(heads).toEqual(['aaa1'])
})

test("a role that may not make the tenant's schema is told so, and nothing runs", async () => {
  const database = await useTestDatabase()
  const role = await useTestRole(database)
  const project = await useProject(role.url, line)
  await database.query(`create schema ledgers authorization ${role.name}`)
  const run = upgrade({ ...project, tenantSchema: 'acme', versionSchema: 'ledgers' }, { target: 'head' })
  await expect(run).rejects.toMatchObject({
    code: 'RUNNER_SCHEMA_FORBIDDEN',
    message: `The role may not create the schema "acme", which the target asks for; nothing was run. Grant it CREATE on the database, or create the schema for it.`,
  })
  await database.query(`drop owned by ${role.name}`)
})

test("a script for psql works in the tenant's schema, and makes it", async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  const { script } = await upgradeSql(
    { ...project, tenantSchema: 'acme', versionSchema: 'ledgers' },
    { target: 'base:head' },
  )
  expect(await runScript(database.url, script)).toMatchObject({ exitCode: 0 })
  expect(await database.query('select email from acme.users')).toEqual([])
})
