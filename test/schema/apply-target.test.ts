import { expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import { DbmigError } from '../../src/errors.ts'
import { applyTarget } from '../../src/schema/apply-target.ts'
import { type DefineStatements, defineSchema } from '../../src/schema/define-schema.ts'
import { evaluateSchema } from '../../src/schema/evaluate-schema.ts'
import type { TargetStatement } from '../../src/schema/target-statement.ts'
import { splitSql } from '../../src/sql/split-sql.ts'
import { useTestDatabase } from '../support/database.ts'

async function serverSession(): Promise<Session> {
  const { url } = await useTestDatabase()
  const session = await openSession(url)
  onTestFinished(() => session.close())
  return session
}

async function embeddedSession(): Promise<Session> {
  const session = await openSession('pglite:memory')
  onTestFinished(() => session.close())
  return session
}

const script = (sql: string, file = 'schema.sql'): TargetStatement[] =>
  splitSql(sql, file).map((statement) => ({ ...statement, file }))

const declared = (define: DefineStatements) => evaluateSchema(defineSchema(define), 'schema.ts')

async function failure(session: Session, statements: readonly TargetStatement[]): Promise<DbmigError> {
  const error = await applyTarget(session, statements).then(
    () => expect.fail('It was applied.'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof DbmigError)) throw error
  return error
}

async function constraints(session: Session): Promise<unknown[]> {
  const rows = await session.query<{ name: string }>(
    `select conname::text as name from pg_constraint where contype = 'f' order by 1`,
  )
  return rows.map(({ name }) => name)
}

test('tables that reference each other and themselves are declared in any order, with the default names', async () => {
  const session = await serverSession()
  const table = await declared(({ schema }) => [
    schema
      .createTable('author')
      .addColumn('id', 'int4', (c) => c.primaryKey())
      .addColumn('best_book', 'int4', (c) => c.references('book.id')),
    schema
      .createTable('book')
      .addColumn('id', 'int4', (c) => c.primaryKey())
      .addColumn('author_id', 'int4', (c) => c.references('author.id'))
      .addColumn('sequel', 'int4')
      .addForeignKeyConstraint('book_sequel', ['sequel'], 'book', ['id']),
  ])
  await applyTarget(session, table)
  expect(await constraints(session)).toEqual(['author_best_book_fkey', 'book_author_id_fkey', 'book_sequel'])
})

test('statements of a script run in whatever order they need', async () => {
  const session = await serverSession()
  await applyTarget(
    session,
    script(`
      comment on view w is 'last';
      create view w as select * from app.v;
      create view app.v as select f(id) from app.t;
      create table app.t (id int, m mood default 'ok', foreign key (id) references u (id));
      alter table u add primary key (id);
      create table u (id int);
      create function f(int) returns int language sql begin atomic select $1; end;
      create type mood as enum ('ok');
      create schema app`),
  )
  expect(await session.query('select * from w')).toEqual([])
})

test('a function may call what is declared after it, and checks are on again at the end', async () => {
  const session = await serverSession()
  await applyTarget(session, script('create function f() returns int language sql as $$ select g() $$'))
  expect(await session.query('show check_function_bodies')).toEqual([{ check_function_bodies: 'on' }])
})

test('a setting holds for the rest of its file, also for a statement that is tried again', async () => {
  const session = await serverSession()
  await applyTarget(session, [
    ...script(
      `create schema app; create schema other;
       set search_path = app; create view v as select * from public.t;
       set search_path = other; create table o ();`,
      'one.sql',
    ),
    ...script('create table t (a int)', 'two.sql'),
  ])
  expect(
    await session.query(
      `select relnamespace::regnamespace::text || '.' || relname as name from pg_class
       where relname in ('v', 'o', 't') order by 1`,
    ),
  ).toEqual([{ name: 'app.v' }, { name: 'other.o' }, { name: 'public.t' }])
  expect(await session.query('show search_path')).toEqual([{ search_path: '"$user", public' }])
})

test("the settings of pg_dump's header are taken, those of newer versions too", async () => {
  const session = await serverSession()
  const header = `SET transaction_timeout = 0; SET statement_timeout = 0; SET client_encoding = 'UTF8';
    SELECT pg_catalog.set_config('search_path', '', false); SET xmloption = content;`
  await applyTarget(session, script(`${header} create table public.t (a int)`))
  expect(await session.query('select * from public.t')).toEqual([])
})

test('statements that cannot share or have a transaction run in their own', async () => {
  const session = await serverSession()
  await applyTarget(
    session,
    script(`begin; create type mood as enum ('ok'); create table t (m mood); commit;
      alter type mood add value 'sad'; create index concurrently i on t (m);
      create view v as select 'sad'::mood as m`),
  )
  expect(await session.query('select m::text from v')).toEqual([{ m: 'sad' }])
})

test('a statement that fails for good is shown with its place, its SQL and a mark', async () => {
  const error = await failure(
    await serverSession(),
    script('create table a (id int);\ncreate view v as select * from nowhere;\ncreate table b (\n  id itn)'),
  )
  expect(error.code).toBe('SCHEMA_STATEMENT_FAILED')
  expect(error.message).toBe(
    'schema.sql:2: PostgreSQL cannot run `create view v as select * from nowhere`: relation "nowhere" does not exist (SQLSTATE 42P01). Correct the statement, or declare what it needs. One more fails with it.',
  )
  expect(error.detail).toBe(
    [
      'relation "nowhere" does not exist (SQLSTATE 42P01)',
      '1 | create view v as select * from nowhere',
      '                                   ^',
      'schema.sql:3: `create table b ( id itn)`: type "itn" does not exist (SQLSTATE 42704)',
    ].join('\n'),
  )
})

test('what is wrong in itself is shown before what only misses something', async () => {
  const error = await failure(
    await serverSession(),
    script('create view v as select * from t;\ncreate tabel t ()'),
  )
  expect(error.message).toContain('schema.sql:2: PostgreSQL cannot run `create tabel t ()`: syntax error')
})

test('tables that wait for each other are named', async () => {
  const error = await failure(
    await serverSession(),
    script(
      'create table a (id int primary key, b int references b);\ncreate table b (id int primary key, a int references a)',
    ),
  )
  expect(error.code).toBe('SCHEMA_CIRCLE')
  expect(error.message).toBe(
    'schema.sql:1: "a" and "b" wait for one another, so none can be created first. Take one foreign key out of its CREATE TABLE and add it by ALTER TABLE.',
  )
})

test('an extension that the server does not have is named', async () => {
  const error = await failure(await serverSession(), script('create extension no_such_extension'))
  expect(error.code).toBe('SCHEMA_EXTENSION_UNAVAILABLE')
  expect(error.message).toMatch(
    /^schema\.sql:1: the extension "no_such_extension" is not installed on the server of the shadow database, postgres:\/\/postgres:\*\*\*@.+, or name a server that has it as `shadow`\.$|^schema\.sql:1: the extension "no_such_extension" is not installed on the server of the shadow database, postgres:\/\/\S+\. Install it there, or name a server that has it as `shadow`\.$/,
  )
})

test('a long statement of a module, which tells no lines, is named by how it begins', async () => {
  const sql = `create view actor_info as\n${"  select 'many actors' as a union all\n".repeat(9)}  select b from nowhere`
  const error = await failure(await serverSession(), [{ sql, file: 'schema.ts' }])
  expect(error.message).toBe(
    'schema.ts: PostgreSQL cannot run `create view actor_info as select \'many actors\' as a union…`: relation "nowhere" does not exist (SQLSTATE 42P01). Correct the statement, or declare what it needs.',
  )
})

test.each([
  ['server', serverSession],
  ['embedded', embeddedSession],
])(
  'on a shadow that is %s, what would reach beyond the database is refused before anything runs',
  async (_, open) => {
    const session = await open()
    const error = await failure(session, script('create table t ();\ncreate role dbmig_never'))
    expect(error.code).toBe('SCHEMA_CLUSTER_WIDE')
    expect(error.message).toBe(
      'schema.sql:2: this statement changes a role, but a target is the schema of one database, and this would reach beyond it. Take it out, and do it once by hand.',
    )
    expect(await session.query(`select to_regclass('t') as t`)).toEqual([{ t: null }])
  },
)

test('a rollback is refused', async () => {
  const error = await failure(await serverSession(), script('create table t (); rollback'))
  expect(error.message).toBe(
    'schema.sql:1: this statement undoes what stands before it, and a target schema only declares. Take it out.',
  )
})

test('a role that does not exist is an error on a server', async () => {
  const error = await failure(
    await serverSession(),
    script('create table t (); grant select on t to dbmig_nobody'),
  )
  expect(error.code).toBe('SCHEMA_ROLE_UNAVAILABLE')
  expect(error.message).toMatch(
    /^schema\.sql:1: there is no role "dbmig_nobody" on the server of the shadow database, .*Roles belong to a whole server, so create it there by hand, or set `shadow` to "pglite", where dbmig makes what is missing\.$/,
  )
})

test('on an embedded database, roles that the target names are made', async () => {
  const session = await embeddedSession()
  await applyTarget(
    session,
    script(`create table t (); grant select on t to "the reader", writer;
      alter table t owner to boss; create policy p on t to "the reader" using (true);
      create schema authorization boss; set role chief; select 1`),
  )
  expect(
    await session.query(
      `select rolname::text as role from pg_roles where rolname !~ '^(pg_|postgres)' order by 1`,
    ),
  ).toEqual([{ role: 'boss' }, { role: 'chief' }, { role: 'the reader' }, { role: 'writer' }])
})

test('an aborted signal ends the work with its reason', async () => {
  const reason = new Error('Interrupted.')
  const applying = applyTarget(await serverSession(), script('create table t ()'), {
    signal: AbortSignal.abort(reason),
  })
  await expect(applying).rejects.toBe(reason)
})

test('the connection that is lost half-way is not taken for a failed statement', async () => {
  const session = await serverSession()
  const applying = applyTarget(
    session,
    script('select pg_terminate_backend(pg_backend_pid()); create table t ()'),
  )
  await expect(applying).rejects.toMatchObject({ code: 'DATABASE_CONNECTION_LOST' })
})

test('a partition that waits for another table has the foreign keys of its table once', async () => {
  const session = await serverSession()
  const statements = await declared(({ schema, sql }) => [
    schema
      .createTable('part')
      .addColumn('at', 'date')
      .addColumn('early', 'int4')
      .addColumn('late', 'int4')
      .addForeignKeyConstraint('part_early_fkey', ['early'], 'a', ['id'])
      .modifyEnd(sql`partition by range (at)`),
    sql`create table part_1 partition of part (
      constraint part_early_fkey foreign key (early) references a (id),
      constraint part_late_fkey foreign key (late) references z (id)
    ) for values from ('2026-01-01') to ('2027-01-01')`,
    schema.createTable('a').addColumn('id', 'int4', (c) => c.primaryKey()),
    schema.createTable('z').addColumn('id', 'int4', (c) => c.primaryKey()),
  ])
  await applyTarget(session, statements)
  expect(await constraints(session)).toEqual(['part_early_fkey', 'part_early_fkey', 'part_late_fkey'])
})
