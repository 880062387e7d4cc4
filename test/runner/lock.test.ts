import { expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { withMigrationLock } from '../../src/runner/lock.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

const location = ledgerLocation({ versionSchema: 'public', versionTable: 'dbmig_version' })

async function open(database: TestDatabase) {
  const session = await openSession(database.url)
  onTestFinished(() => session.close())
  return session
}

test('of eight upgrades at once one runs each revision, and the others find nothing to do', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    { id: 'aaa1', up: 'create table a (id int); select pg_sleep(0.1)' },
    { id: 'bbb2', up: 'create table b (id int)' },
  ])
  const results = await Promise.all(Array.from({ length: 8 }, () => upgrade(project, { target: 'head' })))
  expect(results.map(({ steps }) => steps.length).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 2])
  expect(results.every(({ heads }) => heads.join() === 'bbb2')).toBe(true)
  expect(await database.query('select outcome from dbmig_log')).toHaveLength(2)
})

test('who waits is told for whom, and goes on when the lock is free', async () => {
  const database = await useTestDatabase()
  const [one, two] = [await open(database), await open(database)]
  const order: string[] = []
  const events: RunEvent[] = []
  const [{ pid } = { pid: 0 }] = await one.query<{ pid: number }>('select pg_backend_pid() as pid')
  let started = () => {}
  const holds = new Promise<void>((resolve) => {
    started = resolve
  })
  const first = withMigrationLock(one, location, {}, async () => {
    started()
    await expect.poll(() => events).toHaveLength(1)
    order.push('first')
  })
  await holds
  await withMigrationLock(two, location, { onEvent: (event) => events.push(event) }, async () => {
    order.push('second')
  })
  await first
  expect(order).toEqual(['first', 'second'])
  expect(events).toEqual([
    {
      type: 'waiting',
      holder: {
        pid,
        application: 'dbmig',
        user: 'postgres',
        host: expect.any(String),
        since: expect.any(Date),
      },
      limitMs: 600_000,
    },
  ])
})

test('the wait has a limit, and its end names who holds the lock', async () => {
  const database = await useTestDatabase()
  const [one, two] = [await open(database), await open(database)]
  await withMigrationLock(one, location, {}, async () => {
    await expect(withMigrationLock(two, location, { waitMs: 100 }, async () => {})).rejects.toMatchObject({
      code: 'RUNNER_LOCKED',
      message: expect.stringMatching(
        /^Another run \(process \d+, dbmig since \d{4}-.*Z\) holds the migration lock of this database, and did not finish within 0\.1 s; wait for it, or end it with: select pg_terminate_backend\(\d+\)\.$/,
      ),
    })
  })
})

test('an interrupted wait ends at once', async () => {
  const database = await useTestDatabase()
  const [one, two] = [await open(database), await open(database)]
  await withMigrationLock(one, location, {}, async () => {
    const wait = withMigrationLock(two, location, { signal: AbortSignal.timeout(50) }, async () => {})
    await expect(wait).rejects.toMatchObject({
      code: 'RUNNER_INTERRUPTED',
      message: 'Interrupted; nothing was changed.',
    })
  })
})

test('the lock is given back when the work fails', async () => {
  const database = await useTestDatabase()
  const [one, two] = [await open(database), await open(database)]
  const failing = withMigrationLock(one, location, {}, async () => {
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  await withMigrationLock(two, location, { waitMs: 0 }, async () => {})
})

test('another ledger in the same database has a lock of its own', async () => {
  const database = await useTestDatabase()
  const [one, two] = [await open(database), await open(database)]
  const other = ledgerLocation({ versionSchema: 'public', versionTable: 'other_version' })
  await withMigrationLock(one, location, {}, () =>
    withMigrationLock(two, other, { waitMs: 0 }, async () => {}),
  )
})

test('an index that is built concurrently does not wait for who waits for the lock', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    { id: 'aaa1', up: 'create table a (id int)' },
    { id: 'bbb2', outside: true, up: 'create index concurrently a_id on a (id)' },
  ])
  const results = await Promise.all([
    upgrade(project, { target: 'head' }),
    upgrade(project, { target: 'head' }),
  ])
  expect(results.map(({ steps }) => steps.length).sort()).toEqual([0, 2])
})
