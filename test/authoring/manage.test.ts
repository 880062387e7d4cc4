/** What is compared only when `manage` names it. */
import { expect, test } from 'vitest'
import { type Config, check } from '../../src/index.ts'
import { useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

const live = `create publication p;
  create function f() returns event_trigger language plpgsql as 'begin end';
  create event trigger e on ddl_command_start execute function f()`

async function found(manage: Config['manage']): Promise<string[]> {
  const database = await useTestDatabase()
  await database.query(live)
  const cwd = useProject({
    'schema.sql': `create function f() returns event_trigger language plpgsql as 'begin end'`,
  })
  const config = { url: database.url, schema: './schema.sql', ...(manage === undefined ? {} : { manage }) }
  return (await check({ cwd, config })).changes.map((change) => change.identity)
}

test('publications and event triggers are left alone', async () => {
  expect(await found(undefined)).toEqual([])
})

test('they are compared when they are asked for', async () => {
  expect(await found(['publications'])).toEqual(['publication:p'])
  expect(await found(['event triggers'])).toEqual(['event trigger:e'])
})
