/** What `revision --autogenerate` does with what was renamed: asks, or follows an answer, and keeps the data. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type RevisionOptions, revision } from '../../src/authoring/revision.ts'
import { check } from '../../src/comparison/check.ts'
import type { RenameQuestion } from '../../src/comparison/renames.ts'
import { loadProject } from '../../src/config/project.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useProject } from '../support/cli.ts'
import { useTestDatabase, useTestRole } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'

/** A project whose schema is an SQL script, on a database in which another script has run. */
async function useFixture(live: string, target: string, config: object = {}) {
  const database = await useTestDatabase()
  await database.query(live)
  const folder = useProject({ 'schema.sql': target })
  const overrides = { url: database.url, schema: 'schema.sql', ...config }
  const project = await loadProject({ cwd: folder, env: {}, overrides })
  return {
    folder,
    database,
    project,
    autogenerate: (options: Partial<RevisionOptions> = {}) =>
      revision(project, { message: 'change', autogenerate: true, ...options }),
    files: () => (existsSync(join(folder, 'migrations')) ? readdirSync(join(folder, 'migrations')) : []),
  }
}

/** Writes and proves the revision, runs it up, looks for nothing to do, and runs it down. */
async function comesOut(live: string, target: string, options: Partial<RevisionOptions> = {}, config = {}) {
  const fixture = await useFixture(live, target, config)
  const { project, autogenerate } = fixture
  const written = await autogenerate(options)
  expect(written.proved).toBe(true)
  await upgrade(project, { target: 'head' })
  expect(await check(project)).toMatchObject({ upToDate: true })
  return { ...fixture, ...written, undo: () => downgrade(project, { target: 'base' }) }
}

const [, up, down] = [0, 'up', 'down'].map((name) => (source: string | null): string => {
  const [, body = ''] = new RegExp(`function ${name}\\(.*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source ?? '') ?? []
  return body.replace(/^ {2}/gm, '')
})
const upOf = up ?? String
const downOf = down ?? String

const users = 'create table users (id int primary key, name text, mail text);'
const fullName = 'create table users (id int primary key, full_name text, mail text);'

describe('a column', () => {
  test('that is renamed keeps its rows, up and down', async () => {
    const rows = `insert into users values (1, 'Ada', 'a@b')`
    const { source, database, undo, changes, losses } = await comesOut(`${users} ${rows}`, fullName, {
      renames: ['users.name=full_name'],
    })
    expect(upOf(source)).toBe(
      `await db.schema.alterTable('users').renameColumn('name', 'full_name').execute()`,
    )
    expect(downOf(source)).toBe(
      `await db.schema.alterTable('users').renameColumn('full_name', 'name').execute()`,
    )
    expect(losses).toEqual([])
    expect(changes.map(({ summary }) => summary)).toEqual([
      'rename column public.users.name to public.users.full_name',
    ])
    expect(await database.query('select full_name from users')).toEqual([{ full_name: 'Ada' }])
    await undo()
    expect(await database.query('select name from users')).toEqual([{ name: 'Ada' }])
  })

  test('without an answer writes nothing, and lists the flags to paste', async () => {
    const { autogenerate, files } = await useFixture(users, fullName)
    await expect(autogenerate()).rejects.toMatchObject({
      code: 'AUTHORING_RENAMES_UNANSWERED',
      exitCode: 3,
      message: expect.stringContaining('nothing was written'),
      detail: [
        '  column users.name: users.full_name?',
        '    --rename users.name=full_name  # it was renamed',
        '    --no-rename users.name         # they are separate: users.name goes',
      ].join('\n'),
    })
    await expect(autogenerate({ dryRun: true })).rejects.toMatchObject({ exitCode: 3 })
    expect(files()).toEqual([])
  })

  test('that is said to be separate is dropped, with a warning', async () => {
    const { losses } = await comesOut(users, fullName, { noRename: ['users.name'] })
    expect(losses).toEqual(['column users.name is dropped with its data'])
  })

  test('may be renamed and change its type at once', async () => {
    const { source, database } = await comesOut(
      'create table t (id int, n int); insert into t values (1, 7)',
      'create table t (id int, amount bigint not null)',
      { renames: ['t.n=amount'] },
    )
    expect(upOf(source)).toContain(`.renameColumn('n', 'amount')`)
    expect(await database.query('select amount::text from t')).toEqual([{ amount: '7' }])
  })

  test('swaps its name with another', async () => {
    const { source, database } = await comesOut(
      `create table t (a int, b text); insert into t values (1, 'x')`,
      'create table t (b int, a text)',
      { renames: ['t.a=b', 't.b=a'] },
    )
    expect(upOf(source).match(/renameColumn/g)).toHaveLength(3)
    expect(await database.query('select b, a from t')).toEqual([{ b: 1, a: 'x' }])
  })

  test('gives its name to one after it in a chain', async () => {
    const { database } = await comesOut(
      'create table t (a int, b int); insert into t values (1, 2)',
      'create table t (b int, c int)',
      { renames: ['t.a=b', 't.b=c'] },
    )
    expect(await database.query('select b, c from t')).toEqual([{ b: 1, c: 2 }])
  })

  test('takes views, checks, indexes, policies, defaults and foreign keys along', async () => {
    const script = (name: string): string => `
      create table users (id int primary key, ${name} text unique check (${name} <> ''), twice text generated always as (${name} || ${name}) stored);
      create index users_lower on users (lower(${name})) where ${name} is not null;
      create view everybody as select id, ${name} from users;
      create view everybody_else as select ${name} from everybody;
      alter table users enable row level security;
      create policy own on users using (${name} = current_user);
      create table notes (author text references users (${name}));`
    const { source, changes } = await comesOut(script('name'), script('full_name'), {
      renames: ['users.name=full_name'],
    })
    expect(upOf(source)).not.toMatch(/drop|create /i)
    expect(changes.every(({ action }) => action === 'rename')).toBe(true)
    expect(upOf(source)).toContain('alter view everybody rename column name to full_name')
    expect(upOf(source)).toContain(`renameConstraint('users_name_key', 'users_full_name_key')`)
  })

  test('of a partitioned table is renamed in its partitions', async () => {
    const script = (name: string): string =>
      `create table m (${name} int, at date) partition by range (at); create table m1 partition of m for values from ('2026-01-01') to ('2027-01-01')`
    const { source } = await comesOut(script('v'), script('value'), { renames: ['m.v=value'] })
    expect(upOf(source)).toBe(`await db.schema.alterTable('m').renameColumn('v', 'value').execute()`)
  })

  test('with a serial default keeps its sequence, which is called after it', async () => {
    const { source, database } = await comesOut(
      'create table t (id serial, x int); insert into t (x) values (1), (2)',
      'create table t (key serial, x int)',
      { renames: ['t.id=key'] },
    )
    expect(upOf(source)).toContain('alter sequence t_id_seq rename to t_key_seq')
    expect(await database.query('insert into t (x) values (3) returning key')).toEqual([{ key: 3 }])
  })
})

describe('a table', () => {
  const before = `
    create table users (id bigint generated always as identity primary key, mail text unique, boss bigint references users);
    create index on users (boss);
    insert into users (mail) values ('a@b');
    create view mails as select mail from users;
    create function touch() returns trigger language plpgsql as 'begin return new; end';
    create trigger users_touch before update on users for each row execute function touch();`
  const after = before.replaceAll('users', 'people').replace(/insert into[^;]*;/, '')

  test('takes what is called after it along without a question', async () => {
    const { source, database, changes, undo } = await comesOut(before, after, { renames: ['users=people'] })
    expect(changes.every(({ action }) => action === 'rename')).toBe(true)
    const code = upOf(source)
    expect(code).toContain(`await db.schema.alterTable('users').renameTo('people').execute()`)
    for (const name of ["users_pkey', 'people_pkey", "users_mail_key', 'people_mail_key"])
      expect(code).toContain(`renameConstraint('${name}')`)
    expect(code).toContain('alter index users_boss_idx rename to people_boss_idx')
    expect(code).toContain('alter sequence users_id_seq rename to people_id_seq')
    expect(code).toContain('alter trigger users_touch on people rename to people_touch')
    await database.query(`insert into people (mail) values ('c@d')`)
    expect(await database.query('select id::int from people order by 1')).toEqual([{ id: 1 }, { id: 2 }])
    await undo()
    expect(await database.query('select count(*)::int from users')).toEqual([{ count: 2 }])
  })

  test('is asked about with its columns, and neither is renamed without an answer', async () => {
    const { autogenerate } = await useFixture(
      'create table users (id int, name text, mail text, born date)',
      'create table people (id int, full_name text, mail text, born date)',
    )
    await expect(autogenerate()).rejects.toMatchObject({
      message: expect.stringContaining('2 objects'),
      detail: expect.stringMatching(/--rename users=people [\s\S]*--rename users\.name=full_name/),
    })
  })

  test('may be renamed with a column, called by the new table or the old one', async () => {
    for (const column of ['users.name=full_name', 'people.name=full_name']) {
      const { source } = await comesOut(
        'create table users (id int, name text, mail text)',
        'create table people (id int, full_name text, mail text)',
        { renames: [column, 'users=people'] },
      )
      expect(upOf(source)).toBe(
        [
          `await db.schema.alterTable('users').renameTo('people').execute()`,
          `await db.schema.alterTable('people').renameColumn('name', 'full_name').execute()`,
        ].join('\n'),
      )
    }
  })

  test('swaps its name with another', async () => {
    const { database } = await comesOut(
      'create table a (x int primary key); create table b (y text primary key); insert into a values (1)',
      'create table b (x int primary key); create table a (y text primary key)',
      { renames: ['a=b', 'b=a'] },
    )
    expect(await database.query('select x from b')).toEqual([{ x: 1 }])
  })

  test('gives way to a new one of its name', async () => {
    const { database } = await comesOut(
      'create table users (id int primary key, mail text); insert into users values (1)',
      'create table old_users (id int primary key, mail text); create table users (id uuid primary key)',
      { renames: ['users=old_users'] },
    )
    expect(await database.query('select id from old_users')).toEqual([{ id: 1 }])
  })

  test('that is partitioned takes its partitions along by their bounds', async () => {
    const script = (name: string): string =>
      `create table ${name} (id int, at date, primary key (id, at)) partition by range (at);
       create table ${name}_2026 partition of ${name} for values from ('2026-01-01') to ('2027-01-01');
       create table ${name}_2027 partition of ${name} for values from ('2027-01-01') to ('2028-01-01');`
    const { changes } = await comesOut(script('events'), script('happenings'), {
      renames: ['events=happenings'],
    })
    expect(changes.map(({ action }) => action)).not.toContain('drop')
    expect(changes.map(({ summary }) => summary)).toContain(
      'rename table public.events_2026 to public.happenings_2026',
    )
  })

  test('goes into another schema with all that it has', async () => {
    const { source, database } = await comesOut(
      'create schema archive; create table users (id serial primary key); insert into users default values',
      'create schema archive; create table archive.people (id serial primary key)',
      { renames: ['users=archive.people'] },
    )
    expect(upOf(source)).toContain(`.setSchema('archive')`)
    expect(await database.query('select id from archive.people')).toEqual([{ id: 1 }])
  })

  test('goes into a new schema, which is made before, and on the way back dropped after', async () => {
    const { source, database, changes, undo } = await comesOut(
      'create table counter (id int primary key, v int); insert into counter values (1, 2); create view v as select id from counter',
      `create schema ops; comment on schema ops is 'how it runs'; create table ops.counter (id int primary key, v int, w int); create view v as select id from ops.counter`,
      { renames: ['counter=ops.counter'] },
    )
    expect(upOf(source).replace(/\n+/g, '\n').split('\n')).toEqual([
      `await db.schema.createSchema('ops').execute()`,
      "await sql`comment on schema ops is 'how it runs'`.execute(db)",
      `await db.schema.alterTable('counter').setSchema('ops').execute()`,
      `await db.schema.alterTable('ops.counter').addColumn('w', 'integer').execute()`,
    ])
    expect(changes.map(({ summary }) => summary)).toEqual([
      'create schema ops',
      'rename table public.counter to ops.counter',
      'create column ops.counter.w',
    ])
    expect(await database.query('select v from ops.counter')).toEqual([{ v: 2 }])
    await undo()
    expect(await database.query(`select v, to_regnamespace('ops')::text as ops from counter`)).toEqual([
      { v: 2, ops: null },
    ])
  })

  test('goes into a new schema that has the old name of a renamed one', async () => {
    const { database } = await comesOut(
      'create schema app; create table app.a (id int); create table app.b (id int); create table app.c (id int); create table t (id int); insert into t values (1)',
      'create schema old; create table old.a (id int); create table old.b (id int); create table old.c (id int); create schema app; create table app.t (id int)',
      { renames: ['schema:app=old', 't=app.t'] },
      { schemas: ['public', 'app', 'old'] },
    )
    expect(await database.query('select id from app.t')).toEqual([{ id: 1 }])
  })

  test('goes into a new schema of another owner, with its privileges', async () => {
    const fixture = await useFixture('create table counter (id int)', '', { manage: ['grants', 'owners'] })
    const { folder, database, project, autogenerate } = fixture
    const role = await useTestRole(database)
    await database.query('alter default privileges grant usage on schemas to pg_monitor')
    const target = `alter default privileges grant usage on schemas to pg_monitor; create schema ops authorization ${role.name}; grant create on schema ops to public; create table ops.counter (id int)`
    writeFiles(folder, { 'schema.sql': target })
    expect(await autogenerate({ renames: ['counter=ops.counter'] })).toMatchObject({ proved: true })
    await upgrade(project, { target: 'head' })
    expect(await check(project)).toMatchObject({ changes: [] })
    await downgrade(project, { target: 'base' })
  })

  test('keeps its owner, and what is made again around it its privileges', async () => {
    const { database, project, autogenerate } = await useFixture(
      'create table users (id int, n int); create view v as select id, n from users; grant select on users to public; grant select on v to public',
      'create table people (id int, n bigint); create view v as select id, n from people',
    )
    const { source } = await autogenerate({ renames: ['users=people'] })
    expect(upOf(source)).toMatch(/grant select on (table )?v to public/)
    await upgrade(project, { target: 'head' })
    expect(
      await database.query(
        `select has_table_privilege('pg_monitor', 'v', 'select') as v, has_table_privilege('pg_monitor', 'people', 'select') as people`,
      ),
    ).toEqual([{ v: true, people: true }])
  })
})

describe('types', () => {
  test('go into a new schema', async () => {
    const { source, database } = await comesOut(
      `create type mood as enum ('ok'); create table t (m mood); insert into t values ('ok'); create domain d as int`,
      `create schema n; create type n.m as enum ('ok'); create table t (m n.m); create domain n.d as int`,
      { renames: ['type:mood=n.m', 'd=n.d'] },
    )
    expect(upOf(source)).toMatch(/^await db\.schema\.createSchema\('n'\)\.execute\(\)\n/)
    expect(downOf(source)).toMatch(/await db\.schema\.dropSchema\('n'\)\.execute\(\)$/)
    expect(await database.query('select m::text from t')).toEqual([{ m: 'ok' }])
  })

  test('an enum and its value are renamed, with columns and defaults', async () => {
    const { source, database } = await comesOut(
      `create type status as enum ('open', 'shut'); create table t (s status default 'open'); insert into t default values`,
      `create type state as enum ('opened', 'shut'); create table t (s state default 'opened')`,
      { renames: ['status=state', 'status.open=opened'] },
    )
    expect(upOf(source)).toBe(
      [
        'await sql`alter type status rename to state`.execute(db)',
        "await sql`alter type state rename value 'open' to 'opened'`.execute(db)",
      ].join('\n'),
    )
    expect(await database.query('select s::text from t')).toEqual([{ s: 'opened' }])
  })

  test('an attribute of a composite type is renamed', async () => {
    const { source } = await comesOut(
      'create type place as (street text, zip text); create table t (p place)',
      'create type place as (street text, postcode text); create table t (p place)',
      { renames: ['attribute:place.zip=postcode'] },
    )
    expect(upOf(source)).toContain('rename attribute zip to postcode cascade')
  })

  test('a domain is renamed, and its constraint with it', async () => {
    const { source } = await comesOut(
      `create domain mail as text check (value like '%@%'); create table t (m mail)`,
      `create domain email as text check (value like '%@%'); create table t (m email)`,
      { renames: ['type:mail=email'] },
    )
    expect(upOf(source)).toContain('alter domain mail rename to email')
    expect(upOf(source)).toContain('alter domain email rename constraint mail_check to email_check')
  })
})

test('a schema is renamed with all that is in it', async () => {
  const script = (name: string): string =>
    `create schema ${name}; create type ${name}.mood as enum ('good'); create table ${name}.t (id serial primary key, m ${name}.mood); create function ${name}.f(${name}.mood) returns int language sql return 1; create view v as select m from ${name}.t`
  const { autogenerate } = await useFixture(script('app'), script('shop'))
  await expect(autogenerate()).rejects.toMatchObject({
    detail: expect.stringContaining('--rename app=shop'),
  })
  const { source } = await comesOut(script('app'), script('shop'), { renames: ['app=shop'] })
  expect(upOf(source)).toBe('await sql`alter schema app rename to shop`.execute(db)')
})

test('a schema that is separate stays, as it is not declared', async () => {
  const { changes } = await comesOut(
    'create schema app; create table app.t (id int)',
    'create schema shop; create table shop.t (id int)',
    { noRename: true },
  )
  expect(changes.map(({ summary }) => summary)).toEqual(['create schema shop', 'create table shop.t'])
})

describe('without a question', () => {
  const before = `create table t (a int, b int, constraint one check (a > 0)); create index i on t (a);
    create view v as select a from t; create function f(int) returns int language sql as 'select 1';
    create materialized view m as select b from t`
  const after = `create table t (a int, b int, constraint two check (a > 0)); create index k on t (a);
    create view w as select a from t; create function g(int) returns int language sql as 'select 1';
    create materialized view n as select b from t`

  test('what is identical but for its name is renamed', async () => {
    const { source } = await comesOut(before, after)
    expect(upOf(source).split('\n')).toEqual([
      'await sql`alter function f(integer) rename to g`.execute(db)',
      'await sql`alter view v rename to w`.execute(db)',
      'await sql`alter materialized view m rename to n`.execute(db)',
      'await sql`alter index i rename to k`.execute(db)',
      `await db.schema.alterTable('t').renameConstraint('one', 'two').execute()`,
    ])
  })

  test('--no-rename leaves it dropped and made', async () => {
    const { changes } = await comesOut(before, after, { noRename: true })
    expect(changes.map(({ action }) => action)).not.toContain('rename')
  })

  test('a view on a renamed view is renamed in turn', async () => {
    const { source } = await comesOut(
      'create view a as select 1 as x; create view b as select x from a',
      'create view c as select 1 as x; create view d as select x from c',
    )
    expect(upOf(source).split('\n')).toHaveLength(2)
  })
})

describe('answers', () => {
  test('onRename is asked what the flags leave open, the table before its columns', async () => {
    const asked: RenameQuestion[] = []
    const { changes } = await comesOut(
      'create table users (id int, name text, mail text)',
      'create table people (id int, full_name text, mail text)',
      {
        onRename: async (question) => {
          asked.push(question)
          return question.candidates[0]?.identity
        },
      },
    )
    expect(asked.map(({ kind, from }) => `${kind} ${from}`)).toEqual(['table users', 'column users.name'])
    expect(asked[1]).toMatchObject({
      candidates: [{ name: 'people.full_name', request: 'users.name=full_name' }],
      separate: 'users.name',
    })
    expect(changes.map(({ action }) => action)).toEqual(['rename', 'rename'])
  })

  test('a no of onRename for the table leaves no question about its columns', async () => {
    let count = 0
    const { losses } = await comesOut(
      'create table users (id int, name text, mail text)',
      'create table people (id int, full_name text, mail text)',
      {
        onRename: async () => {
          count++
          return null
        },
      },
    )
    expect(count).toBe(1)
    expect(losses).toEqual(['table users is dropped with all its rows'])
  })

  test('no answer of onRename is no answer at all', async () => {
    const { autogenerate } = await useFixture(users, fullName)
    await expect(autogenerate({ onRename: async () => undefined })).rejects.toMatchObject({ exitCode: 3 })
  })

  test('a file gives them a line each, with comments', async () => {
    const { autogenerate, folder } = await useFixture(
      'create table t (a text, b text, c text)',
      'create table t (a2 text, x text, c text)',
    )
    writeFiles(folder, { 'renames.txt': '\ufeff# what became of t\r\nt.a=a2 # it was\n\nt.b\n' })
    const { changes } = await autogenerate({ renamesFile: 'renames.txt', cwd: folder })
    expect(changes.map(({ action }) => action)).toEqual(['rename', 'drop', 'create'])
  })

  test('a file that is not there is named', async () => {
    const { autogenerate, folder } = await useFixture(users, fullName)
    await expect(autogenerate({ renamesFile: 'no.txt', cwd: folder })).rejects.toMatchObject({
      code: 'AUTHORING_RENAMES_FILE',
      exitCode: 2,
      message: expect.stringContaining(join(folder, 'no.txt')),
    })
  })

  test.each([
    [
      'users.nam=full_name',
      'DIFF_RENAME_OLD_UNKNOWN',
      'it has no users.nam in the schemas that are managed. Did you mean users.name?',
    ],
    [
      'users.name=ful_name',
      'DIFF_RENAME_NEW_UNKNOWN',
      'no column there is called ful_name. Did you mean full_name?',
    ],
    ['users.id=mail', 'DIFF_RENAME_TAKEN', 'gives a name that the column users.mail of the database has'],
    ['users.id=id', 'DIFF_RENAME_SAME', 'has that name already'],
    ['colum:users.name=full_name', 'DIFF_RENAME_KIND', 'Did you mean column?'],
    ['users.name=', 'DIFF_RENAME_MALFORMED', 'says no rename'],
  ])('%s: %s', async (text, code, message) => {
    const { autogenerate, files } = await useFixture(users, fullName)
    await expect(autogenerate({ renames: [text] })).rejects.toMatchObject({
      code,
      exitCode: 2,
      message: expect.stringContaining(message),
    })
    expect(files()).toEqual([])
  })

  test('one old name for two new ones is refused', async () => {
    const { autogenerate } = await useFixture('create table t (a text)', 'create table t (b text, c text)')
    await expect(autogenerate({ renames: ['t.a=b', 't.a=c'] })).rejects.toMatchObject({
      code: 'DIFF_RENAME_TWICE',
    })
  })

  test('a name of several objects wants its kind', async () => {
    const { autogenerate } = await useFixture(
      'create table a (x int); create type t.a as enum ()'.replace(
        'create type t.a as enum ()',
        'create schema a',
      ),
      'create table b (x int); create schema b',
    )
    await expect(autogenerate({ renames: ['a=b'] })).rejects.toMatchObject({
      code: 'DIFF_RENAME_AMBIGUOUS',
      message: expect.stringMatching(/could mean schema:a or table:public\.a.*as in schema:a=b/),
    })
  })
})

test('names of any letters are asked for as they are quoted', async () => {
  const { autogenerate } = await useFixture(
    `create table "Üser.s" (id int, "it's" text)`,
    `create table "Üser.s" (id int, "it is" text)`,
  )
  await expect(autogenerate()).rejects.toMatchObject({
    detail: expect.stringContaining(`--rename '"Üser.s"."it'\\''s"="it is"'`),
  })
  const { changes } = await autogenerate({ renames: [`"Üser.s"."it's"="it is"`] })
  expect(changes.map(({ action }) => action)).toEqual(['rename'])
})

test('a body that goes on naming what was renamed is told in the file', async () => {
  const body = `create function f() returns text language plpgsql as 'begin return (select name from users limit 1); end';`
  const { source } = await comesOut(`${users} ${body}`, `${fullName} ${body}`, {
    renames: ['users.name=full_name'],
  })
  expect(upOf(source)).toContain(
    '// PostgreSQL does not look into the body of function f, where name still stands.',
  )
})

test('check reports a possible rename, and does not stop for it', async () => {
  const { project } = await useFixture(users, fullName)
  const { changes } = await check(project)
  expect(changes.map(({ summary }) => summary)).toEqual([
    'drop column public.users.name',
    'create column public.users.full_name (perhaps a rename of public.users.name)',
  ])
  expect(changes[1]?.perhapsRenamedFrom).toEqual(['column:public.users.name'])
})

test('an embedded shadow carries renames out as well', async () => {
  const { project, autogenerate, database } = await useFixture(
    `${users} create index on users (name)`,
    `${fullName} create index on users (full_name)`,
    { shadow: 'pglite' },
  )
  const { source } = await autogenerate({ renames: ['users.name=full_name'] })
  expect(upOf(source)).toContain('alter index users_name_idx rename to users_full_name_idx')
  await upgrade(project, { target: 'head' })
  expect(await database.query('select full_name from users')).toEqual([])
})
