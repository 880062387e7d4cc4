/** Revisions that start a statement and do not wait for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

const first = { id: 'aaa1', up: 'create table a (id int)' }

async function failureWith(up: string, more: object = {}) {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [first, { id: 'bbb2', up: `js:${up}`, ...more }])
  const error: unknown = await upgrade(project, { target: 'head' }).then(
    () => null,
    (error: unknown) => error,
  )
  const rows = await database.query<{ row: string }>(
    `select revision || ' ' || status as row from dbmig_version order by 1`,
  )
  return { database, error, ledger: rows.map(({ row }) => row), file: `${project.migrations[0]}/1_bbb2.mjs` }
}

test('one that is on its way when the revision returns is named, and nothing remains', async () => {
  const { database, error, ledger, file } = await failureWith(
    `run(db, 'create table b (id int)'); await run(db, 'select 1'); run(db, 'create table c (\\n  id int)')`,
  )
  expect(error).toMatchObject({
    code: 'RUNNER_NOT_AWAITED',
    message: `Revision bbb2 (${file}) returned on the way up without waiting for a statement that it had started: create table c ( id int). Put \`await\` before it. Nothing of it remains; correct the file and run again.`,
  })
  expect(ledger).toEqual(['aaa1 applied'])
  expect(await database.query(`select to_regclass('b') as b, to_regclass('c') as c`)).toEqual([
    { b: null, c: null },
  ])
})

test('the only statement of a revision is seen although Kysely has not sent it yet', async () => {
  const { error } = await failureWith(`db.schema.createTable('b').addColumn('id', 'integer').execute()`)
  expect(error).toMatchObject({
    code: 'RUNNER_NOT_AWAITED',
    message: expect.stringContaining('create table "b" ("id" integer)'),
  })
})

test('one that fails is told of with its error', async () => {
  const { error } = await failureWith(`run(db, 'select 1/0')`)
  expect(error).toMatchObject({
    code: 'RUNNER_NOT_AWAITED',
    message: expect.stringContaining(
      'select 1/0. It failed: division by zero (SQLSTATE 22012). Put `await` before it.',
    ),
  })
})

test('outside a transaction what ran stays', async () => {
  const { error, ledger } = await failureWith(`run(db, 'create table b (id int)')`, { outside: true })
  expect(error).toMatchObject({
    code: 'RUNNER_NOT_AWAITED',
    message: expect.stringContaining('It ran outside a transaction, so what ran before the error stays'),
  })
  expect(ledger).toEqual(['aaa1 applied', 'bbb2 failed'])
})

test('one that comes after its revision was recorded never reaches the server, and the run stops before its next commit', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    {
      id: 'aaa1',
      up: `js:setTimeout(() => run(db, 'create table late (id int)'), 20); await run(db, 'select 1')`,
    },
    { id: 'bbb2', up: 'select pg_sleep(0.3)' },
    { id: 'ccc3', up: 'create table c (id int)' },
  ])
  await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
    code: 'RUNNER_NOT_AWAITED',
    message: `Revision aaa1 (${project.migrations[0]}/0_aaa1.mjs) sent a statement after it had returned and was recorded, and that did not run: create table late (id int). Put \`await\` before what sends it, and run by hand what is missing in this database.`,
  })
  expect(await database.query(`select to_regclass('late') as late, to_regclass('c') as c`)).toEqual([
    { late: null, c: null },
  ])
  expect(await database.query('select revision from dbmig_version order by 1')).toEqual([
    { revision: 'aaa1' },
  ])
})

test('one that comes while the next revision of one transaction runs undoes both', async () => {
  const database = await useTestDatabase()
  const project = await useProject(
    database.url,
    [
      {
        id: 'aaa1',
        up: `js:setTimeout(() => run(db, 'create table late (id int)'), 100); await run(db, 'create table a (id int)')`,
      },
      { id: 'bbb2', up: 'select pg_sleep(0.5)' },
    ],
    { transaction: 'run' },
  )
  await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
    code: 'RUNNER_NOT_AWAITED',
    message: `Revision aaa1 (${project.migrations[0]}/0_aaa1.mjs) sent a statement after it had returned, and that did not run: create table late (id int). Put \`await\` before what sends it. The transaction was rolled back; correct the file and run again.`,
  })
  expect(await database.query(`select to_regclass('a') as a from dbmig_version`)).toEqual([])
})

test('one that comes when the run is over is refused', async () => {
  const database = await useTestDatabase()
  const refused = new Promise<unknown>((resolve) => {
    Reflect.set(globalThis, 'dbmigTestRefused', resolve)
  })
  onTestFinished(() => void Reflect.deleteProperty(globalThis, 'dbmigTestRefused'))
  const project = await useProject(database.url, [
    {
      id: 'aaa1',
      up: `js:setTimeout(() => run(db, 'create table late (id int)').catch(globalThis.dbmigTestRefused), 500); await run(db, 'select 1')`,
    },
  ])
  await upgrade(project, { target: 'head' })
  expect(await refused).toMatchObject({
    code: 'RUNNER_NOT_AWAITED',
    message: expect.stringContaining('create table late (id int)'),
  })
  expect(await database.query(`select to_regclass('late') as late`)).toEqual([{ late: null }])
})

test('several statements at once that are waited for are fine', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    {
      id: 'aaa1',
      up: `js:await Promise.all(['a', 'b', 'c'].map((name) => run(db, 'create table ' + name + ' (id int)')))`,
    },
  ])
  await upgrade(project, { target: 'head' })
  await sleep(0)
  expect(
    await database.query(`select count(*)::int as n from pg_class where relname in ('a', 'b', 'c')`),
  ).toEqual([{ n: 3 }])
})
