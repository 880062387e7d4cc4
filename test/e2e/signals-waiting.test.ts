/** SIGINT while a statement of dbmig's own waits: the process ends within two seconds as well. */
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { configFor, dbmig, revisionText, startDbmig, tables, useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'

/** What the issue promises, with room for a machine that has other work. */
const limitMs = 4000

async function connect(database: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client(database.url)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

function sees(database: TestDatabase, condition: string): Promise<unknown> {
  const query = `select 1 from pg_stat_activity where datname = current_database() and application_name = 'dbmig'
    and ${condition}`
  return expect.poll(() => database.query(query), { timeout: 20_000 }).not.toEqual([])
}

/** A revision in a transaction, and after it `apart` outside of one. */
function useApart(database: TestDatabase, more = ''): string {
  return useProject({
    'dbmig.config.mjs': configFor(database.url),
    ...tables('first'),
    'migrations/apart.ts': revisionText({
      revision: 'apart',
      down: 'first',
      up: `  await sql\`create table apart (id int)\`.execute(db)${more}`,
      more: 'export const config = { transaction: false }',
    }),
  })
}

/** Sends SIGINT when `ready` holds, and waits for the end. */
async function interrupted(args: readonly string[], cwd: string, ready: () => Promise<unknown>) {
  const child = startDbmig(args, { cwd })
  await ready()
  const begin = performance.now()
  child.kill('SIGINT')
  const { exitCode, stderr } = await child
  expect(performance.now() - begin).toBeLessThan(limitMs)
  expect(exitCode).toBe(130)
  return String(stderr)
}

test.each([
  [['current'], 'Interrupted while the database '],
  [['history', '--indicate-current'], 'Interrupted while the database '],
  [['check'], 'Interrupted while the database '],
  [['stamp', 'head'], 'Interrupted; nothing was changed.'],
  [['resolve', 'first', '--applied'], 'Interrupted; nothing was changed.'],
  [['upgrade', 'head', '--dry-run'], 'Interrupted; nothing was changed.'],
  [['upgrade', 'head'], 'Interrupted; nothing was changed.'],
])('%j ends although another session has locked the ledger', async (args, message) => {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.mjs': configFor(database.url), ...tables('first', 'second') })
  await dbmig(['upgrade', 'first'], { cwd })
  const other = await connect(database)
  await other.query('begin; lock table dbmig_version in access exclusive mode')
  const stderr = await interrupted(args, cwd, () => sees(database, `wait_event_type = 'Lock'`))
  expect(stderr).toContain(message)
})

test('a revision outside a transaction that waits for its row in the ledger has not run', async () => {
  const database = await useTestDatabase()
  const cwd = useApart(database)
  await dbmig(['upgrade', 'first'], { cwd })
  const other = await connect(database)
  await other.query('begin; lock table dbmig_version in share mode')
  const stderr = await interrupted(['upgrade', 'head', '--lock-timeout', '0'], cwd, () =>
    sees(database, `wait_event_type = 'Lock'`),
  )
  expect(stderr).toContain('Interrupted; nothing was changed.')
  await other.query('commit')
  expect((await dbmig(['upgrade', 'head'], { cwd })).exitCode).toBe(0)
})

test('a revision outside a transaction that is done and cannot be recorded is told of as running', async () => {
  const database = await useTestDatabase()
  const cwd = useApart(database, '\n  await sql`select pg_sleep(1)`.execute(db)')
  const other = await connect(database)
  const stderr = await interrupted(['upgrade', 'head'], cwd, async () => {
    await sees(database, `query like '%pg_sleep(1)%'`)
    await other.query('begin; lock table dbmig_version in share mode')
    await sees(database, `wait_event_type = 'Lock'`)
  })
  expect(stderr).toMatch(
    /Interrupted in revision apart .* what it did so far stays, and it is recorded as running\. Run it again with --retry/,
  )
  await other.query('commit')
  expect((await dbmig(['upgrade', 'head'], { cwd })).stderr).toContain('--retry')
})

test('the list of databases is not waited for', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({
    'dbmig.config.mjs': `export default { url: ${JSON.stringify(database.url)}, databases: ({ query }) => query('select pg_sleep(60)') }`,
    ...tables('first'),
  })
  const stderr = await interrupted(['upgrade', 'head', '--all'], cwd, () =>
    sees(database, `query like '%pg_sleep(60)%'`),
  )
  expect(stderr).toMatch(
    /Interrupted while the function `databases` of .* listed the databases; nothing was run\./,
  )
  await expect
    .poll(() => database.query(`select 1 from pg_stat_activity where query = 'select pg_sleep(60)'`))
    .toEqual([])
})

test('a lost connection that is waited for is waited for no more', async () => {
  const database = await useTestDatabase()
  const role = await useTestRole(database)
  await database.query(`grant create on schema public to ${role.name}`)
  onTestFinished(async () => void (await database.query(`drop owned by ${role.name}`)))
  const cwd = useProject({
    'dbmig.config.mjs': configFor(role.url),
    'migrations/slow.ts': revisionText({
      revision: 'slow',
      down: null,
      up: '  await sql`select pg_sleep(60)`.execute(db)',
    }),
  })
  const child = startDbmig(['upgrade', 'head', '--wait-for-database', '60s'], { cwd })
  let told = ''
  child.stderr?.on('data', (data) => {
    told += String(data)
  })
  await sees(database, `query like '%pg_sleep(60)%'`)
  await database.query(`alter role ${role.name} connection limit 0`)
  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role.name}'`,
  )
  await expect.poll(() => told, { timeout: 20_000 }).toContain('too many connections')
  const begin = performance.now()
  child.kill('SIGINT')
  expect((await child).exitCode).toBe(130)
  expect(performance.now() - begin).toBeLessThan(limitMs)
})
