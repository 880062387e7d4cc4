/** Alterations that let go of what goes and take hold of what comes, where what comes waits for what goes. */

import { describe, expect, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'

describe('an alteration that would close a circle', () => {
  test('of a view makes way by dropping it', async () => {
    const { up } = await roundTrip(
      `create table p (id int) partition by hash (id); create materialized view m as select id from p;
       create view v as select id from m; comment on view v is 'kept'`,
      `create table p (id int) partition by list (id); create view v as select id from p; comment on view v is 'kept'`,
    )
    expect(up.indexOf(`dropView('v')`)).toBeLessThan(up.indexOf(`dropView('m')`))
    expect(up).toContain(`comment on view v is 'kept'`)
  })

  test('of a function makes way by dropping it, and the default that calls it is away meanwhile', async () => {
    const table = 'create table u (n bigint default f())'
    const reads = (what: string): string =>
      `create function f() returns bigint begin atomic select count(a) from ${what}; end`
    const { up } = await roundTrip(
      `create table t (a int); create view w as select a from t; ${reads('w')}; ${table}`,
      `create table t (a text); ${reads('t')}; ${table}`,
    )
    expect(up).toContain('dropDefault')
    expect(up).not.toContain('dropColumn')
  })

  test('of a trigger makes way by dropping it', async () => {
    const trigger = (column: string): string =>
      `create function f() returns trigger language plpgsql as 'begin return new; end';
       create trigger g before insert on t for each row when (new.${column} is not null) execute function f()`
    await roundTrip(
      `create table t (a int, b int); create statistics s on a, b from t; ${trigger('a')}`,
      `create table t (b text); ${trigger('b')}`,
    )
  })

  test('of a default leaves the column without one meanwhile', async () => {
    const counts = (name: string): string =>
      `create function ${name}() returns bigint begin atomic select count(x) from u; end;
       create table t (a bigint default ${name}())`
    const { losses } = await roundTrip(
      `create table u (x int); ${counts('f')}`,
      `create table u (x text); ${counts('g')}`,
    )
    expect(losses).toEqual([])
  })

  test('of what reads a type that is altered in place makes way by dropping it', async () => {
    const { up } = await roundTrip(
      'create type c as (x int, z int); create view v as select (row(1, 2)::c).x as a',
      `create type c as (z int); create view w as select (row(1)::c).z as a; create view v as select a from w`,
    )
    expect(up).toContain(`dropView('v')`)
  })
})

describe('what does not mind an alteration below it closes no circle', () => {
  test('a view, that a column may be null', async () => {
    const { up, down } = await roundTrip(
      'create table t (a int primary key); create view v as select a from t',
      'create table t (a int); create view w as select a from t; create view v as select a from w',
    )
    expect(up).not.toContain('dropView')
    expect(down).not.toContain(`dropView('v')`)
  })

  test('a view, that a function is altered in place', async () => {
    const f = (body: string): string => `create function f() returns int language sql as 'select ${body}'`
    const { up } = await roundTrip(
      `${f('1')}; create view v as select f() as a`,
      `${f('2')}; create view w as select f() as a; create view v as select a from w`,
    )
    expect(up).not.toContain('dropView')
  })

  test('a view, that an enum gets another value', async () => {
    const { up } = await roundTrip(
      `create type e as enum ('a'); create view v as select length('a'::e::text) as a`,
      `create type e as enum ('a', 'b'); create view w as select length('a'::e::text) as a; create view v as select a from w`,
    )
    expect(up).not.toContain('dropView')
  })
})

test('functions and triggers come after all tables, also where foreign keys form a circle', async () => {
  const { up } = await roundTrip(
    '',
    `create table a (id int primary key, b int); create table b (id int primary key, a int references a);
     alter table a add constraint a_b foreign key (b) references b;
     create table c (id int primary key, a int references a);
     create function f() returns trigger language plpgsql as 'begin return new; end';
     create trigger t before insert on a for each row execute function f()`,
  )
  const places = [`createTable('c')`, 'create function f', 'create trigger t'].map((text) => up.indexOf(text))
  expect(places).toEqual(places.toSorted((x, y) => x - y))
  expect(places).not.toContain(-1)
})

test('a unique index goes after the foreign keys to its columns, which may stand on it rather than on the key', async () => {
  await roundTrip(
    'create table p (a text, b int, constraint p_pkey primary key (a, b)); create index i on p (a); create table t (a text)',
    `create table p (a text, constraint p_pkey primary key (a)); create unique index i on p (a);
     create table t (a text, constraint f foreign key (a) references p (a))`,
  )
})
