/** Revisions outside a transaction that end half-way, and the ways on. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { configFor, dbmig, revisionText, startDbmig, tables, useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'

const outside = 'export const config = { transaction: false }'
const index = revisionText({
  revision: 'bbb2',
  down: 'aaa1',
  more: outside,
  up: '  await sql`create unique index concurrently if not exists t_id on t_aaa1 (id)`.execute(db)',
  undo: '  await sql`drop index concurrently t_id`.execute(db)',
})

/** A project at aaa1, whose next revision is being run, and waits for a transaction that has written to the table. */
async function useBuilding() {
  const database = await useTestDatabase()
  const cwd = useProject({
    'dbmig.config.mjs': configFor(database.url),
    ...tables('aaa1'),
    'migrations/bbb2.ts': index,
  })
  await dbmig(['upgrade', 'aaa1'], { cwd })
  const writer = await openSession(database.url)
  onTestFinished(() => writer.close())
  await writer.query('begin')
  await writer.query('insert into t_aaa1 values (7)')
  const run = startDbmig(['upgrade', 'head'], { cwd })
  await expect.poll(() => builders(database), { timeout: 20_000 }).toHaveLength(1)
  return { database, cwd, writer, run }
}

function builders(database: TestDatabase): Promise<{ pid: number }[]> {
  return database.query(
    `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'create unique index%'`,
  )
}

async function isValid(database: TestDatabase): Promise<unknown> {
  const [row] = await database.query<{ valid: boolean }>(
    `select indisvalid as valid from pg_index where indexrelid = to_regclass('t_id')`,
  )
  return row?.valid
}

describe('a process that is killed while it builds an index', () => {
  test('leaves an invalid one, which a retry drops before it builds it again', async () => {
    const { database, cwd, writer, run } = await useBuilding()
    run.kill('SIGKILL')
    await run
    // As when its machine is gone, or the server was started again.
    await database.query('select pg_terminate_backend($1)', [(await builders(database))[0]?.pid])
    await writer.query('rollback')

    const current = await dbmig(['current'], { cwd })
    expect(current.stdout).toContain(
      'Began outside a transaction and did not end: bbb2 (dbmig upgrade heads tells why, and the ways on)',
    )
    const stopped = await dbmig(['upgrade', 'head'], { cwd })
    expect(stopped.exitCode).toBe(1)
    expect(stopped.stderr).toMatch(
      /bbb2\.ts\) began on the way up at .* and did not end: that run was killed, or lost/,
    )
    expect(stopped.stderr).toContain('run it again with "dbmig upgrade head --retry"')
    expect(stopped.stderr).toContain(
      'It left the index public.t_id on t_aaa1 invalid; --retry on the way up drops it first.',
    )
    expect(await isValid(database)).toBe(false)

    const again = await dbmig(['upgrade', 'head', '--retry'], { cwd })
    expect(again.exitCode, again.stderr).toBe(0)
    expect(await isValid(database)).toBe(true)
  })

  test('lets the server finish the statement, which the next run waits for and does not undo', async () => {
    const { database, cwd, writer, run } = await useBuilding()
    run.kill('SIGKILL')
    await run
    const next = startDbmig(['upgrade', 'head'], { cwd })
    let told = ''
    next.stderr?.on('data', (data) => {
      told += data
    })
    await expect.poll(() => told, { timeout: 20_000 }).toContain('another run')
    await writer.query('rollback')
    const { exitCode, stderr } = await next
    expect(exitCode).toBe(1)
    expect(stderr).toContain('that run was killed, or lost its connection.')
    expect(stderr).not.toContain('invalid')
    expect(await isValid(database)).toBe(true)

    const resolved = await dbmig(['resolve', 'bbb2', '--applied'], { cwd })
    expect(resolved).toMatchObject({
      exitCode: 0,
      stdout: '+ bbb2  counts as applied\nThe ledger says that the database is at bbb2.',
    })
    expect((await dbmig(['upgrade', 'head'], { cwd })).stdout).toContain('Nothing to do')
  })
})

test('history tells how a revision ended, and resolve takes it back', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({
    'dbmig.config.mjs': configFor(database.url),
    ...tables('aaa1'),
    'migrations/bbb2.ts': index,
  })
  await dbmig(['upgrade', 'aaa1'], { cwd })
  await database.query('insert into t_aaa1 values (1), (1)')
  const failed = await dbmig(['upgrade', 'head'], { cwd })
  expect(failed.exitCode).toBe(1)
  expect(failed.stderr).toContain('The index public.t_id on t_aaa1 was left invalid; --retry drops it first.')

  const history = await dbmig(['history', '--verbose'], { cwd })
  expect(history.stdout).toMatch(
    /Applied +failed on the way up since .*: could not create unique index "t_id"/,
  )

  expect(await dbmig(['resolve', 'bbb2'], { cwd })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--applied (from code `applied: true`) if all of the revision is there'),
  })
  expect(await dbmig(['resolve', 'bbb2', '--rolled-back'], { cwd })).toEqual({
    exitCode: 0,
    stdout: '- bbb2  counts as never run\nThe ledger says that the database is at aaa1.',
    stderr:
      'warning: The index public.t_id is invalid, left by that revision. Drop with "drop index concurrently public.t_id", or rebuild with "reindex index concurrently public.t_id".',
  })
  expect(await dbmig(['resolve', 'bbb2', '--rolled-back'], { cwd })).toMatchObject({
    exitCode: 1,
    stderr:
      'error: No id of a revision that is half-way begins with "bbb2". No revision is half-way, so there is nothing to resolve; "dbmig stamp" sets what else the ledger says.',
  })
})

test('check warns of an applied file that was changed, and upgrade --strict refuses to run', async () => {
  const database = await useTestDatabase()
  const project = (id: string) => ({
    'dbmig.config.mjs': configFor(database.url),
    'schema.sql': 'create table t_aaa1 (id integer);',
    ...Object.fromEntries(
      Object.entries(tables('aaa1')).map(([path, text]) => [path, text.replace("'id'", id)]),
    ),
  })
  const config = {
    'dbmig.config.mjs': `export default ${JSON.stringify({ url: database.url, schema: 'schema.sql' })}`,
  }
  await dbmig(['upgrade', 'head'], { cwd: useProject({ ...project("'id'"), ...config }) })
  const cwd = useProject({ ...project("'ID'.toLowerCase()"), ...config })
  expect(await dbmig(['check'], { cwd })).toEqual({
    exitCode: 0,
    stdout: 'Up to date: the database is as the schema says.',
    stderr:
      'warning: aaa1 was changed after being applied, so it says what never ran here. Put the change into a new revision.',
  })
  const { exitCode, stderr } = await dbmig(['upgrade', 'head', '--strict'], { cwd })
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(
    /^error: An applied file is not what ran any more: aaa1 \(.*aaa1\.ts\)\. Nothing was run, as --strict says\./,
  )
})

test('a hook of the configuration file is called, and its failure named', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({
    'dbmig.config.ts': `import { sql } from 'kysely'
const hooks = {
  beforeRevision: async ({ db, revision }: any) => { if (revision === 'bbb2') await sql\`select nix\`.execute(db) },
  onError: ({ error }: any) => console.error('told of ' + error.code),
}
export default { url: ${JSON.stringify(database.url)}, hooks }
`,
    ...tables('aaa1', 'bbb2'),
  })
  const { exitCode, stderr } = await dbmig(['upgrade', 'head'], { cwd })
  expect(exitCode).toBe(1)
  expect(stderr).toContain('told of RUNNER_REVISION_FAILED')
  expect(stderr).toMatch(
    /bbb2\.ts\) failed on the way up, in the hook beforeRevision of the configuration: column "nix" does not exist \(SQLSTATE 42703\)\. Nothing of it remains; correct the hook and run again\./,
  )
})
