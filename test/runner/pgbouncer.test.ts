/** Needs PgBouncer: see test/support/pgbouncer.ts. */
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { withMigrationLock } from '../../src/runner/lock/lock.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { countOf } from '../faults/faults.ts'
import { cliPath, configFor, tables, useProject as useFiles } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { type Pooler, pgbouncerPath, startPgbouncer } from '../support/pgbouncer.ts'
import { useProject } from './helpers.ts'

const location = ledgerLocation({ versionSchema: 'public', versionTable: 'dbmig_version' })

const ten = Array.from({ length: 10 }, (_, index) => ({
  id: `r${index}`,
  up: `create table t${index} (id int)`,
  undo: `drop table t${index}`,
}))

const lockHolder = `select pid from pg_stat_activity where datname = current_database() and application_name = 'dbmig (lock)' and state = 'idle in transaction'`

describe.skipIf(pgbouncerPath === null)('PgBouncer (apt-get install pgbouncer) in transaction mode', () => {
  let pooler: Pooler

  beforeAll(async () => {
    pooler = await startPgbouncer('transaction', 5)
  })
  afterAll(() => pooler.stop())

  test('fifty upgrades at once run each revision once, and none fails', async () => {
    const database = await useTestDatabase()
    const project = await useProject(pooler.urlOf(database.name), ten)
    const results = await Promise.all(Array.from({ length: 50 }, () => upgrade(project, { target: 'head' })))
    expect(results.map(({ steps }) => steps.length).sort((a, b) => b - a)).toEqual([10, ...Array(49).fill(0)])
    expect(await database.query('select from dbmig_log')).toHaveLength(10)
    const down = await Promise.all(Array.from({ length: 5 }, () => downgrade(project, { target: 'base' })))
    expect(down.map(({ steps }) => steps.length).sort((a, b) => b - a)).toEqual([10, 0, 0, 0, 0])
  })

  test('the lock and a revision leave nothing on the connections of the pool', async () => {
    const database = await useTestDatabase()
    const project = await useProject(pooler.urlOf(database.name), [
      {
        id: 'aaa1',
        up: "create table a (id int); create temp table t (id int); prepare p as select 1; select pg_advisory_lock(42); set work_mem = '5MB'",
      },
    ])
    const before = await settingsOfPool(pooler, database)
    await upgrade({ ...project, lockTimeout: '3s', statementTimeout: '1min' }, { target: 'head' })
    expect(
      await database.query(
        "select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      ),
    ).toEqual([])
    expect(await database.query("select from pg_class where relpersistence = 't' and relkind = 'r'")).toEqual(
      [],
    )
    expect(await settingsOfPool(pooler, database)).toEqual(before)
  })

  test('who waits is told for whom', async () => {
    const database = await useTestDatabase()
    const url = pooler.urlOf(database.name)
    const project = await useProject(url, ten)
    const session = await openSession(url)
    onTestFinished(() => session.close())
    expect(session).toMatchObject({ pooled: true, pid: null })
    const events: RunEvent[] = []
    const began = new Date()
    let wait: Promise<unknown> | undefined
    await withMigrationLock(session, location, {}, async () => {
      wait = upgrade(project, { target: 'head', onEvent: (event) => events.push(event) })
      await expect.poll(() => events).toHaveLength(1)
    })
    await wait
    expect(events[0]).toMatchObject({
      type: 'waiting',
      holder: { pid: expect.any(Number), application: 'dbmig (lock)' },
    })
    const since = events[0]?.type === 'waiting' ? events[0].holder.since : null
    expect(Number(since)).toBeGreaterThan(Number(began) - 5000)
  })

  test('a run whose lock is lost stops before its next commit', async () => {
    const database = await useTestDatabase()
    const project = await useProject(pooler.urlOf(database.name), [
      { id: 'aaa1', up: 'create table a (id int)' },
      { id: 'bbb2', up: 'create table b (id int); select pg_sleep(1)' },
    ])
    const running = upgrade(project, { target: 'head' })
    const refused = expect(running).rejects.toMatchObject({
      code: 'RUNNER_LOCK_LOST',
      message: expect.stringMatching(
        /^The connection that holds the migration lock is lost \(.*\), so another run may have begun; this one stops before its next commit\. Run again\.$/,
      ),
    })
    const sleeping = `select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(1)%' and state = 'active' and pid <> pg_backend_pid()`
    await expect.poll(() => database.query(sleeping)).toHaveLength(1)
    await database.query(`select pg_terminate_backend(pid) from (${lockHolder}) holder`)
    await refused
    expect(await database.query('select revision from dbmig_version')).toEqual([{ revision: 'aaa1' }])
    expect(await upgrade(project, { target: 'head' })).toMatchObject({ heads: ['bbb2'] })
  })

  test('the lock holds no snapshot that an index built concurrently would wait for', async () => {
    const database = await useTestDatabase()
    const session = await openSession(pooler.urlOf(database.name))
    onTestFinished(() => session.close())
    await database.query('create table a (id int)')
    await withMigrationLock(session, location, {}, async () => {
      expect(
        await database.query(
          `select backend_xmin, backend_xid from pg_stat_activity where pid in (${lockHolder})`,
        ),
      ).toEqual([{ backend_xmin: null, backend_xid: null }])
      await database.query("set statement_timeout = '20s'")
      await database.query('create index concurrently a_id on a (id)')
    })
  })

  test('text stays what it is in a database of another encoding', async () => {
    const database = await useTestDatabase()
    const name = `${database.name}_latin1`
    await database.query(
      `create database ${name} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'`,
    )
    onTestFinished(async () => void (await database.query(`drop database ${name} with (force)`)))
    const insert = "insert into a values (E'\\u00fc', 'ü')"
    const project = await useProject(pooler.urlOf(name), [
      { id: 'aaa1', up: `create table a (one text, two text); ${insert}` },
      { id: 'bbb2', up: insert },
    ])
    await upgrade(project, { target: 'head' })
    const session = await openSession(pooler.urlOf(name))
    onTestFinished(() => session.close())
    expect(await session.query('select one = two as same, length(two) from a')).toEqual([
      { same: true, length: 1 },
      { same: true, length: 1 },
    ])
  })

  test('a revision outside a transaction is refused before anything runs', async () => {
    const database = await useTestDatabase()
    const project = await useProject(pooler.urlOf(database.name), [
      { id: 'aaa1', up: 'create table a (id int)' },
      { id: 'bbb2', outside: true, up: 'create index concurrently a_id on a (id)' },
    ])
    await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
      code: 'RUNNER_POOLER_OUTSIDE',
      message: expect.stringMatching(
        /^Revision bbb2 \(.*\) runs outside a transaction, and behind the pooler between dbmig and the database each of its statements would be on another connection, with the settings of others; nothing was run\. Give dbmig a URL that goes to the server itself, or to a pool of sessions\.$/,
      ),
    })
    expect(await database.query("select from pg_class where relname = 'a'")).toEqual([])
    expect(await upgrade({ ...project, url: database.url }, { target: 'head' })).toMatchObject({
      heads: ['bbb2'],
    })
  })

  test('an abort ends the statement that runs', async () => {
    const database = await useTestDatabase()
    const project = await useProject(pooler.urlOf(database.name), [
      { id: 'aaa1', up: 'create table a (id int); select pg_sleep(600)' },
    ])
    const controller = new AbortController()
    const running = upgrade(project, { target: 'head', signal: controller.signal })
    const interrupted = expect(running).rejects.toMatchObject({ code: 'RUNNER_INTERRUPTED' })
    const sleeping = `select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()`
    await expect.poll(() => database.query(sleeping)).toHaveLength(1)
    controller.abort()
    await interrupted
    await expect.poll(() => database.query(sleeping)).toEqual([])
    expect(await database.query("select from pg_class where relname = 'a'")).toEqual([])
  })

  test('many processes at once run each revision once, and all exit with 0', {
    timeout: 180_000,
  }, async () => {
    const database = await useTestDatabase()
    const cwd = useFiles({
      'dbmig.config.mjs': configFor(pooler.urlOf(database.name)),
      ...tables('aaa1', 'bbb2', 'ccc3'),
    })
    const count = countOf({ long: 50, short: 15 })
    const run = () => execa(process.execPath, [cliPath, 'upgrade', 'head', '--json'], { cwd, reject: false })
    const results = await Promise.all(Array.from({ length: count }, run))
    expect(results.filter(({ exitCode }) => exitCode !== 0).map(({ stderr }) => stderr)).toEqual([])
    const ran = results.map(({ stdout }) => (JSON.parse(stdout) as { steps: unknown[] }).steps.length)
    expect(ran.sort((a, b) => b - a)).toEqual([3, ...Array(count - 1).fill(0)])
  })
})

describe.skipIf(pgbouncerPath === null)('PgBouncer (apt-get install pgbouncer) in another mode', () => {
  async function pooled(
    mode: 'session' | 'statement' | 'transaction',
    size: number,
    options: { readonly roundRobin?: boolean } = {},
  ): Promise<Pooler> {
    const pooler = await startPgbouncer(mode, size, options)
    onTestFinished(() => pooler.stop())
    return pooler
  }

  test('of sessions, all works', async () => {
    const pooler = await pooled('session', 10)
    const database = await useTestDatabase()
    const project = await useProject(pooler.urlOf(database.name), [
      ...ten,
      { id: 'zzz9', outside: true, up: 'create index concurrently t0_id on t0 (id)' },
    ])
    const results = await Promise.all(Array.from({ length: 4 }, () => upgrade(project, { target: 'head' })))
    expect(results.map(({ steps }) => steps.length).sort((a, b) => b - a)).toEqual([11, 0, 0, 0])
  })

  test.each([2, 3, 4])(
    'of %i connections that are given in turn, is not taken for one of sessions',
    async (size) => {
      const pooler = await pooled('transaction', size, { roundRobin: true })
      const database = await useTestDatabase()
      const url = pooler.urlOf(database.name)
      // Each has a connection of its own once.
      const all = await Promise.all(Array.from({ length: size }, () => openSession(url)))
      await Promise.all(all.map((session) => session.query('select pg_sleep(0.2)')))
      await Promise.all(all.map((session) => session.close()))
      const project = await useProject(url, [{ id: 'aaa1', outside: true, up: 'create table a (id int)' }])
      await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
        code: 'RUNNER_POOLER_OUTSIDE',
      })
      expect(await database.query("select from pg_class where relname = 'a'")).toEqual([])
    },
  )

  test('of transactions, is not taken for one of sessions while others use it', async () => {
    const pooler = await pooled('transaction', 5)
    const database = await useTestDatabase()
    const url = pooler.urlOf(database.name)
    const others = await Promise.all(Array.from({ length: 8 }, () => openSession(url)))
    let over = false
    const load = others.map(async (session) => {
      while (!over) await session.query(`select pg_sleep(${Math.random() / 200})`)
      await session.close()
    })
    const project = await useProject(url, [{ id: 'aaa1', outside: true, up: 'create table a (id int)' }])
    for (let time = 0; time < 10; time++)
      await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
        code: 'RUNNER_POOLER_OUTSIDE',
      })
    over = true
    await Promise.all(load)
  })

  test('of statements, a run is refused', async () => {
    const pooler = await pooled('statement', 5)
    const database = await useTestDatabase()
    const project = await useProject(pooler.urlOf(database.name), ten)
    await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
      code: 'RUNNER_POOLER_STATEMENTS',
      exitCode: 1,
      message:
        'The pooler between dbmig and the database pools statements, and takes no transactions; nothing was run. Give dbmig a URL that goes to the server itself, or to a pool of transactions.',
    })
  })

  test('of one connection, which another client has, an abort ends the wait for it', async () => {
    const pooler = await pooled('transaction', 1)
    const database = await useTestDatabase()
    const other = await openSession(pooler.urlOf(database.name))
    const session = await openSession(pooler.urlOf(database.name))
    onTestFinished(async () => {
      await other.close()
      await session.close()
    })
    await other.execute('begin')
    const signal = AbortSignal.timeout(200)
    await expect(withMigrationLock(session, location, { signal }, async () => {})).rejects.toMatchObject({
      code: 'DATABASE_INTERRUPTED',
    })
  })

  test('of one connection, a run is refused in the end', async () => {
    const pooler = await pooled('transaction', 1)
    const database = await useTestDatabase()
    const project = await useProject(pooler.urlOf(database.name), ten)
    await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
      code: 'RUNNER_POOL_OF_ONE',
      message:
        'The pooler between dbmig and the database has no second connection to give: one holds the migration lock, and the revisions need another. Nothing was run; give the pool two connections or more, or dbmig a URL that goes to the server itself.',
    })
  })
})

/** What connections of the pool are left with: some of them, as they come. */
async function settingsOfPool(pooler: Pooler, { name }: TestDatabase): Promise<unknown> {
  const sessions = await Promise.all(Array.from({ length: 5 }, () => openSession(pooler.urlOf(name))))
  const read = `select current_setting('work_mem') as memory, current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement, current_setting('search_path') as path, pg_sleep(0.2)`
  const rows = await Promise.all(sessions.map((session) => session.query(read)))
  await Promise.all(sessions.map((session) => session.close()))
  return rows.flat()
}
