/** What the server says beside its answers: `raise notice`, `drop cascades to …`. */
import { describe, expect, test } from 'vitest'
import type { Project } from '../../src/config/config.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { type RevisionSource, useProject } from './helpers.ts'

type NoticeEvent = Extract<RunEvent, { type: 'notice' }>

async function noticesOf(project: Project): Promise<NoticeEvent[]> {
  const events: RunEvent[] = []
  await upgrade(project, { target: 'head', onEvent: (event) => events.push(event) })
  expect(events.at(-1)).toMatchObject({ type: 'done' })
  return events.filter((event): event is NoticeEvent => event.type === 'notice')
}

const raise = `do $$ begin raise notice 'fixed % rows', 3; raise warning 'careful' using hint = 'look', detail = 'why'; end $$`

describe.each([
  ['in a transaction', false],
  ['outside a transaction', true],
])('a revision %s', (_, outside) => {
  test('tells what its statements raise', async () => {
    const { url } = await useTestDatabase()
    const notices = await noticesOf(await useProject(url, [{ id: 'aaa1', up: raise, outside }]))
    expect(notices).toMatchObject([
      { ...{ index: 1, total: 1, direction: 'up', revision: { revision: 'aaa1' } }, severity: 'NOTICE' },
      { severity: 'WARNING', message: 'careful', detail: 'why', hint: 'look' },
    ])
    expect(notices[0]).toMatchObject({ message: 'fixed 3 rows', detail: null, hint: null })
  })
})

test('a revision on an embedded database tells what its statements raise', async () => {
  const notices = await noticesOf(await useProject('pglite:memory', [{ id: 'aaa1', up: raise }]))
  expect(notices.map(({ message }) => message)).toEqual(['fixed 3 rows', 'careful'])
})

test('revisions that are sent as one message tell once what falls with what they drop', async () => {
  const database = await useTestDatabase()
  const make = (name: string): RevisionSource => ({
    id: `make_${name}`,
    up: `js:await db.schema.createTable('${name}').addColumn('id', 'integer').execute()`,
  })
  const drop: RevisionSource = {
    id: 'drop',
    up: `js:await db.schema.dropTable('old').ifExists().cascade().execute()`,
  }
  await database.query('create table old (id int); create view seen as select * from old')
  const notices = await noticesOf(await useProject(database.url, [make('a'), drop, make('b')]))
  expect(notices.map(({ revision, message }) => [revision.revision, message])).toEqual([
    ['drop', 'drop cascades to view seen'],
  ])
})

test("dbmig's own statements tell nothing", async () => {
  const { url } = await useTestDatabase()
  expect(await noticesOf(await useProject(url, [{ id: 'aaa1', up: 'select 1' }]))).toEqual([])
})
