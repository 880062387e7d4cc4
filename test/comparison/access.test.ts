/** Owners and privileges in a project: asked for or not, on either kind of shadow database, by whoever connects. */
import { describe, expect, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { type Config, check, downgrade, revision, upgrade } from '../../src/index.ts'
import { requireRoles } from '../../src/shadow/roles.ts'
import { accessFacts, useRoles } from '../support/access.ts'
import { useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'

const { named, plain } = useRoles()

async function factsOf(database: TestDatabase): Promise<string[]> {
  const session = await openSession(database.url)
  try {
    return (await accessFacts(session)).filter((fact) => !fact.includes('dbmig_'))
  } finally {
    await session.close()
  }
}

/** A project whose database is in one state and whose schema declares another. */
async function projectOf(live: string, schema: string, rest: Config) {
  const database = await useTestDatabase()
  await database.query(named(live))
  const cwd = useProject({ 'schema.sql': named(schema) })
  return { database, at: { cwd, config: { url: database.url, schema: './schema.sql', ...rest } } }
}

async function summaries(at: Parameters<typeof check>[0]): Promise<string[]> {
  return (await check(at)).changes.map(({ summary }) => plain(summary))
}

const live = 'create table t (a int); alter table t owner to keeper; grant select on t to reader'
const schema = `create table t (a int); grant select on t to writer;
  alter default privileges in schema public grant select on tables to reader`

describe('of access', () => {
  test('nothing is compared unless it is asked for', async () => {
    const { at } = await projectOf(live, schema, {})
    expect(await summaries(at)).toEqual([])
  })

  test('owners alone are compared where they are asked for', async () => {
    const { at } = await projectOf(live, schema, { manage: ['owners'] })
    expect(await summaries(at)).toEqual(['change table public.t: owner keeper → the current user'])
  })

  test('privileges alone are compared where they are asked for, whoever owns the object', async () => {
    const { at } = await projectOf(live, `${schema}; grant all on t to keeper`, { manage: ['grants'] })
    expect(await summaries(at)).toEqual([
      'create default privileges public.tables',
      'change table public.t: privileges reader: select → writer: select',
    ])
  })

  test('what the role that connects was granted on what it does not own is left alone where owners are', async () => {
    const { at } = await projectOf(
      'create table t (a int); alter table t owner to keeper; grant select on t to current_user',
      'create table t (a int)',
      { manage: ['grants'] },
    )
    expect(await summaries(at)).toEqual([])
  })
})

describe.each(['server', 'pglite'] as const)('with a shadow of %s', (shadow) => {
  test('a revision leads to the declared owners and privileges and back', async () => {
    const { database, at } = await projectOf(
      live,
      `${schema}; create view v as select a from t; alter view v owner to writer`,
      {
        manage: ['owners', 'grants'],
        shadow,
      },
    )
    const before = await factsOf(database)
    await revision({ ...at, message: 'access', autogenerate: true })
    await upgrade({ ...at, target: 'head' })
    expect(await summaries(at)).toEqual([])
    await downgrade({ ...at, target: 'base' })
    expect(await factsOf(database)).toEqual(before)
  })
})

test('a role that is no superuser and may create no database is the owner of what it makes', async () => {
  const database = await useTestDatabase()
  const { name, url } = await useTestRole(database)
  await database.query(`alter database ${database.name} owner to ${name}`)
  const cwd = useProject({
    'schema.sql':
      named(`create table t (a int); create table u (a int); alter table u owner to ${name}; grant select on t to reader, ${name};
      alter default privileges for role ${name} grant select on tables to writer`),
  })
  const at = { cwd, config: { url, schema: './schema.sql', manage: ['owners', 'grants'] } satisfies Config }
  const { source } = await revision({ ...at, message: 'access', autogenerate: true })
  expect(plain(source ?? '')).toContain('grant select on table t to reader')
  expect(source).not.toContain(name)
  await upgrade({ ...at, target: 'head' })
  expect(await summaries(at)).toEqual([])
  await downgrade({ ...at, target: 'base' })
  await database.query(
    `reassign owned by ${name} to current_user; alter database ${database.name} owner to current_user; drop owned by ${name}`,
  )
})

test('roles that the server of the shadow database lacks are named', async () => {
  const database = await useTestDatabase()
  const session = await openSession(database.url)
  try {
    await expect(requireRoles(session, ['dbmig_nobody', 'pg_monitor', 'dbmig_no_one'])).rejects.toThrow(
      /^The server of the shadow database, .*, lacks the roles "dbmig_no_one", "dbmig_nobody", which own or may use what the schema has\. Create them there with `create role`, or set `shadow` to "pglite", where dbmig makes them\.$/,
    )
  } finally {
    await session.close()
  }
})
