import { describe, expect, test } from 'vitest'
import { openSession } from '../../../src/database/open.ts'
import type { DbmigError } from '../../../src/errors.ts'
import { downgrade } from '../../../src/runner/downgrade.ts'
import { ensureVersion } from '../../../src/runner/ensure-version.ts'
import { stamp } from '../../../src/runner/stamp.ts'
import { resolve } from '../../../src/runner/unfinished/resolve.ts'
import { upgrade } from '../../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../../support/database.ts'
import { useProject } from '../helpers.ts'

const first = { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' }
/** Goes well as soon as `a` has a row. */
const second = {
  id: 'bbb2',
  outside: true,
  up: 'select 1 / count(*) from a',
  undo: 'select 1 / (count(*) - 1) from a',
}
const third = { id: 'ccc3', up: 'create table c (id int)', undo: 'drop table c' }

async function failureOf(work: Promise<unknown>): Promise<DbmigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: DbmigError) => error,
  )
}

async function useFailed() {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [first, second, third])
  await failureOf(upgrade(project, { target: 'head' }))
  return { database, project, file: `${project.migrations[0]}/1_bbb2.mjs` }
}

async function ledgerOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ row: string }>(
    `select revision || ' ' || status as row from dbmig_version order by 1`,
  )
  return rows.map(({ row }) => row)
}

async function logOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ row: string }>(
    `select concat_ws(' ', revision, direction, outcome) as row from dbmig_log order by id`,
  )
  return rows.map(({ row }) => row)
}

describe('a revision outside a transaction that failed on the way up', () => {
  test('stops the next run before anything runs, and says what happened and the ways on', async () => {
    const { database, project, file } = await useFailed()
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error).toMatchObject({ code: 'RUNNER_UNFINISHED', exitCode: 1 })
    expect(error.message.replace(/at \d{4}-\S+ \S+ [+-]\d\d:\d\d/, 'at TIME')).toBe(
      `Revision bbb2 (${file}) failed on the way up, which began at TIME: division by zero (SQLSTATE 22012). It runs outside a transaction, so what it did until then stays. Nothing was run now. Look at what is there of it, then run it again with "dbmig upgrade head --retry", or, if all of it is done, say so with "dbmig resolve bbb2 --applied", or, if nothing of it is left, with "dbmig resolve bbb2 --rolled-back".`,
    )
    expect(error.detail).toBe('The statement that failed: select 1 / count(*) from a')
    expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up failed'])
  })

  test('stops a dry run, a downgrade, and a run that would not come by it, too', async () => {
    const { project } = await useFailed()
    const dry = await failureOf(upgrade(project, { target: 'head', dryRun: true }))
    expect(dry.code).toBe('RUNNER_UNFINISHED')
    const down = await failureOf(downgrade(project, { target: 'base' }))
    expect(down.message).toContain('run it again with "dbmig upgrade bbb2 --retry"')
    const other = await failureOf(upgrade(project, { target: 'aaa1' }))
    expect(other.message).toContain('run it again with "dbmig upgrade bbb2 --retry"')
  })

  test('runs again with retry, and what follows it runs after', async () => {
    const { database, project } = await useFailed()
    await database.query('insert into a values (1)')
    expect(await upgrade(project, { target: 'head', retry: true })).toMatchObject({ heads: ['ccc3'] })
    expect(await ledgerOf(database)).toEqual(['aaa1 applied', 'bbb2 applied', 'ccc3 applied'])
  })

  test('may fail again', async () => {
    const { database, project } = await useFailed()
    expect((await failureOf(upgrade(project, { target: 'head', retry: true }))).code).toBe(
      'RUNNER_REVISION_FAILED',
    )
    expect(await ledgerOf(database)).toEqual(['aaa1 applied', 'bbb2 failed'])
    expect((await failureOf(upgrade(project, { target: 'head' }))).code).toBe('RUNNER_UNFINISHED')
  })

  test('is undone by a downgrade with retry', async () => {
    const { database, project } = await useFailed()
    expect(await downgrade(project, { target: 'aaa1', retry: true })).toMatchObject({ heads: ['aaa1'] })
    expect(await ledgerOf(database)).toEqual(['aaa1 applied'])
  })

  test('is not passed over by a retry that does not come by it', async () => {
    const { project } = await useFailed()
    const error = await failureOf(upgrade(project, { target: 'aaa1', retry: true }))
    expect(error.code).toBe('RUNNER_UNFINISHED')
    expect(error.message).toContain('run it again with "dbmig upgrade bbb2 --retry"')
  })

  test('is applied when somebody says so, and the log has it', async () => {
    const { database, project } = await useFailed()
    expect(await resolve(project, { target: 'bb', applied: true })).toEqual({
      revision: 'bbb2',
      message: 'revision bbb2',
      resolved: 'applied',
      invalidIndexes: [],
      heads: ['bbb2'],
    })
    expect(await ledgerOf(database)).toEqual(['aaa1 applied', 'bbb2 applied'])
    expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up failed', 'bbb2 stamp stamped'])
    expect(await upgrade(project, { target: 'head' })).toMatchObject({ steps: [{ revision: 'ccc3' }] })
  })

  test('never ran when somebody says so, and runs with the next upgrade', async () => {
    const { database, project } = await useFailed()
    expect(await resolve(project, { target: 'bbb2', rolledBack: true })).toMatchObject({
      resolved: 'rolled back',
      heads: ['aaa1'],
    })
    expect(await ledgerOf(database)).toEqual(['aaa1 applied'])
    expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up failed', 'bbb2 stamp unstamped'])
    await database.query('insert into a values (1)')
    expect(await upgrade(project, { target: 'head' })).toMatchObject({ heads: ['ccc3'] })
  })
})

test('a revision that failed on the way down stops what follows, and was applied all the time if that is said', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [first, second])
  await upgrade(project, { target: 'aaa1' })
  await database.query('insert into a values (1)')
  await upgrade(project, { target: 'head' })
  const applied = await database.query(`select applied_at from dbmig_version where revision = 'bbb2'`)
  const failure = await failureOf(downgrade(project, { target: 'base' }))
  expect(failure.message).toContain(
    'undo the rest by hand and say so with "dbmig resolve bbb2 --rolled-back", or bring back what is gone and say so with "dbmig resolve bbb2 --applied".',
  )
  const stopped = await failureOf(downgrade(project, { target: 'base' }))
  expect(stopped.message).toContain('so what it undid until then stays undone.')
  expect(stopped.message).toContain(
    'if all of the revision is there again, say so with "dbmig resolve bbb2 --applied", or, if nothing of the revision is left, with "dbmig resolve bbb2 --rolled-back".',
  )
  expect(stopped.message).toMatch(
    /failed on the way down, which began at .*run it again with "dbmig downgrade base --retry"/,
  )
  expect((await failureOf(upgrade(project, { target: 'head' }))).message).toContain(
    'run it again with "dbmig downgrade bbb2-1 --retry"',
  )
  await database.query('insert into a values (1)')
  await resolve(project, { target: 'bbb2', applied: true })
  const [now] = await database.query<{ same: boolean }>(
    `select abs(extract(epoch from applied_at - $1::timestamptz)) < 0.002 as same from dbmig_version where revision = 'bbb2'`,
    [applied[0]?.['applied_at']],
  )
  expect(now?.same).toBe(true)
  expect(await downgrade(project, { target: 'base' })).toMatchObject({ heads: [] })
})

test('a revision whose process was killed is said to have been', async () => {
  const { database, project } = await useFailed()
  await database.query(
    `update dbmig_version set status = 'running', attempt = attempt - 'error' - 'errorCode' - 'statement' - 'invalidIndexes'
     where revision = 'bbb2'`,
  )
  expect((await failureOf(upgrade(project, { target: 'head' }))).message).toMatch(
    /began on the way up at \d{4}-\S+ \S+ [+-]\d\d:\d\d \(\S+@\S+\) and did not end: that run was killed, or lost its connection\. It runs outside/,
  )
  await database.query('insert into a values (1)')
  expect(await upgrade(project, { target: 'head', retry: true })).toMatchObject({ heads: ['ccc3'] })
})

test('a revision that lost its connection says so, and the next run the ways on', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    { id: 'aaa1', outside: true, up: 'select pg_terminate_backend(pg_backend_pid())' },
  ])
  expect(await failureOf(upgrade(project, { target: 'head' }))).toMatchObject({
    code: 'RUNNER_CONNECTION_LOST',
    message: expect.stringMatching(
      /\(SQLSTATE 57P01\)\. It runs outside a transaction, so what it did until then stays; run again, and you are told the ways on\.$/,
    ),
  })
  expect((await failureOf(upgrade(project, { target: 'head' }))).message).toContain(
    'failed on the way up, which',
  )
})

test('a revision of which a script knows no more than that it began stops a run, too', async () => {
  const { database, project } = await useFailed()
  await database.query(`update dbmig_version set status = 'running', attempt = null where revision = 'bbb2'`)
  expect((await failureOf(upgrade(project, { target: 'head' }))).message).toContain(
    'began and did not end: whatever ran it was ended.',
  )
})

test('a stamp makes a half-way revision applied at or below its target, and forgets it above', async () => {
  const { database, project } = await useFailed()
  expect(await stamp(project, { targets: ['head'] })).toMatchObject({
    steps: [
      { revision: 'bbb2', direction: 'up' },
      { revision: 'ccc3', direction: 'up' },
    ],
    heads: ['ccc3'],
  })
  expect(await ledgerOf(database)).toEqual(['aaa1 applied', 'bbb2 applied', 'ccc3 applied'])
  await database.query(`update dbmig_version set status = 'failed' where revision = 'ccc3'`)
  await stamp(project, { targets: ['bbb2'] })
  expect(await ledgerOf(database)).toEqual(['aaa1 applied', 'bbb2 applied'])
})

describe('resolve', () => {
  test('takes a revision without a file', async () => {
    const { database, project } = await useFailed()
    await database.query(`update dbmig_version set revision = 'gone9' where revision = 'bbb2'`)
    expect(await resolve(project, { target: 'gone9', rolledBack: true })).toMatchObject({ heads: ['aaa1'] })
  })

  test('refuses what is not half-way, and says what is', async () => {
    const { database, project } = await useFailed()
    expect(await failureOf(resolve(project, { target: 'aaa1', applied: true }))).toMatchObject({
      code: 'RUNNER_NOT_UNFINISHED',
      message:
        'Revision aaa1 is applied in full, not half-way. Half-way: bbb2; "dbmig stamp" sets what else the ledger says.',
    })
    expect((await failureOf(resolve(project, { target: 'x', applied: true }))).message).toBe(
      'No id of a revision that is half-way begins with "x". Half-way: bbb2; "dbmig stamp" sets what else the ledger says.',
    )
    await database.query(
      `insert into dbmig_version (revision, down_revisions, depends_on, message, status) values ('bbb3', '{}', '{}', '', 'failed')`,
    )
    expect((await failureOf(resolve(project, { target: 'bb', applied: true }))).message).toBe(
      '"bb" is the beginning of several revisions that are half-way: bbb2, bbb3. Write more of the id.',
    )
  })

  test('must be told one of the two', async () => {
    const { project } = await useFailed()
    for (const both of [true, false])
      expect(
        await failureOf(resolve(project, { target: 'bbb2', applied: both, rolledBack: both })),
      ).toMatchObject({
        exitCode: 2,
        message:
          'Say what the database is at: --applied (from code `applied: true`) if all of the revision is there, --rolled-back (`rolledBack: true`) if nothing of it is left, whichever way it was going.',
      })
  })
})

describe('an index that a broken build left invalid', () => {
  const unique = {
    id: 'bbb2',
    outside: true,
    up: 'create unique index concurrently if not exists a_id on a (id)',
    undo: 'drop index concurrently if exists a_id',
  }

  async function validity(database: TestDatabase) {
    return database.query(
      `select c.relname::text as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indrelid = 'a'::regclass order by 1`,
    )
  }

  async function useBroken() {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, unique])
    await upgrade(project, { target: 'aaa1' })
    await database.query('insert into a values (1), (1)')
    // Somebody's own trouble from before.
    await failureOf(database.query('create unique index concurrently a_before on a (id)'))
    const error = await failureOf(upgrade(project, { target: 'head' }))
    return { database, project, error }
  }

  test('is named by the failure and by the next run', async () => {
    const { project, error } = await useBroken()
    expect(error.detail).toContain('The index public.a_id on a was left invalid; --retry drops it first.')
    expect((await failureOf(upgrade(project, { target: 'head' }))).detail).toBe(
      'The statement that failed: create unique index concurrently if not exists a_id on a (id)\nIt left the index public.a_id on a invalid; --retry on the way up drops it first.',
    )
  })

  test('is dropped before a retry, which would keep it, and no other is', async () => {
    const { database, project } = await useBroken()
    await database.query('delete from a')
    for (const sql of [true, false]) {
      const { steps } = await upgrade(project, { target: 'head', retry: true, dryRun: true, sql })
      expect(steps[0]?.drops).toEqual(['public.a_id'])
      if (sql) expect(steps[0]?.preview?.statements[0]).toBe('drop index concurrently if exists public.a_id')
    }
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toEqual([
      { name: 'a_before', valid: false },
      { name: 'a_id', valid: true },
    ])
  })

  test('is found also where the failure could not be recorded', async () => {
    const { database, project } = await useBroken()
    await database.query(
      `update dbmig_version set status = 'running', attempt = attempt - 'error' - 'invalidIndexes' - 'statement' where revision = 'bbb2'`,
    )
    // On a table that the revision does not name, so it is not of it.
    await database.query('create table other (n int); insert into other values (1), (1)')
    await failureOf(database.query('create unique index concurrently other_n on other (n)'))
    expect((await failureOf(upgrade(project, { target: 'head' }))).detail).toBe(
      'It left the index public.a_id on a invalid; --retry on the way up drops it first.',
    )
    await database.query('delete from a')
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toContainEqual({ name: 'a_id', valid: true })
    expect(await database.query(`select to_regclass('other_n')::text as name`)).toEqual([{ name: 'other_n' }])
  })

  test('is named by resolve, which leaves it', async () => {
    const { project } = await useBroken()
    expect(await resolve(project, { target: 'bbb2', rolledBack: true })).toMatchObject({
      invalidIndexes: ['public.a_id'],
    })
  })

  test('is not taken for the index that a revision makes if there is none', async () => {
    const { database, project } = await useBroken()
    await resolve(project, { target: 'bbb2', rolledBack: true })
    await database.query('delete from a')
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error).toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
      message: expect.stringMatching(
        /failed on the way up: it ended without an error, but the index public\.a_id on a is invalid: no query uses it\. .* Run it again with --retry once you did this: drop index concurrently public\.a_id, or undo what it did/,
      ),
    })
    expect(await ledgerOf(database)).toEqual(['aaa1 applied', 'bbb2 failed'])
    await database.query('drop index concurrently public.a_id')
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toContainEqual({ name: 'a_id', valid: true })
  })

  test('is dropped by a retry where the revision has caught the failure of its build', async () => {
    const database = await useTestDatabase()
    const up = "js:await run(db, 'create unique index concurrently a_id on a (id)').catch(() => {})"
    const project = await useProject(database.url, [first, { ...unique, up }])
    await upgrade(project, { target: 'aaa1' })
    await database.query('insert into a values (1), (1)')
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.message).toContain('the index public.a_id on a is invalid: no query uses it.')
    expect(error.message).toContain('Run it again with --retry once that can go well')
    expect(error.detail).toContain('The index public.a_id on a was left invalid; --retry drops it first.')
    await database.query('delete from a')
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toEqual([{ name: 'a_id', valid: true }])
  })

  test('of a reindex is found, too', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      first,
      { id: 'bbb2', outside: true, up: 'reindex index concurrently a_id' },
    ])
    await upgrade(project, { target: 'aaa1' })
    await database.query(
      `create table f (v int); insert into f values (1);
       create function fails(int) returns int language sql immutable as 'select $1 / v from public.f';
       create index a_id on a (fails(id)); insert into a values (1); update f set v = 0`,
    )
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.detail).toContain('The index public.a_id_ccnew on a was left invalid')
    await database.query('update f set v = 1')
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toEqual([{ name: 'a_id', valid: true }])
  })

  test('of a reindex that broke when the new index was in its place is the old one', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      first,
      {
        ...{ id: 'bbb2', outside: true, config: `statementTimeout: '700ms'` },
        up: 'reindex index concurrently a_id',
      },
    ])
    await upgrade(project, { target: 'aaa1' })
    await database.query('create index a_id on a (id)')
    // The old index goes when nobody can use it any more.
    await database.query('begin')
    await database.query('select * from a')
    const error = await failureOf(upgrade(project, { target: 'head' }))
    await database.query('commit')
    expect(error.detail).toContain(
      'The index public.a_id_ccold on a was left invalid; --retry drops it first.',
    )
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toEqual([{ name: 'a_id', valid: true }])
  })

  test('by a broken drop is left to the drop that runs again', async () => {
    const database = await useTestDatabase()
    const dropped = { id: 'bbb2', outside: true, up: 'drop index concurrently a_id' }
    const project = await useProject(database.url, [first, dropped], { statementTimeout: '300ms' })
    await upgrade(project, { target: 'aaa1' })
    await database.query('create index a_id on a (id)')
    const reader = await openSession(database.url)
    await reader.query('begin')
    await reader.query('select * from a')
    const error = await failureOf(upgrade(project, { target: 'head' }))
    await reader.close()
    expect(error.message).toContain('canceling statement due to statement timeout')
    expect(await validity(database)).toEqual([{ name: 'a_id', valid: false }])
    expect(error.detail).not.toContain('left invalid')
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toEqual([])
  })

  test('is told of when a retry drops it, and an interruption says what may be left', async () => {
    const { database, project } = await useBroken()
    const reader = await openSession(database.url)
    await reader.query('begin')
    await reader.query('select * from a')
    const controller = new AbortController()
    const events: string[] = []
    const error = await failureOf(
      upgrade(project, {
        target: 'head',
        retry: true,
        signal: controller.signal,
        onEvent(event) {
          if ('revision' in event) events.push(event.type)
          if (event.type === 'drop-index') expect(event.invalid).toBe('public.a_id')
          if (event.type === 'server-progress') controller.abort()
        },
      }),
    )
    await reader.close()
    expect(events).toEqual(['start', 'drop-index', 'statement', 'server-progress', 'failed'])
    expect(error).toMatchObject({
      code: 'RUNNER_INTERRUPTED',
      message: expect.stringMatching(
        /^Interrupted while the index public\.a_id was being dropped, which revision bbb2 .* left invalid: it may be half dropped\. The revision was not run again; --retry drops what is there of the index\.$/,
      ),
    })
    await database.query('delete from a')
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toContainEqual({ name: 'a_id', valid: true })
  })

  test('is not touched while another session rebuilds it', async () => {
    const { database, project } = await useBroken()
    await database.query('delete from a')
    const reader = await openSession(database.url)
    await reader.query('begin')
    await reader.query('select * from a')
    await reader.query('insert into a values (2)')
    const builder = await openSession(database.url)
    const rebuilt = builder.execute('reindex index concurrently a_id')
    await expect
      .poll(() => database.query('select 1 from pg_stat_progress_create_index'), { timeout: 10_000 })
      .toHaveLength(1)
    const error = await failureOf(upgrade(project, { target: 'head', retry: true }))
    expect(error.message).toMatch(
      /left the index public\.a_id invalid, and process \d+ is building an index on its table now, perhaps this one; nothing was run\. Wait for that, then retry\./,
    )
    await reader.query('commit')
    await rebuilt
    await Promise.all([reader.close(), builder.close()])
    await upgrade(project, { target: 'head', retry: true })
    expect(await validity(database)).toContainEqual({ name: 'a_id', valid: true })
  })
})

describe('a ledger that an older dbmig has made', () => {
  test('gets what it lacks', async () => {
    const { database, project } = await useFailed()
    await database.query('alter table dbmig_version drop column attempt')
    await failureOf(upgrade(project, { target: 'head' }))
    await database.query('insert into a values (1)')
    expect(await upgrade(project, { target: 'head', retry: true })).toMatchObject({ heads: ['ccc3'] })
  })

  test('is not queued for behind who reads it, but tried again', async () => {
    const { database, project } = await useFailed()
    await database.query('alter table dbmig_version drop column attempt; insert into a values (1)')
    const reader = await openSession(database.url)
    await reader.execute('begin; select from dbmig_version')
    const impatient = { ...project, lockTimeout: '50ms' }
    expect(await failureOf(upgrade(impatient, { target: 'head', retry: true }))).toMatchObject({
      code: 'LEDGER_BUSY',
      message: expect.stringContaining(
        'did not get its lock, since other sessions read it; nothing was done.',
      ),
    })
    setTimeout(() => void reader.execute('commit'), 300)
    const patient = { ...impatient, retries: 50 }
    expect(await upgrade(patient, { target: 'head', retry: true })).toMatchObject({ heads: ['ccc3'] })
    await reader.close()
  })

  test('is updated by its owner alone, and others are told', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first])
    await ensureVersion(project)
    await database.query('alter table dbmig_version drop column attempt')
    const role = await useTestRole(database)
    await database.query(
      `grant select, insert, update, delete on dbmig_version, dbmig_log to ${role.name}; grant all on schema public to ${role.name}`,
    )
    const other = await useProject(role.url, [first])
    expect(await failureOf(upgrade(other, { target: 'head' }))).toMatchObject({
      code: 'LEDGER_OUTDATED',
      message:
        'An older dbmig has made the ledger "public"."dbmig_version", and the role may not add what this one needs (must be owner of table dbmig_version); nothing was done. Let the owner of the ledger run dbmig ensure-version, or: alter table "public"."dbmig_version" add column if not exists attempt jsonb;',
    })
    await ensureVersion(project)
    expect(await upgrade(other, { target: 'head' })).toMatchObject({ heads: ['aaa1'] })
    await database.query(`drop table a; drop owned by ${role.name}`)
  })
})
