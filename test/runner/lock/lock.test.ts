import { expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../../src/database/open.ts'
import { ledgerLocation } from '../../../src/ledger/location.ts'
import type { RunEvent } from '../../../src/runner/events.ts'
import { withMigrationLock } from '../../../src/runner/lock/lock.ts'
import { upgrade } from '../../../src/runner/upgrade.ts'
import {
  configFor,
  dbmig,
  revisionText,
  startDbmig,
  tables,
  useProject as useFiles,
} from '../../support/cli.ts'
import { type TestDatabase, useTestDatabase } from '../../support/database.ts'
import { useProject } from '../helpers.ts'

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
        /^Another run \(process \d+, dbmig from [\d.]+, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d\) holds the migration lock of this database, and did not finish within 0\.1 s; wait for it, or end it with: select pg_terminate_backend\(\d+\)\.$/,
      ),
    })
  })
})

test('a run that is not to wait ends at once, and names who holds the lock', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [{ id: 'aaa1', up: 'create table a (id int)' }])
  await withMigrationLock(await open(database), location, {}, async () => {
    await expect(upgrade(project, { target: 'head', lockWaitMs: 0 })).rejects.toMatchObject({
      code: 'RUNNER_LOCKED',
      exitCode: 1,
      message: expect.stringMatching(
        /^Another run \(process \d+, dbmig .*\) holds the migration lock of this database, and this one was not to wait; run again later, or end it with: select pg_terminate_backend\(\d+\)\.$/,
      ),
    })
  })
  expect(await database.query('select from pg_class where relname = $1', ['a'])).toEqual([])
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

test('fifty upgrades at once of an empty database run each revision once, and none fails', async () => {
  const database = await useTestDatabase()
  const revisions = Array.from({ length: 10 }, (_, index) => ({
    id: `r${index}`,
    up: `create table t${index} (id int)`,
  }))
  const project = await useProject(database.url, revisions)
  const results = await Promise.all(Array.from({ length: 50 }, () => upgrade(project, { target: 'head' })))
  expect(results.map(({ steps }) => steps.length).sort((a, b) => b - a)).toEqual([10, ...Array(49).fill(0)])
  expect(await database.query('select from dbmig_log')).toHaveLength(10)
})

test('a database whose transactions are read-only by default is refused before anything runs', async () => {
  const database = await useTestDatabase()
  await database.query(`alter database ${database.name} set default_transaction_read_only = on`)
  const project = await useProject(database.url, [{ id: 'aaa1', up: 'create table a (id int)' }])
  const { host } = new URL(database.url)
  await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
    code: 'DATABASE_READ_ONLY',
    exitCode: 1,
    message: `Every transaction on database "${database.name}" on ${host} is read-only by default_transaction_read_only; set that to off for the role, or add options=-c%20default_transaction_read_only%3Doff to the URL.`,
  })
  const writable = `${database.url}?options=-c%20default_transaction_read_only%3Doff`
  expect(await upgrade({ ...project, url: writable }, { target: 'head' })).toMatchObject({ heads: ['aaa1'] })
})

test('a run that is killed leaves no lock behind, although its statement would have gone on', async () => {
  const database = await useTestDatabase()
  await database.query('create table slow ()')
  const cwd = useFiles({
    'dbmig.config.mjs': configFor(database.url),
    'migrations/aaa1.ts': revisionText({
      revision: 'aaa1',
      up: "  await sql`do $$ begin if exists (select from pg_class where relname = 'slow') then perform pg_sleep(600); end if; end $$`.execute(db)",
    }),
  })
  const killed = startDbmig(['upgrade', 'head'], { cwd })
  const sleeping = `select from pg_stat_activity where datname = current_database() and state = 'active' and wait_event = 'PgSleep'`
  await expect.poll(() => database.query(sleeping), { timeout: 30_000 }).toHaveLength(1)
  killed.kill('SIGKILL')
  await killed
  await database.query('drop table slow')
  expect(await dbmig(['upgrade', 'head', '--lock-wait', '30s'], { cwd })).toMatchObject({ exitCode: 0 })
})

test('--no-wait exits with 1, and --lock-wait waits as long as it says', async () => {
  const database = await useTestDatabase()
  const cwd = useFiles({ 'dbmig.config.mjs': configFor(database.url), ...tables('aaa1') })
  await withMigrationLock(await open(database), location, {}, async () => {
    const refused = await dbmig(['upgrade', 'head', '--no-wait'], { cwd })
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain('this one was not to wait; run again later')
    const late = await dbmig(['stamp', 'head', '--lock-wait', '200ms'], { cwd })
    expect(late.exitCode).toBe(1)
    expect(late.stderr).toContain('did not finish within 0.2 s')
  })
  expect(await dbmig(['upgrade', 'head', '--lock-wait', 'soon'], { cwd })).toMatchObject({ exitCode: 2 })
})
