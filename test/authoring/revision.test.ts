/** `revision --autogenerate` and `check`, from a declared schema to a proved file. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type RevisionOptions, revision } from '../../src/authoring/revision.ts'
import { check } from '../../src/comparison/check.ts'
import type { Config, Project } from '../../src/config/config.ts'
import { loadProject } from '../../src/config/project.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'

interface Fixture {
  readonly folder: string
  readonly database: TestDatabase
  readonly project: Project
  autogenerate(options?: Partial<RevisionOptions>): ReturnType<typeof revision>
  files(): string[]
}

/** A project whose schema is an SQL script, on a database in which another script has run. */
async function useFixture(target: string, live = '', config: Config = {}): Promise<Fixture> {
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
    autogenerate: (options) => revision(project, { message: 'change', autogenerate: true, ...options }),
    files: () => (existsSync(join(folder, 'migrations')) ? readdirSync(join(folder, 'migrations')) : []),
  }
}

/** The shadow databases of the running test: its role makes them, and other tests, which run beside it, have their own. */
async function useOwnShadows({
  database,
  project,
}: Fixture): Promise<{ project: Project; shadows(): Promise<string[]> }> {
  const role = await useTestRole(database, 'createdb')
  const owned = `select datname::text as name from pg_database where datdba = $1::regrole`
  return {
    project: { ...project, url: role.url },
    shadows: async () => (await database.query<{ name: string }>(owned, [role.name])).map((row) => row.name),
  }
}

describe('revision --autogenerate', () => {
  test('writes a file that upgrade runs, after which there is nothing to do', async () => {
    const { project, autogenerate, files } = await useFixture('create table t (id int primary key)')
    const written = await autogenerate()
    expect(written).toMatchObject({ upToDate: false, proved: true, losses: [] })
    expect(written.changes).toEqual([
      {
        kind: 'table',
        identity: 'table:public.t',
        action: 'create',
        summary: 'create table public.t',
        perhapsRenamedFrom: [],
      },
    ])
    await upgrade(project, { target: 'head' })
    expect(await autogenerate()).toMatchObject({ upToDate: true, path: null, source: null })
    expect(files()).toHaveLength(1)
  })

  test('on a database that is not at head it names the pending revisions and writes nothing', async () => {
    const { autogenerate, files } = await useFixture('create table t (id int)')
    const { revision: id } = await autogenerate()
    await expect(autogenerate()).rejects.toMatchObject({
      code: 'AUTHORING_NOT_AT_HEAD',
      exitCode: 1,
      message: expect.stringContaining('dbmig upgrade heads'),
      detail: expect.stringContaining(`${id}  change`),
    })
    expect(files()).toHaveLength(1)
  })

  test('a dry run gives the file and the difference of the schemas as SQL, and writes nothing', async () => {
    const { autogenerate, files } = await useFixture(
      'create table t (id int, b text)',
      'create table t (id int)',
    )
    const { source, schemaDiff } = await autogenerate({ dryRun: true })
    expect(source).toContain(`.addColumn('b', 'text')`)
    expect(schemaDiff).toContain(`create table t (
-  id integer
+  id integer,
+  b text
 );`)
    expect(files()).toEqual([])
  })

  test('a loss of data is told', async () => {
    const { autogenerate } = await useFixture('', 'create table t (id int)')
    expect((await autogenerate()).losses).toEqual(['table t is dropped with all its rows'])
  })

  test('a revision that does not run is not written, and the message shows the statement', async () => {
    const { autogenerate, files } = await useFixture(
      'create table hidden (x int); create view v as select x from hidden',
      'create table hidden (x int)',
      { exclude: ['hidden'] },
    )
    await expect(autogenerate()).rejects.toMatchObject({
      code: 'AUTHORING_PROOF_FAILED',
      message: expect.stringContaining('its up failed on a shadow database, so no file was written'),
      detail: expect.stringMatching(/relation "hidden" does not exist/),
    })
    expect(files()).toEqual([])
  })

  test('the shadow databases are gone afterwards, also when it fails', async () => {
    const good = await useOwnShadows(await useFixture('create table t (id int)'))
    expect(await revision(good.project, { message: 'change', autogenerate: true })).toMatchObject({
      proved: true,
    })
    expect(await good.shadows()).toEqual([])
    const bad = await useOwnShadows(await useFixture('create table t (id nosuchtype)'))
    const failing = revision(bad.project, { message: 'change', autogenerate: true })
    await expect(failing).rejects.toMatchObject({ code: 'SCHEMA_STATEMENT_FAILED' })
    expect(await bad.shadows()).toEqual([])
  })

  test('without the proof nothing is run', async () => {
    const { autogenerate } = await useFixture('create table t (id int)')
    expect(await autogenerate({ proof: false })).toMatchObject({ proved: false, upToDate: false })
  })

  test('an abort leaves neither a file nor a shadow database', async () => {
    const fixture = await useFixture('create table t (id int); select pg_sleep(30)')
    const { project, shadows } = await useOwnShadows(fixture)
    const controller = new AbortController()
    const running = revision(project, {
      message: 'change',
      autogenerate: true,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'progress' && event.message.startsWith('building'))
          setImmediate(() => controller.abort())
      },
    })
    await expect(running).rejects.toThrow()
    expect(fixture.files()).toEqual([])
    expect(await shadows()).toEqual([])
  })
})

describe('what is compared', () => {
  test('the ledger is no part of the schema', async () => {
    const { project, autogenerate } = await useFixture('create table t (id int)', '', {
      schemas: ['*'],
      versionSchema: 'public',
    })
    await autogenerate()
    await upgrade(project, { target: 'head' })
    expect(await check(project)).toEqual({ upToDate: true, changes: [], edited: [] })
  })

  test('a schema that the target does not declare is left alone', async () => {
    const { project } = await useFixture('', 'create schema other; create table other.t (id int)')
    expect(await check(project)).toEqual({ upToDate: true, changes: [], edited: [] })
  })

  test('with schemas: * it is not', async () => {
    const { project } = await useFixture('', 'create schema other; create table other.t (id int)', {
      schemas: ['*'],
    })
    expect((await check(project)).changes.map((change) => change.summary)).toEqual([
      'drop schema other',
      'drop table other.t',
    ])
  })

  test('exclude leaves an object and its parts alone', async () => {
    const { project } = await useFixture(
      '',
      'create table tmp_a (id int primary key); create table b (id int)',
      { exclude: ['tmp_*'] },
    )
    expect((await check(project)).changes.map((change) => change.identity)).toEqual(['table:public.b'])
  })

  test('include takes only what it names', async () => {
    const { project } = await useFixture('', 'create table a (id int primary key); create table b (id int)', {
      include: ['table:public.a'],
    })
    expect((await check(project)).changes.map((change) => change.identity)).toEqual(['table:public.a'])
  })

  test('a function may choose', async () => {
    const { project } = await useFixture('', 'create table a (id int); create table b (id int)', {
      exclude: ({ kind, name }) => kind === 'table' && name === 'a',
    })
    expect((await check(project)).changes.map((change) => change.identity)).toEqual(['table:public.b'])
  })

  test('publications and event triggers are compared only when they are asked for', async () => {
    const { project } = await useFixture('', 'create table a (id int); create publication p for table a', {
      exclude: ['a'],
    })
    expect(await check(project)).toMatchObject({ upToDate: true })
    expect((await check({ ...project, manage: ['publications'] })).changes).toMatchObject([
      { identity: 'publication:p' },
    ])
  })

  test('an embedded shadow of another version compares both sides in its own words', async () => {
    const schema = `create table t (a text check (a in ('x', 'y')), b timestamptz default now()); create view v as select a, b from t where a = 'x' and b > now()`
    const { project } = await useFixture(schema, schema, { shadow: 'pglite' })
    expect(await check(project)).toEqual({ upToDate: true, changes: [], edited: [] })
  })

  test('an unqualified name goes where the connection would put it', async () => {
    const database = await useTestDatabase()
    await database.query(`create schema app; alter database ${database.name} set search_path = app`)
    const folder = useProject({ 'schema.sql': 'create schema app; create table t (id int)' })
    const project = await loadProject({
      cwd: folder,
      env: {},
      overrides: { url: database.url, schema: 'schema.sql' },
    })
    const { source } = await revision(project, { message: 'x', autogenerate: true })
    expect(source).toContain(`.createTable('t')`)
    await upgrade(project, { target: 'head' })
    expect(await database.query(`select schemaname::text from pg_tables where tablename = 't'`)).toEqual([
      { schemaname: 'app' },
    ])
  })
})

test('an embedded shadow is given the roles that a policy names', async () => {
  const { autogenerate } = await useFixture(
    'create table a (id int primary key); alter table a enable row level security; grant select on a to some_role_of_dbmig; create policy p on a to another_role_of_dbmig using (true)',
    '',
    { shadow: 'pglite' },
  )
  expect(await autogenerate()).toMatchObject({ proved: true })
})
