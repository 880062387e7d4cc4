/** Listeners that throw. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { pull } from '../../src/authoring/pull/pull.ts'
import { revision } from '../../src/authoring/revision.ts'
import { squash } from '../../src/authoring/squash/squash.ts'
import { check } from '../../src/comparison/check.ts'
import { diff } from '../../src/comparison/diff.ts'
import type { Project } from '../../src/config/config.ts'
import type { DbmigError } from '../../src/errors.ts'
import { upgradeAll } from '../../src/fleet/commands.ts'
import { ledgerLocation } from '../../src/ledger/location.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { lockKey } from '../../src/runner/lock/lock.ts'
import { stamp } from '../../src/runner/stamp.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'
import { useProject } from './helpers.ts'

const first = { id: 'aaa1', up: 'create table a (id int)' }
const outside = { id: 'bbb2', outside: true, up: 'create table b (id int)' }

type Listener = (event: { readonly type: string }) => void

function throwing(type: RunEvent['type']) {
  return (event: { readonly type: string }) => {
    if (event.type === type) throw new Error(`no ${type} here`)
  }
}

async function failureOf(work: Promise<unknown>): Promise<DbmigError> {
  return work.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: DbmigError) => error,
  )
}

async function logOf(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ row: string }>(
    `select concat_ws(' ', revision, direction, outcome) as row from dbmig_log order by id`,
  )
  return rows.map(({ row }) => row)
}

describe('a listener that throws', () => {
  test.each(['planned', 'start', 'statement', 'done'] as const)(
    'at %s stops no revision, in a transaction or outside, and its error comes when all have run',
    async (type) => {
      const database = await useTestDatabase()
      const project = await useProject(database.url, [first, outside])
      const error = await failureOf(upgrade(project, { target: 'head', onEvent: throwing(type) }))
      expect(error).toMatchObject({
        code: 'RUNNER_LISTENER_FAILED',
        exitCode: 1,
        message: `The function onEvent threw at an event "${type}": no ${type} here. The run went on to its end all the same, and what it did is done and recorded.`,
        cause: new Error(`no ${type} here`),
      })
      expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up applied'])
    },
  )

  test('at what the server says of a long statement does not end the process', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [
      { id: 'aaa1', up: 'create table a as select generate_series(1, 1000) as id' },
      {
        id: 'bbb2',
        up: `js: await run(db, "create function slow(int) returns int immutable language plpgsql as 'begin perform pg_sleep(0.003); return $1; end'")
          await run(db, 'create index on a (slow(id))')`,
      },
    ])
    const error = await failureOf(upgrade(project, { target: 'head', onEvent: throwing('server-progress') }))
    expect(error.message).toMatch(/^The function onEvent threw at an event "server-progress": /)
    expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up applied'])
  })

  test('later, in a promise, stops nothing either, and is waited for', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [first, outside])
    const onEvent = async ({ type }: { readonly type: string }) => {
      await sleep(50)
      if (type === 'done') throw new Error('too late')
    }
    const error = await failureOf(upgrade(project, { target: 'head', onEvent }))
    expect(error).toMatchObject({ code: 'RUNNER_LISTENER_FAILED', cause: new Error('too late') })
    expect(await logOf(database)).toEqual(['aaa1 up applied', 'bbb2 up applied'])
  })

  test.each([
    ['stamp', (project: Project, onEvent: Listener) => stamp(project, { targets: ['head'], onEvent })],
    ['pull', (project: Project, onEvent: Listener) => pull(project, { proof: false, force: true, onEvent })],
  ] as const)('lets a %s go on that waits for another run', async (command, work) => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, command === 'stamp' ? [first] : [])
    const declared = { ...project, schema: [join(project.root, 'schema.ts')], fileTemplate: '{rev}' }
    await database.query('create table there (id int)')
    const key = lockKey(ledgerLocation(project))
    await database.query(`select pg_advisory_lock(${key})`)
    const onEvent = ({ type }: { readonly type: string }) => {
      if (type !== 'waiting') return
      void database.query(`select pg_advisory_unlock(${key})`)
      throw new Error(`no ${type} here`)
    }
    const error = await failureOf(work(declared, onEvent))
    expect(error.message).toMatch(/^The function onEvent threw at an event "waiting": no waiting here\./)
    expect(await logOf(database)).toHaveLength(1)
  })

  test.each([
    ['check', (project: Project, onEvent: Listener) => check(project, { onEvent })],
    ['diff', (project: Project, onEvent: Listener) => diff(project, { onEvent })],
    [
      'revision',
      (project: Project, onEvent: Listener) =>
        revision(project, { message: 'more', autogenerate: true, onEvent }),
    ],
    ['squash', (project: Project, onEvent: Listener) => squash(project, { range: 'aaa1:head', onEvent })],
  ] as const)('stops no %s', async (command, work) => {
    const database = await useTestDatabase()
    const second = { id: 'bbb2', down: 'aaa1', up: 'create table b (id int)' }
    const project = await useProject(database.url, [first, second])
    writeFiles(project.root, { 'schema.sql': 'create table a (id int); create table b (id int, more int);' })
    await upgrade(project, { target: 'head' })
    const declared = { ...project, schema: [join(project.root, 'schema.sql')], fileTemplate: '{rev}' }
    const types: string[] = []
    const error = await failureOf(
      work(declared, ({ type }) => {
        types.push(type)
        throw new Error(`no ${type} here`)
      }),
    )
    expect(error).toMatchObject({ code: 'RUNNER_LISTENER_FAILED', cause: new Error('no progress here') })
    expect(types.length).toBeGreaterThan(1)
    const files = command === 'revision' ? 3 : command === 'squash' ? 1 : 2
    expect(await readdir(join(project.root, 'migrations'))).toHaveLength(files)
  })

  test('does not hide why a run failed', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [{ id: 'aaa1', up: 'select 1 / 0' }])
    const error = await failureOf(upgrade(project, { target: 'head', onEvent: throwing('failed') }))
    expect(error.code).toBe('RUNNER_REVISION_FAILED')
    expect(error.detail).toMatch(/(?:^|\n)The function onEvent failed as well: no failed here\.$/)
  })

  test('stops no database of a fleet', async () => {
    const databases = [await useTestDatabase(), await useTestDatabase()]
    const targets = databases.map(({ url, name }) => ({
      ...{ url, name, versionSchema: 'public', versionTable: 'dbmig_version', tenantSchema: undefined },
    }))
    const project = await useProject('', [first], { databases: async () => targets })
    const onEvent = (event: { readonly type: string }) => {
      throw new Error(`no ${event.type} here`)
    }
    const error = await failureOf(upgradeAll(project, { target: 'head', onEvent, concurrency: 1 }))
    expect(error.message).toMatch(/^The function onEvent threw at an event "fleet": no fleet here\./)
    for (const database of databases) expect(await logOf(database)).toEqual(['aaa1 up applied'])
  })
})
