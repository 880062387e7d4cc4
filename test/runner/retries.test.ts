/** Transactions that cannot get their locks are undone and tried again. */
import fc from 'fast-check'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DbmigError } from '../../src/errors.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { passingOf, retryDelay } from '../../src/runner/retry/retry.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'
import { type RevisionSource, useProject } from './helpers.ts'

type Retry = Extract<RunEvent, { type: 'retry' }>

/** Another connection that users work on. */
async function connect(database: TestDatabase, application = 'traffic'): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url, application_name: application })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

const second = { id: 'bbb2', up: 'alter table a add column b int' }

async function useTable(revisions: readonly RevisionSource[] = [second], settings: object = {}) {
  const database = await useTestDatabase()
  await database.query('create table a (id int)')
  const project = await useProject(
    database.url,
    [{ id: 'aaa1', up: 'create table first (id int)' }, ...revisions],
    { lockTimeout: '200ms', retries: 10, ...settings },
  )
  return { database, project }
}

async function failureOf(work: Promise<unknown>): Promise<DbmigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: DbmigError) => error,
  )
}

async function logOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ row: string }>(
    `select concat_ws(' ', revision, direction, outcome, error_code) as row from dbmig_log order by id`,
  )
  return rows.map(({ row }) => row)
}

test('a change of the catalog that another session makes too is told as what it is where it is not tried again', async () => {
  const { database, project } = await useTable(
    [{ id: 'bbb2', up: 'grant usage on schema public to public' }],
    { retries: 0 },
  )
  const other = await connect(database)
  await other.query('begin; grant create on schema public to public')
  const failure = failureOf(upgrade(project, { target: 'head' }))
  const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
  while ((await database.query(waiting)).length === 0);
  await other.query('commit')
  const error = await failure
  expect(error).toMatchObject({
    code: 'RUNNER_CATALOG_BUSY',
    message: expect.stringContaining(
      'failed on the way up: tuple concurrently updated (SQLSTATE XX000). Nothing of it remains; another session changed the same in the catalog at that moment; run again, or with more --retries.',
    ),
  })
})

test.each([
  ['a lock', { code: '55P03' }, 'lock'],
  ['a name that another session has taken meanwhile', { code: '23505', schema: 'pg_catalog' }, 'catalog'],
  ['a value that is there already', { code: '23505', schema: 'public' }, null],
  ['a row of the catalog', { code: 'XX000', message: 'tuple concurrently deleted' }, 'catalog'],
  ['a bug of the server', { code: 'XX000', message: 'cache lookup failed' }, null],
])('whether it may pass: %s', (_, said, passing) => {
  const error = Object.assign(new Error('message' in said ? said.message : ''), said)
  expect(passingOf(error)).toBe(passing)
  expect(passingOf(new Error('wrapped', { cause: error }))).toBe(passing)
})

describe('a lock that another holds', () => {
  test('is tried for again until it is free, and each try tells who is in the way', async () => {
    const { database, project } = await useTable()
    const traffic = await connect(database)
    await traffic.query('begin')
    await traffic.query('select 1 from a')
    const { rows } = await traffic.query<{ pid: number }>('select pg_backend_pid() as pid')
    const retries: Retry[] = []
    const result = await upgrade(project, {
      target: 'head',
      onEvent(event) {
        if (event.type !== 'retry') return
        retries.push(event)
        // On a busy machine the connection that looks is not there at the first tries.
        if (retries.length > 1 && event.blockers.length > 0) void traffic.query('commit')
      },
    })
    expect(result.heads).toEqual(['bbb2'])
    expect(retries.length).toBeGreaterThanOrEqual(2)
    expect(retries[0]).toMatchObject({
      revision: { revision: 'bbb2' },
      direction: 'up',
      attempt: 1,
      retries: 10,
      delayMs: expect.any(Number),
      error: { code: '55P03' },
    })
    expect(retries.map(({ attempt }) => attempt)).toEqual(retries.map((_, i) => i + 1))
    expect(retries.find(({ attempt, blockers }) => attempt > 1 && blockers.length > 0)).toMatchObject({
      blockers: [
        {
          pid: rows[0]?.pid,
          application: 'traffic',
          user: 'postgres',
          query: 'select pg_backend_pid() as pid',
          ageMs: expect.any(Number),
        },
      ],
    })
    expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up applied'])
  })

  test('and never gives back ends the run with who that is, and nothing of the revision', async () => {
    const { database, project } = await useTable(
      [{ id: 'bbb2', up: `js:await run(db, 'create table b (id int)'); await run(db, 'drop table a')` }],
      { retries: 2 },
    )
    const traffic = await connect(database)
    await traffic.query('begin; update a set id = 1')
    const { rows } = await traffic.query<{ pid: number }>('select pg_backend_pid() as pid')
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.code).toBe('RUNNER_LOCK_TIMEOUT')
    expect(error.message.replace(/for \d\.\d s/, 'for N s')).toBe(
      `Revision bbb2 (${project.migrations[0]}/1_bbb2.mjs) failed on the way up, after 3 tries: canceling statement due to lock timeout (SQLSTATE 55P03). In its way was process ${rows[0]?.pid} (traffic, user postgres, in a transaction for N s): select pg_backend_pid() as pid. Nothing of it remains; run again later, or with a longer --lock-timeout or more --retries.`,
    )
    expect(error.detail).toContain('drop table a')
    expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up failed 55P03'])
    expect(await database.query(`select to_regclass('b') as b`)).toEqual([{ b: null }])
  })

  test('is not tried for again where retries are 0', async () => {
    const { database, project } = await useTable([second], { retries: 0 })
    const traffic = await connect(database)
    await traffic.query('begin; update a set id = 1')
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.code).toBe('RUNNER_LOCK_TIMEOUT')
    expect(error.message).toContain('failed on the way up: canceling statement due to lock timeout')
  })

  test('is tried for again although the revision has caught the error', async () => {
    const { database, project } = await useTable([
      { id: 'bbb2', up: `js:await run(db, 'alter table a add column b int').catch(() => {})` },
    ])
    const traffic = await connect(database)
    await traffic.query('begin; update a set id = 1')
    const result = await upgrade(project, {
      target: 'head',
      onEvent: (event) => {
        if (event.type === 'retry') void traffic.query('commit')
      },
    })
    expect(result.heads).toEqual(['bbb2'])
    expect(await database.query('select b from a')).toEqual([])
  })

  test('makes the whole run try again where the run is one transaction', async () => {
    const { database, project } = await useTable([second], { transaction: 'run' })
    const traffic = await connect(database)
    await traffic.query('begin; update a set id = 1')
    const events: string[] = []
    await upgrade(project, {
      target: 'head',
      onEvent: (event) => {
        if (event.type === 'start' || event.type === 'done')
          events.push(`${event.type} ${event.revision.revision}`)
        if (event.type !== 'retry') return
        events.push('retry')
        if (event.attempt === 1) void traffic.query('commit')
      },
    })
    expect(events.filter((event) => event !== 'retry')).toEqual([
      ...['start aaa1', 'start bbb2'],
      ...['done aaa1', 'done bbb2'],
    ])
    expect(events[2]).toBe('retry')
    expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up applied'])
  })

  test('is no reason for another try where statements ran outside a transaction', async () => {
    const { database, project } = await useTable([{ ...second, outside: true }])
    const traffic = await connect(database)
    await traffic.query('begin; update a set id = 1')
    const retries: RunEvent[] = []
    const error = await failureOf(
      upgrade(project, { target: 'head', onEvent: (event) => event.type === 'retry' && retries.push(event) }),
    )
    expect(error).toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
      message: expect.stringContaining('lock timeout (SQLSTATE 55P03)'),
    })
    expect(retries).toEqual([])
  })

  test('is told of without what the role may not see', async () => {
    const database = await useTestDatabase()
    const role = await useTestRole(database)
    await database.query(`grant create on schema public to ${role.name}`)
    await database.query(`create table a (id int); alter table a owner to ${role.name}`)
    onTestFinished(async () => void (await database.query(`drop owned by ${role.name}`)))
    const project = await useProject(role.url, [second], { lockTimeout: '300ms', retries: 20 })
    const traffic = await connect(database)
    await traffic.query('begin; update a set id = 1')
    const told: Retry['blockers'][] = []
    await upgrade(project, {
      target: 'head',
      onEvent(event) {
        // On a busy machine the connection that looks is not there at the first try.
        if (event.type !== 'retry' || event.blockers.length === 0) return
        told.push(event.blockers)
        if (told.length === 1) void traffic.query('commit')
      },
    })
    expect(told[0]).toEqual([
      { pid: expect.any(Number), application: 'traffic', user: 'postgres', query: null, ageMs: null },
    ])
  })
})

test('a deadlock is tried again', async () => {
  const { database, project } = await useTable(
    [
      {
        id: 'bbb2',
        up: `js:await run(db, 'lock table a in access exclusive mode'); await run(db, 'lock table c in access exclusive mode')`,
      },
    ],
    { lockTimeout: '30s' },
  )
  await database.query('create table c (id int)')
  const traffic = await connect(database)
  await traffic.query('begin; lock table c in access exclusive mode')
  const errors: unknown[] = []
  const done = upgrade(project, {
    target: 'head',
    onEvent: (event) => event.type === 'retry' && errors.push(event.error),
  })
  // The run waits first, and so looks for a deadlock first.
  await expect
    .poll(() => database.query(`select 1 from pg_locks where not granted and relation = 'c'::regclass`), {
      timeout: 10_000,
    })
    .toHaveLength(1)
  await traffic.query('lock table a in access exclusive mode')
  await traffic.query('commit')
  expect((await done).heads).toEqual(['bbb2'])
  expect(errors).toMatchObject([{ code: '40P01' }])
})

test('a serialization failure is tried again, and its last one says so', async () => {
  const { database, project } = await useTable([
    {
      id: 'bbb2',
      up: `do $$ begin if nextval('tries') <= 3 then raise exception 'no' using errcode = '40001'; end if; end $$`,
    },
  ])
  await database.query('create sequence tries')
  const error = await failureOf(upgrade({ ...project, retries: 1 }, { target: 'head' }))
  expect(error).toMatchObject({
    code: 'RUNNER_SERIALIZATION',
    message: expect.stringMatching(
      /failed on the way up, after 2 tries: no \(SQLSTATE 40001\)\. Nothing of it remains; run again when less goes on in the database, or with more --retries\.$/,
    ),
  })
  expect((await upgrade(project, { target: 'head' })).heads).toEqual(['bbb2'])
  expect(await database.query(`select last_value::int as n from tries`)).toEqual([{ n: 4 }])
})

test('any other error ends the run at the first try', async () => {
  const { project } = await useTable([{ id: 'bbb2', up: 'select 1/0' }])
  const events: string[] = []
  const error = await failureOf(
    upgrade(project, { target: 'head', onEvent: ({ type }) => events.push(type) }),
  )
  expect(error.code).toBe('RUNNER_REVISION_FAILED')
  expect(events).not.toContain('retry')
})

test('an interruption ends the wait between two tries, and is logged', async () => {
  const { database, project } = await useTable()
  const traffic = await connect(database)
  await traffic.query('begin; update a set id = 1')
  const controller = new AbortController()
  const error = await failureOf(
    upgrade(project, {
      target: 'head',
      signal: controller.signal,
      onEvent: (event) => event.type === 'retry' && controller.abort(),
    }),
  )
  expect(error).toMatchObject({
    code: 'RUNNER_INTERRUPTED',
    message: `Interrupted in revision bbb2 (${project.migrations[0]}/1_bbb2.mjs); 1 earlier step is done and recorded.`,
  })
  expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up failed'])
})

describe('the wait between two tries', () => {
  test('is drawn from a range that doubles up to five seconds', () => {
    expect([1, 2, 3, 6, 7, 20].map((attempt) => retryDelay(attempt, 1))).toEqual([
      100, 200, 400, 3200, 5000, 5000,
    ])
  })

  test('may be anything in that range', () => {
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), unit, (attempt, random) => {
        const delay = retryDelay(attempt, random)
        return delay >= 0 && delay <= retryDelay(attempt, 1)
      }),
    )
  })
})

test('a revision that has committed by itself is never tried again, whatever it met before', async () => {
  const { database, project } = await useTable([
    {
      id: 'bbb2',
      up: `js:await run(db, 'insert into counter values (1)'); await run(db, 'savepoint s')
        try { await run(db, 'lock table a') } catch { await run(db, 'rollback to s') }
        await run(db, 'commit')`,
    },
  ])
  await database.query('create table counter (n int)')
  const traffic = await connect(database)
  await traffic.query('begin; select 1 from a')
  const error = await failureOf(upgrade(project, { target: 'head' }))
  expect(error.code).toBe('RUNNER_TRANSACTION_ENDED')
  expect(await database.query('select n from counter')).toEqual([{ n: 1 }])
})

test('a lock that was not to be had, and that the revision did without, is no reason for another try', async () => {
  const { database, project } = await useTable([
    {
      id: 'bbb2',
      up: `js:await run(db, 'savepoint s')
        try { await run(db, 'lock table a') } catch { await run(db, 'rollback to s') }
        try { await run(db, 'insert into one values (1)') } catch {}`,
    },
  ])
  await database.query('create table one (id int primary key); insert into one values (1)')
  const traffic = await connect(database)
  await traffic.query('begin; select 1 from a')
  const retries: RunEvent[] = []
  const error = await failureOf(
    upgrade(project, {
      target: 'head',
      onEvent: (event) => void (event.type === 'retry' && retries.push(event)),
    }),
  )
  expect(error).toMatchObject({
    code: 'RUNNER_ERROR_SWALLOWED',
    detail: expect.stringContaining('insert into one values (1)'),
  })
  expect(retries).toEqual([])
})
