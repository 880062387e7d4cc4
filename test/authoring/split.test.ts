/** `revision --autogenerate` that writes several files: chained, proved as a whole, all or none. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type RevisionOptions, revision } from '../../src/authoring/revision.ts'
import { check } from '../../src/comparison/check.ts'
import type { Config } from '../../src/config/config.ts'
import { loadProject } from '../../src/config/project.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

async function useFixture(target: string, live = '', config: Config = {}) {
  const database = await useTestDatabase()
  if (live !== '') await database.query(live)
  const folder = useProject({ 'schema.sql': target })
  const project = await loadProject({
    cwd: folder,
    env: {},
    overrides: { url: database.url, schema: 'schema.sql', ...config },
  })
  return {
    folder,
    database,
    project,
    autogenerate: (options?: Partial<RevisionOptions>) =>
      revision(project, { message: 'change', autogenerate: true, ...options }),
    files: () => (existsSync(join(folder, 'migrations')) ? readdirSync(join(folder, 'migrations')) : []),
  }
}

const moods = (...labels: string[]) =>
  `create type mood as enum (${labels.map((one) => `'${one}'`).join(', ')})`

test('a new enum value that is used at once is a revision of its own, which upgrade and downgrade run', async () => {
  const { database, project, autogenerate, files } = await useFixture(
    `${moods('sad', 'ok')}; create table t (m mood default 'ok')`,
    `${moods('sad')}; create table t (m mood default 'sad'); insert into t values ('sad')`,
  )
  const written = await autogenerate({ revId: 'mine', branchLabel: 'label' })
  expect(written.revisions.map(({ message }) => message)).toEqual([
    'change (1 of 2: new enum values)',
    'change (2 of 2: changes)',
  ])
  const [first, last] = written.revisions
  expect(written).toMatchObject({
    proved: true,
    revision: 'mine',
    path: last?.path,
    source: last?.source,
    downRevision: [first?.revision],
  })
  expect(first?.source).toContain("branchLabels = ['label']")
  expect(last?.source).toContain('branchLabels = []')
  expect(files()).toHaveLength(2)
  await upgrade(project, { target: 'mine' })
  expect(await check(project)).toMatchObject({ upToDate: true })
  expect(await database.query('select m::text from t')).toEqual([{ m: 'sad' }])
  await downgrade(project, { target: 'base' })
})

test('with one transaction for the run it shares a file with the rest, and the type is made anew', async () => {
  const { project, autogenerate } = await useFixture(
    `${moods('sad', 'ok')}; create table t (m mood default 'ok')`,
    `${moods('sad')}; create table t (m mood default 'sad')`,
    { transaction: 'run' },
  )
  expect((await autogenerate()).revisions).toHaveLength(1)
  await upgrade(project, { target: 'head' })
})

test('an index that is made concurrently is proved and run outside of a transaction', async () => {
  const { project, autogenerate } = await useFixture(
    'create table t (a int, b int); create index t_b on t (b)',
    'create table t (a int)',
  )
  const { revisions, proved } = await autogenerate({ concurrently: true })
  expect(proved).toBe(true)
  expect(
    revisions.map(({ source }) => source.includes('export const config = { transaction: false }')),
  ).toEqual([false, true])
  await upgrade(project, { target: 'head' })
  expect(await check(project)).toMatchObject({ upToDate: true })
  await downgrade(project, { target: 'base' })
})

test('a split by stage is a chain, and a dry run of it writes nothing', async () => {
  const schema = `create schema app; create table app.t (id int primary key, m text);
    create index on app.t (m); create view app.v as select id from app.t`
  const { project, autogenerate, files } = await useFixture(schema)
  const dry = await autogenerate({ split: 'stage', dryRun: true })
  expect(dry.path).toBeNull()
  expect(dry.revisions.map(({ path }) => path)).toEqual([null, null, null, null])
  expect(files()).toEqual([])
  const { revisions } = await autogenerate({ split: 'stage' })
  expect(revisions.map(({ message }) => message)).toEqual([
    'change (1 of 4: types)',
    'change (2 of 4: tables)',
    'change (3 of 4: keys and indexes)',
    'change (4 of 4: functions and views)',
  ])
  expect(revisions.slice(1).map(({ downRevision }) => downRevision)).toEqual(
    revisions.slice(0, -1).map((one) => [one.revision]),
  )
  await upgrade(project, { target: 'head' })
  expect(await check(project)).toMatchObject({ upToDate: true })
  await downgrade(project, { target: 'base' })
})

test('where a file cannot be written none is left', async () => {
  const { folder, autogenerate, files } = await useFixture(
    'create schema app; create table app.t (id int)',
    '',
    { fileTemplate: '{slug}' },
  )
  // What a new file becomes is first written beside it: this folder is where the second one's would be.
  mkdirSync(join(folder, 'migrations/change_2_of_2_tables.ts'), { recursive: true })
  await expect(autogenerate({ split: 'stage' })).rejects.toMatchObject({ code: 'AUTHORING_FILE_EXISTS' })
  expect(files()).toEqual(['change_2_of_2_tables.ts'])
})

test('names that do not tell the files apart are refused before anything is written', async () => {
  const { autogenerate, files } = await useFixture('create schema app; create table app.t (id int)', '', {
    fileTemplate: '{year}',
  })
  await expect(autogenerate({ split: 'stage' })).rejects.toMatchObject({
    code: 'AUTHORING_NAME_TWICE',
    exitCode: 2,
    message: expect.stringMatching(/Several of the new revisions would be .*Put \{rev\} into `fileTemplate`/),
  })
  expect(files()).toEqual([])
})

test('flags of a generated file without --autogenerate are refused', async () => {
  const { project } = await useFixture('')
  await expect(revision(project, { message: 'x', split: 'stage' })).rejects.toMatchObject({
    code: 'AUTHORING_NEEDS_AUTOGENERATE',
    exitCode: 2,
    message: expect.stringContaining('Add --autogenerate, or leave --split out'),
  })
  await expect(
    revision({ ...project, transaction: 'run' }, { message: 'x', autogenerate: true, concurrently: true }),
  ).rejects.toMatchObject({ code: 'AUTHORING_CONCURRENTLY_IN_RUN', exitCode: 2 })
})

test('down says what it cannot bring back, and up what it takes', async () => {
  const { autogenerate } = await useFixture(
    `create table kept (a varchar(3)); ${moods('a')}; create type pair as (x int); create table p (k pair)`,
    `create table kept (a text, gone int); create table dropped (id int); create sequence counter;
     ${moods('a', 'b')}; create domain spare as text; create type pair as (x int, y int); create table p (k pair);
     create schema app; create extension citext;
     create table log (a int) partition by list (a); create table log1 partition of log for values in (1)`,
    { schemas: ['public', 'app'] },
  )
  const { source, losses, risks } = await autogenerate()
  expect([...losses].sort()).toEqual([
    'column kept.gone is dropped with its data',
    'extension citext is dropped with all that it holds',
    'sequence counter is dropped, and with it the number that it has come to',
    'table dropped is dropped with all its rows',
    'table log is dropped with the rows of its partition',
    'type pair loses y, and with it what columns of the type hold there',
    'type spare is dropped',
  ])
  expect(risks).toContain('schema app is dropped: that fails while it holds what dbmig does not manage')
  const [up = '', down = ''] = (source ?? '').split('export async function down')
  for (const loss of losses) expect(up).toContain(`// Data loss: ${loss}.`)
  expect([...down.matchAll(/\/\/ (Brings back .*)/g)].map(([, text]) => text).sort()).toEqual([
    'Brings back column kept.gone without its data.',
    'Brings back extension citext without the data that it held.',
    'Brings back sequence counter, which starts anew.',
    'Brings back table dropped without its rows.',
    'Brings back table log without its rows.',
    'Brings back table log1 without its rows.',
    'Brings back the attributes of type pair, not what columns held there.',
  ])
})

test('what is of one stage alone stays one file, under its own message', async () => {
  const { autogenerate } = await useFixture('create table a (id int); create table b (id int)')
  const { revisions } = await autogenerate({ split: 'stage' })
  expect(revisions.map(({ message }) => message)).toEqual(['change'])
})
