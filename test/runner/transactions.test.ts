/** Transactions that revisions outside a transaction, and hooks, begin themselves. */
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { DbmigError } from '../../src/errors.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

const table = { id: 'aaa1', up: 'create table t (text text)' }

async function useOutside(up: string) {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [table, { id: 'bbb2', outside: true, up: `js:${up}` }])
  const rows = async () =>
    (await database.query<{ text: string }>('select text from t order by 1')).map(({ text }) => text)
  return { database, project, rows }
}

const insert = (db: string, text: string) => `await run(${db}, "insert into t values ('${text}')")`
const one = `db.transaction().execute(async (one) => { ${insert('one', 'a1')}; ${insert('one', 'a2')} })`

test('two at once in a revision are refused, even where it passes over that, and the first is whole', async () => {
  const { project, rows } = await useOutside(
    `await Promise.allSettled([${one}, db.transaction().execute(async (two) => { ${insert('two', 'b1')}; throw new Error('no') })])`,
  )
  const error = await upgrade(project, { target: 'head' }).catch((error: DbmigError) => error)
  expect(error).toMatchObject({
    code: 'RUNNER_REVISION_FAILED',
    message: expect.stringContaining(
      'failed on the way up: a transaction was begun while another was open, and on the one connection of a run the two would be one; wait for the first to end before the second begins. It ran outside a transaction, so what ran before the error stays.',
    ),
  })
  expect(await rows()).toEqual(['a1', 'a2'])
})

test('one after another in a revision are fine, whether the first was committed or rolled back', async () => {
  const { project, rows } = await useOutside(
    `await ${one}
     await db.transaction().execute(async (two) => { ${insert('two', 'b1')}; throw new Error('no') }).catch(() => {})
     await run(db, 'begin; select 1; rollback')
     await run(db, 'begin'); await run(db, "create function f() returns int begin atomic; select 1; end"); await run(db, 'savepoint s'); await run(db, 'rollback to s'); await run(db, 'commit and chain'); await run(db, 'end')
     await db.transaction().execute(async (two) => { ${insert('two', 'c1')} })`,
  )
  await upgrade(project, { target: 'head' })
  expect(await rows()).toEqual(['a1', 'a2', 'c1'])
})

test('two at once in a hook before the run are refused, and no revision runs', async () => {
  const database = await useTestDatabase()
  const project = await useProject(database.url, [table], {
    runHooks: {
      beforeRun: ({ db }) =>
        Promise.allSettled(
          ['a', 'b'].map((name) =>
            db.transaction().execute(async (one) => {
              await sql.raw(`create table ${name} ()`).execute(one)
            }),
          ),
        ),
    },
  })
  await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
    code: 'RUNNER_HOOK_FAILED',
    message: expect.stringContaining('a transaction was begun while another was open'),
  })
  expect(await database.query(`select to_regclass('t') as t`)).toEqual([{ t: null }])
})
