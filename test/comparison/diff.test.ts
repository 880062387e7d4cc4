/** `diff`: any two states of a schema. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type DiffOptions, diff } from '../../src/comparison/diff.ts'
import type { Config } from '../../src/config/config.ts'
import { loadProject } from '../../src/config/project.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { revisionText, useProject } from '../support/cli.ts'
import { useTestDatabase, useTestRole } from '../support/database.ts'

const run = (sql: string) => `  await sql\`${sql}\`.execute(db)`

/** A line of three revisions that make the tables a, b and c, and a branch that makes d. */
const revisions = {
  'migrations/a1.ts': revisionText({ revision: 'a1', up: run('create table a (id int)') }),
  'migrations/b2.ts': revisionText({ revision: 'b2', down: 'a1', up: run('create table b (id int)') }),
  'migrations/c3.ts': revisionText({
    revision: 'c3',
    down: 'b2',
    up: run('create schema s create table s.c (id int)'),
  }),
  'migrations/d3.ts': revisionText({ revision: 'd3', down: 'b2', up: run('create table d (id int)') }),
}

async function useDiff(declared: string, config: Config = {}) {
  const database = await useTestDatabase()
  const cwd = useProject({ 'schema.sql': declared, ...revisions })
  const project = await loadProject({
    cwd,
    env: {},
    overrides: { url: database.url, schema: 'schema.sql', ...config },
  })
  return {
    cwd,
    database,
    project,
    summaries: async (options: DiffOptions) =>
      (await diff(project, options)).changes.map(({ summary }) => summary),
  }
}

describe('diff', () => {
  test('leads from the live database to the target, wherever the database is, and names what is pending', async () => {
    const { project, database } = await useDiff('create table a (id bigint)')
    await upgrade(project, { target: 'a1' })
    const found = await diff(project)
    expect(found).toMatchObject({ from: 'live', to: 'target', equal: false, pending: ['b2', 'c3', 'd3'] })
    expect(found.diff).toBe(`--- live: table public.a
+++ target: table public.a
@@ -1,3 +1,3 @@
 create table a (
-  id integer
+  id bigint
 );
`)
    await database.query('alter table a alter column id type bigint')
    expect(await diff(project)).toMatchObject({ equal: true, changes: [], diff: '' })
  })

  test('compares two revisions that it rebuilds, up, down and aside, without a declared schema', async () => {
    const { project, summaries } = await useDiff('', { schema: 'missing.ts' })
    expect(await diff(project, { range: 'a1..c3' })).toMatchObject({
      from: 'revision a1',
      to: 'revision c3',
      pending: [],
    })
    expect(await summaries({ range: 'a1..c3' })).toEqual([
      'create schema s',
      'create table public.b',
      'create table s.c',
    ])
    expect(await summaries({ range: 'b2..base' })).toEqual(['drop table public.a', 'drop table public.b'])
    expect(await summaries({ range: 'c3..d3' })).toEqual([
      'drop schema s',
      'drop table s.c',
      'create table public.d (perhaps a rename of s.c)',
    ])
    expect(await diff(project, { range: 'b2..' })).toMatchObject({ to: 'revisions c3, d3' })
  })

  test('compares a revision with the database and with the target', async () => {
    const { project, database, summaries } = await useDiff('create table a (id int); create table z (id int)')
    await upgrade(project, { target: 'b2' })
    await database.query('drop table a')
    expect(await summaries({ range: 'current..live' })).toEqual(['drop table public.a'])
    expect(await summaries({ range: 'live..b2' })).toEqual(['create table public.a'])
    expect(await summaries({ range: 'c3..target' })).toEqual([
      'drop schema s',
      'drop table public.b',
      'drop table s.c',
      'create table public.z (perhaps a rename of public.b)',
    ])
    expect(await summaries({ range: 'target..a1' })).toEqual(['drop table public.z'])
  })

  test('compares two databases, and names them without their passwords', async () => {
    const { project, database } = await useDiff('')
    const other = await useTestDatabase()
    await other.query('create schema x create table x.t (id int)')
    const role = await useTestRole(other)
    const found = await diff({ ...project, shadow: false }, { against: role.url })
    expect(found.changes.map(({ summary }) => summary)).toEqual(['create schema x', 'create table x.t'])
    expect(found.from).toMatch(`database "${database.name}" on`)
    expect(found.to).toMatch(`database "${other.name}" on`)
    expect(JSON.stringify(found)).not.toContain('of-a-role')
  })

  test('a file that is not there is said to be what --against names', async () => {
    const { cwd, project } = await useDiff('')
    await expect(diff(project, { against: 'nofile.sql', cwd })).rejects.toMatchObject({
      code: 'COMPARISON_AGAINST_MISSING',
      exitCode: 2,
      message: `There is no file ${join(cwd, 'nofile.sql')} to compare the database with. Correct the path that --against gives, or give the URL of a database.`,
    })
  })

  test('compares the database with a schema file', async () => {
    const { cwd, project } = await useDiff('')
    writeFileSync(join(cwd, 'other.sql'), 'create table z (id int)')
    expect(await diff(project, { against: 'other.sql', cwd })).toMatchObject({
      from: 'live',
      to: 'other.sql',
      changes: [{ identity: 'table:public.z' }],
    })
  })

  test('leaves out the ledger, also one in a schema of its own', async () => {
    const { project } = await useDiff('', { versionSchema: 'ledger' })
    await upgrade(project, { target: 'a1' })
    expect(await diff(project, { range: 'live..a1' })).toMatchObject({ equal: true })
    const empty = await useTestDatabase()
    expect((await diff(project, { against: empty.url })).changes.map(({ identity }) => identity)).toEqual([
      'table:public.a',
    ])
  })

  test('shows owners and privileges with their object where they are managed', async () => {
    const { project, database } = await useDiff('create table a (id int)', { manage: ['grants', 'owners'] })
    const role = await useTestRole(database)
    await database.query(
      `create table a (id bigint); grant select, insert on a to public; alter table a owner to ${role.name}`,
    )
    onTestFinished(() => database.query('drop table a').then(() => {}))
    expect((await diff(project)).diff).toBe(`--- live: table public.a
+++ target: table public.a
@@ -1,5 +1,3 @@
 create table a (
-  id bigint
+  id integer
 );
-alter table a owner to ${role.name};
-grant select, insert on table a to public;
`)
  })

  test('shows only the objects that are asked for, with their parts', async () => {
    const { summaries } = await useDiff(
      'create schema s; create table a (id int primary key); create index on a (id); create table b (id int); create table s.c (id int)',
    )
    expect(await summaries({ only: ['a'] })).toEqual(['create table public.a'])
    expect(await summaries({ only: ['s.*', 's'] })).toEqual(['create schema s', 'create table s.c'])
  })

  test('names what is asked for and is on neither side', async () => {
    const { project } = await useDiff('create table people (id int primary key)')
    const only = (...patterns: string[]) => diff(project, { range: 'live..target', only: patterns })
    await expect(only('people', 'nosuch')).rejects.toMatchObject({
      code: 'COMPARISON_ONLY',
      exitCode: 2,
      message: '--only "nosuch" names nothing in live or target. Correct it, or leave it out.',
    })
    await expect(only('poeple')).rejects.toMatchObject({
      message: '--only "poeple" names nothing in live or target. Did you mean "people"?',
    })
    await expect(only('people', 'live..head')).rejects.toMatchObject({
      message:
        '--only "live..head" names nothing in live or target. Two states stand before the flag: dbmig diff live..head --only ….',
    })
    await expect(only('people_pkey')).rejects.toMatchObject({
      message:
        '--only "people_pkey" names a part of public.people, and what differs in a part is shown with the whole. Write --only public.people.',
    })
  })

  test('of a revision that does not run says which', async () => {
    const { project, cwd } = await useDiff('')
    const broken = revisionText({ revision: 'e5', down: 'd3', up: run('create table a (id int)') })
    writeFileSync(join(cwd, 'migrations/e5.ts'), broken)
    await expect(diff(project, { range: 'd3..e5' })).rejects.toMatchObject({
      code: 'COMPARISON_REBUILD_FAILED',
      message: expect.stringMatching(
        /^The revisions do not run on a shadow database: .*e5.*relation "a" already exists/,
      ),
      detail: expect.stringContaining('create table a'),
    })
  })

  test('compares a server with an embedded database, which may be of another version', async () => {
    const { database, summaries } = await useDiff('', { shadow: 'pglite' })
    await database.query(`create table a (id int, name text check (name in ('x', 'y')));
      create view v as select name from a where name between 'a' and 'b' or name is null`)
    expect(await summaries({ range: 'a1..live' })).toEqual([
      'create column public.a.name',
      'create constraint public.a.a_name_check',
      'create view public.v',
    ])
  })
})
