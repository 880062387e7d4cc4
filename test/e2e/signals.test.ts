/** SIGINT and SIGTERM, wherever a run is: the process ends within two seconds, and the database is at a revision boundary. */
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { configFor, revisionText, startDbmig, tables, useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'

/** What the issue promises, with room for a machine that has other work. */
const limitMs = 4000

/** A server of another machine or user, whose processes cannot be stopped. */
const isElsewhere = Boolean(process.env['DBMIG_TEST_URL'])

interface Ended {
  readonly exitCode: number | undefined
  readonly stderr: string
  readonly ms: number
}

/** Starts an upgrade, sends the signal when `ready` holds, and waits for the end. */
async function interruptedUpgrade(
  cwd: string,
  ready: () => Promise<unknown>,
  { signal = 'SIGTERM', args = [] }: { signal?: 'SIGINT' | 'SIGTERM'; args?: readonly string[] } = {},
): Promise<Ended> {
  const child = startDbmig(['upgrade', 'head', ...args], { cwd })
  await ready()
  const begin = performance.now()
  child.kill(signal)
  const { exitCode, stderr } = await child
  return { exitCode, stderr: String(stderr), ms: performance.now() - begin }
}

function projectWith(url: string, up: string, more = ''): string {
  return useProject({
    'dbmig.config.mjs': configFor(url),
    ...tables('first'),
    'migrations/slow.ts': revisionText({ revision: 'slow', down: 'first', up, more }),
  })
}

const sleeping =
  '  await sql`create table half (id int)`.execute(db)\n  await sql`select pg_sleep(60)`.execute(db)'

function activity(database: TestDatabase, condition: string): Promise<unknown[]> {
  return database.query(
    `select 1 from pg_stat_activity where datname = current_database() and application_name like 'dbmig%'
       and application_name <> 'dbmig tests' and ${condition}`,
  )
}

function sees(database: TestDatabase, condition: string): () => Promise<unknown> {
  return () => expect.poll(() => activity(database, condition), { timeout: 20_000 }).not.toEqual([])
}

const sleeps = `state = 'active' and query like '%pg_sleep(60)%'`

async function stateOf(database: TestDatabase) {
  const rows = await database.query<{ row: string }>(
    `select concat_ws(' ', revision, status) as row from dbmig_version order by 1`,
  )
  const log = await database.query<{ row: string }>(
    `select concat_ws(' ', revision, outcome, error) as row from dbmig_log order by id`,
  )
  const [half] = await database.query<{ there: boolean }>(`select to_regclass('half') is not null as there`)
  return { ledger: rows.map(({ row }) => row), log: log.map(({ row }) => row), half: half?.there }
}

describe('while a statement runs', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s cancels it on the server, rolls back, logs, and ends with %i', async (signal, exitCode) => {
    const database = await useTestDatabase()
    const cwd = projectWith(database.url, sleeping)
    const ended = await interruptedUpgrade(cwd, sees(database, sleeps), { signal })
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.ms).toBeLessThan(limitMs)
    expect(ended.stderr).toMatch(
      /Interrupted in revision slow \(.*slow\.ts\); 1 earlier step is done and recorded\./,
    )
    expect(await activity(database, 'true')).toEqual([])
    expect(await stateOf(database)).toEqual({
      ledger: ['first applied'],
      log: ['first applied', 'slow failed interrupted'],
      half: false,
    })
  })

  test.skipIf(isElsewhere)('a second signal ends the process at once', async () => {
    const database = await useTestDatabase()
    const cwd = projectWith(database.url, sleeping)
    const child = startDbmig(['upgrade', 'head'], { cwd })
    await sees(database, sleeps)()
    // The server's process is stopped, and so does not answer to the first one.
    const [row] = await database.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and ${sleeps} and pid <> pg_backend_pid()`,
    )
    const pid = row?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    const begin = performance.now()
    child.kill('SIGINT')
    child.kill('SIGTERM')
    const { exitCode } = await child
    process.kill(pid, 'SIGCONT')
    expect([130, 143]).toContain(exitCode)
    expect(performance.now() - begin).toBeLessThan(1500)
  })

  test.skipIf(isElsewhere)('a server that does not answer any more is not waited for', async () => {
    const database = await useTestDatabase()
    const cwd = projectWith(database.url, sleeping)
    let pid = 0
    const ended = await interruptedUpgrade(cwd, async () => {
      await sees(database, sleeps)()
      const [row] = await database.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and ${sleeps} and pid <> pg_backend_pid()`,
      )
      pid = row?.pid ?? 0
      process.kill(pid, 'SIGSTOP')
    })
    process.kill(pid, 'SIGCONT')
    expect(ended.exitCode).toBe(143)
    expect(ended.ms).toBeLessThan(limitMs)
    await expect.poll(() => activity(database, 'true'), { timeout: 20_000 }).toEqual([])
    expect(await stateOf(database)).toMatchObject({ ledger: ['first applied'], half: false })
  })

  test('outside a transaction it is cancelled as well, and recorded as failed', async () => {
    const database = await useTestDatabase()
    const cwd = projectWith(database.url, sleeping, 'export const config = { transaction: false }')
    const ended = await interruptedUpgrade(cwd, sees(database, sleeps))
    expect(ended.exitCode).toBe(143)
    expect(ended.ms).toBeLessThan(limitMs)
    expect(await activity(database, 'true')).toEqual([])
    expect(await stateOf(database)).toEqual({
      ledger: ['first applied', 'slow failed'],
      log: ['first applied', 'slow failed interrupted'],
      half: true,
    })
  })

  test('a server that takes no second connection is told by hanging up', async () => {
    const database = await useTestDatabase()
    const role = await useTestRole(database, 'connection limit 1')
    await database.query(`grant create on schema public to ${role.name}`)
    onTestFinished(async () => {
      await database.query(`drop owned by ${role.name}`)
    })
    const cwd = projectWith(role.url, sleeping)
    const ended = await interruptedUpgrade(cwd, sees(database, sleeps))
    expect(ended.exitCode).toBe(143)
    expect(ended.ms).toBeLessThan(limitMs)
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role.name}'`,
    )
    await expect.poll(() => activity(database, 'true'), { timeout: 20_000 }).toEqual([])
    expect(await stateOf(database)).toMatchObject({ ledger: ['first applied'], half: false })
  })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('with --json, the error of %s says the exit code of the process', async (signal, exitCode) => {
  const database = await useTestDatabase()
  const cwd = projectWith(database.url, sleeping)
  const ended = await interruptedUpgrade(cwd, sees(database, sleeps), { signal, args: ['--json'] })
  const last: unknown = JSON.parse(ended.stderr.split('\n').at(-1) ?? '')
  expect(last).toMatchObject({ type: 'error', code: 'RUNNER_INTERRUPTED', exitCode })
  expect(ended.exitCode).toBe(exitCode)
})

test('with --json, a fleet says the exit code of the process of each database that it interrupts', async () => {
  const database = await useTestDatabase()
  const cwd = projectWith(database.url, sleeping)
  writeFiles(cwd, {
    'dbmig.config.mjs': `export default { databases: ${JSON.stringify({ a: database.url })} }`,
  })
  const ended = await interruptedUpgrade(cwd, sees(database, sleeps), { args: ['--all', '--json'] })
  const lines = ended.stderr.split('\n').map((line): Record<string, unknown> => JSON.parse(line))
  expect(lines.find(({ type }) => type === 'database-done')).toMatchObject({ failure: { exitCode: 143 } })
  expect(lines.at(-1)).toMatchObject({ type: 'error', code: 'FLEET_FAILED', exitCode: 143 })
})

test('a signal that comes while the last revision computes is told once all is done', async () => {
  const database = await useTestDatabase()
  const busy = '  for (const end = Date.now() + 1500; Date.now() < end; );'
  const cwd = projectWith(database.url, `  await sql\`select 7 as busy\`.execute(db)\n${busy}`)
  const ended = await interruptedUpgrade(cwd, sees(database, `query like '%as busy%'`))
  expect(ended.exitCode).toBe(143)
  expect(ended.stderr).toContain('The signal to stop came when everything was done: nothing was undone;')
  expect((await stateOf(database)).ledger).toEqual(['first applied', 'slow applied'])
})

test('while a revision waits for something else than the database', async () => {
  const database = await useTestDatabase()
  const cwd = projectWith(
    database.url,
    '  await sql`create table half (id int)`.execute(db)\n  await new Promise((resolve) => setTimeout(resolve, 60_000))',
  )
  const ended = await interruptedUpgrade(
    cwd,
    sees(database, `query like '%half%' and state = 'idle in transaction'`),
  )
  expect(ended.exitCode).toBe(143)
  expect(ended.ms).toBeLessThan(limitMs)
  expect(await stateOf(database)).toMatchObject({ ledger: ['first applied'], half: false })
})

test('while it waits for another run', async () => {
  const database = await useTestDatabase()
  const other = projectWith(database.url, sleeping)
  const holder = startDbmig(['upgrade', 'head'], { cwd: other })
  await sees(database, sleeps)()
  const ended = await interruptedUpgrade(
    other,
    sees(
      database,
      `query like '%pg_try_advisory_lock%' and state = 'idle' and query_start < now() - interval '100ms'`,
    ),
  )
  expect(ended.exitCode).toBe(143)
  expect(ended.ms).toBeLessThan(limitMs)
  expect(ended.stderr).toContain('Interrupted; nothing was changed.')
  holder.kill('SIGTERM')
  expect((await holder).exitCode).toBe(143)
})

test('while it waits between two tries', async () => {
  const database = await useTestDatabase()
  await database.query('create table busy (id int)')
  const traffic = new pg.Client(database.url)
  await traffic.connect()
  onTestFinished(() => traffic.end())
  await traffic.query('begin; update busy set id = 1')
  const cwd = projectWith(database.url, '  await sql`alter table busy add column b int`.execute(db)')
  const child = startDbmig(['upgrade', 'head', '--lock-timeout', '10ms', '--retries', '1000'], { cwd })
  let told = ''
  child.stderr?.on('data', (data) => {
    told += String(data)
  })
  await expect.poll(() => told.split('\n').length, { timeout: 20_000 }).toBeGreaterThan(8)
  const begin = performance.now()
  child.kill('SIGINT')
  expect((await child).exitCode).toBe(130)
  expect(performance.now() - begin).toBeLessThan(limitMs)
  expect(told).toContain('Interrupted in revision slow')
})

test('while it connects to a host that does not answer', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void silent.close())
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const cwd = projectWith(`postgres://me@127.0.0.1:${port}/db`, sleeping)
  const connected = new Promise<void>((resolve) => silent.once('connection', () => resolve()))
  const ended = await interruptedUpgrade(cwd, () => connected)
  expect(ended.exitCode).toBe(143)
  expect(ended.ms).toBeLessThan(limitMs)
  expect(ended.stderr).toContain('Interrupted while connecting to database "db"')
  await sleep(0)
})
