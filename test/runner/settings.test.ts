/** `lock_timeout` and `statement_timeout`: for a run, for a revision, and for what waits with `concurrently`. */
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import { readRevisions } from '../../src/runner/project.ts'
import { runMigrations } from '../../src/runner/run.ts'
import { isConcurrent } from '../../src/runner/settings.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { type RevisionSource, useProject } from './helpers.ts'

/** Keeps what is set while it runs. */
function keep(id: string): string {
  return `create table if not exists kept (id text, l text, s text);
    insert into kept select '${id}', current_setting('lock_timeout'), current_setting('statement_timeout')`
}

async function keptBy(revisions: readonly RevisionSource[], settings: object = {}) {
  const database = await useTestDatabase()
  await upgrade(await useProject(database.url, revisions, settings), { target: 'head' })
  const rows = await database.query<{ row: string }>(
    `select concat_ws(' ', id, l, s) as row from kept order by id`,
  )
  return rows.map(({ row }) => row)
}

test('a revision runs with its own settings, and the next with those of the run', async () => {
  const kept = await keptBy(
    [
      { id: 'aaa1', up: keep('a'), config: `lockTimeout: '1s'` },
      { id: 'bbb2', up: `${keep('b')}; set lock_timeout = '1h'; set statement_timeout = '1h'` },
      { id: 'ccc3', up: keep('c'), config: `lockTimeout: '0', statementTimeout: '2min'` },
      {
        id: 'ddd4',
        up: `js:await run(db, ${JSON.stringify(keep('d'))})`,
        outside: true,
        config: `statementTimeout: '4s'`,
      },
      { id: 'eee5', up: keep('e') },
    ],
    { lockTimeout: '7s', statementTimeout: '1min' },
  )
  expect(kept).toEqual(['a 1s 1min', 'b 7s 1min', 'c 0 2min', 'd 7s 4s', 'e 7s 1min'])
})

test('revisions of one transaction have their own settings as well', async () => {
  const kept = await keptBy(
    [
      { id: 'aaa1', up: keep('a'), config: `lockTimeout: '1s'` },
      { id: 'bbb2', up: keep('b') },
    ],
    { lockTimeout: '7s', transaction: 'run' },
  )
  expect(kept).toEqual(['a 1s 0', 'b 7s 0'])
})

test('nothing that a run sets is left in the session that others of a pool get', async () => {
  const database = await useTestDatabase()
  await database.query(`alter database ${database.name} set lock_timeout = '3s'`)
  const project = await useProject(database.url, [{ id: 'aaa1', up: keep('a') }], { lockTimeout: '7s' })
  const session = await openSession(database.url)
  onTestFinished(() => session.close())
  const revisions = await readRevisions(project)
  await runMigrations({
    ...{ session, location: ledgerLocation(project), ...revisions },
    plan: () => [...revisions.graph.revisions.values()].map((revision) => ({ revision, direction: 'up' })),
    settings: { lockTimeout: '7s' },
  })
  expect(await session.query(`select current_setting('lock_timeout') as l`)).toEqual([{ l: '3s' }])
})

describe('with concurrently', () => {
  test('a statement waits for its lock as long as it takes, and the one after it does not', async () => {
    const database = await useTestDatabase()
    await database.query('create table a (id int)')
    const project = await useProject(
      database.url,
      [
        {
          id: 'aaa1',
          outside: true,
          up: `js:await run(db, 'create index concurrently a_id on a (id)')
               await run(db, ${JSON.stringify(keep('after'))})`,
        },
      ],
      { lockTimeout: '200ms' },
    )
    const release = await lockTable(database, 'a')
    const done = upgrade(project, { target: 'head' })
    await expect.poll(() => waiting(database), { timeout: 10_000 }).toEqual([{ lock_timeout: true }])
    // It has waited for longer than lock_timeout.
    await expect.poll(() => waited(database), { timeout: 10_000 }).toBe(true)
    await release()
    await done
    expect(await database.query('select l from kept')).toEqual([{ l: '200ms' }])
    expect(
      await database.query(`select indisvalid from pg_index where indexrelid = 'a_id'::regclass`),
    ).toEqual([{ indisvalid: true }])
  })

  test.each([
    ['create index concurrently a on b (c)', true],
    ['CREATE UNIQUE INDEX\n CONCURRENTLY a on b (c)', true],
    ['drop index concurrently a', true],
    ['reindex table concurrently a', true],
    ['refresh materialized view concurrently a', true],
    ['alter table a detach partition b concurrently', true],
    ["comment on table a is 'made concurrently'", false],
    ['create index "concurrently" on a (b)', false],
    ['-- not concurrently\ncreate index a on b (c)', false],
  ])('%j: %s', (sql, expected) => {
    expect(isConcurrent(sql)).toBe(expected)
  })
})

test('a setting that PostgreSQL refuses is named, and nothing of the revision remains', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [{ id: 'aaa1', up: keep('a') }], {
    lockTimeout: '99999999d',
  })
  await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
    code: 'DATABASE_SETTING',
    exitCode: 2,
    message: expect.stringMatching(
      /^PostgreSQL refuses lock_timeout = '99999999d': .+; write a time such as '3s' or '500ms'\.$/,
    ),
  })
  expect(await database.query(`select to_regclass('kept') as kept`)).toEqual([{ kept: null }])
})

/** Takes a lock that stands in the way of all others. */
async function lockTable(database: TestDatabase, table: string): Promise<() => Promise<void>> {
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query(`begin; lock table ${table} in access exclusive mode`)
  return async () => {
    await client.query('rollback')
    await client.end()
  }
}

const waitingNow = `from pg_stat_activity where datname = current_database() and application_name = 'dbmig'
  and wait_event_type = 'Lock'`

function waiting(database: TestDatabase) {
  return database.query(`select true as lock_timeout ${waitingNow}`)
}

async function waited(database: TestDatabase): Promise<boolean> {
  const rows = await database.query(
    `select 1 ${waitingNow} and clock_timestamp() - query_start > interval '600ms'`,
  )
  return rows.length === 1
}
