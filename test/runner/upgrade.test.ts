import { describe, expect, onTestFinished, test } from 'vitest'
import { downgrade } from '../../src/runner/downgrade.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { stamp } from '../../src/runner/stamp.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

const line = [
  { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' },
  { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b' },
  { id: 'ccc3', up: 'create table c (id int)', undo: 'drop table c' },
]

const tablesOf = `select string_agg(relname, ',' order by relname) as names from pg_class
  where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'dbmig%'`

describe('upgrade', () => {
  test('runs what is pending, in order, and records each revision', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, line)
    expect(await upgrade(project, { target: 'bbb2' })).toMatchObject({
      steps: [
        { revision: 'aaa1', message: expect.any(String), direction: 'up', durationMs: expect.any(Number) },
        { revision: 'bbb2', message: expect.any(String), direction: 'up', durationMs: expect.any(Number) },
      ],
      heads: ['bbb2'],
      dryRun: false,
    })
    expect(await upgrade(project, { target: 'head' })).toMatchObject({
      steps: [{ revision: 'ccc3' }],
      heads: ['ccc3'],
    })
    expect(await upgrade(project, { target: 'head' })).toEqual({
      steps: [],
      heads: ['ccc3'],
      dryRun: false,
      alreadyApplied: ['ccc3'],
      outOfOrder: [],
    })
    expect(await database.query(tablesOf)).toEqual([{ names: 'a,b,c' }])
    expect(
      await database.query(
        'select revision, down_revisions, message, status, length(checksum) as n from dbmig_version order by 1',
      ),
    ).toEqual([
      { revision: 'aaa1', down_revisions: [], message: 'revision aaa1', status: 'applied', n: 64 },
      { revision: 'bbb2', down_revisions: ['aaa1'], message: 'revision bbb2', status: 'applied', n: 64 },
      { revision: 'ccc3', down_revisions: ['bbb2'], message: 'revision ccc3', status: 'applied', n: 64 },
    ])
    expect(
      await database.query('select revision, direction, outcome from dbmig_log order by id'),
    ).toHaveLength(3)
  })

  test('tells what it does', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, line.slice(0, 2))
    const events: RunEvent[] = []
    await upgrade(project, { target: 'head', onEvent: (event) => events.push(event) })
    expect(
      events.map((event) =>
        'revision' in event
          ? `${event.type} ${event.revision.revision} ${event.index}/${event.total}`
          : event.type,
      ),
    ).toEqual([
      'planned',
      ...['start aaa1 1/2', 'statement aaa1 1/2', 'done aaa1 1/2'],
      ...['start bbb2 2/2', 'statement bbb2 2/2', 'done bbb2 2/2'],
    ])
  })

  test('a dry run plans and leaves no trace', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, line)
    expect(await upgrade(project, { target: 'head', dryRun: true })).toMatchObject({
      steps: line.map(({ id }) => ({
        revision: id,
        message: expect.any(String),
        direction: 'up',
        durationMs: 0,
      })),
      heads: ['ccc3'],
      dryRun: true,
    })
    expect(await database.query(`select 1 from pg_class where relname like 'dbmig%'`)).toEqual([])
  })

  test('two heads are both heads, and a dependency is no head', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      { id: 'aaa1', up: 'select 1' },
      { id: 'left2', down: 'aaa1', up: 'select 1' },
      { id: 'right3', down: 'aaa1', up: 'select 1' },
      { id: 'other4', down: null, dependsOn: ['right3'], up: 'select 1' },
    ])
    const result = await upgrade(project, { target: 'heads' })
    expect(result.steps).toHaveLength(4)
    expect([...result.heads].sort()).toEqual(['left2', 'other4'])
    expect(await database.query(`select depends_on from dbmig_version where revision = 'other4'`)).toEqual([
      { depends_on: ['right3'] },
    ])
  })

  test('an applied revision without a file is named', async () => {
    const database = await useTestDatabase()
    await upgrade(await useProject(database.url, line), { target: 'head' })
    const fewer = await useProject(database.url, line.slice(0, 2))
    await expect(upgrade(fewer, { target: 'head' })).rejects.toMatchObject({
      code: 'GRAPH_APPLIED_FILES_GONE',
      message: expect.stringContaining('ccc3'),
    })
  })

  test('settings of the project hold for the run', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [{ id: 'aaa1', up: 'select pg_sleep(5)' }], {
      statementTimeout: '50ms',
    })
    await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
      message: expect.stringContaining('canceling statement due to statement timeout (SQLSTATE 57014)'),
    })
  })

  test('what a revision sets does not reach the next, nor the ledger', async () => {
    const database = await useTestDatabase()
    const role = `${database.name}_other`
    await database.query(`create role ${role}`)
    onTestFinished(async () => void (await database.query(`drop role ${role}`)))
    const leaky = `select set_config('search_path', '', false); set role ${role}; set lock_timeout = '1s'`
    const project = await useProject(
      database.url,
      [
        { id: 'aaa1', up: leaky },
        { id: 'bbb2', up: leaky, outside: true },
        {
          id: 'ccc3',
          up: `create table c as select current_setting('lock_timeout') as t, current_user::text as u`,
        },
      ],
      { lockTimeout: '7s' },
    )
    await upgrade(project, { target: 'head' })
    expect(await database.query('select * from public.c')).toEqual([{ t: '7s', u: 'postgres' }])
  })

  test('runs on an embedded database', async () => {
    const project = await useProject('pglite:memory', line)
    expect(await upgrade(project, { target: 'head' })).toMatchObject({ heads: ['ccc3'] })
  })
})

describe('downgrade', () => {
  test('undoes newest first, and base leaves only the ledger', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, line)
    await upgrade(project, { target: 'head' })
    expect(await downgrade(project, { target: '-1', dryRun: true })).toMatchObject({
      heads: ['bbb2'],
      dryRun: true,
    })
    expect(await downgrade(project, { target: '-1' })).toMatchObject({
      steps: [{ revision: 'ccc3', direction: 'down' }],
      heads: ['bbb2'],
    })
    expect(await downgrade(project, { target: 'base' })).toMatchObject({
      steps: [{ revision: 'bbb2' }, { revision: 'aaa1' }],
      heads: [],
    })
    expect(await database.query(tablesOf)).toEqual([{ names: null }])
    expect(await database.query('select * from dbmig_version')).toEqual([])
  })

  test('is refused before anything runs when a revision has no down', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      { id: 'aaa1', up: 'create table a (id int)', undo: null },
      { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b' },
    ])
    await upgrade(project, { target: 'head' })
    const message = `Revision aaa1 (${project.migrations[0]}/0_aaa1.mjs) has no down, so there is no way back through it; nothing was run. Write its down, or choose a target above it.`
    await expect(downgrade(project, { target: 'base' })).rejects.toMatchObject({
      code: 'RUNNER_IRREVERSIBLE',
      message,
    })
    await expect(downgrade(project, { target: 'base', dryRun: true })).rejects.toMatchObject({ message })
    expect(await database.query(tablesOf)).toEqual([{ names: 'a,b' }])
  })
})

describe('stamp', () => {
  test('records without running, logs, and forgets again', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, line)
    expect(await stamp(project, { targets: ['bbb2'] })).toEqual({
      steps: [
        { revision: 'aaa1', message: expect.any(String), direction: 'up', durationMs: 0 },
        { revision: 'bbb2', message: expect.any(String), direction: 'up', durationMs: 0 },
      ],
      heads: ['bbb2'],
      dryRun: false,
    })
    expect(await database.query(tablesOf)).toEqual([{ names: null }])
    expect(await stamp(project, { targets: ['base'] })).toMatchObject({
      steps: [{ revision: 'bbb2', direction: 'down' }, { revision: 'aaa1' }],
      heads: [],
    })
    expect(
      await database.query(
        'select outcome, count(*)::int as n from dbmig_log where direction = $1 group by 1 order by 1',
        ['stamp'],
      ),
    ).toEqual([
      { outcome: 'stamped', n: 2 },
      { outcome: 'unstamped', n: 2 },
    ])
  })

  test('a dry run writes nothing', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, line)
    expect(await stamp(project, { targets: ['head'], dryRun: true })).toMatchObject({
      heads: ['ccc3'],
      dryRun: true,
    })
    expect(await database.query(`select 1 from pg_class where relname like 'dbmig%'`)).toEqual([])
  })

  test('purging forgets what has no file', async () => {
    const database = await useTestDatabase()
    await upgrade(await useProject(database.url, line), { target: 'head' })
    const fewer = await useProject(database.url, line.slice(0, 2))
    expect(await stamp(fewer, { targets: ['bbb2'], purge: true })).toMatchObject({ heads: ['bbb2'] })
    expect(await upgrade(fewer, { target: 'head' })).toMatchObject({ steps: [], heads: ['bbb2'] })
  })
})
