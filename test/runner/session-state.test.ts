/** What a revision leaves on the connection of the run: nothing. */
import { describe, expect, test } from 'vitest'
import type { DbmigError } from '../../src/errors.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import { lockKey } from '../../src/runner/lock/lock.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { type RevisionSource, useProject } from './helpers.ts'

const key = lockKey(ledgerLocation({ versionSchema: 'public', versionTable: 'dbmig_version' }))

async function failureOf(work: Promise<unknown>): Promise<DbmigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: DbmigError) => error,
  )
}

async function ledgerOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ row: string }>(
    `select revision || ' ' || status as row from dbmig_version order by 1`,
  )
  return rows.map(({ row }) => row)
}

describe.each([
  ['in a transaction', { transaction: 'revision' }, false],
  ['of a run in one transaction', { transaction: 'run' }, false],
  ['outside a transaction', {}, true],
] as const)('a revision %s', (_, settings, outside) => {
  test('that makes a temporary table does not hide a table from the next', async () => {
    const database = await useTestDatabase()
    const project = await useProject(
      database.url,
      [
        { id: 'aaa1', up: 'create table users (id int); create temp table users (id int)', outside },
        { id: 'bbb2', up: 'alter table users add email text' },
      ],
      settings,
    )
    await upgrade(project, { target: 'head' })
    expect(
      await database.query(
        `select attname from pg_attribute where attrelid = 'public.users'::regclass and attname = 'email'`,
      ),
    ).toHaveLength(1)
  })

  test('that sets the encoding of the client does not garble what the ledger says of it', async () => {
    const database = await useTestDatabase()
    const project = await useProject(
      database.url,
      [{ id: 'zürich', up: `select set_config('client_encoding', 'LATIN1', false)`, outside }],
      settings,
    )
    await upgrade(project, { target: 'head' })
    expect(await database.query('select revision, message from dbmig_version')).toEqual([
      { revision: 'zürich', message: 'revision zürich' },
    ])
  })

  test.each([
    [
      'advisory locks',
      'select pg_advisory_lock(42), pg_advisory_lock(42), pg_advisory_lock_shared(4, 2)',
      `from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objid in (2, 42) and classid in (0, 4)`,
    ],
    ['prepared statements', 'prepare p as select 1', 'from pg_prepared_statements'],
    ['cursors', 'declare c cursor with hold for select 1', `from pg_cursors where name = 'c'`],
    ['channels that it listens to', 'listen everything', 'from pg_listening_channels()'],
  ])('leaves no %s', async (_, leave, left) => {
    const up = leave.startsWith('declare') && outside ? `begin; ${leave}; commit` : leave
    const database = await useTestDatabase()
    const project = await useProject(
      database.url,
      [
        { id: 'aaa1', up, outside },
        { id: 'bbb2', up: `create table found as select ${left}` },
      ],
      settings,
    )
    await upgrade(project, { target: 'head' })
    expect(await database.query('select from found')).toEqual([])
  })

  test('leaves no value of a sequence for currval', async () => {
    const database = await useTestDatabase()
    const up = `create sequence s; select nextval('s')`
    const later = { id: 'bbb2', up: `select currval('s')` }
    const project = await useProject(database.url, [{ id: 'aaa1', up, outside }, later], settings)
    expect((await failureOf(upgrade(project, { target: 'head' }))).message).toContain('is not yet defined')
  })

  test('that gives back the lock of the run is refused, and no other follows', async () => {
    const database = await useTestDatabase()
    const project = await useProject(
      database.url,
      [
        {
          id: 'aaa1',
          up: outside ? 'discard all' : 'create table a (); select pg_advisory_unlock_all()',
          outside,
        },
        { id: 'bbb2', up: 'create table b (id int)' },
      ],
      settings,
    )
    const error = await failureOf(upgrade(project, { target: 'head' }))
    const rest = {
      run: 'Nothing of this run remains; correct the file and run again.',
      revision: 'Nothing of it remains; correct the file and run again.',
      outside: 'It ran outside a transaction, so what ran before the error stays.',
    }[outside ? 'outside' : (settings as { transaction: 'run' | 'revision' }).transaction]
    expect(error).toMatchObject({
      code: 'RUNNER_LOCK_LOST',
      message: expect.stringContaining(
        `Revision aaa1 (${project.migrations[0]}/0_aaa1.mjs) failed on the way up: it gave back the migration lock of the run, as "discard all" and pg_advisory_unlock_all() do, so that another run could begin. ${rest}`,
      ),
    })
    expect(await ledgerOf(database)).toEqual(outside ? ['aaa1 failed'] : [])
    expect(await database.query(`select to_regclass('a') as a, to_regclass('b') as b`)).toEqual([
      { a: null, b: null },
    ])
    expect(
      await database.query(
        `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
      ),
    ).toEqual([])
  })

  test('takes the lock of the run from nobody who waits, at no time', async () => {
    const database = await useTestDatabase()
    const seen: boolean[] = []
    const look = async () => {
      const [row] = await database.query<{ free: boolean }>(
        `select pg_try_advisory_xact_lock(${key}) as free`,
      )
      seen.push(row?.free === true)
    }
    const revisions: RevisionSource[] = ['aaa1', 'bbb2', 'ccc3'].map((id) => ({
      id,
      up: 'select pg_advisory_lock(42)',
      outside,
    }))
    const hooks = { beforeRun: look, beforeRevision: look, afterRevision: look, afterRun: look }
    const project = await useProject(database.url, revisions, { ...settings, runHooks: hooks })
    await upgrade(project, { target: 'head' })
    expect(seen).toEqual(Array(8).fill(false))
    expect(await database.query(`select pg_try_advisory_xact_lock(${key}) as free`)).toEqual([{ free: true }])
  })
})

test('a hook that gives back the lock of the run ends it', async () => {
  const database = await useTestDatabase()
  const { sql } = await import('kysely')
  const project = await useProject(database.url, [{ id: 'aaa1', up: 'create table a (id int)' }], {
    runHooks: { beforeRun: ({ db }) => sql`select pg_advisory_unlock_all()`.execute(db) },
  })
  expect(await failureOf(upgrade(project, { target: 'head' }))).toMatchObject({
    code: 'RUNNER_HOOK_FAILED',
    message:
      'The hook beforeRun of the configuration failed: it gave back the migration lock of the run, as "discard all" and pg_advisory_unlock_all() do. No revision was run; correct the hook and run again.',
  })
})

test('a try that is undone leaves nothing on the connection for the next', async () => {
  const database = await useTestDatabase()
  const project = await useProject(
    database.url,
    [
      {
        id: 'aaa1',
        up: `js:await run(db, 'select pg_advisory_lock(42)')
          const { rows } = await run(db, "select nextval('tries')::int as n")
          if (rows[0].n === 1) await run(db, "do $$ begin raise sqlstate '40001'; end $$")
          await run(db, "create table found as select from pg_locks where locktype = 'advisory' and objid = 42 and pid = pg_backend_pid()")`,
      },
    ],
    { retries: 1 },
  )
  await database.query('create sequence tries')
  await upgrade(project, { target: 'head' })
  expect(await database.query('select from found')).toHaveLength(1)
  expect(await database.query('select pg_try_advisory_xact_lock(42) as free')).toEqual([{ free: true }])
})

describe('deferred constraints of a run in one transaction', () => {
  const tables = `create table parent (id int primary key); create table child (id int references parent deferrable initially deferred)`
  const useRun = async (revisions: readonly RevisionSource[]) => {
    const database = await useTestDatabase()
    await database.query(tables)
    return { database, project: await useProject(database.url, revisions, { transaction: 'run' }) }
  }

  test('that a revision violates are its own failure', async () => {
    const { project } = await useRun([
      { id: 'aaa1', up: 'insert into child values (1)' },
      { id: 'bbb2', up: 'create table b (id int)' },
    ])
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.message).toContain('Revision aaa1')
    expect(error.message).toContain('violates foreign key constraint')
    expect(error.message).toContain('Nothing of this run remains')
  })

  test('leave no events that the next revision would fail of', async () => {
    const { database, project } = await useRun([
      { id: 'aaa1', up: 'insert into child values (1); insert into parent values (1)' },
      { id: 'bbb2', up: 'alter table child add b int' },
    ])
    await upgrade(project, { target: 'head' })
    expect(await ledgerOf(database)).toEqual(['aaa1 applied', 'bbb2 applied'])
  })

  test('wait in the next revision as they were declared, new ones too', async () => {
    const { project } = await useRun([
      { id: 'aaa1', up: 'insert into child values (1); insert into parent values (1)' },
      {
        id: 'bbb2',
        up: `insert into child values (2); insert into parent values (2);
          create table more (id int references parent deferrable initially deferred);
          insert into more values (3); insert into parent values (3)`,
      },
    ])
    await upgrade(project, { target: 'head' })
  })

  test('do not make those wait that are declared immediate', async () => {
    const { database, project } = await useRun([
      { id: 'aaa1', up: 'select 1' },
      { id: 'bbb2', up: 'insert into strict values (1); insert into parent values (1)' },
    ])
    await database.query('create table strict (id int references parent deferrable)')
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.message).toContain('violates foreign key constraint')
  })
})
