/** Settings of the database that change how values are read and written do not concern a run. */
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { current } from '../../src/ledger/current.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { lockKey } from '../../src/runner/lock/lock.ts'
import { stamp } from '../../src/runner/stamp.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

/** The day comes first, and no session reads the zone's abbreviation back. */
async function useDatedDatabase() {
  const database = await useTestDatabase()
  await database.query(`alter database ${database.name} set datestyle = 'SQL, DMY'`)
  await database.query(`alter database ${database.name} set timezone = 'Africa/Maputo'`)
  return database
}

test('the ledger is written and read whatever the DateStyle and the time zone', async () => {
  const database = await useDatedDatabase()
  const project = await useProject(database.url, [
    { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' },
    { id: 'bbb2', up: 'select 1', outside: true },
    { id: 'ccc3', up: 'select 1/0' },
  ])
  await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({ code: 'RUNNER_REVISION_FAILED' })
  await stamp(project, { targets: ['ccc3'] })
  await stamp(project, { targets: ['bbb2'] })
  expect((await downgrade(project, { target: 'base' })).heads).toEqual([])
  expect(
    await database.query(
      `select revision, direction, outcome, abs(extract(epoch from now() - started_at)) < 600 as now,
         duration_ms between 0 and 600000 as short from dbmig_log order by id`,
    ),
  ).toEqual(
    [
      ['aaa1', 'up', 'applied'],
      ['bbb2', 'up', 'applied'],
      ['ccc3', 'up', 'failed'],
      ['ccc3', 'stamp', 'stamped'],
      ['ccc3', 'stamp', 'unstamped'],
      ['bbb2', 'down', 'reverted'],
      ['aaa1', 'down', 'reverted'],
    ].map(([revision, direction, outcome]) => ({ revision, direction, outcome, now: true, short: true })),
  )
  await upgrade(project, { target: 'aaa1' })
  const [entry] = (await current(project)).entries
  expect(Math.abs(Date.now() - Date.parse(entry?.applied?.at ?? ''))).toBeLessThan(600_000)
})

test('who holds the lock is told with a date whatever the DateStyle', async () => {
  const database = await useDatedDatabase()
  const project = await useProject(database.url, [{ id: 'aaa1', up: 'select 1' }])
  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  onTestFinished(() => other.end())
  await other.query('select pg_advisory_lock($1::bigint)', [lockKey(ledgerLocation(project))])
  await expect(upgrade(project, { target: 'head', lockWaitMs: 0 })).rejects.toMatchObject({
    code: 'RUNNER_LOCKED',
    message: expect.stringMatching(/since \d{4}-\d\d-\d\d \d\d:\d\d/),
  })
})

test.each([
  ['vacuum', 'It does not run inside the transaction that a revision has; put it into a revision of its own'],
  [
    'set transaction isolation level serializable',
    'dbmig has asked the transaction something before the revision. Where the level matters, put it into a revision of its own with export const config = { transaction: false }, which begins and commits a transaction itself.',
  ],
])('%s in a transaction names the configuration that it takes', async (up, advice) => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [{ id: 'aaa1', up }])
  await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
    code: 'RUNNER_REVISION_FAILED',
    detail: expect.stringContaining(advice),
  })
})

test("a tenant's schema may have a backslash whatever standard_conforming_strings says", async () => {
  const database = await useTestDatabase()
  const tenantSchema = String.raw`a\'b`
  const project = await useProject(database.url, [{ id: 'aaa1', up: 'create table t (id int)' }], {
    tenantSchema,
  })
  await database.query(`alter database ${database.name} set standard_conforming_strings = off`)
  expect((await upgrade(project, { target: 'head' })).heads).toEqual(['aaa1'])
  expect(await database.query(`select schemaname as schema from pg_tables where tablename = 't'`)).toEqual([
    { schema: tenantSchema },
  ])
})
