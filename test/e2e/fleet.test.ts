/** Many databases from the command line. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbmig, revisionText, startDbmig, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'

const unreachable = 'postgres://me:hunter2@127.0.0.1:1/gone'

/** A project with three tenants in a database, and one that cannot be reached. */
async function useTenants(files = tables('aaa1', 'bbb2')) {
  const database = await useTestDatabase()
  const config = {
    url: database.url,
    databases: { ...tenants('t1', 't2', 't3'), gone: unreachable },
  }
  return {
    database,
    cwd: useProject({ 'migrations/.keep': '', '.dbmigrc.json': JSON.stringify(config), ...files }),
  }
}

function tenants(...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, { schema: name }]))
}

const withoutTimes = (text: string) => text.replaceAll(/ {2}[\d.]+ m?s$/gm, '')

test('a run prints a line per database and the failures in full, and goes on when it is run again', async () => {
  const { cwd } = await useTenants()
  const first = await dbmig(['upgrade', 'aaa1', '--only', 't1'], { cwd })
  expect(first).toMatchObject({ exitCode: 0 })
  const { exitCode, stdout, stderr } = await dbmig(['upgrade', 'head', '--all', '--concurrency', '1'], {
    cwd,
  })
  expect(exitCode).toBe(1)
  expect(withoutTimes(stdout)).toBe(
    [
      'ok      t1    1 step, at bbb2',
      'ok      t2    2 steps, at bbb2',
      'ok      t3    2 steps, at bbb2',
      'failed  gone  No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.',
      '4 databases, 1 failed. Do what its error says; then the same command goes on with it.',
    ].join('\n'),
  )
  expect(stderr.split('\n').map((line) => line.replace(/[\d.]+ m?s$/, '…'))).toEqual([
    't1: up bbb2 (1 of 1) done in …',
    'ok      t1 (1 of 4) …',
    't2: up aaa1 (1 of 2) done in …',
    't2: up bbb2 (2 of 2) done in …',
    'ok      t2 (2 of 4) …',
    't3: up aaa1 (1 of 2) done in …',
    't3: up bbb2 (2 of 2) done in …',
    'ok      t3 (3 of 4) …',
    'failed  gone (4 of 4) No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.',
    'error: gone: No server listens on 127.0.0.1:1; start PostgreSQL there, or correct the URL.',
  ])
  const again = await dbmig(['upgrade', 'head', '--only', 't?'], { cwd })
  expect(again.exitCode).toBe(0)
  expect(withoutTimes(again.stdout)).toBe(
    [
      ...['t1', 't2', 't3'].map((name) => `ok      ${name}  nothing to do, at bbb2`),
      '3 databases, none failed.',
    ].join('\n'),
  )
})

test('with --json, all of stderr is events with the name of their database, without a password', async () => {
  const { cwd } = await useTenants()
  const { stdout, stderr } = await dbmig(['upgrade', 'head', '--all', '--json'], { cwd })
  expect(`${stdout}${stderr}`).not.toContain('hunter2')
  const events = stderr.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(events[0]).toMatchObject({ type: 'fleet', total: 4 })
  const starts = events.filter(({ type }) => type === 'start')
  expect(starts.map(({ database }) => database).sort()).toEqual(['t1', 't1', 't2', 't2', 't3', 't3'])
  expect(events.find(({ type, ok }) => type === 'database-done' && ok === false)).toMatchObject({
    database: 'gone',
    failure: { code: 'DATABASE_UNREACHABLE' },
  })
})

test('current, check and history show each database; a check that says no ends with 3', async () => {
  const { cwd } = await useTenants({
    ...tables('aaa1'),
    'schema.sql': 'create table t_aaa1 (id integer); create table more (id integer);',
  })
  const only = ['--only', 't?', '--shard', '1/1']
  await dbmig(['upgrade', 'head', ...only], { cwd })
  await dbmig(['downgrade', 'base', '--only', 't2'], { cwd })
  const current = await dbmig(['current', '--check-heads', ...only], { cwd })
  expect(current.exitCode).toBe(3)
  expect(withoutTimes(current.stdout)).toContain('ok      t2  nothing is applied, 1 pending')
  const history = await dbmig(['history', '--only', 't1', '--json'], { cwd })
  expect(JSON.parse(history.stdout)).toMatchObject({
    databases: [{ name: 't1', entries: [{ revision: 'aaa1', applied: { status: 'applied' } }] }],
    ok: true,
  })
  const config = JSON.parse(readFileSync(join(cwd, '.dbmigrc.json'), 'utf8')) as object
  writeFiles(cwd, { '.dbmigrc.json': JSON.stringify({ ...config, schema: 'schema.sql' }) })
  const check = await dbmig(['check', '--only', 't1'], { cwd })
  expect(check.exitCode).toBe(3)
  expect(withoutTimes(check.stdout)).toMatch(/^ok {6}t1 {2}differs: .*more/)
})

test('sixteen at a time leave stderr to the databases', async () => {
  const names = Array.from({ length: 16 }, (_, index) => `t${index}`)
  const { cwd, database } = await useTenants()
  writeFiles(cwd, { '.dbmigrc.json': JSON.stringify({ url: database.url, databases: tenants(...names) }) })
  const { exitCode, stderr } = await dbmig(['upgrade', 'head', '--all', '--concurrency', '16'], { cwd })
  expect(exitCode).toBe(0)
  expect(
    stderr.split('\n').filter((line) => !/^(?:ok {6}t\d+ \(\d+ of 16\)|t\d+: up ) */.test(line)),
  ).toEqual([])
})

test('any command works on one of them by its name, as on the only one', async () => {
  const { cwd } = await useTenants()
  const { exitCode, stdout } = await dbmig(['upgrade', 'head', '--database', 't2'], { cwd })
  expect(stdout).toMatch(/The database is at bbb2\.$/)
  expect(exitCode).toBe(0)
  const shown = await dbmig(['heads', '--database', 't2', '--json'], { cwd })
  expect(JSON.parse(shown.stdout)).toMatchObject([{ revision: 'bbb2', applied: { status: 'applied' } }])
  const other = await dbmig(['current', '--database', 't1'], { cwd })
  expect(other.stdout).toContain('Nothing is applied.')
  const unknown = await dbmig(['current', '--database', 't4'], { cwd })
  expect(unknown.stderr).toBe('error: None of the 4 databases is called "t4". Did you mean "t1"?')
})

test.each<[string, readonly string[], string]>([
  ['a mistyped name', ['--only', 't4'], 'None of the 4 databases is called "t4". Did you mean "t1"?'],
  [
    'a bad shard',
    ['--all', '--shard', '3/2'],
    '"3/2" is no shard. Write which one of how many: 1/8, 2/8, … 8/8.',
  ],
  [
    'a flag for many alone',
    ['--fail-fast'],
    '--fail-fast is for many databases; add --all or --only PATTERN, or leave it out.',
  ],
  ['a script for many', ['--all', '--sql'], "option '--all' cannot be used with option '--sql'"],
  [
    'one and all',
    ['--database', 't1', '--all'],
    '--database names one database, "t1", and --all and --only choose among all of them; leave out one of the two.',
  ],
  ['one and some', ['--database', 't1', '--only', 't*'], '--database names one database, "t1", and --all'],
  ['all and some', ['--all', '--only', 't1'], "option '--all' cannot be used with option '--only <pattern>'"],
])('%s is a mistake of usage', async (_, flags, message) => {
  const { cwd } = await useTenants()
  const { exitCode, stderr } = await dbmig(['upgrade', 'head', ...flags], { cwd })
  expect(stderr).toContain(message)
  expect(exitCode).toBe(2)
})

test('in a log there is a line for each revision of each database', async () => {
  const { cwd } = await useTenants()
  const { stderr } = await dbmig(['upgrade', 'head', '--only', 't1'], { cwd })
  expect(stderr.split('\n').map((line) => line.replace(/[\d.]+ m?s$/, '…'))).toEqual([
    't1: up aaa1 (1 of 2) done in …',
    't1: up bbb2 (2 of 2) done in …',
    'ok      t1 (1 of 1) …',
  ])
})

/** t2 fails half-way, in a revision outside a transaction. */
async function useHalfWay() {
  const failing = revisionText({
    revision: 'bbb2',
    down: 'aaa1',
    more: 'export const config = { transaction: false }',
    up: `  await sql\`select 1 / (current_schema() <> 't2')::int\`.execute(db)`,
  })
  const { cwd } = await useTenants({ ...tables('aaa1'), 'migrations/bbb2.ts': failing })
  await dbmig(['upgrade', 'head', '--only', 't?'], { cwd })
  return cwd
}

test('the ways on that a failure proposes work on its own database, as they are typed', async () => {
  const cwd = await useHalfWay()
  const many = await dbmig(['upgrade', 'head', '--only', 't?'], { cwd })
  const one = await dbmig(['upgrade', 'head', '--database', 't2'], { cwd })
  for (const { stderr } of [many, one]) {
    expect(stderr).toContain('"dbmig upgrade --database t2 head --retry"')
    expect(stderr).toContain('"dbmig resolve --database t2 bbb2 --applied"')
  }
  const current = await dbmig(['current', '--database', 't2'], { cwd })
  expect(current.stdout).toContain('(dbmig upgrade --database t2 heads tells why, and the ways on)')
  const lines = (await dbmig(['upgrade', 'head', '--database', 't2', '--json'], { cwd })).stderr.split('\n')
  expect(JSON.parse(lines.at(-1) ?? '').message).toContain('"dbmig upgrade --database t2 head --retry"')
  const typed = await dbmig(['resolve', '--database', 't2', 'bbb2', '--applied'], { cwd })
  expect(typed.exitCode).toBe(0)
})

test('what is true of several databases is told once, with a command for any of them', async () => {
  const { cwd } = await useTenants()
  await dbmig(['upgrade', 'head', '--only', 't1', '--only', 't2'], { cwd })
  rmSync(join(cwd, 'migrations/bbb2.ts'))
  const { stderr } = await dbmig(['upgrade', 'head', '--only', 't?'], { cwd })
  const errors = stderr.split('\n').filter((line) => line.startsWith('error:'))
  expect(errors).toEqual([
    expect.stringMatching(/^error: t1, t2: .*"dbmig stamp --database NAME --purge <revision>"/),
  ])
})

test('a revision that did not end is not counted as applied', async () => {
  const cwd = await useHalfWay()
  const { stdout } = await dbmig(['history', '--only', 't2'], { cwd })
  expect(stdout).toMatch(/^ok {6}t2 {2}1 of 2 applied, at aaa1, last on .*, did not end: bbb2 /)
})

test('databases that were not begun are skipped, and not counted as failed', async () => {
  const { cwd } = await useTenants()
  writeFiles(cwd, {
    '.dbmigrc.json': JSON.stringify({ databases: { gone: unreachable, lost: `${unreachable}2` } }),
  })
  const flags = ['upgrade', 'head', '--all', '--concurrency', '1', '--fail-fast']
  const { stdout, stderr } = await dbmig(flags, { cwd })
  expect(stdout.split('\n').slice(1)).toEqual([
    'skipped lost  Not started: another database failed before its turn.',
    '2 databases, 1 failed, 1 not started. Do what its error says; then the same command goes on with them.',
  ])
  expect(stderr).not.toContain('lost')
})

test('a dry run proposes no way on', async () => {
  const { cwd } = await useTenants()
  const { stdout } = await dbmig(['upgrade', 'head', '--only', 'gone', '--dry-run'], { cwd })
  expect(stdout).toMatch(/\n1 database, 1 failed\.$/)
})

test('with --json, a run with failures ends with an error', async () => {
  const { cwd } = await useTenants()
  const { exitCode, stderr } = await dbmig(['upgrade', 'head', '--all', '--json'], { cwd })
  const lines = stderr.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.at(-1)).toMatchObject({
    type: 'error',
    code: 'FLEET_FAILED',
    message: '1 of 4 databases failed or were not started: gone.',
    exitCode: 1,
  })
  expect(lines.filter(({ type }) => type === 'note')).toEqual([])
  expect(exitCode).toBe(1)
})

test.each(['-v', '--reverse'])('history of many takes no %s, which only a list shows', async (flag) => {
  const { cwd } = await useTenants()
  const { exitCode, stderr } = await dbmig(['history', '--only', 't1', flag], { cwd })
  expect(stderr).toContain('is for the list of one database; leave it out, name the database with --database')
  expect(exitCode).toBe(2)
})

test('history of many counts within a range', async () => {
  const { cwd } = await useTenants()
  const { stdout } = await dbmig(['history', '--only', 't1', '-r', 'bbb2:'], { cwd })
  expect(stdout).toContain('0 of 1 applied')
})

test.each<[string, readonly string[], string]>([
  [
    'one and all',
    ['--all', '--database', 't1'],
    '--database names one database, "t1", and --all and --only choose among all of them; leave out one of the two.',
  ],
  [
    'a pattern for a name',
    ['--database', 't*'],
    'None of the 4 databases is called "t*"; --database takes a name as it is, and --only takes patterns.',
  ],
  [
    'another name',
    ['--database', 'nothing'],
    'None of the 4 databases is called "nothing"; "dbmig current --all" shows their names.',
  ],
])('%s is told', async (_, flags, message) => {
  const { cwd } = await useTenants()
  const { exitCode, stderr } = await dbmig(['current', ...flags], { cwd })
  expect(stderr).toBe(`error: ${message}`)
  expect(exitCode).toBe(2)
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((wait) => setTimeout(wait, 20))
}

test('Ctrl-C ends what runs, begins no more, and shows what became of each', async () => {
  const sleep = tables('aaa1')['migrations/aaa1.ts']?.replace(
    'await db.schema',
    "if (process.env['SLOW']) await sql`select pg_sleep(600)`.execute(db)\n  await db.schema",
  )
  const { cwd, database } = await useTenants({ 'migrations/aaa1.ts': sleep ?? '' })
  const running = startDbmig(['upgrade', 'head', '--only', 't?', '--concurrency', '2'], {
    cwd,
    env: { SLOW: '1' },
  })
  const asleep = `select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`
  await until(async () => running.exitCode !== null || (await database.query(asleep)).length === 2)
  running.kill('SIGINT')
  const { exitCode, stdout } = await running
  expect(exitCode).toBe(130)
  const lines = String(stdout).split('\n')
  expect(
    lines.slice(0, 2).every((line) => /^failed {2}t[12] {2}Interrupted in revision aaa1/.test(line)),
  ).toBe(true)
  expect(lines[2]).toBe('skipped t3  Not started: the run was interrupted.')
  expect(lines[3]).toBe(
    '3 databases, 2 failed, 1 not started. Do what their errors say; then the same command goes on with them.',
  )
  expect(await database.query(asleep)).toEqual([])
})

test('the logs of many are counted, and verified: 3 where one is not as it was written', async () => {
  const { cwd, database } = await useTenants()
  await dbmig(['upgrade', 'head', '--only', 't?'], { cwd })
  const log = (...args: string[]) => dbmig(['log', '--only', 't*', ...args], { cwd })
  const listed = await log()
  expect(
    withoutTimes(listed.stdout)
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'then')
      .split('\n'),
  ).toEqual([
    ...['t1', 't2', 't3'].map((name) => `ok      ${name}  2 rows, last applied bbb2 on then`),
    '3 databases, none failed.',
  ])
  expect(listed).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await log('--failed')).stdout).toMatch(/^ok {6}t1 {2}no rows /)
  expect(await log('--verify')).toMatchObject({ exitCode: 0, stderr: '' })
  await database.query("update t2.dbmig_log set message = 'other' where revision = 'aaa1'")
  const verified = await log('--verify')
  expect({ ...verified, stdout: withoutTimes(verified.stdout).split('\n') }).toEqual({
    exitCode: 3,
    stdout: [
      'ok      t1  as it was written: 2 rows',
      expect.stringMatching(
        /^ok {6}t2 {2}not as it was written: Row 1 \(applied aaa1, .*\) was changed: [^.]*$/,
      ),
      'ok      t3  as it was written: 2 rows',
      '3 databases, none failed.',
    ],
    stderr: '',
  })
})

test.each([
  [['--since', 'yesterday'], '"yesterday" of --since is not a date'],
  [
    ['--verify', '--expect', 'a'.repeat(64)],
    '--expect and --all do not go together: a hash is of one database',
  ],
  [['--csv'], '--csv is for the list of one database; leave it out'],
  [['-v'], '--verbose is for the list of one database; leave it out'],
])('the log of many refuses %j, once', async (flags, message) => {
  const { cwd } = await useTenants()
  const { exitCode, stderr } = await dbmig(['log', '--all', ...flags], { cwd })
  expect(stderr.split('error: ')).toEqual(['', expect.stringContaining(message)])
  expect(exitCode).toBe(2)
})
