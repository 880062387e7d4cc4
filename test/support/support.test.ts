import { expect, test } from 'vitest'
import { createTestDatabase, useTestDatabase } from './database.ts'

test('a test database is empty, writable and its own', async () => {
  const one = await useTestDatabase()
  const other = await useTestDatabase()
  await one.query('create table thing (id int); insert into thing values (1)')
  expect(await one.query('select id from thing where id = $1', [1])).toEqual([{ id: 1 }])
  expect(await other.query(`select to_regclass('thing') as thing`)).toEqual([{ thing: null }])
})

test('a test database is dropped although someone is connected', async () => {
  const server = await useTestDatabase()
  const database = await createTestDatabase()
  await database.query('select 1')
  await database.drop()
  expect(await server.query('select 1 from pg_database where datname = $1', [database.name])).toEqual([])
})
