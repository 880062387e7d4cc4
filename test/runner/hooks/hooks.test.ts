import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { RunHooks } from '../../../src/config/run-hooks.ts'
import type { DbmigError } from '../../../src/errors.ts'
import { downgrade } from '../../../src/runner/downgrade.ts'
import { upgrade } from '../../../src/runner/upgrade.ts'
import { useTestDatabase, useTestRole } from '../../support/database.ts'
import { type RevisionSource, useProject } from '../helpers.ts'

const first = { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' }
const second = { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b' }
const broken = { id: 'bbb2', up: 'create table b (id itn)' }
const index = {
  id: 'bbb2',
  outside: true,
  up: 'create index concurrently a_id on a (id)',
  undo: 'drop index concurrently a_id',
}

async function useHooks(runHooks: RunHooks, revisions: readonly RevisionSource[] = [first, second]) {
  const database = await useTestDatabase()
  return { database, project: await useProject(database.url, revisions, { runHooks }) }
}

async function failureOf(work: Promise<unknown>): Promise<DbmigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: DbmigError) => error,
  )
}

const insertNote = (text: string) => sql`insert into note values (${text}, pg_current_xact_id()::text)`

describe('the hooks of a run', () => {
  test('are called in their order, and know what they are called for', async () => {
    const calls: unknown[] = []
    const note =
      (name: string) =>
      ({ db, ...given }: { readonly db: unknown }) => {
        calls.push([name, given])
      }
    const { project } = await useHooks({
      beforeRun: note('beforeRun'),
      beforeRevision: note('beforeRevision'),
      afterRevision: note('afterRevision'),
      afterRun: note('afterRun'),
    })
    await upgrade({ ...project, name: 'shop' }, { target: 'head' })
    await downgrade({ ...project, name: 'shop' }, { target: 'aaa1' })
    const one = (revision: string, direction: string, more = {}) => ({
      revision,
      message: `revision ${revision}`,
      path: expect.stringContaining(revision),
      direction,
      ...more,
    })
    const where = { address: expect.stringMatching(/^postgres:/), database: 'shop' }
    const durationMs = expect.any(Number)
    expect(calls).toEqual([
      ['beforeRun', { ...where, steps: [one('aaa1', 'up'), one('bbb2', 'up')] }],
      ['beforeRevision', one('aaa1', 'up', { ...where, index: 1, total: 2 })],
      ['afterRevision', one('aaa1', 'up', { ...where, index: 1, total: 2 })],
      ['beforeRevision', one('bbb2', 'up', { ...where, index: 2, total: 2 })],
      ['afterRevision', one('bbb2', 'up', { ...where, index: 2, total: 2 })],
      [
        'afterRun',
        { ...where, steps: [one('aaa1', 'up', { durationMs }), one('bbb2', 'up', { durationMs })] },
      ],
      ['beforeRun', { ...where, steps: [one('bbb2', 'down')] }],
      ['beforeRevision', one('bbb2', 'down', { ...where, index: 1, total: 1 })],
      ['afterRevision', one('bbb2', 'down', { ...where, index: 1, total: 1 })],
      ['afterRun', { ...where, steps: [one('bbb2', 'down', { durationMs })] }],
    ])
  })

  test('are not called where there is nothing to run, nor in a dry run', async () => {
    const calls: string[] = []
    const { project } = await useHooks({
      beforeRun: () => calls.push('beforeRun'),
      afterRun: () => calls.push('afterRun'),
    })
    await upgrade(project, { target: 'head', dryRun: true })
    expect(calls).toEqual([])
    await upgrade(project, { target: 'head' })
    await upgrade(project, { target: 'head' })
    expect(calls).toEqual(['beforeRun', 'afterRun'])
  })

  test('around a revision share its transaction', async () => {
    const { database, project } = await useHooks({
      beforeRun: ({ db }) => sql`create table note (text text, transaction text)`.execute(db),
      beforeRevision: ({ db, revision }) => insertNote(`before ${revision}`).execute(db),
      afterRevision: ({ db, revision }) => insertNote(`after ${revision}`).execute(db),
    })
    await upgrade(project, { target: 'head' })
    const notes = await database.query<{ text: string; transaction: string }>('select * from note')
    expect(notes.map(({ text }) => text)).toEqual(['before aaa1', 'after aaa1', 'before bbb2', 'after bbb2'])
    expect(new Set(notes.map(({ transaction }) => transaction)).size).toBe(2)
  })

  test('set a role for the revision, and the ledger is written by the role of the run', async () => {
    const { database, project } = await useHooks({
      beforeRevision: ({ db }) => sql`select set_config('role', ${role.name}, true)`.execute(db),
    })
    const role = await useTestRole(database)
    await database.query(`grant all on schema public to ${role.name}`)
    await upgrade(project, { target: 'head' })
    expect(
      await database.query(`select distinct tableowner from pg_tables where tablename in ('a', 'b')`),
    ).toEqual([{ tableowner: role.name }])
    await database.query(`drop owned by ${role.name}`)
  })

  test('around a revision outside a transaction run outside of one, too', async () => {
    const { database, project } = await useHooks(
      {
        beforeRun: ({ db }) => sql`create table note (text text, transaction text)`.execute(db),
        beforeRevision: ({ db, revision }) => insertNote(`before ${revision}`).execute(db),
        afterRevision: ({ db, revision }) => insertNote(`after ${revision}`).execute(db),
      },
      [first, index],
    )
    await upgrade(project, { target: 'head' })
    const notes = await database.query<{ transaction: string }>(
      `select transaction from note where text like '%bbb2'`,
    )
    expect(new Set(notes.map(({ transaction }) => transaction)).size).toBe(2)
  })

  test('before the run leave no setting behind', async () => {
    const { database, project } = await useHooks({
      beforeRun: ({ db }) => sql`set search_path to ''`.execute(db),
    })
    await upgrade(project, { target: 'head' })
    expect(await database.query(`select to_regclass('public.a')::text as a`)).toEqual([{ a: 'a' }])
  })
})

describe('a hook that fails', () => {
  const fails = () => {
    throw new Error('no such luck')
  }

  test('before the run keeps everything from running', async () => {
    const { database, project } = await useHooks({ beforeRun: fails })
    expect(await failureOf(upgrade(project, { target: 'head' }))).toMatchObject({
      code: 'RUNNER_HOOK_FAILED',
      exitCode: 1,
      message:
        'The hook beforeRun of the configuration failed: no such luck. No revision was run; correct the hook and run again.',
    })
    expect(await database.query('select 1 from dbmig_log')).toEqual([])
  })

  test.each(['beforeRevision', 'afterRevision'])('as %s takes the revision along', async (name) => {
    const { database, project } = await useHooks({
      [name]: ({ revision }: { revision: string }) => revision === 'bbb2' && fails(),
    })
    expect(await failureOf(upgrade(project, { target: 'head' }))).toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
      message: `Revision bbb2 (${project.migrations[0]}/1_bbb2.mjs) failed on the way up, in the hook ${name} of the configuration: no such luck. Nothing of it remains; correct the hook and run again.`,
    })
    expect(await database.query(`select to_regclass('a')::text as a, to_regclass('b')::text as b`)).toEqual([
      { a: 'a', b: null },
    ])
    expect(await database.query('select outcome from dbmig_log order by id')).toEqual([
      { outcome: 'applied' },
      { outcome: 'failed' },
    ])
  })

  test('shows what PostgreSQL says of its SQL', async () => {
    const { project } = await useHooks({ beforeRun: ({ db }) => sql`select nix`.execute(db) })
    expect(await failureOf(upgrade(project, { target: 'head' }))).toMatchObject({
      message: expect.stringContaining('column "nix" does not exist (SQLSTATE 42703). No revision was run'),
      detail: expect.stringContaining('1 | select nix'),
    })
  })

  test('after the run says that all is done', async () => {
    const { database, project } = await useHooks({
      // What is thrown need not be an error.
      afterRun: () => Promise.reject('nobody listens'),
    })
    expect((await failureOf(upgrade(project, { target: 'head' }))).message).toBe(
      'The hook afterRun of the configuration failed: nobody listens. All that was to run is done and recorded (2 revisions).',
    )
    expect(await database.query('select 1 from dbmig_version')).toHaveLength(2)
  })

  test('is told when it leaves a transaction open', async () => {
    const { database, project } = await useHooks({
      beforeRun: ({ db }) => sql`begin; create table left_open ()`.execute(db),
    })
    expect((await failureOf(upgrade(project, { target: 'head' }))).message).toBe(
      'The hook beforeRun of the configuration began a transaction and did not end it, so it was rolled back. No revision was run; correct the hook and run again.',
    )
    expect(await database.query(`select to_regclass('left_open') as it`)).toEqual([{ it: null }])
  })
})

test('a connection that is lost while no revision runs is told of in a sentence', async () => {
  const { database, project } = await useHooks({
    beforeRun: () =>
      database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'dbmig'`,
      ),
  })
  expect(await failureOf(upgrade(project, { target: 'head' }))).toMatchObject({
    code: 'DATABASE_CONNECTION_LOST',
    message: expect.stringMatching(
      /^The connection to database "\S+" on \S+ was lost: terminating connection due to administrator command \(SQLSTATE 57P01\); PostgreSQL undoes what was not committed, so run the command again\.$/,
    ),
  })
})

describe('onError', () => {
  test('is told what failed, after it was undone', async () => {
    const seen: unknown[] = []
    const { database, project } = await useHooks(
      {
        async onError({ db, error, revision }) {
          if (db === null) throw new Error('no connection')
          await sql`create table told as select ${(error as DbmigError).code}::text as code`.execute(db)
          seen.push(revision)
        },
      },
      [first, broken],
    )
    expect((await failureOf(upgrade(project, { target: 'head' }))).code).toBe('RUNNER_REVISION_FAILED')
    expect(seen).toMatchObject([{ revision: 'bbb2', direction: 'up' }])
    expect(await database.query('select code from told')).toEqual([{ code: 'RUNNER_REVISION_FAILED' }])
  })

  test('is told also of what stops a run before any revision', async () => {
    const seen: unknown[] = []
    const { project } = await useHooks({ onError: ({ revision }) => seen.push(revision) }, [
      first,
      { ...second, outside: true, up: 'select 1/0' },
    ])
    await failureOf(upgrade(project, { target: 'head' }))
    expect((await failureOf(upgrade(project, { target: 'head' }))).code).toBe('RUNNER_UNFINISHED')
    expect(seen).toMatchObject([{ revision: 'bbb2' }, null])
  })

  test('does not hide the error when it fails itself', async () => {
    const { project } = await useHooks(
      {
        onError: () => {
          throw new Error('the pager is down')
        },
      },
      [first, broken],
    )
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error).toMatchObject({ code: 'RUNNER_REVISION_FAILED', exitCode: 1 })
    expect(error.message).toContain('type "itn" does not exist')
    expect(error.detail).toMatch(
      /\nThe hook onError of the configuration failed as well: the pager is down\.$/,
    )
  })

  test('gets no database where the connection is lost', async () => {
    const seen: unknown[] = []
    const { project } = await useHooks({ onError: ({ db }) => seen.push(db) }, [
      { ...first, up: 'select pg_terminate_backend(pg_backend_pid())' },
    ])
    expect((await failureOf(upgrade(project, { target: 'head' }))).code).toBe('RUNNER_CONNECTION_LOST')
    expect(seen).toEqual([null])
  })

  test('does not hold up a run that was interrupted', async () => {
    const controller = new AbortController()
    const { project } = await useHooks(
      {
        beforeRevision: ({ db }) => {
          controller.abort()
          return sql`select pg_sleep(60)`.execute(db)
        },
        onError: () => sleep(60_000, undefined, { ref: false }),
      },
      [first],
    )
    const begin = performance.now()
    const error = await failureOf(upgrade(project, { target: 'head', signal: controller.signal }))
    expect(error.code).toBe('RUNNER_INTERRUPTED')
    expect(performance.now() - begin).toBeLessThan(5000)
  })
})

describe('a statement that a hook does not wait for', () => {
  test('fails the run before any revision, where it is on its way when beforeRun returns', async () => {
    const { database, project } = await useHooks({
      beforeRun: ({ db }) => {
        void sql`create table note (text text)`.execute(db)
      },
    })
    expect(await failureOf(upgrade(project, { target: 'head' }))).toMatchObject({
      code: 'RUNNER_NOT_AWAITED',
      message:
        'The hook beforeRun of the configuration returned without waiting for a statement that it had started: create table note (text text). Put `await` before it. No revision was run; correct the hook and run again.',
    })
    expect(await database.query(`select to_regclass('a') as a`)).toEqual([{ a: null }])
  })

  test('never gets into the transaction of a revision', async () => {
    const { database, project } = await useHooks(
      {
        beforeRun: ({ db }) => {
          void sleep(50).then(() => sql.raw('create table late (id int); commit').execute(db))
        },
      },
      [{ id: 'aaa1', up: 'create table a (id int); select pg_sleep(0.3)' }, second],
    )
    expect(await failureOf(upgrade(project, { target: 'head' }))).toMatchObject({
      code: 'RUNNER_NOT_AWAITED',
      message:
        'The hook beforeRun of the configuration sent a statement after it had returned, and that did not run: create table late (id int); commit. Put `await` before what sends it, and run by hand what is missing in this database.',
    })
    expect(await database.query(`select to_regclass('late') as late, to_regclass('b') as b`)).toEqual([
      { late: null, b: null },
    ])
  })

  test('is refused when it comes after afterRun or onError', async () => {
    for (const hook of ['afterRun', 'onError'] as const) {
      let refused: Promise<unknown> | undefined
      const { project } = await useHooks(
        {
          [hook]: ({ db }: Parameters<NonNullable<RunHooks['afterRun']>>[0]) => {
            refused = sleep(20).then(() => sql`create table late (id int)`.execute(db))
            refused.catch(() => {})
          },
        },
        [first, hook === 'onError' ? broken : second],
      )
      await upgrade(project, { target: 'head' }).catch(() => {})
      await expect(refused).rejects.toMatchObject({
        code: 'RUNNER_NOT_AWAITED',
        message: expect.stringContaining(`The hook ${hook} of the configuration sent a statement after`),
      })
    }
  })
})
