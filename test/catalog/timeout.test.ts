import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/read.ts'
import { openSession } from '../../src/database/open.ts'
import { useTestDatabase } from '../support/database.ts'

test('a limit for the statements of the role is none for reading a catalog', async () => {
  const database = await useTestDatabase()
  await database.query('create table a (id int)')
  const session = await openSession(database.url)
  await session.query("set statement_timeout to '200ms'")
  await database.query('begin')
  await database.query('lock table pg_description')
  const reading = readCatalog(session, { schemas: ['public'], hiddenTables: [] })
  await new Promise((done) => setTimeout(done, 500))
  await database.query('rollback')
  expect([...(await reading).objects.keys()]).toContain('table:public.a')
  expect(await session.query('show statement_timeout')).toEqual([{ statement_timeout: '200ms' }])
  await session.close()
})
