/** Commands on many databases. */
import { describe, expect, test } from 'vitest'
import type { Project } from '../../src/config/config.ts'
import type { DatabaseTarget } from '../../src/config/databases.ts'
import { currentAll, downgradeAll, historyAll, stampAll, upgradeAll } from '../../src/fleet/commands.ts'
import type { FleetEvent } from '../../src/fleet/events.ts'
import { type RevisionSource, useProject } from '../runner/helpers.ts'
import { useTestDatabase } from '../support/database.ts'
import { useFolder } from '../support/folder.ts'

const line = [
  { id: 'aaa1', up: 'create table users (id int)', undo: 'drop table users' },
  { id: 'bbb2', up: 'alter table users add email text', undo: 'alter table users drop email' },
]

function tenantsOf(url: string, names: readonly string[]): DatabaseTarget[] {
  return names.map((name) => ({
    name,
    url,
    tenantSchema: name,
    versionSchema: name,
    versionTable: 'dbmig_version',
  }))
}

/** A fleet of schemas in one database. */
async function useFleet(names: readonly string[], revisions: readonly RevisionSource[] = line) {
  const database = await useTestDatabase()
  const project = await useProject(database.url, revisions)
  return { database, project: withDatabases(project, tenantsOf(database.url, names)) }
}

function withDatabases(project: Project, targets: readonly DatabaseTarget[]): Project {
  return { ...project, databases: async () => targets }
}

const failing = {
  id: 'bbb2',
  up: `js: await run(db, "do $$ begin if current_schema() = 'b' then raise 'not here'; end if; end $$")`,
}

describe('upgradeAll', () => {
  test('runs on each database, gives its result in the order of the list, and goes on where one is behind', async () => {
    const { project } = await useFleet(['c', 'a', 'b'])
    const first = await upgradeAll(project, { target: 'head', only: ['a'] })
    expect(first.databases.map(({ name, ok }) => [name, ok])).toEqual([['a', true]])
    const { ok, databases } = await upgradeAll(project, { target: 'head', concurrency: 2 })
    expect(ok).toBe(true)
    expect(databases.map((one) => [one.name, one.ok && one.steps.length, one.ok && one.heads])).toEqual([
      ['c', 2, ['bbb2']],
      ['a', 0, ['bbb2']],
      ['b', 2, ['bbb2']],
    ])
  })

  test('a database that fails stops no other, and its result says what was done before', async () => {
    const { project } = await useFleet(['a', 'b', 'c'], [line[0] ?? failing, failing])
    const { ok, databases } = await upgradeAll(project, { target: 'head', concurrency: 1 })
    expect(ok).toBe(false)
    expect(databases.map((one) => one.ok)).toEqual([true, false, true])
    expect(databases[1]).toMatchObject({
      name: 'b',
      error: {
        code: 'RUNNER_REVISION_FAILED',
        message: expect.stringContaining('not here'),
        exitCode: 1,
      },
      steps: [{ revision: 'aaa1', direction: 'up' }],
    })
  })

  test('failFast begins no more, and says so of those', async () => {
    const { project } = await useFleet(['a', 'b', 'c'], [line[0] ?? failing, failing])
    const { databases } = await upgradeAll(project, { target: 'head', concurrency: 1, failFast: true })
    expect(databases.map(({ name, ok, error }) => [name, ok, error?.code ?? null])).toEqual([
      ['a', true, null],
      ['b', false, 'RUNNER_REVISION_FAILED'],
      ['c', false, 'FLEET_NOT_STARTED'],
    ])
    expect(databases[2]?.error?.message).toBe('Not started: another database failed before its turn.')
  })

  test('an abort ends what runs, and begins no more', async () => {
    const controller = new AbortController()
    const { project } = await useFleet(['a', 'b', 'c'], [{ id: 'aaa1', up: 'select pg_sleep(600)' }])
    const onEvent = (event: FleetEvent) => {
      if (event.type === 'start' && event.database === 'b') controller.abort()
    }
    const { databases } = await upgradeAll(project, {
      target: 'head',
      concurrency: 2,
      signal: controller.signal,
      onEvent,
    })
    expect(databases.map(({ error }) => error?.code)).toEqual([
      expect.stringMatching(/INTERRUPTED$/),
      'RUNNER_INTERRUPTED',
      'FLEET_NOT_STARTED',
    ])
    expect(databases[2]?.error?.message).toBe('Not started: the run was interrupted.')
  })

  test('every event says of which database it is', async () => {
    const { project } = await useFleet(['a', 'b'])
    const events: FleetEvent[] = []
    await upgradeAll(project, { target: 'head', onEvent: (event) => events.push(event) })
    const [first, ...others] = events
    expect(first).toEqual({ type: 'fleet', total: 2 })
    expect(new Set(others.map(({ database }) => database))).toEqual(new Set(['a', 'b']))
    for (const name of ['a', 'b']) {
      const types = others.filter(({ database }) => database === name).map(({ type }) => type)
      expect(types[0]).toBe('database-start')
      expect(types.at(-1)).toBe('database-done')
      expect(types.filter((type) => type === 'start' || type === 'done')).toEqual([
        ...['start', 'done'],
        ...['start', 'done'],
      ])
    }
  })

  test('no more databases are at work than it is told, and a revision is imported once', async () => {
    const key = `dbmig-fleet-${process.pid}`
    const counter = `globalThis['${key}'] ??= { now: 0, most: 0, calls: 0 }; const c = globalThis['${key}']`
    const { project } = await useFleet(
      ['a', 'b', 'c', 'd', 'e', 'f'],
      [
        {
          id: 'aaa1',
          up: `js: ${counter}; up.calls = (up.calls ?? 0) + 1; c.calls = up.calls; c.now++; c.most = Math.max(c.most, c.now)
          await run(db, 'select pg_sleep(0.1)'); c.now--`,
        },
      ],
    )
    await upgradeAll(project, { target: 'head', concurrency: 2 })
    expect(Reflect.get(globalThis, key)).toEqual({ now: 0, most: 2, calls: 6 })
  })

  test('a target that is mistyped is told once, before any database is asked', async () => {
    const project = withDatabases(await useProject('pglite:memory', line), [
      ...tenantsOf('postgres://nobody@127.0.0.1:1/none', ['a']),
    ])
    await expect(upgradeAll(project, { target: 'ccc3' })).rejects.toMatchObject({
      code: 'GRAPH_UNKNOWN_REVISION',
    })
  })

  test("the tenants of one embedded database's folder come one after the other", async () => {
    const folder = `pglite:${useFolder()}/data`
    const project = withDatabases(await useProject(folder, line), tenantsOf(folder, ['a', 'b']))
    const { databases } = await upgradeAll(project, { target: 'head', concurrency: 4 })
    expect(databases.map(({ error }) => error)).toEqual([null, null])
  })

  test('revisions of tenants in one database that change the same in its catalog wait for each other', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `t${index}`)
    const { project } = await useFleet(names, [
      { id: 'aaa1', up: 'create extension if not exists citext schema public' },
      { id: 'bbb2', up: `grant usage on schema public to public` },
    ])
    const { databases } = await upgradeAll({ ...project, retries: 10 }, { target: 'head', concurrency: 16 })
    expect(databases.map(({ error }) => error).filter((error) => error !== null)).toEqual([])
  })

  test('no database is no failure', async () => {
    const { project } = await useFleet([])
    expect(await upgradeAll(project, { target: 'head' })).toEqual({ databases: [], ok: true })
  })

  test('without databases in the configuration it says so', async () => {
    const project = await useProject('pglite:memory', line)
    await expect(upgradeAll(project, { target: 'head' })).rejects.toMatchObject({
      code: 'FLEET_NOT_CONFIGURED',
      message:
        "The configuration has no `databases`. List them there by name ({ acme: 'postgres://…' }), or leave out --all, --only and --database (from code: upgrade in place of upgradeAll, and so on).",
      exitCode: 2,
    })
  })

  test('a pattern that fits no database is told with the nearest name', async () => {
    const { project } = await useFleet(['acme', 'bolt'])
    await expect(upgradeAll(project, { target: 'head', only: ['acne'] })).rejects.toMatchObject({
      code: 'FLEET_NO_MATCH',
      message: 'None of the 2 databases is called "acne". Did you mean "acme"?',
      exitCode: 2,
    })
    await expect(upgradeAll(project, { target: 'head', only: ['x*'] })).rejects.toThrow(
      'None of the 2 databases is called "x*"; * stands for any characters, ? for one.',
    )
  })

  test.each(['0/2', '3/2', '1', 'a/b', '1/0'])('%s is no shard', async (shard) => {
    const { project } = await useFleet(['a'])
    await expect(upgradeAll(project, { target: 'head', shard })).rejects.toThrow(
      `"${shard}" is no shard. Write which one of how many: 1/8, 2/8, … 8/8.`,
    )
  })

  test.each([0, 1.5, Number.NaN])('%s databases at a time is refused', async (concurrency) => {
    const { project } = await useFleet(['a'])
    await expect(upgradeAll(project, { target: 'head', concurrency })).rejects.toThrow(
      `${concurrency} databases at a time make no sense; give a whole number from 1.`,
    )
  })
})

test('what was upgraded is undone, stamped, and looked at', async () => {
  const { project } = await useFleet(['a', 'b'])
  await upgradeAll(project, { target: 'head' })
  await downgradeAll(project, { target: '-1', only: ['a'] })
  const current = await currentAll(project)
  expect(current.databases.map((one) => one.ok && [one.heads, one.pending])).toEqual([
    [['aaa1'], 1],
    [['bbb2'], 0],
  ])
  const stamped = await stampAll(project, { targets: ['base'], only: ['b'] })
  expect(stamped.databases).toMatchObject([{ name: 'b', steps: [{ direction: 'down' }, {}], heads: [] }])
  const { databases } = await historyAll(project)
  expect(
    databases.map(
      (one) => one.ok && one.entries.map(({ revision, applied }) => [revision, applied !== null]),
    ),
  ).toEqual([
    [
      ['bbb2', false],
      ['aaa1', true],
    ],
    [
      ['bbb2', false],
      ['aaa1', false],
    ],
  ])
})
