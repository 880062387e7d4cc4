/** The commands through the command line, on a real server: what they print, the shapes of their JSON, their exit codes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ledgerLocation } from '../../src/ledger/location.ts'
import { lockKey } from '../../src/runner/lock/lock.ts'
import { configFor, dbmig, revisionText, startDbmig, tables, useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'

const schema = (columns: string) => `import { defineSchema } from 'dbmig'
export default defineSchema(({ schema }) => [schema.createTable('author')${columns}])
`
const idOnly = `.addColumn('id', 'bigint', (c) => c.primaryKey())`

interface Fixture {
  readonly cwd: string
  readonly database: TestDatabase
  /** Runs a command that must end with this code, and gives its stdout. */
  run(args: readonly string[], exitCode?: number): Promise<string>
  json<T = unknown>(args: readonly string[], exitCode?: number): Promise<T>
}

async function useFixture(files: Readonly<Record<string, string>> = {}): Promise<Fixture> {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.js': configFor(database.url), 'migrations/README.md': '', ...files })
  const run = async (args: readonly string[], exitCode = 0) => {
    const result = await dbmig(args, { cwd })
    expect(result, result.stderr).toMatchObject({ exitCode })
    return result.stdout
  }
  return {
    cwd,
    database,
    run,
    async json<T>(args: readonly string[], exitCode = 0) {
      return JSON.parse(await run([...args, '--json'], exitCode)) as T
    },
  }
}

const line = tables('aaa1', 'bbb2', 'ccc3')

describe('upgrade and downgrade', () => {
  test('go up, down by -1, up by +1, and to the base', async () => {
    const { run, json, database } = await useFixture(line)
    expect(await json(['upgrade', 'head'])).toEqual({
      steps: ['aaa1', 'bbb2', 'ccc3'].map((revision) => ({
        revision,
        message: `message of ${revision}`,
        direction: 'up',
        durationMs: expect.any(Number),
      })),
      heads: ['ccc3'],
      dryRun: false,
      alreadyApplied: [],
      outOfOrder: [],
    })
    expect(await json(['downgrade', '-1'])).toMatchObject({
      steps: [{ revision: 'ccc3', direction: 'down' }],
      heads: ['bbb2'],
    })
    expect(await json(['upgrade', '+1'])).toMatchObject({ heads: ['ccc3'] })
    expect(await run(['downgrade', 'base'])).toMatch(/The database is at the base: nothing is applied\.$/)
    expect(await database.query(`select 1 from pg_class where relname like 't\\_%'`)).toEqual([])
  })

  test('say that there is nothing to do', async () => {
    const { run, json } = await useFixture(line)
    await run(['upgrade', 'head'])
    expect(await run(['upgrade', 'head'])).toBe('Nothing to do: the database is at ccc3.')
    expect(await json(['upgrade', 'head'])).toMatchObject({ steps: [], heads: ['ccc3'], dryRun: false })
  })

  test('run nothing in a dry run, and say what they would', async () => {
    const { json, run } = await useFixture(line)
    expect(await json(['upgrade', 'bbb2', '--dry-run'])).toMatchObject({
      steps: [{ revision: 'aaa1' }, { revision: 'bbb2' }],
      heads: ['bbb2'],
      dryRun: true,
    })
    expect(await json(['current'])).toMatchObject({ heads: [], pending: 3 })
    expect(await run(['upgrade', 'aaa1', '--dry-run'])).toBe(
      'up    aaa1  message of aaa1\nA dry run: nothing was run. The database would be at aaa1.',
    )
  })

  test('tell a log of each revision on stderr when it is done', async () => {
    const { cwd } = await useFixture(line)
    const { stderr } = await dbmig(['upgrade', 'head'], { cwd })
    expect(stderr.replace(/\d+ ms$/gm, 'N ms').split('\n')).toEqual([
      'up aaa1 (1 of 3) done in N ms',
      'up bbb2 (2 of 3) done in N ms',
      'up ccc3 (3 of 3) done in N ms',
    ])
  })

  test('refuse what goes the wrong way', async () => {
    const { cwd } = await useFixture(line)
    const { exitCode, stderr } = await dbmig(['upgrade', '-1'], { cwd })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('Use "dbmig downgrade -1".')
  })

  test('end with 130 on Ctrl-C, and leave nothing of the revision', async () => {
    const up = `  await db.schema.createTable('half').addColumn('id', 'integer').execute()
  await sql\`select pg_sleep(60)\`.execute(db)`
    const { cwd, database } = await useFixture({ 'migrations/a.ts': revisionText({ revision: 'aaa1', up }) })
    const child = startDbmig(['upgrade', 'head'], { cwd })
    await sleeping(database)
    child.kill('SIGINT')
    const { exitCode, stderr } = await child
    expect(exitCode).toBe(130)
    expect(stderr).toContain('error: Interrupted in revision aaa1')
    expect(await database.query(`select 1 from pg_class where relname = 'half'`)).toEqual([])
  })

  test('end with 143 on SIGTERM', async () => {
    const up = '  await sql`select pg_sleep(60)`.execute(db)'
    const { cwd, database } = await useFixture({ 'migrations/a.ts': revisionText({ revision: 'aaa1', up }) })
    const child = startDbmig(['upgrade', 'head'], { cwd })
    await sleeping(database)
    child.kill('SIGTERM')
    expect((await child).exitCode).toBe(143)
  })
})

test("a second signal ends the process at once, whatever the user's code does", async () => {
  const config = `process.send('loading')
export default () => new Promise(() => setInterval(() => {}, 1000))`
  const cwd = useProject({ 'dbmig.config.js': config })
  const child = startDbmig(['history'], { cwd, ipc: true })
  await child.getOneMessage()
  child.kill('SIGTERM')
  child.kill('SIGINT')
  const { exitCode } = await child
  expect([130, 143]).toContain(exitCode)
})

/** Until the migration is in its pg_sleep. */
async function sleeping(database: TestDatabase): Promise<void> {
  await expect
    .poll(
      () =>
        database.query(
          `select 1 as found from pg_stat_activity
           where datname = current_database() and pid <> pg_backend_pid() and wait_event = 'PgSleep'`,
        ),
      { timeout: 20_000 },
    )
    .toHaveLength(1)
}

describe('history, heads, show, branches', () => {
  test('give every key of the contract', async () => {
    const { json, run, cwd } = await useFixture(line)
    await run(['upgrade', 'aaa1'])
    const all = await json<unknown[]>(['history'])
    expect(all).toHaveLength(3)
    expect(all[0]).toEqual({
      revision: 'ccc3',
      downRevision: ['bbb2'],
      branchLabels: [],
      dependsOn: [],
      replaces: [],
      message: 'message of ccc3',
      path: join(cwd, 'migrations/ccc3.ts'),
      createDate: '2026-11-22T12:31:25Z',
      isHead: true,
      isEffectiveHead: false,
      isBase: false,
      isBranchPoint: false,
      isMerge: false,
      applied: null,
    })
    expect(all[2]).toMatchObject({
      revision: 'aaa1',
      downRevision: [],
      isHead: false,
      isBase: true,
      applied: {
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        by: 'postgres',
        durationMs: expect.any(Number),
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
        matches: true,
      },
    })
    expect(await json(['heads'])).toEqual([all[0]])
    expect(await json(['show', 'ccc', 'aaa1'])).toEqual([all[0], all[2]])
    expect(await json(['branches'])).toEqual([])
  })

  test('a file that was edited since does not match, and the listing says so', async () => {
    const { json, run, cwd } = await useFixture(line)
    await run(['upgrade', 'aaa1'])
    const path = join(cwd, 'migrations/aaa1.ts')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('message of', 'another message of'))
    expect(await json(['show', 'aaa1'])).toMatchObject([{ applied: { matches: true } }])
    writeFileSync(path, text.replace(`'integer'`, `'bigint'`))
    expect(await json(['show', 'aaa1'])).toMatchObject([{ applied: { matches: false } }])
    expect(await run(['history', '-r', 'aaa1:aaa1'])).toContain('file changed since')
  })

  test('a range may start with a minus', async () => {
    const { run, json } = await useFixture(line)
    await run(['upgrade', 'bbb2'])
    expect(await json(['history', '-r', '-1:current'])).toMatchObject([
      { revision: 'bbb2' },
      { revision: 'aaa1' },
    ])
    for (const range of ['-r-1:', '-r=-1:', '--range=-1:']) {
      expect(await json(['history', range])).toMatchObject([{ revision: 'ccc3' }, { revision: 'bbb2' }])
    }
    expect(await json(['history', '--range=bbb2:'])).toHaveLength(2)
  })

  test('--offline asks no database, and cannot know what is current', async () => {
    const { json, run, cwd } = await useFixture(line)
    await run(['upgrade', 'head'])
    expect(await json(['history', '--offline'])).toMatchObject([{ applied: null }, {}, {}])
    const { exitCode, stderr } = await dbmig(['show', 'current', '--offline'], { cwd })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('leave out --offline')
  })

  test('a project without revisions is said in words, and is an empty list in JSON', async () => {
    const { run, json } = await useFixture()
    expect(await run(['history'])).toMatch(/^No revisions yet: /)
    expect(await run(['heads'])).toMatch(/^No revisions yet: /)
    expect(await run(['branches'])).toMatch(/^No branches: /)
    expect(await run(['current'])).toBe('Nothing is applied.')
    expect(await json(['history'])).toEqual([])
  })

  test('a revision that is applied and has no file is told', async () => {
    const { run, json, database } = await useFixture(line)
    await run(['upgrade', 'head'])
    await database.query(`update dbmig_version set revision = 'gone' where revision = 'ccc3'`)
    expect(await run(['history'])).toContain('no file declares: gone')
    expect(await json(['current'])).toMatchObject({ unknown: ['gone'], pending: 1 })
  })
})

describe('current', () => {
  test('gives heads, pending and unknown', async () => {
    const { run, json } = await useFixture(line)
    expect(await json(['current'])).toMatchObject({ heads: [], pending: 3, unknown: [] })
    await run(['upgrade', 'bbb2'])
    expect(await json(['current'])).toMatchObject({ heads: ['bbb2'], pending: 1, unknown: [] })
    expect(await run(['current'])).toMatch(/^bbb2 {2}.* \(current\)\n1 revision is pending/)
    expect(await run(['current', '-v'])).toContain('File        migrations/bbb2.ts')
  })

  test('-v says as much of who applied it as show does', async () => {
    const { run, database } = await useFixture(line)
    await run(['upgrade', 'bbb2'])
    await database.query(
      `update dbmig_log set os_user = case revision when 'bbb2' then 'ann' else 'bob' end, host = 'laptop'`,
    )
    const [, applied] =
      /^(Applied .* by postgres \(ann@laptop\), in \d+ ms)$/m.exec(await run(['show', 'bbb2'])) ?? []
    expect((await run(['current', '-v'])).split('\n')).toContain(applied)
  })

  test('--check-heads ends with 3 until everything is applied', async () => {
    const { run } = await useFixture(line)
    await run(['current', '--check-heads'], 3)
    await run(['upgrade', 'head'])
    await run(['current', '--check-heads'])
  })
})

describe('stamp and ensure-version', () => {
  test('stamp writes the ledger and runs nothing', async () => {
    const { run, json, database } = await useFixture(line)
    expect(await run(['stamp', 'bbb2'])).toMatch(/The ledger says that the database is at bbb2\.$/)
    expect(await json(['current'])).toMatchObject({ heads: ['bbb2'], pending: 1 })
    expect(await database.query(`select 1 from pg_class where relname = 't_aaa1'`)).toEqual([])
  })
  test('ensure-version makes the ledger, once', async () => {
    const { run, database } = await useFixture()
    expect(await run(['ensure-version'])).toContain('dbmig_version')
    await run(['ensure-version'])
    expect(await database.query('select * from dbmig_version')).toEqual([])
  })
})

describe('revision and check', () => {
  test('an empty revision follows the head, and its path is all of stdout', async () => {
    const { run, cwd } = await useFixture(line)
    const path = await run(['revision', '-m', 'Add users', '--rev-id', 'ddd4'])
    expect(path).toMatch(/^migrations\/\d{12}_ddd4_add_users\.ts$/)
    expect(readFileSync(join(cwd, path), 'utf8')).toContain(`export const downRevision = 'ccc3'`)
    await run(['upgrade', 'head'])
  })

  test('autogenerate, upgrade, check, downgrade: the whole way', async () => {
    const { run, json, cwd, database } = await useFixture({ 'schema.ts': schema(idOnly) })
    expect(await json(['check'], 3)).toMatchObject({
      upToDate: false,
      changes: [
        { kind: 'table', identity: 'table:public.author', action: 'create', summary: expect.any(String) },
      ],
    })
    expect(await run(['check'], 3)).toContain('+ create table public.author')
    const first = await json<{ path: string }>(['revision', '--autogenerate', '-m', 'first'])
    expect(first).toMatchObject({ upToDate: false, proved: true, losses: [] })
    expect(existsSync(first.path)).toBe(true)
    await run(['upgrade', 'head'])
    expect(await json(['check'])).toEqual({ upToDate: true, changes: [], edited: [] })
    expect(await run(['check'])).toBe('Up to date: the database is as the schema says.')

    writeFileSync(join(cwd, 'schema.ts'), schema(`${idOnly}.addColumn('name', 'text')`))
    await run(['revision', '--autogenerate', '-m', 'second'])
    await run(['upgrade', 'head'])
    await run(['downgrade', 'base'])
    expect(await database.query(`select 1 from pg_class where relname = 'author'`)).toEqual([])
  })

  test('nothing to do is said, exits 0, and writes no file', async () => {
    const { run, cwd, json } = await useFixture({ 'schema.sql': '', 'dbmig.config.js': '' })
    const config = { url: (await useTestDatabase()).url, schema: 'schema.sql' }
    writeFileSync(join(cwd, 'dbmig.config.js'), `export default ${JSON.stringify(config)}`)
    expect(await run(['revision', '--autogenerate', '-m', 'x'])).toBe('')
    const { stderr } = await dbmig(['revision', '--autogenerate', '-m', 'x'], { cwd })
    expect(stderr).toBe('Nothing to do: the database is as the schema says. No file was written.')
    expect(await json(['revision', '--autogenerate', '-m', 'x'])).toMatchObject({
      path: null,
      upToDate: true,
    })
    expect(readdirSync(join(cwd, 'migrations'))).toEqual(['README.md'])
  })

  test('a database that is not at head is refused, with what is pending', async () => {
    const { cwd } = await useFixture({ ...line, 'schema.ts': schema(idOnly) })
    const { exitCode, stderr, stdout } = await dbmig(['revision', '--autogenerate', '-m', 'x'], { cwd })
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toMatch(/aaa1[\s\S]*bbb2[\s\S]*ccc3/)
  })

  test('a dry run prints the file and a diff of the schema, and writes nothing', async () => {
    const { run, cwd } = await useFixture({ 'schema.ts': schema(idOnly) })
    const printed = await run(['revision', '--autogenerate', '-m', 'first', '--dry-run'])
    expect(printed).toContain(`.createTable('author')`)
    expect(printed).toMatch(/^\+.*create table/im)
    expect(readdirSync(join(cwd, 'migrations'))).toEqual(['README.md'])
  })

  test('data that would be lost is a warning on stderr', async () => {
    const { run, cwd, database } = await useFixture({ 'schema.ts': schema(idOnly) })
    await database.query('create table author (id bigint primary key, name text)')
    const { stderr, exitCode } = await dbmig(['revision', '--autogenerate', '-m', 'drop name'], { cwd })
    expect(exitCode).toBe(0)
    expect(stderr).toContain('- drop column public.author.name')
    expect(stderr).toMatch(/^warning: .*author\.name/m)
    await run(['upgrade', 'head'])
    await run(['check'])
  })

  test('the file can be written without a proof', async () => {
    const { json } = await useFixture({ 'schema.ts': schema(idOnly) })
    expect(await json(['revision', '--autogenerate', '-m', 'x', '--no-proof'])).toMatchObject({
      proved: false,
    })
  })
})

test('-x arguments reach a configuration that is a function, wherever they stand', async () => {
  const { url } = await useTestDatabase()
  const config = `export default ({ args }) => ({ url: args.where === 'here' ? ${JSON.stringify(url)} : undefined })`
  const cwd = useProject({ 'dbmig.config.js': config, ...line })
  expect((await dbmig(['-x', 'where=here', 'current'], { cwd })).exitCode).toBe(0)
  expect((await dbmig(['current', '-x', 'a=b=c', '-x', 'where=here'], { cwd })).exitCode).toBe(0)
  expect((await dbmig(['current'], { cwd })).exitCode).toBe(2)
})

test('--config names a file, and paths are relative to it', async () => {
  const { url } = await useTestDatabase()
  const files = Object.fromEntries(Object.entries(line).map(([path, text]) => [`db/${path}`, text]))
  const cwd = useProject({ 'db/conf.js': configFor(url), ...files })
  const { stdout } = await dbmig(['heads', '--config', 'db/conf.js', '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject([{ revision: 'ccc3', path: join(cwd, 'db/migrations/ccc3.ts') }])
})

test('colours follow the environment, on each stream by itself', async () => {
  const { cwd } = await useFixture(line)
  expect((await dbmig(['history'], { cwd })).stdout).not.toContain('\u001b[')
  expect((await dbmig(['history'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[')
  expect((await dbmig(['history', '--no-color'], { cwd, env: { FORCE_COLOR: '1' } })).stdout).not.toContain(
    '\u001b[',
  )
  expect((await dbmig(['history', '--color'], { cwd })).stdout).toContain('\u001b[')
})

test('a reader that leaves early is no error', async () => {
  const { cwd } = await useFixture(tables(...Array.from({ length: 300 }, (_, n) => `r${n}`)))
  const child = startDbmig(['history', '--json'], { cwd, buffer: false })
  child.stdout.once('data', () => child.stdout.destroy())
  expect((await child).exitCode).toBe(0)
})

test('ensure-version waits for a run that is at work, or not', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.mjs': configFor(database.url), ...tables('aaa1') })
  const key = lockKey(ledgerLocation({ versionSchema: 'public', versionTable: 'dbmig_version' }))
  await database.query(`select pg_advisory_lock(${key})`)
  expect(await dbmig(['ensure-version', '--no-wait'], { cwd })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^error: Another run \(.*\) holds the migration lock of this database/),
  })
  const waiting = dbmig(['ensure-version', '--lock-wait', '1m'], { cwd })
  await expect
    .poll(() =>
      database.query(
        `select 1 from pg_stat_activity where datname = current_database() and application_name = 'dbmig'`,
      ),
    )
    .toHaveLength(1)
  await database.query(`select pg_advisory_unlock(${key})`)
  expect(await waiting).toMatchObject({
    exitCode: 0,
    stdout: 'The ledger "public"."dbmig_version" is there.',
  })
})

test('a command that is proposed works on what --url names, and holds no password', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.mjs': 'export default {}', ...tables('aaa1') })
  const { hostname, port, username } = new URL(database.url)
  const url = `postgres://${username}:${new URL(database.url).password || 'hush'}@${hostname}:${port}/${database.name}?connect_timeout=5`
  const current = await dbmig(['current', '--url', url], { cwd })
  const flag = `--url 'postgres://${username}@${hostname}:${port}/${database.name}?connect_timeout=5'`
  expect(current).toMatchObject({
    exitCode: 0,
    stdout: `Nothing is applied.\n1 revision is pending: dbmig upgrade ${flag} heads`,
  })
  const wrong = await dbmig(['resolve', 'aaa1', '--applied', '--url', url], { cwd })
  expect(wrong.stderr).toContain(`"dbmig stamp ${flag}" sets what else the ledger says.`)
  const inJson = await dbmig(['resolve', 'aaa1', '--applied', '--json', '--url', url], { cwd })
  expect(JSON.parse(inJson.stderr).message).toContain(`"dbmig stamp ${flag}" sets`)
})
