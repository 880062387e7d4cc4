/** Folders of SQL migrations on a real database: what the tool would have run against what the revisions run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { current, downgrade, importSql, upgrade } from '../../../src/index.ts'
import { useProject } from '../../support/cli.ts'
import { useTestDatabase, useTestRole } from '../../support/database.ts'
import { differences } from './differences.ts'

/** What is hard to carry over to the letter: quotes, backslashes, templates, bodies, comments. */
const users = String.raw`create table users (
  id serial primary key, -- the key; of all
  note text default 'it''s \n a "text" with ${'`'}ticks${'`'}; and ${'$'}{x}',
  path text default E'a\\b\tc'
);
comment on table users is $x$ $$ ; $1 ${'$'}{y} \ $x$;
insert into users (note) values (E'one\ntwo'), ('\'), ('$1');`
const body = `create function twice(n int) returns int language plpgsql as $$
begin
  -- not the end;
  return n * 2; /* ; */
end
$$;
create function once(n int) returns int begin atomic select case when n > 0 then n else 0 end; end;`
const index = 'create index concurrently users_note on users (note);'

interface Case {
  readonly layout: string
  readonly files: Readonly<Record<string, string>>
  /** What the tool sends to the server, query by query. */
  readonly queries: readonly string[]
  /** The tool's table when the first two have run, at noon of two days. */
  readonly table: string
  readonly name: string
  /** Whether there is a way back. */
  readonly down: boolean
  readonly dated: boolean
}

const hashes = ['-', 'sha1:a', 'sha1:b', 'sha1:c']
const graphile = (number: number, text: string) =>
  `--! Previous: ${hashes[number - 1]}\n--! Hash: ${hashes[number]}\n\n${text}\n`

const cases: readonly Case[] = [
  {
    layout: 'dbmate',
    files: {
      '20240101000000_users.sql': `-- migrate:up\n${users}\n-- migrate:down\ndrop table users;\n`,
      '20240102000000_body.sql': `-- migrate:up\n${body}\n-- migrate:down\ndrop function twice(int);\ndrop function once;\n`,
      '20240103000000_index.sql': `-- migrate:up transaction:false\n${index}\n-- migrate:down\ndrop index users_note;\n`,
    },
    queries: [`begin;${users}commit`, `begin;${body}commit`, index],
    table: `create table schema_migrations (version varchar(128) primary key);
      insert into schema_migrations values ('20240101000000'), ('20240102000000'), ('20230101000000')`,
    name: 'schema_migrations',
    down: true,
    dated: false,
  },
  {
    layout: 'golang-migrate',
    files: {
      '1_users.up.sql': `BEGIN;\n${users}\nCOMMIT;\n`,
      '1_users.down.sql': 'drop table users',
      '2_body.up.sql': body,
      '2_body.down.sql': 'drop function twice(int);\ndrop function once;\n',
      '3_index.up.sql': index,
      '3_index.down.sql': 'drop index concurrently users_note',
    },
    queries: [`BEGIN;\n${users}\nCOMMIT;\n`, body, index],
    table: `create table schema_migrations (version bigint primary key, dirty boolean not null);
      insert into schema_migrations values (2, false)`,
    name: 'schema_migrations',
    down: true,
    dated: false,
  },
  {
    layout: 'node-pg-migrate',
    files: {
      '1704067200000_users.sql': `-- Up Migration\n${users}\n-- Down Migration\ndrop table users;\n`,
      '1704153600000_body.sql': `-- Up Migration\n${body}\n-- Down Migration\ndrop function twice(int); drop function once;`,
      '1704240000000_index.sql': `-- Up Migration\n${index.replace('concurrently ', '')}\n-- Down Migration\ndrop index users_note;`,
    },
    queries: ['begin', users, body, index.replace('concurrently ', ''), 'commit'],
    table: `create table pgmigrations (id serial primary key, name varchar(255) not null, run_on timestamp not null);
      insert into pgmigrations (name, run_on) values ('1704067200000_users', '2024-05-01 12:00'), ('1704153600000_body', '2024-05-02 12:00'), ('1_gone', '2024-05-02 12:00')`,
    name: 'public.pgmigrations',
    down: true,
    dated: true,
  },
  {
    layout: 'graphile-migrate',
    files: {
      'committed/000001-users.sql': graphile(1, users),
      'committed/000002.sql': graphile(2, body),
      'committed/000003.sql': graphile(3, `--! no-transaction\n${index}`),
    },
    queries: [`begin;${users}commit`, `begin;${body}commit`, index],
    table: `create schema graphile_migrate;
      create table graphile_migrate.migrations (hash text primary key, previous_hash text references graphile_migrate.migrations,
        filename text not null, date timestamptz not null default now());
      insert into graphile_migrate.migrations values ('sha1:a', null, '000001.sql', '2024-05-01 12:00'), ('sha1:b', 'sha1:a', '000002.sql', '2024-05-02 12:00')`,
    name: 'graphile_migrate.migrations',
    down: false,
    dated: true,
  },
]

describe.each(cases)('$layout', ({ layout, files, queries, table, name, down, dated }) => {
  const sources = Object.fromEntries(Object.entries(files).map(([file, text]) => [`db/${file}`, text]))

  test('the revisions make what the files make, rows included, and lead back', async () => {
    const [theirs, ours] = [await useTestDatabase(), await useTestDatabase()]
    for (const query of queries) await theirs.query(query)
    const project = { cwd: useProject(sources), config: { url: ours.url } }
    const { written } = await importSql({ ...project, folder: join(project.cwd, 'db') })
    expect(written).toHaveLength(3)
    await upgrade({ ...project, target: 'head' })
    expect(await differences(theirs, ours)).toEqual([])
    const rows = 'select * from users order by id'
    expect(await ours.query(rows)).toEqual(await theirs.query(rows))
    const bodies = `select proname, prosrc, pg_get_functiondef(p.oid) from pg_proc p where pronamespace = 'public'::regnamespace order by 1`
    expect(await ours.query(bodies)).toEqual(await theirs.query(bodies))
    if (down) {
      await downgrade({ ...project, target: 'base' })
      expect(await differences(await useTestDatabase(), ours)).toEqual([])
    } else
      await expect(downgrade({ ...project, target: 'base' })).rejects.toMatchObject({
        code: 'RUNNER_IRREVERSIBLE',
      })
  })

  test('what its table says is applied is stamped, once', async () => {
    const database = await useTestDatabase()
    for (const query of queries.length === 3 ? queries.slice(0, 2) : queries.slice(1, 3))
      await database.query(query)
    await database.query(table)
    const cwd = useProject(sources)
    const project = { cwd, config: { url: database.url } }
    const done = await importSql({ ...project, folder: join(cwd, 'db') })
    const ids = done.written.map(({ revision }) => revision)
    expect(done).toMatchObject({ stamped: ids.slice(0, 2), table: { name, found: true } })
    const gone = { dbmate: ['20230101000000'], 'node-pg-migrate': ['1_gone'] }[layout] ?? []
    expect(done.unknown).toEqual(gone)
    expect(await current(project)).toMatchObject({ heads: [ids[1]], pending: 1 })
    const times = await database.query<{ dated: boolean }>(
      `select applied_at::date in ('2024-05-01', '2024-05-02') as dated from dbmig_version`,
    )
    expect(times).toEqual([{ dated }, { dated }])
    await upgrade({ ...project, target: 'head' })
    const again = await importSql({ ...project, folder: join(cwd, 'db') })
    expect(again).toMatchObject({ written: [], stamped: [], unknown: gone })
    expect(again.kept.map(({ revision }) => revision)).toEqual(ids)
  })
})

test('everybody who imports the same folder gets the same files', async () => {
  const texts = []
  for (let time = 0; time < 2; time++) {
    const cwd = useProject({ 'db/1_a.up.sql': users })
    const { written } = await importSql({ cwd, config: {}, folder: join(cwd, 'db') })
    texts.push(written.map(({ path }) => readFileSync(path, 'utf8')))
  }
  expect(texts[0]).toEqual(texts[1])
})

describe('golang-migrate', () => {
  const files = { 'db/1_a.up.sql': 'create table a ()', 'db/2_b.up.sql': 'create table b ()' }

  test('a dirty database is refused before anything is written', async () => {
    const database = await useTestDatabase()
    await database.query(
      'create table schema_migrations (version bigint, dirty boolean); insert into schema_migrations values (2, true)',
    )
    const project = { cwd: useProject(files), config: { url: database.url } }
    await expect(importSql({ ...project, folder: join(project.cwd, 'db') })).rejects.toThrow(
      'schema_migrations says that version 2 failed half-way (dirty), so nobody knows what is applied; nothing was written.',
    )
    expect(await importSql({ cwd: project.cwd, config: {}, folder: join(project.cwd, 'db') })).toMatchObject({
      kept: [],
    })
  })

  test('a version without a file is told, and stands for those below it', async () => {
    const database = await useTestDatabase()
    await database.query(
      'create table schema_migrations (version bigint, dirty boolean); insert into schema_migrations values (7, false)',
    )
    const project = { cwd: useProject(files), config: { url: database.url } }
    const done = await importSql({ ...project, folder: join(project.cwd, 'db') })
    expect(done).toMatchObject({ stamped: done.written.map(({ revision }) => revision), unknown: ['7'] })
  })

  test('the table of another tool is refused', async () => {
    const database = await useTestDatabase()
    await database.query('create table schema_migrations (version varchar)')
    const project = { cwd: useProject(files), config: { url: database.url } }
    await expect(importSql({ ...project, folder: join(project.cwd, 'db') })).rejects.toThrow(
      'The table schema_migrations is not that of golang-migrate (column "dirty" does not exist); nothing was written.',
    )
  })
})

test('a role that may not read the table is told so', async () => {
  const database = await useTestDatabase()
  await database.query('create table schema_migrations (version varchar)')
  const { url } = await useTestRole(database)
  const cwd = useProject({ 'db/1_a.sql': '-- migrate:up\n-- migrate:down\n' })
  await expect(importSql({ cwd, config: { url }, folder: join(cwd, 'db') })).rejects.toThrow(
    'The role may not read schema_migrations (permission denied for table schema_migrations); nothing was written.',
  )
})

test('a dry run stamps nothing and makes no table', async () => {
  const database = await useTestDatabase()
  await database.query(
    `create table schema_migrations (version varchar); insert into schema_migrations values ('1')`,
  )
  const project = {
    cwd: useProject({ 'db/1_a.sql': '-- migrate:up\n-- migrate:down\n' }),
    config: { url: database.url },
  }
  const done = await importSql({ ...project, folder: join(project.cwd, 'db'), dryRun: true })
  expect(done).toMatchObject({ dryRun: true, stamped: [done.written[0]?.revision] })
  expect(await database.query(`select to_regclass('dbmig_version') as ledger`)).toEqual([{ ledger: null }])
})
