import { expect, onTestFinished, test } from 'vitest'
import type { RunEvent } from '../../src/runner/events.ts'
import { again } from '../../src/runner/server-progress.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

type ServerProgress = Extract<RunEvent, { type: 'server-progress' }>

async function saidOf(up: string, setUp: string, onEvent: (event: RunEvent) => void = () => {}) {
  const database = await useTestDatabase()
  await database.query(setUp)
  const project = await useProject(database.url, [{ id: 'aaa1', up }])
  const said: ServerProgress[] = []
  await upgrade(project, {
    target: 'head',
    onEvent: (event) => {
      if (event.type === 'server-progress') said.push(event)
      onEvent(event)
    },
  })
  return { said, database }
}

/** A revision that waits for a table: the database's own connection has locked it, and is still in that transaction. */
async function useLockedTable() {
  const database = await useTestDatabase()
  await database.query('create table t (id int)')
  await database.query('begin')
  await database.query('lock table t')
  const project = await useProject(database.url, [{ id: 'aaa1', up: 'alter table t add x int' }])
  return { database, project }
}

test('of a long index build it is told how far the server has come', async () => {
  const { said, database } = await saidOf(
    'create index on t (slowly(id))',
    `create function slowly(int) returns int immutable language plpgsql as 'begin perform pg_sleep(0.02); return $1; end';
     create table t (id int, filler text) with (fillfactor = 10);
     insert into t select n, repeat('x', 500) from generate_series(1, 120) n`,
  )
  expect(said[0]).toMatchObject({
    revision: { revision: 'aaa1' },
    direction: 'up',
    index: 1,
    total: 1,
    phase: 'building index: scanning table',
    unit: 'blocks',
  })
  expect(said[0]?.all).toBeGreaterThan(10)
  await expect
    .poll(() =>
      database.query(
        `select 1 from pg_stat_activity where application_name = 'dbmig (watch)' and datname = current_database()`,
      ),
    )
    .toEqual([])
})

test('of a statement that waits for a lock it is told for whom', async () => {
  const { database, project } = await useLockedTable()
  const [holder] = await database.query<{ pid: number }>('select pg_backend_pid() as pid')
  const phases: string[] = []
  await upgrade(project, {
    target: 'head',
    onEvent(event) {
      if (event.type !== 'server-progress') return
      phases.push(event.phase)
      void database.query('rollback')
    },
  })
  expect(phases).toEqual([`waiting for a lock: process ${holder?.pid}`])
})

test('a run of short statements opens no second connection', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [{ id: 'aaa1', up: 'select 1' }])
  await upgrade(project, { target: 'head', onEvent: () => {} })
  expect(
    await database.query(
      `select 1 from pg_stat_activity where application_name = 'dbmig (watch)' and datname = current_database()`,
    ),
  ).toEqual([])
})

test('a run goes on where the server gives no second connection', async () => {
  const database = await useTestDatabase()
  const role = `${database.name}_single`
  await database.query(
    `create role ${role} login password 'x' connection limit 1; grant all on schema public to ${role}`,
  )
  try {
    const project = await useProject(database.urlAs(role, 'x'), [{ id: 'aaa1', up: 'select pg_sleep(2.2)' }])
    const types: string[] = []
    await upgrade(project, { target: 'head', onEvent: ({ type }) => types.push(type) })
    expect(types.filter((type) => type !== 'statement')).toEqual(['planned', 'start', 'done'])
  } finally {
    await database.query(`drop owned by ${role}; drop role ${role}`)
  }
})

test('however many statements take long, a run has one second connection, which ends with it', async () => {
  const database = await useTestDatabase()
  const project = await useProject(
    database.url,
    ['aaa1', 'bbb2'].map((id) => ({ id, up: 'select pg_sleep(1.6)' })),
    { lockTimeout: '200ms' },
  )
  const watching = `select pid from pg_stat_activity where application_name = 'dbmig (watch)' and datname = current_database()`
  const seen = new Set<unknown>()
  let most = 0
  const looking = setInterval(async () => {
    const rows = await database.query<{ pid: number }>(watching)
    most = Math.max(most, rows.length)
    for (const { pid } of rows) seen.add(pid)
  }, 50)
  try {
    await upgrade(project, { target: 'head', onEvent: () => {} })
  } finally {
    clearInterval(looking)
  }
  expect([most, seen.size]).toEqual([1, 1])
  await expect.poll(() => database.query(watching)).toEqual([])
})

test('of what has not changed, and of a statement of which the server says nothing, it is told again in time', async () => {
  const { afterMs } = again
  again.afterMs = 1500
  onTestFinished(() => {
    again.afterMs = afterMs
  })
  const { said } = await saidOf('select pg_sleep(5)', 'select 1')
  expect(said.map(({ phase }) => phase).slice(0, 2)).toEqual(['running', 'running'])
  const { database, project } = await useLockedTable()
  const phases: string[] = []
  await upgrade(project, {
    target: 'head',
    onEvent(event) {
      if (event.type !== 'server-progress') return
      phases.push(event.phase)
      if (phases.length === 2) database.query('commit').catch(() => {})
    },
  })
  expect(phases[0]).toMatch(/^waiting for a lock: process \d+$/)
  expect(phases[1]).toBe(phases[0])
}, 30_000)
