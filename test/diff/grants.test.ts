/** Owners, privileges and default privileges: compared, written, there and back, as PostgreSQL's own catalogs say. */
import { describe, expect, test } from 'vitest'
import { accessTrip, useRoles } from '../support/access.ts'

const { named, plain } = useRoles()

const objects = `
  create schema app; create table t (id int generated always as identity primary key, a text, b text); create table app.u (id serial, a int);
  create view v as select id, a from t; create materialized view m as select a from t; create sequence s;
  create function f(int) returns int language sql as 'select 1'; create procedure p(int) language sql as 'select 1';
  create function add(int, int) returns int language sql immutable as 'select $1 + $2';
  create aggregate total(int) (sfunc = add, stype = int); create aggregate nothing(*) (sfunc = int4inc, stype = int, initcond = '0');
  create type mood as enum ('sad', 'glad'); create domain d as text; create type pair as (a int, b int); create type span as range (subtype = int4);
  create foreign data wrapper w; create server sv foreign data wrapper w; create foreign table ft (a int) server sv;
  create collation c (provider = libc, locale = 'C'); create statistics st on a, b from t;
  create operator &&& (leftarg = int, rightarg = int, function = add);
  create operator family fam using hash; create operator class cls for type int4 using hash family fam as function 1 hashint4(int4);
  create text search dictionary dict (template = simple); create text search configuration cfg (parser = default);
  create publication pub for table t; create function et() returns event_trigger language plpgsql as 'begin end'; create event trigger ev on ddl_command_end execute function et();`

const trip = async (before: string, after: string): ReturnType<typeof accessTrip> => {
  const { up, down, changes } = await accessTrip(named(before), named(after))
  return { up: plain(up), down: plain(down), changes: changes.map(plain) }
}

describe('privileges', () => {
  test.each([
    ['a table', 'grant select on t to reader'],
    ['all of a table', 'grant all on t to reader, writer'],
    ['a table to everybody', 'grant select on t to public'],
    ['a table, to grant on', 'grant select, insert on t to reader with grant option'],
    [
      'columns',
      'grant select (a, b), update (b) on t to reader; grant insert (a) on t to writer with grant option',
    ],
    ['a table and its columns', 'grant select (a), update (a) on t to reader; grant select on t to reader'],
    ['a view and its columns', 'grant select on v to reader; grant update (a) on v to writer'],
    ['a materialized view and a foreign table', 'grant select on m, ft to reader'],
    ['a sequence', 'grant usage on sequence s to reader'],
    ['the sequence of an identity column', 'grant usage on sequence t_id_seq to reader'],
    ['the sequence of a serial column', 'grant all on sequence app.u_id_seq to reader'],
    [
      'functions, procedures and aggregates',
      `grant execute on function f to reader; grant execute on procedure p to reader;
      grant execute on function total(int) to reader; revoke execute on function nothing() from public`,
    ],
    [
      'a function to nobody',
      'revoke all on function f from public; revoke all on function f from current_user',
    ],
    ['types', 'grant usage on type mood, d, pair, span to reader; revoke usage on type mood from public'],
    ['a schema', 'grant usage on schema app to reader; grant all on schema app to writer'],
    [
      'the schema public',
      'revoke usage on schema public from public; grant usage, create on schema public to reader',
    ],
    [
      'a wrapper and a server',
      'grant usage on foreign data wrapper w to reader; grant usage on foreign server sv to reader with grant option',
    ],
    ['nothing to the owner itself', 'revoke insert, delete on t from current_user'],
    [
      'a chain of grants',
      `grant select, insert on t to reader with grant option; set role reader; grant select on t to writer with grant option;
      set role writer; grant select on t to keeper; reset role`,
    ],
    [
      'a chain of grants on a column',
      `grant select (a) on t to reader with grant option; set role reader; grant select (a) on t to writer; reset role`,
    ],
    [
      'a grant that two granted',
      `grant select on t to reader, writer with grant option; set role reader; grant select on t to keeper;
      set role writer; grant select on t to keeper; reset role`,
    ],
  ])('on %s are granted and revoked', async (_, grants) => {
    await trip(objects, `${objects} ${grants}`)
  })

  test('of several roles and tables are as few statements as say it', async () => {
    const { up, down, changes } = await trip(
      'create table a (x int); create table b (x int)',
      'create table a (x int); create table b (x int); grant select, insert on a, b to reader, writer; grant update (x) on a to reader',
    )
    expect(changes).toEqual([
      'change table public.a: privileges none → reader: select, insert, update (x); writer: select, insert',
      'change table public.b: privileges none → reader: select, insert; writer: select, insert',
    ])
    expect(up).toMatchInlineSnapshot(`
      "await sql\`grant select, insert on table a, b to reader, writer\`.execute(db)
      await sql\`grant update (x) on table a to reader\`.execute(db)"
    `)
    expect(down).toMatchInlineSnapshot(`
      "await sql\`revoke select, insert on table a, b from reader, writer\`.execute(db)
      await sql\`revoke update (x) on table a from reader\`.execute(db)"
    `)
  })

  test('on columns outlive the revocation of the same on the table', async () => {
    const { up } = await trip(
      'create table t (a int, b int); grant select (a) on t to reader; grant select on t to reader',
      'create table t (a int, b int); grant select (a) on t to reader',
    )
    expect(up).toMatchInlineSnapshot(`
      "await sql\`revoke select on table t from reader\`.execute(db)
      await sql\`grant select (a) on table t to reader\`.execute(db)"
    `)
  })

  test('on a column that is made anew are granted again', async () => {
    await trip(
      'create table t (a int, b int[]); grant select (a, b) on t to reader',
      'create table t (a int, b int); grant select (a, b) on t to reader',
    )
  })

  test('of what is dropped and made again are given back', async () => {
    await trip(
      'create table t (a varchar(10)); create view v as select a from t; grant select on v to reader',
      'create table t (a varchar(20)); create view v as select a from t; grant select on v to reader, writer; alter view v owner to keeper',
    )
  })

  test('on the members of an extension are granted and revoked', async () => {
    const { up, changes } = await trip(
      'create extension hstore',
      `create extension hstore; grant execute on function hstore(text, text) to reader; revoke usage on type hstore from public;
       revoke execute on function akeys(hstore) from public`,
    )
    expect(changes).toMatchInlineSnapshot(`
      [
        "create extension privileges hstore."function akeys(hstore)"",
        "create extension privileges hstore."function hstore(text,text)"",
        "create extension privileges hstore."type hstore"",
      ]
    `)
    expect(up).toMatchInlineSnapshot(`
      "await sql\`revoke execute on function akeys(hstore) from public\`.execute(db)
      await sql\`grant execute on function hstore(text,text) to reader\`.execute(db)
      await sql\`revoke usage on type hstore from public\`.execute(db)"
    `)
    await trip('', 'create extension hstore; grant execute on function hstore(text, text) to reader')
  })

  test('of a chain are taken back without another going', async () => {
    await trip(
      `create table t (a int); grant select on t to reader, writer with grant option; set role reader; grant select on t to keeper;
       set role writer; grant select on t to keeper; reset role`,
      'create table t (a int); grant select on t to reader; grant select on t to writer with grant option; set role writer; grant select on t to keeper; reset role',
    )
  })
})

describe('owners', () => {
  test('of every kind of object change and change back', async () => {
    const targets = [
      'schema app',
      'table t',
      'table app.u',
      'view v',
      'materialized view m',
      'sequence s',
      'function f(int)',
      'procedure p(int)',
      'function add(int, int)',
      'aggregate total(int)',
      'aggregate nothing(*)',
      'type mood',
      'domain d',
      'type pair',
      'type span',
      'foreign table ft',
      'collation c',
      'statistics st',
      'operator public.&&& (int, int)',
      'operator family fam using hash',
      'operator class cls using hash',
      'text search dictionary dict',
      'text search configuration cfg',
      'schema public',
    ]
    const { up, changes } = await trip(
      objects,
      `${objects} ${targets.map((one) => `alter ${one} owner to keeper`).join(';')}`,
    )
    for (const target of targets)
      expect(up).toContain(
        `alter ${target.replaceAll('int', 'integer').replace('procedure p(', 'procedure p(IN ')} owner to keeper`,
      )
    expect(changes).toContain('change table public.t: owner the current user → keeper')
    expect(changes.some((change) => change.includes('u_id_seq'))).toBe(false)
  })

  test('keep what they were granted as their own', async () => {
    await trip(
      'create table t (a int); grant select on t to keeper, reader',
      'create table t (a int); alter table t owner to keeper; grant select on t to reader; revoke delete on t from keeper',
    )
  })

  test('are written as whoever runs the revision, where nobody is declared', async () => {
    const { down } = await trip(
      'create table t (a int)',
      'create table t (a int); alter table t owner to keeper',
    )
    expect(down).toMatchInlineSnapshot(`"await sql\`alter table t owner to current_user\`.execute(db)"`)
  })

  test('of new objects change after all else', async () => {
    const { up } = await trip(
      '',
      `create schema app; create table app.t (id serial primary key, a text); create view app.v as select 1 as a; comment on table app.t is 'x';
       alter schema app owner to keeper; alter table app.t owner to keeper; alter view app.v owner to keeper; grant usage on schema app to reader; grant select on app.t, app.v to reader`,
    )
    expect(up).toMatchInlineSnapshot(`
      "await db.schema.createSchema('app').execute()
      await db.schema
        .createTable('app.t')
        .addColumn('id', 'serial', (c) => c.primaryKey())
        .addColumn('a', 'text')
        .execute()
      await sql\`comment on table app.t is 'x'\`.execute(db)
      await db.schema
        .withSchema('app')
        .createView('v')
        .as(sql\`
          SELECT 1 AS a
        \`)
        .execute()
      await sql\`alter schema app owner to keeper\`.execute(db)
      await sql\`grant usage on schema app to reader\`.execute(db)
      await sql\`alter table app.t owner to keeper\`.execute(db)
      await sql\`alter view app.v owner to keeper\`.execute(db)
      await sql\`grant select on table app.t, app.v to reader\`.execute(db)"
    `)
  })
})

describe('default privileges', () => {
  test.each([
    [
      'in a schema',
      'alter default privileges in schema public grant select on tables to reader; alter default privileges in schema public grant usage on sequences to reader',
    ],
    [
      'in all schemas',
      'alter default privileges revoke execute on functions from public; alter default privileges grant execute on functions to reader',
    ],
    [
      'on types and schemas',
      'alter default privileges revoke usage on types from public; alter default privileges grant usage on schemas to reader with grant option',
    ],
    [
      'of another role',
      'alter default privileges for role writer in schema app grant all on tables to reader; alter default privileges for role writer revoke insert on tables from writer',
    ],
  ])('%s are said and unsaid', async (_, said) => {
    await trip(objects, `${objects} ${said}`)
    await trip('create schema app', `create schema app; ${said}`)
    await trip('', `create schema app; ${said}; ${objects.replace('create schema app;', '')}`)
    await trip('', `${objects} ${said}`)
  })

  test('are altered in place', async () => {
    const { up, changes } = await trip(
      'alter default privileges in schema public grant select on tables to reader',
      'alter default privileges in schema public grant select, insert on tables to reader; alter default privileges for role keeper grant execute on functions to reader',
    )
    expect(changes).toMatchInlineSnapshot(`
      [
        "change default privileges public.tables: grants reader: select → reader: select, insert",
        "create default privileges "functions of keeper"",
      ]
    `)
    expect(up).toMatchInlineSnapshot(`
      "await sql\`alter default privileges in schema public grant insert on tables to reader\`.execute(db)
      await sql\`alter default privileges for role keeper grant execute on functions to reader\`.execute(db)"
    `)
  })

  test('in force give new objects what is not granted to them again', async () => {
    const defaults =
      'alter default privileges in schema public grant select on tables to reader; alter default privileges in schema public grant usage on sequences to reader;'
    const { up } = await trip(
      defaults,
      `${defaults} create table a (id int generated always as identity); create table b (id serial); revoke select on b from reader`,
    )
    expect(up).toMatchInlineSnapshot(`
      "await db.schema
        .createTable('a')
        .addColumn('id', 'integer', (c) => c.generatedAlwaysAsIdentity())
        .execute()
      await db.schema.createTable('b').addColumn('id', 'serial').execute()
      await sql\`revoke select on table b from reader\`.execute(db)"
    `)
  })

  test('of an owner go for the sequences of new columns of its table', async () => {
    const defaults =
      'alter default privileges for role keeper grant usage on sequences to reader; grant create on schema public to keeper; create table t (a int); alter table t owner to keeper;'
    await trip(
      defaults,
      `${defaults} alter table t add id int generated always as identity; alter table t add n serial`,
    )
    await trip(
      defaults,
      `${defaults} alter table t add id int generated always as identity; revoke all on sequence t_id_seq from reader`,
    )
  })

  test('go with their schema', async () => {
    await trip(
      'create schema app; alter default privileges in schema app grant select on tables to reader',
      '',
    )
  })
})

describe('the sequence of a column belongs to the owner of its table', () => {
  const around = 'grant create on schema public to keeper; create table t (a int);'
  const owned = 'create sequence s start 5; alter sequence s owned by t.a;'
  const keepers = 'alter table t owner to keeper;'
  test.each([
    [
      "as a new one of a table that is another role's",
      `${around} ${keepers}`,
      `${around} ${owned} ${keepers}`,
    ],
    ['as the table goes to another role', `${around} ${owned}`, `${around} ${owned} ${keepers}`],
    [
      'as a free one comes to it',
      `${around} ${keepers} create sequence s start 5`,
      `${around} ${owned} ${keepers}`,
    ],
    [
      "as another role's comes to it",
      `${around} create sequence s start 5; alter sequence s owner to keeper`,
      `${around} ${owned}`,
    ],
    [
      'as it comes to it with the table',
      `${around} create sequence s start 5; alter sequence s owner to keeper`,
      `${around} ${owned} ${keepers}`,
    ],
    [
      'as it goes from column to column',
      `${around} create table u (b int); ${owned} ${keepers}`,
      `${around} create table u (b int); create sequence s start 5; alter sequence s owned by u.b; ${keepers}`,
    ],
    [
      'as its column goes',
      `${around} ${owned} ${keepers}`,
      'grant create on schema public to keeper; create sequence s start 5;',
    ],
  ])('%s', async (_name, before, after) => {
    await accessTrip(named(before), named(after))
  })

  test('also where owners are not managed', async () => {
    const trip = `${around} ${keepers}`
    const { up } = await accessTrip(named(trip), named(`${around} ${owned} ${keepers}`), {
      owners: false,
      grants: false,
    })
    expect(up).toContain('owned by')
  })
})
