import { expect, test } from 'vitest'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

const first = { id: 'aaa1', up: 'create table a (id int)' }

test('a dry run gives the statements of each step from where the database is, and runs none', async () => {
  const { url, query } = await useTestDatabase()
  await upgrade(await useProject(url, [first]), { target: 'head' })
  const project = await useProject(url, [
    first,
    {
      id: 'bbb2',
      up: `js:await run(db, 'create table b (id int)'); await run(db, 'create table c (id int)')`,
    },
    { id: 'ccc3', up: 'create index concurrently on b (id)', outside: true },
  ])
  const { steps, heads } = await upgrade(project, { target: 'head', dryRun: true, sql: true })
  expect(steps).toMatchObject([
    {
      revision: 'bbb2',
      preview: {
        statements: ['create table b (id int)', 'create table c (id int)'],
        transaction: true,
        incomplete: null,
      },
    },
    {
      revision: 'ccc3',
      preview: { statements: ['create index concurrently on b (id)'], transaction: false },
    },
  ])
  expect(heads).toEqual(['ccc3'])
  expect(await query(`select to_regclass('b') as b`)).toEqual([{ b: null }])
  expect(await query('select revision from dbmig_version')).toEqual([{ revision: 'aaa1' }])
})

test('of a revision that reads from the database there is what comes before', async () => {
  const { url } = await useTestDatabase()
  const up = `js:await run(db, 'create table a (id int)')
  const { rows } = await run(db, 'select 1 as n')
  for (const { n } of rows) await run(db, 'insert into a values (' + n + ')')`
  const project = await useProject(url, [{ id: 'aaa1', up }])
  const { steps } = await upgrade(project, { target: 'head', dryRun: true, sql: true })
  expect(steps[0]?.preview).toEqual({
    statements: ['create table a (id int)', 'select 1 as n'],
    transaction: true,
    incomplete: 'what follows depends on what it reads from the database',
  })
})

test('of a revision that throws there is what comes before, and what it threw', async () => {
  const { url } = await useTestDatabase()
  const project = await useProject(url, [
    { id: 'aaa1', up: `js:await run(db, 'select 1'); throw new Error('not here')` },
  ])
  const { steps } = await upgrade(project, { target: 'head', dryRun: true, sql: true })
  expect(steps[0]?.preview).toMatchObject({ statements: ['select 1'], incomplete: 'not here' })
})
