import { hostname, userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { readCatalog } from '../../../src/catalog/read.ts'
import type { Project } from '../../../src/config/config.ts'
import { openSession } from '../../../src/database/open.ts'
import { downgrade } from '../../../src/runner/downgrade.ts'
import { downgradeSql, stampSql, upgradeSql } from '../../../src/runner/offline/offline.ts'
import { stamp } from '../../../src/runner/stamp.ts'
import { upgrade } from '../../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../../support/database.ts'
import { psql, psqlPath, runScript } from '../../support/psql.ts'
import { type RevisionSource, useProject } from '../helpers.ts'

/** The schema, and the ledger and the log without times. */
async function stateOf(
  { url }: TestDatabase,
  { versionSchema = 'public', versionTable = 'dbmig_version' } = {},
) {
  const session = await openSession(url)
  try {
    const table = `"${versionSchema}"."${versionTable}"`
    const log = `"${versionSchema}"."${versionTable.replace(/_version$/, '')}_log"`
    return {
      catalog: await readCatalog(session, { schemas: ['*'], hiddenTables: [] }),
      rows: await session.query(
        `select revision, down_revisions, depends_on, message, checksum, applied_by, status,
           applied_at <= now() and duration_ms between 0 and 60000 as timed from ${table} order by revision`,
      ),
      log: await session.query(
        `select id, revision, direction, outcome, message, checksum, db_user, os_user, host, dbmig_version, error, error_code,
           started_at <= finished_at and finished_at <= now() and duration_ms between 0 and 60000 as timed from ${log} order by id`,
      ),
    }
  } finally {
    await session.close()
  }
}

async function mustRun(database: TestDatabase, script: string): Promise<void> {
  const { exitCode, stderr } = await runScript(database.url, script)
  expect(stderr.replaceAll(/^(?:psql:\S+ )?(?:NOTICE|WARNING): .*\n?/gm, '')).toBe('')
  expect(exitCode).toBe(0)
}

const offline = (project: Project): Project => ({ ...project, url: undefined })

const line: RevisionSource[] = [
  { id: 'a1', up: 'create table a (id int)', undo: 'drop table a' },
  {
    id: 'b2',
    up: "create table b (t text default 'x;'); comment on table b is 'it''s b' -- done",
    undo: 'drop table b',
  },
  {
    id: 'c3',
    up: 'create index concurrently a_id on a (id)',
    undo: 'drop index concurrently a_id',
    outside: true,
  },
]

test('a script does what upgrade does: the same schema, the same ledger, the same log', async () => {
  const [one, other] = [await useTestDatabase(), await useTestDatabase()]
  const project = await useProject(one.url, line)
  await upgrade(project, { target: 'heads' })
  const result = await upgradeSql(offline(project), { target: 'heads' })
  expect(result.steps.map(({ revision, direction }) => `${direction} ${revision}`)).toEqual([
    'up a1',
    'up b2',
    'up c3',
  ])
  expect(result.heads).toEqual(['c3'])
  await mustRun(other, result.script)
  const state = await stateOf(other)
  expect(state).toEqual(await stateOf(one))
  expect(state.log[0]).toMatchObject({ os_user: userInfo().username, host: hostname(), timed: true })

  await downgrade(project, { target: 'a1' })
  await mustRun(other, (await downgradeSql(offline(project), { target: 'c3:a1' })).script)
  expect(await stateOf(other)).toEqual(await stateOf(one))
})

test('a script with transaction: run is one transaction, and leaves the same', async () => {
  const [one, other] = [await useTestDatabase(), await useTestDatabase()]
  const project = await useProject(one.url, line.slice(0, 2), { transaction: 'run' })
  await upgrade(project, { target: 'head' })
  const { script } = await upgradeSql(offline(project), { target: 'head' })
  await mustRun(other, script)
  expect(await stateOf(other)).toEqual(await stateOf(one))
  expect(script.slice(script.indexOf('-- up a1')).match(/^(?:begin|commit);$/gm)).toEqual(['commit;'])

  const third = await useTestDatabase()
  await third.query('create table b (id int)')
  expect((await runScript(third.url, script)).exitCode).toBe(3)
  expect(await third.query(`select to_regclass('a') as a`)).toEqual([{ a: null }])
})

test('a script starts inside of the graph, where the range says', async () => {
  const [one, other] = [await useTestDatabase(), await useTestDatabase()]
  const project = await useProject(one.url, line)
  await upgrade(project, { target: 'head' })
  await upgrade({ ...project, url: other.url }, { target: 'a1' })
  const { script, steps } = await upgradeSql(offline(project), { target: 'a1:+1' })
  expect(steps.map(({ revision }) => revision)).toEqual(['b2'])
  await mustRun(other, script)
  await mustRun(other, (await upgradeSql({ ...project, url: other.url }, { target: 'current:' })).script)
  expect(await stateOf(other)).toEqual(await stateOf(one))
})

test('a script of stamp leaves what stamp leaves, up and down', async () => {
  const [one, other] = [await useTestDatabase(), await useTestDatabase()]
  const project = await useProject(one.url, line)
  await stamp(project, { targets: ['c3'] })
  await mustRun(other, (await stampSql(offline(project), { targets: ['c3'] })).script)
  expect(await stateOf(other)).toEqual(await stateOf(one))
  await stamp(project, { targets: ['a1'] })
  await mustRun(other, (await stampSql(offline(project), { targets: ['c3:a1'] })).script)
  expect(await stateOf(other)).toEqual(await stateOf(one))
})

test('a script makes the schema of a ledger that lives in another one', async () => {
  const [one, other] = [await useTestDatabase(), await useTestDatabase()]
  const place = { versionSchema: `o'ps "x"`, versionTable: 'shop_version' }
  const project = await useProject(one.url, line, place)
  await upgrade(project, { target: 'head' })
  await mustRun(other, (await upgradeSql(offline(project), { target: 'head' })).script)
  expect(await stateOf(other, { versionSchema: `o'ps ""x""`, versionTable: 'shop_version' })).toEqual(
    await stateOf(one, { versionSchema: `o'ps ""x""`, versionTable: 'shop_version' }),
  )
})

test('what a revision sets is reset before the next, and the settings of the run are set again', async () => {
  const database = await useTestDatabase()
  const role = await useTestRole(database)
  const project = await useProject(
    database.url,
    [
      { id: 'a1', up: `set search_path = ''; set role ${role.name}; set lock_timeout to 1` },
      {
        id: 'b2',
        up: `create table seen as select current_user::text = session_user::text as own, current_setting('lock_timeout') as timeout, current_setting('client_encoding') as encoding, 'ü' as text`,
      },
    ],
    { lockTimeout: '7s', statementTimeout: '1min' },
  )
  await mustRun(database, (await upgradeSql(offline(project), { target: 'head' })).script)
  expect(await database.query('select * from seen')).toEqual([
    { own: true, timeout: '7s', encoding: 'UTF8', text: 'ü' },
  ])
})

test('a revision that asks for its own timeouts has them in the script, and what waits with concurrently has none', async () => {
  const database = await useTestDatabase()
  const project = await useProject(
    database.url,
    [
      {
        id: 'a1',
        up: `create table seen as select current_setting('lock_timeout') as timeout`,
        config: `lockTimeout: '1s'`,
      },
      { id: 'b2', up: `insert into seen select current_setting('lock_timeout')` },
      {
        id: 'c3',
        outside: true,
        config: `lockTimeout: '2s'`,
        up: `js:await run(db, 'create index concurrently seen_timeout on seen (timeout)')
             await run(db, "insert into seen select current_setting('lock_timeout')")`,
      },
    ],
    { lockTimeout: '7s' },
  )
  const { script } = await upgradeSql(offline(project), { target: 'head' })
  expect(script).toContain('set lock_timeout to 0;\ncreate index concurrently')
  await mustRun(database, script)
  expect(await database.query('select timeout from seen')).toEqual([
    { timeout: '1s' },
    { timeout: '7s' },
    { timeout: '2s' },
  ])
})

test('a merge, a dependency and a message of any characters are recorded as upgrade records them', async () => {
  const [one, other] = [await useTestDatabase(), await useTestDatabase()]
  const project = await useProject(one.url, [
    { id: 'a1', up: 'select 1' },
    { id: 'b1', down: null, dependsOn: ['a1'], up: 'select 1' },
    { id: 'm1', down: ['a1', 'b1'], up: `select 'a\\b :name', E'\\'', $$ ; \\ :x $$` },
  ])
  await upgrade(project, { target: 'heads' })
  await mustRun(other, (await upgradeSql(offline(project), { target: 'heads' })).script)
  expect(await stateOf(other)).toEqual(await stateOf(one))
})

test('a squash goes up once, and down with the rows of what was squashed into it', async () => {
  const [one, other] = [await useTestDatabase(), await useTestDatabase()]
  const long = await useProject(one.url, line)
  await upgrade(long, { target: 'head' })
  await upgrade({ ...long, url: other.url }, { target: 'a1' })
  const squash = { id: 'b2', replaces: ['a1'], up: 'create table a (id int); create table b (t text)' }
  const short = await useProject(one.url, [{ ...squash, undo: 'drop table a, b' }, ...line.slice(2)])
  const { script } = await upgradeSql(offline(short), { target: 'head' })
  const inside = await runScript(other.url, script)
  expect(inside.exitCode).toBe(3)
  expect(inside.stderr).toContain('its ledger has a1 already. Nothing was run.')

  await upgrade({ ...long, url: other.url }, { target: 'head' })
  await downgrade(short, { target: 'base' })
  const down = await downgradeSql({ ...short, url: other.url }, { target: 'current:base' })
  expect(down.heads).toEqual([])
  await mustRun(other, down.script)
  const [found, expected] = [await stateOf(other), await stateOf(one)]
  // The other one took two runs to come up, and its log says so in the same words.
  expect(found).toEqual(expected)
})

test('a revision that does nothing is recorded all the same', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [{ id: 'a1', up: '-- nothing' }])
  await mustRun(database, (await upgradeSql(offline(project), { target: 'head' })).script)
  expect((await stateOf(database)).rows).toMatchObject([{ revision: 'a1', status: 'applied' }])
})

test('a plan without a step is a script without a statement', async () => {
  const project = await useProject('', line)
  const { script, steps } = await upgradeSql(offline(project), { target: 'head:head' })
  expect(steps).toEqual([])
  expect(script).toMatch(
    /^-- dbmig upgrade from c3 to c3: 0 revisions\.\n-- Made by dbmig \d\S+ at \S+Z\. .*\n-- Nothing to do\.$/,
  )
})

test('each revision has a comment that says which of how many it is, and its transaction', async () => {
  const project = await useProject('', line)
  const { script } = await upgradeSql(offline(project), { target: 'head' })
  expect(script).toContain('-- up b2 revision b2 (2 of 3)\nbegin;\n')
  expect(script).toContain(`comment on table b is 'it''s b' -- done\n;\n`)
})

test('a database that is not where the script starts is left alone, and the message says what is wrong', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  const from = async (target: string) => {
    const { script } = await upgradeSql(offline(project), { target })
    return runScript(database.url, script)
  }
  const none = await from('a1:b2')
  expect(none.exitCode).toBe(3)
  expect(none.stderr).toContain(
    'This script starts at a1, and this database has no ledger "public"."dbmig_version": no revision was ever applied here. Nothing was run.',
  )
  await upgrade(project, { target: 'a1' })
  const before = await stateOf(database)
  const behind = await from('b2:c3')
  expect(behind.exitCode).toBe(3)
  expect(behind.stderr).toContain(
    'This script starts at b2, and this database is not there: its ledger does not have b2. Nothing was run.',
  )
  const beyond = await from('base:c3')
  expect(beyond.exitCode).toBe(3)
  expect(beyond.stderr).toContain(
    'This script starts at base, and this database is beyond that: its ledger has a1 already. Nothing was run.',
  )
  const { script } = await downgradeSql(offline(project), { target: 'c3:base' })
  const down = await runScript(database.url, script)
  expect(down.stderr).toContain('its ledger does not have c3, b2. Nothing was run.')
  expect(await stateOf(database)).toEqual(before)
})

test('a script stops while dbmig runs on the database, and gives the lock back at its end', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    { id: 'a1', up: 'create table a (id int)' },
    { id: 'b2', up: 'js:await new Promise((resolve) => globalThis.offlineTest(resolve))' },
  ])
  let result: Awaited<ReturnType<typeof runScript>> | undefined
  const { script } = await upgradeSql(offline(project), { target: 'a1' })
  Object.assign(globalThis, {
    offlineTest: async (done: () => void) => {
      result = await runScript(database.url, script)
      done()
    },
  })
  await upgrade(project, { target: 'head' })
  expect(result?.exitCode).toBe(3)
  expect(result?.stderr).toContain(
    'Another run of dbmig holds the migration lock of this database. Nothing was run.',
  )
  const locks = `select count(*)::int as held from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
  const second = await useTestDatabase()
  await mustRun(second, `${script}\ncreate table held as ${locks};`)
  expect(await second.query('select held from held')).toEqual([{ held: 0 }])
})

test('a revision that fails ends the script: those before it stay, and the rest is not begun', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    { id: 'a1', up: 'create table a (id int)' },
    { id: 'b2', up: 'create table b (id int); select 1/0' },
    { id: 'c3', up: 'create table c (id int)' },
  ])
  const { exitCode } = await runScript(
    database.url,
    (await upgradeSql(offline(project), { target: 'head' })).script,
  )
  expect(exitCode).toBe(3)
  expect((await stateOf(database)).rows).toMatchObject([{ revision: 'a1', status: 'applied' }])
  expect(await database.query(`select to_regclass('b') as b, to_regclass('c') as c`)).toEqual([
    { b: null, c: null },
  ])
})

test('a file outside a transaction that failed half-way is left as running, and a new script runs it again', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [
    {
      id: 'a1',
      up: 'js:await run(db, "create table if not exists a (id int)"); await run(db, "insert into later values (1)")',
      outside: true,
    },
  ])
  const { script } = await upgradeSql(offline(project), { target: 'head' })
  expect((await runScript(database.url, script)).exitCode).toBe(3)
  expect((await stateOf(database)).rows).toMatchObject([{ revision: 'a1', status: 'running' }])
  await database.query('create table later (id int)')
  await mustRun(database, script)
  expect((await stateOf(database)).rows).toMatchObject([{ revision: 'a1', status: 'applied' }])
})

test('a script stops where a revision is half-way that is not of it', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  await upgrade(project, { target: 'a1' })
  await database.query(
    `insert into dbmig_version (revision, down_revisions, depends_on, message, status) values ('x9', '{}', '{}', '', 'failed')`,
  )
  const { script } = await upgradeSql(offline(project), { target: 'a1:head' })
  const { exitCode, stderr } = await runScript(database.url, script)
  expect(exitCode).toBe(3)
  expect(stderr).toContain('Half-way, and not of this script: x9. Nothing was run.')
  expect(stderr).toContain('then say which with "dbmig resolve".')
})

test('the start is read from the ledger where it is told by it', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  await upgrade(project, { target: 'b2' })
  const steps = async (target: string) =>
    (await downgradeSql(project, { target })).steps.map(({ revision }) => revision)
  expect(await steps('current:base')).toEqual(['b2', 'a1'])
  expect(await steps('-1:base')).toEqual(['a1'])
  await expect(upgradeSql(offline(project), { target: 'current:head' })).rejects.toMatchObject({
    code: 'CONFIG_NO_URL',
  })
})

test.each([
  [
    'reads rows',
    'js:const { rows } = await run(db, "select 1"); return rows.length',
    'RUNNER_READS',
    /^Revision a1 \(\S+a1\.mjs\) reads from the database, and there is none when SQL is only written out; run it on a database, or do in SQL what it does with the rows\.$/,
  ],
  [
    'reads rows and hides it',
    'js:try { (await run(db, "select 1")).rows.map(String) } catch {}',
    'RUNNER_READS',
    /^Revision a1 .* reads from the database/,
  ],
  [
    'counts what an update has hit',
    'js:if ((await db.updateTable("t").set({ a: 1 }).executeTakeFirst()).numUpdatedRows > 0n) return',
    'RUNNER_READS',
    /^Revision a1 .* reads from the database/,
  ],
  [
    'throws',
    'js:throw new Error("no such thing")',
    'RUNNER_OFFLINE_FAILED',
    /^Revision a1 .* failed while its SQL was written out: no such thing\. No script was made; correct the file\.$/,
  ],
  [
    'begins a transaction inside its own',
    'js:await db.transaction().execute(() => {})',
    'RUNNER_OFFLINE_FAILED',
    /^Revision a1 .* failed while its SQL was written out: calling the transaction method for a Transaction is not supported\./,
  ],
  [
    'commits',
    'create table a (id int); commit; create table b (id int)',
    'RUNNER_TRANSACTION_ENDED',
    /^Revision a1 .* would end the transaction that it runs in; no script was made\./,
  ],
  [
    'has a backslash outside of a string',
    'select 1 \\ 2',
    'RUNNER_NOT_FOR_PSQL',
    /has a statement that psql would misread: a backslash outside of a string starts a command of psql\. No script was made/,
  ],
  [
    'has a string without an end',
    "select 'a",
    'RUNNER_NOT_FOR_PSQL',
    /a string, a quoted name or a comment in it never ends/,
  ],
  ['has an open parenthesis', 'select (1', 'RUNNER_NOT_FOR_PSQL', /its parentheses do not match/],
  [
    'copies from stdin',
    'select 1; copy a from stdin',
    'RUNNER_NOT_FOR_PSQL',
    /after COPY … FROM STDIN it would take the rest of the script for rows/,
  ],
])('a revision that %s is refused before there is a script', async (_, up, code, message) => {
  const project = await useProject('', [{ id: 'a1', up }])
  await expect(upgradeSql(offline(project), { target: 'head' })).rejects.toMatchObject({
    code,
    exitCode: 1,
    message: expect.stringMatching(message),
  })
})

test('a file outside a transaction that leaves one open is refused, and one that ends its own is written as it is', async () => {
  const left = await useProject('', [{ id: 'a1', up: 'begin; create table a (id int)', outside: true }])
  await expect(upgradeSql(offline(left), { target: 'head' })).rejects.toMatchObject({
    code: 'RUNNER_TRANSACTION_OPEN',
  })
  const database = await useTestDatabase()
  const own = await useProject('', [
    {
      id: 'a1',
      up: 'js:await db.transaction().execute((trx) => run(trx, "create table a (id int)"))',
      outside: true,
    },
  ])
  await mustRun(database, (await upgradeSql(offline(own), { target: 'head' })).script)
  expect((await stateOf(database)).rows).toMatchObject([{ revision: 'a1', status: 'applied' }])
})

test('savepoints are written as they are', async () => {
  const database = await useTestDatabase()
  const project = await useProject('', [
    {
      id: 'a1',
      up: `js:const point = await db.savepoint('p q').execute(); await run(point, 'create table a (id int)'); await (await point.rollbackToSavepoint('p q').execute()).releaseSavepoint('p q').execute()`,
    },
  ])
  await mustRun(database, (await upgradeSql(offline(project), { target: 'head' })).script)
  expect(await database.query(`select to_regclass('a') as a`)).toEqual([{ a: null }])
})

test('an irreversible revision is refused', async () => {
  const project = await useProject('', [{ id: 'a1', up: 'select 1', undo: null }])
  await expect(downgradeSql(offline(project), { target: 'a1:base' })).rejects.toMatchObject({
    code: 'RUNNER_IRREVERSIBLE',
  })
})

test('what cannot be asked without a database says what to write instead', async () => {
  const project = offline(await useProject('', line))
  await expect(downgradeSql(project, { target: 'a1' })).rejects.toMatchObject({
    code: 'RUNNER_RANGE_NEEDED',
    exitCode: 2,
    message:
      'A downgrade with --sql must be told where it starts, since it asks no database: write FROM:a1, such as head:a1.',
  })
  await expect(stampSql(project, { targets: ['a1', 'b2'] })).rejects.toMatchObject({
    code: 'RUNNER_ONE_RANGE',
    exitCode: 2,
    message:
      'stamp with --sql takes one target or one range FROM:TO, and these are 2: a1, b2. Write a script for each, or stamp without --sql.',
  })
  await expect(stampSql(project, { targets: ['a1'], purge: true })).rejects.toMatchObject({
    code: 'RUNNER_PURGE_OFFLINE',
    exitCode: 2,
    message:
      'stamp --purge forgets whatever a ledger holds, and --sql asks no ledger; purge without --sql, or write the range FROM:TO.',
  })
})

test.each([
  [
    downgradeSql,
    'a1:c3',
    'The range of a downgrade leads down, from the higher revision to the lower, and "a1:c3" leads up. Write "c3:a1", or use "dbmig upgrade a1:c3 --sql".',
  ],
  [
    downgradeSql,
    'base:head',
    'The range of a downgrade leads down, from the higher revision to the lower, and "base:head" leads up. Write "head:base", or use "dbmig upgrade base:head --sql".',
  ],
  [
    downgradeSql,
    'b2:z9',
    'The range of a downgrade leads down, from the higher revision to the lower, and "z9" is not below "b2". Name a revision that is.',
  ],
  [
    upgradeSql,
    'c3:a1',
    'The range of an upgrade leads up, from the lower revision to the higher, and "c3:a1" leads down. Write "a1:c3", or use "dbmig downgrade c3:a1 --sql".',
  ],
  [
    upgradeSql,
    'c3:base',
    'The range of an upgrade leads up, from the lower revision to the higher, and "c3:base" leads down. Write "base:c3", or use "dbmig downgrade c3:base --sql".',
  ],
])('%o says which way round to write %s', async (script, target, message) => {
  const other = { id: 'z9', down: 'a1', up: 'select 1' }
  const project = offline(
    await useProject('', script === downgradeSql && target.includes('z9') ? [...line, other] : line),
  )
  await expect(script(project, { target })).rejects.toMatchObject({ code: 'GRAPH_RANGE_DIRECTION', message })
})

test('a range from a revision to itself, or to another branch, is no wrong way up', async () => {
  const project = offline(await useProject('', [...line, { id: 'z9', down: 'a1', up: 'select 1' }]))
  expect((await upgradeSql(project, { target: 'b2:b2' })).steps).toEqual([])
  expect((await downgradeSql(project, { target: 'b2:b2' })).steps).toEqual([])
  expect((await upgradeSql(project, { target: 'b2:z9' })).steps).toMatchObject([{ revision: 'z9' }])
})

// What only psql itself can show.
test.skipIf(psqlPath === null)(
  "psql's own variables and commands do not reach into a statement",
  async () => {
    const database = await useTestDatabase()
    const text = String.raw`
    create table t as select (array[1,2,3])[1:two] as slice, 'a\b :name :''x''' as plain, E'\\:name\'' as escaped,
      $x$ \gset :name ; ${'\r\n'}\q${'\n'}\.${'\n'} $x$ as dollar, jsonb_path_exists('{"a": 1}', '$.a ? (@ > 0)') as path, 1::text::int as num
    from (select 2 as two) as s -- \q :name`
    const project = await useProject(database.url, [{ id: 'a1', up: text }])
    const { script } = await upgradeSql(offline(project), { target: 'head' })
    const variables = ['two', 'name', 'int', 'text', 'x'].flatMap((name) => ['-v', `${name}=evil`])
    const { exitCode, stderr } = await psql(database.url, script, [...variables, '-v', 'AUTOCOMMIT=off'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(await database.query('select * from t')).toEqual([
      {
        slice: [1, 2],
        plain: String.raw`a\b :name :'x'`,
        escaped: String.raw`\:name'`,
        dollar: ' \\gset :name ; \r\n\\q\n\\.\n ',
        path: true,
        num: 1,
      },
    ])
  },
)

test.skipIf(psqlPath === null)('a body of statements in a function is one statement to psql', async () => {
  const database = await useTestDatabase()
  const text =
    'create function f(a int) returns int begin atomic select 1; select case when a > 0 then 2 end; end; create table after_f (id int)'
  const project = await useProject(database.url, [{ id: 'a1', up: text }])
  await mustRun(database, (await upgradeSql(offline(project), { target: 'head' })).script)
  expect(await database.query('select f(1)')).toEqual([{ f: 2 }])
})

test.skipIf(psqlPath === null)('psql reads the script in one transaction of its own, too', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line.slice(0, 2))
  const { script } = await upgradeSql(offline(project), { target: 'head' })
  const { exitCode } = await psql(database.url, script, ['-1', '-f', '-'])
  expect(exitCode).toBe(0)
  expect((await stateOf(database)).rows).toHaveLength(2)
})
