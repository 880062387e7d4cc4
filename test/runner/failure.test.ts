import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import type { DbmigError } from '../../src/errors.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { readRevisions } from '../../src/runner/project.ts'
import { type RunOptions, runMigrations } from '../../src/runner/run.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { type RevisionSource, useProject } from './helpers.ts'

const first = { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' }

async function failureOf(work: Promise<unknown>): Promise<DbmigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: DbmigError) => error,
  )
}

async function useFailure(second: Omit<RevisionSource, 'id'>) {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [first, { id: 'bbb2', ...second }])
  const error = await failureOf(upgrade(project, { target: 'head' }))
  return { database, project, error, file: `${project.migrations[0]}/1_bbb2.mjs` }
}

/** What is there of the failed revision, and what the ledger and the log say. */
async function stateOf(database: TestDatabase) {
  const [tables] = await database.query<{ names: string }>(
    `select string_agg(relname, ',' order by relname) as names from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'dbmig%'`,
  )
  const rows = await database.query<{ row: string }>(
    `select revision || ' ' || status as row from dbmig_version order by 1`,
  )
  const log = await database.query<{ row: string }>(
    `select concat_ws(' ', revision, direction, outcome, error_code) as row from dbmig_log order by id`,
  )
  return { tables: tables?.names, ledger: rows.map(({ row }) => row), log: log.map(({ row }) => row) }
}

async function locksOf(database: TestDatabase): Promise<unknown[]> {
  return database.query(
    `select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
  )
}

const leftNothing = {
  tables: 'a',
  ledger: ['aaa1 applied'],
  log: ['aaa1 up applied', 'bbb2 up failed 42704'],
}

describe('a revision that fails half-way', () => {
  test('leaves nothing, is logged, and the message says where and what to do', async () => {
    const { database, error, file } = await useFailure({
      up: 'create table b (id int); create table c (\n  id itn)',
    })
    expect(error).toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
      exitCode: 1,
      message: `Revision bbb2 (${file}) failed on the way up: type "itn" does not exist (SQLSTATE 42704). Nothing of it remains; correct the file and run again.`,
    })
    expect(error.detail).toMatch(
      /^2 \| {3}id itn\)\n {9}\^\nat .*1_bbb2\.mjs:12\n12 \| {3}return await db\.getExecutor/,
    )
    expect(await stateOf(database)).toEqual(leftNothing)
    expect(await locksOf(database)).toEqual([])
  })

  test('leaves nothing when it throws in JavaScript', async () => {
    const { database, error, file } = await useFailure({
      up: `js:await run(db, 'create table b (id int)'); throw new Error('no such luck')`,
    })
    expect(error.message).toBe(
      `Revision bbb2 (${file}) failed on the way up: no such luck. Nothing of it remains; correct the file and run again.`,
    )
    expect(error.detail).toMatch(new RegExp(`^at ${file}:\\d+\\n\\d+ \\|   await run`))
    expect(await stateOf(database)).toMatchObject({ tables: 'a', log: ['aaa1 up applied', 'bbb2 up failed'] })
  })

  test('leaves nothing when the commit fails', async () => {
    const { database, error } = await useFailure({
      up: `create table b (id int primary key, up int references b deferrable initially deferred); insert into b values (1, 2)`,
    })
    expect(error.message).toContain(
      'violates foreign key constraint "b_up_fkey" (SQLSTATE 23503). Nothing of it remains',
    )
    expect(await stateOf(database)).toMatchObject({
      tables: 'a',
      log: ['aaa1 up applied', 'bbb2 up failed 23503'],
    })
  })

  test('leaves all of it when the way down fails', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      first,
      { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b; drop table nix' },
    ])
    await upgrade(project, { target: 'head' })
    const error = await failureOf(downgrade(project, { target: 'base' }))
    expect(error.message).toContain('failed on the way down: table "nix" does not exist (SQLSTATE 42P01).')
    expect(await stateOf(database)).toMatchObject({ tables: 'a,b', ledger: ['aaa1 applied', 'bbb2 applied'] })
  })

  test('takes the whole run along when the run is one transaction', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, { id: 'bbb2', up: 'select 1/0' }], {
      transaction: 'run',
    })
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.message).toContain('Nothing of this run remains; correct the file and run again.')
    expect(await stateOf(database)).toEqual({ tables: null, ledger: [], log: ['bbb2 up failed 22012'] })
  })

  test('on an embedded database, too, says so', async () => {
    const project = await useProject('pglite:memory', [{ id: 'bbb2', up: 'create table c (id itn)' }])
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.message).toContain('type "itn" does not exist (SQLSTATE 42704). Nothing of it remains')
    expect(error.detail).toContain('1 | create table c (id itn)')
  })
})

describe('the advice on a failure', () => {
  test('of a timeout names the setting, and blames no file', async () => {
    const { error } = await useFailure({ up: `set local statement_timeout to '10ms'; select pg_sleep(5)` })
    expect(error.message).toMatch(
      /\(SQLSTATE 57014\)\. Nothing of it remains; give it longer with --statement-timeout, or in the file with export const config = \{ statementTimeout: '10min' \}, and run again\.$/,
    )
  })

  test('of a statement that runs in no transaction names the setting of the file', async () => {
    for (const up of ['create index concurrently i on a (id)', 'vacuum a']) {
      const { error } = await useFailure({ up: `js:await run(db, '${up}')` })
      expect(error.message).toMatch(
        /\(SQLSTATE 25001\)\. Nothing of it remains; put export const config = \{ transaction: false \} into the file, so that it runs outside a transaction, and run again\.$/,
      )
    }
  })

  test('of a way down says that the revision is there as before', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [{ ...first, undo: 'drop table nix' }])
    await upgrade(project, { target: 'head' })
    const error = await failureOf(downgrade(project, { target: 'base' }))
    expect(error.message).toMatch(
      /\(SQLSTATE 42P01\)\. All of the revision is there as it was before, and it is still applied; correct the file and run again\.$/,
    )
  })
})

describe('a revision that meddles with its transaction', () => {
  test('is told when it commits', async () => {
    const { database, error, file } = await useFailure({
      up: 'create table b (id int); commit; create table c (id int)',
    })
    expect(error).toMatchObject({
      code: 'RUNNER_TRANSACTION_ENDED',
      message: `Revision bbb2 (${file}) ended dbmig's transaction itself (a commit or rollback in its SQL), so it is not recorded, and what it committed stays. Undo that, and take the commit out of the file or export const config = { transaction: false }.`,
    })
    expect(await stateOf(database)).toMatchObject({
      tables: 'a,b,c',
      ledger: ['aaa1 applied'],
      log: ['aaa1 up applied', 'bbb2 up failed'],
    })
  })

  test('is told when it commits and begins another', async () => {
    const { error } = await useFailure({
      up: 'create table b (id int); commit; begin; create table c (id int)',
    })
    expect(error.code).toBe('RUNNER_TRANSACTION_ENDED')
  })

  test('is told when it commits and fails then', async () => {
    const { error } = await useFailure({
      up: `js:await run(db, 'create table b (id int); commit'); await run(db, 'select 1/0')`,
    })
    expect(error.code).toBe('RUNNER_TRANSACTION_ENDED')
    expect(error.message).toContain('Then it failed: division by zero (SQLSTATE 22012).')
  })

  test('is told when it catches an error of PostgreSQL and goes on', async () => {
    const { database, error, file } = await useFailure({
      up: `js:await run(db, 'create table b (id int)'); await run(db, 'select 1/0').catch(() => {})`,
    })
    expect(error).toMatchObject({
      code: 'RUNNER_ERROR_SWALLOWED',
      message: `Revision bbb2 (${file}) caught the error of a statement and went on, but PostgreSQL had given up the transaction. Nothing of it remains; let the error through, or use a savepoint.`,
    })
    expect(await stateOf(database)).toMatchObject({ tables: 'a', ledger: ['aaa1 applied'] })
  })

  test('may use savepoints', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      {
        id: 'aaa1',
        up: `js:await run(db, 'savepoint s'); await run(db, 'select 1/0').catch(() => {}); await run(db, 'rollback to s'); await run(db, 'create table a (id int)')`,
      },
    ])
    await upgrade(project, { target: 'head' })
    expect(await stateOf(database)).toMatchObject({ tables: 'a', ledger: ['aaa1 applied'] })
  })
})

describe('a revision outside a transaction', () => {
  const index = {
    outside: true,
    up: 'create index concurrently a_id on a (id)',
    undo: 'drop index concurrently a_id',
  }

  test('runs up and down', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, { id: 'bbb2', ...index }])
    await upgrade(project, { target: 'head' })
    expect(await stateOf(database)).toMatchObject({ ledger: ['aaa1 applied', 'bbb2 applied'] })
    await downgrade(project, { target: 'aaa1' })
    expect(await stateOf(database)).toMatchObject({
      ledger: ['aaa1 applied'],
      log: ['aaa1 up applied', 'bbb2 up applied', 'bbb2 down reverted'],
    })
  })

  test('that fails keeps a failed row, and runs again when that is asked for', async () => {
    const { database, project, error, file } = await useFailure({
      outside: true,
      up: `js:await run(db, 'create table if not exists b (id int)'); await run(db, 'select 1 / count(*) from a')`,
    })
    expect(error.message).toBe(
      `Revision bbb2 (${file}) failed on the way up: division by zero (SQLSTATE 22012). It ran outside a transaction, so what ran before the error stays. Run it again with --retry once that can go well, or undo what it did, or do the rest of it, and say which with "dbmig resolve".`,
    )
    expect(await stateOf(database)).toEqual({
      tables: 'a,b',
      ledger: ['aaa1 applied', 'bbb2 failed'],
      log: ['aaa1 up applied', 'bbb2 up failed 22012'],
    })
    await database.query('insert into a values (1)')
    expect(await upgrade(project, { target: 'head', retry: true })).toMatchObject({
      steps: [{ revision: 'bbb2' }],
      heads: ['bbb2'],
    })
    expect(await stateOf(database)).toMatchObject({ ledger: ['aaa1 applied', 'bbb2 applied'] })
  })

  test('is told when it leaves a transaction open', async () => {
    const { database, error, file } = await useFailure({
      outside: true,
      up: 'begin; create table b (id int)',
    })
    expect(error).toMatchObject({
      code: 'RUNNER_TRANSACTION_OPEN',
      message: `Revision bbb2 (${file}) began a transaction on the way up and did not end it, so that was rolled back, and only what ran before it stays. Add the commit to the file, and run it again with --retry once that can go well, or say with "dbmig resolve" what is there of it.`,
    })
    expect(await stateOf(database)).toMatchObject({ tables: 'a', ledger: ['aaa1 applied', 'bbb2 failed'] })
  })

  test('is refused before anything runs when the run is one transaction', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, { id: 'bbb2', ...index }], { transaction: 'run' })
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error).toMatchObject({
      code: 'RUNNER_TRANSACTION_MODE',
      message: `Revision bbb2 (${project.migrations[0]}/1_bbb2.mjs) runs outside a transaction, and the run is to be one transaction; nothing was run. Set transaction: 'revision' in dbmig.config.ts (the default) to run up to that revision and through it.`,
    })
    expect(await database.query(`select to_regclass('a') as a`)).toEqual([{ a: null }])
  })
})

test('a role without rights is told what it lacks, and nothing remains', async () => {
  const database = await useTestDatabase()
  const role = `${database.name}_poor`
  await database.query(
    `revoke create on schema public from public; create role ${role} login password 'hush'`,
  )
  onTestFinished(async () => {
    await database.query(`drop owned by ${role}`)
    await database.query(`drop role ${role}`)
  })
  const url = database.urlAs(role, 'hush')
  const without = await failureOf(upgrade(await useProject(url, [first]), { target: 'head' }))
  expect(without.code).toBe('LEDGER_FORBIDDEN')
  await upgrade(await useProject(database.url, [{ id: 'base0', up: 'select 1' }]), { target: 'head' })
  await database.query(`grant select, insert, update, delete on dbmig_version, dbmig_log to ${role}`)
  const error = await failureOf(
    upgrade(await useProject(url, [{ id: 'base0', up: 'select 1' }, first]), { target: 'head' }),
  )
  expect(error.code).toBe('RUNNER_NOT_ALLOWED')
  expect(error.message).toContain(`let one that may run: grant create on schema "public" to "${role}";`)
  expect(JSON.stringify([error.message, error.detail])).not.toContain('hush')
  expect(await stateOf(database)).toMatchObject({
    ledger: ['base0 applied'],
    log: ['base0 up applied'],
  })
})

describe('a run that is ended from outside', () => {
  async function running(database: TestDatabase): Promise<void> {
    await expect
      .poll(
        () =>
          database.query(
            `select 1 from pg_stat_activity where datname = current_database() and state = 'active' and query like '%pg_sleep(60)%'
               and pid <> pg_backend_pid()`,
          ),
        { timeout: 10_000 },
      )
      .toHaveLength(1)
  }

  const slow = { id: 'bbb2', up: 'create table b (id int); select pg_sleep(60)' }

  test('stops between revisions when the server ends its connection, and is logged all the same', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, slow])
    const failure = failureOf(upgrade(project, { target: 'head' }))
    await running(database)
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dbmig' and datname = current_database()`,
    )
    const error = await failure
    expect(error).toMatchObject({
      code: 'RUNNER_CONNECTION_LOST',
      message: `The connection was lost while revision bbb2 (${project.migrations[0]}/1_bbb2.mjs) ran up: terminating connection due to administrator command (SQLSTATE 57P01). PostgreSQL undoes what was not committed; run again.`,
    })
    expect(await stateOf(database)).toMatchObject({
      tables: 'a',
      ledger: ['aaa1 applied'],
      log: ['aaa1 up applied', 'bbb2 up failed 57P01'],
    })
    expect(await locksOf(database)).toEqual([])
  })

  /** The server ends the connection while it commits. */
  const dies = `create table b (id int);
    create function die() returns trigger language plpgsql as
      $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(5); return null; end $$;
    create constraint trigger die after insert on b deferrable initially deferred for each row execute function die();
    insert into b values (1)`

  test('asks the server what became of a commit that the connection did not survive', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, { id: 'bbb2', up: dies }])
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.code).toBe('RUNNER_CONNECTION_LOST')
    expect(error.message).toContain('PostgreSQL undoes what was not committed; run again.')
    expect(await stateOf(database)).toMatchObject({
      ledger: ['aaa1 applied'],
      log: ['aaa1 up applied', 'bbb2 up failed 57P01'],
    })
  })

  async function runLosing(
    statement: RegExp,
    options: Partial<RunOptions> = {},
    more: Partial<RevisionSource> = {},
  ) {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      first,
      { id: 'bbb2', up: 'create table b (id int)', ...more },
      { id: 'ccc3', up: 'create table c (id int)' },
    ])
    const revisions = await readRevisions(project)
    const done: string[] = []
    const run = runMigrations({
      session: losing(await openSession(database.url), statement),
      ...{ location: ledgerLocation(project), ...revisions },
      plan: () => [...revisions.graph.revisions.values()].map((revision) => ({ revision, direction: 'up' })),
      reopen: () => openSession(database.url),
      onEvent: (event) => event.type === 'done' && done.push(event.revision.revision),
      ...options,
    })
    return { database, project, run, done }
  }

  const all = { tables: 'a,b,c', log: ['aaa1 up applied', 'bbb2 up applied', 'ccc3 up applied'] }

  test('goes on over another connection where a commit went through without an answer', async () => {
    const { database, run, done } = await runLosing(/'bbb2'[\s\S]*commit\b/)
    expect(await run).toMatchObject({
      steps: [{ revision: 'aaa1' }, { revision: 'bbb2' }, { revision: 'ccc3' }],
      rows: [{ revision: 'aaa1' }, { revision: 'bbb2' }, { revision: 'ccc3' }],
    })
    expect(done).toEqual(['aaa1', 'bbb2', 'ccc3'])
    expect(await stateOf(database)).toMatchObject(all)
    expect(await locksOf(database)).toEqual([])
  })

  test('has succeeded where it was the last commit that got no answer, also of one transaction for all', async () => {
    const { database, run, done } = await runLosing(/'ccc3'[\s\S]*commit\b/, { transaction: 'run' })
    expect((await run).steps).toHaveLength(3)
    expect(done).toEqual(['aaa1', 'bbb2', 'ccc3'])
    expect(await stateOf(database)).toMatchObject(all)
  })

  test('goes on where a revision outside a transaction was recorded without an answer', async () => {
    const { database, run, done } = await runLosing(/\$1[\s\S]*'up', 'applied'/, {}, { outside: true })
    expect((await run).steps).toHaveLength(3)
    expect(done).toEqual(['aaa1', 'bbb2', 'ccc3'])
    expect(await stateOf(database)).toMatchObject(all)
  })

  test('says that a commit went through, and stops, where another run was faster', async () => {
    let asked = 0
    const { database, project, run, done } = await runLosing(/'bbb2'[\s\S]*commit\b/, {
      async reopen() {
        // The first connection asks what became of the commit.
        if (++asked === 2) await upgrade(project, { target: 'head' })
        return openSession(database.url)
      },
    })
    expect(await failureOf(run)).toMatchObject({
      code: 'RUNNER_CONNECTION_LOST',
      message: expect.stringContaining(
        'Connection terminated unexpectedly. It was committed and is recorded all the same; run again for what follows.',
      ),
    })
    expect(done).toEqual(['aaa1', 'bbb2'])
    expect(await stateOf(database)).toMatchObject(all)
  })

  test('logs nothing of a commit of which nobody knows what became', async () => {
    let asked = 0
    const { database, run } = await runLosing(/'bbb2'[\s\S]*commit\b/, {
      async reopen() {
        if (++asked === 1) throw new Error('The server is starting.')
        return openSession(database.url)
      },
    })
    expect((await failureOf(run)).message).toContain('Whether it was committed is not known')
    expect(await stateOf(database)).toMatchObject({ log: ['aaa1 up applied', 'bbb2 up applied'] })
  })

  test('does not claim to know what became of a commit where the server cannot be asked', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, { id: 'bbb2', up: dies }])
    const session = await openSession(project.url ?? '')
    const revisions = await readRevisions(project)
    const run = runMigrations({
      ...{ session, location: ledgerLocation(project), ...revisions },
      plan: () => [...revisions.graph.revisions.values()].map((revision) => ({ revision, direction: 'up' })),
      reopen: async () => {
        throw new Error('The server is starting.')
      },
    })
    const error = await failureOf(run)
    expect(error.message).toContain(
      'Whether it was committed is not known; look with "dbmig current", then run again.',
    )
    expect(await stateOf(database)).toMatchObject({ log: ['aaa1 up applied'] })
  })

  test('between two revisions goes on from there with the next run', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, { id: 'bbb2', up: 'select 1' }], {
      runHooks: {
        async beforeRun() {
          await database.query(
            `select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = 'dbmig' and datname = current_database()`,
          )
        },
      },
    })
    const error = await failureOf(upgrade(project, { target: 'head' }))
    expect(error.code).toMatch(/^(?:RUNNER|DATABASE)_CONNECTION_LOST$/)
    expect(error.message).toMatch(/^The connection/)
    expect((await upgrade({ ...project, runHooks: {} }, { target: 'head' })).heads).toEqual(['bbb2'])
  })

  test('stops between revisions when it is interrupted, cancels on the server, and says what is done', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, slow])
    const controller = new AbortController()
    const failure = failureOf(upgrade(project, { target: 'head', signal: controller.signal }))
    await running(database)
    controller.abort()
    const error = await failure
    expect(error).toMatchObject({
      code: 'RUNNER_INTERRUPTED',
      message: `Interrupted in revision bbb2 (${project.migrations[0]}/1_bbb2.mjs); 1 earlier step is done and recorded.`,
    })
    expect(await stateOf(database)).toMatchObject({
      tables: 'a',
      ledger: ['aaa1 applied'],
      log: ['aaa1 up applied', 'bbb2 up failed'],
    })
    expect(await database.query(`select error from dbmig_log where outcome = 'failed'`)).toEqual([
      { error: 'interrupted' },
    ])
    expect(await locksOf(database)).toEqual([])
  })

  test('is interrupted while the revision waits for something else than the database', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      first,
      {
        id: 'bbb2',
        up: `js:await run(db, 'create table b (id int)'); await new Promise((r) => setTimeout(r, 3000)); await run(db, 'create table late (id int)').catch(() => {})`,
      },
    ])
    const error = await failureOf(
      upgrade(project, {
        target: 'head',
        signal: AbortSignal.timeout(800),
      }),
    )
    expect(error.code).toBe('RUNNER_INTERRUPTED')
    await sleep(0)
    expect(await stateOf(database)).toMatchObject({ tables: 'a', ledger: ['aaa1 applied'] })
  })

  test('outside a transaction it is recorded as failed when it is interrupted', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      first,
      { id: 'bbb2', outside: true, up: 'select pg_sleep(60)' },
    ])
    const controller = new AbortController()
    const failure = failureOf(upgrade(project, { target: 'head', signal: controller.signal }))
    await running(database)
    controller.abort()
    expect((await failure).message).toContain(
      'runs outside a transaction: what it did so far stays, and it is recorded as failed. Run it again with --retry, or say with "dbmig resolve" what is there of it.',
    )
    expect(await stateOf(database)).toMatchObject({ ledger: ['aaa1 applied', 'bbb2 failed'] })
  })
})

/** A session whose connection breaks after the server has got a statement, and before its answer comes. */
function losing(session: Session, statement: RegExp): Session {
  let lost = false
  const through = <Arguments extends unknown[], Result>(call: (...given: Arguments) => Promise<Result>) => {
    return async (...given: Arguments): Promise<Result> => {
      if (lost) throw new Error('Connection terminated unexpectedly')
      const result = await call(...given)
      if (!statement.test([given[0]].flat().join(';\n'))) return result
      lost = true
      await session.close()
      throw new Error('Connection terminated unexpectedly')
    }
  }
  const { query, queryAll, execute } = session
  return {
    ...session,
    query: through(query) as Session['query'],
    queryAll: through(queryAll),
    execute: through(execute),
  }
}
