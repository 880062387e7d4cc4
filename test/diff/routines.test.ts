/** What a plan does around functions: when they are replaced, and what stands on them. */
import { describe, expect, test } from 'vitest'
import { mentionedNames } from '../../src/diff/mentions.ts'
import { testPairs } from '../support/pairs.ts'
import { catalogOf, roundTrip } from '../support/schemas.ts'

const f = (signature: string, body = 'select 1'): string =>
  `create function f${signature} language sql immutable as $$ ${body} $$`

describe('what create or replace cannot do', () => {
  test.each([
    ['another return type', '(a int) returns int', '(a int) returns bigint'],
    ['another name of an argument', '(a int) returns int', '(b int) returns int'],
    ['a default less', '(a int default 1) returns int', '(a int) returns int'],
    ['other columns of the result', '() returns table (a int)', '() returns table (a int, b int)'],
  ])('%s makes the function again', async (_name, before, after) => {
    const { up } = await roundTrip(f(before), f(after, after.includes('table') ? 'select 1, 2' : 'select 1'))
    expect(up).toContain('drop function f(')
    expect(up).toContain('create function f(')
  })

  test.each([
    ['a name for an argument that had none', '(int) returns int', '(a int) returns int'],
    ['a default more', '(a int) returns int', '(a int default 1) returns int'],
  ])('%s is no such thing', async (_name, before, after) => {
    const { up } = await roundTrip(f(before), f(after))
    expect(up).toContain('create or replace function')
  })

  test('other arguments make another function', async () => {
    const { up } = await roundTrip(f('(a int) returns int'), f('(a text) returns int'))
    expect(up.indexOf('drop function f(integer)')).toBeLessThan(up.indexOf('create function f(a text)'))
  })

  test('a function that becomes a procedure is made again', async () => {
    await roundTrip(f('() returns int'), 'create procedure f() language sql as $$ select 1 $$')
  })
})

describe('what stands on a function that is made again', () => {
  const [before, after] = [
    f('(a int) returns int', 'select a'),
    f('(a int) returns bigint', 'select a::bigint'),
  ]

  test('the default of a column goes and comes back, and the column stays', async () => {
    const on = 'create table t (a bigint, b bigint not null default f(1))'
    const { up, losses } = await roundTrip(`${before}; ${on}`, `${after}; ${on}`)
    expect(up.indexOf('dropDefault()')).toBeLessThan(up.indexOf('drop function'))
    expect(up.indexOf('setDefault(sql`f(1)`)')).toBeGreaterThan(up.indexOf('create function'))
    expect(up).not.toContain('dropColumn')
    expect(losses).toEqual([])
  })

  test('defaults come back after a type that is made anew too', async () => {
    const schema = (labels: string): string => `create type mood as enum (${labels});
      create function same(m mood) returns mood language sql immutable as 'select m';
      create function all_of(m mood[]) returns int language plpgsql as $$ declare x mood; begin return 1; end $$;
      create table t (a mood default same('a'), b int default all_of(array['a'::mood]));
      create index i on t (same(a)); create procedure p(inout m mood) language sql as 'select m'`
    const { up } = await roundTrip(schema(`'a', 'b'`), schema(`'a', 'c'`))
    expect(up).not.toContain('check_function_bodies')
  })

  test('a default that changes with it is set once it is back', async () => {
    await roundTrip(
      `${before}; create table t (b bigint default f(1))`,
      `${after}; create table t (b int default f(2) + 1)`,
    )
  })

  test('a view, a check, an index, a generated column, a trigger and a policy are made again', async () => {
    const on = `create table t (a int check (f(a) > 0), g bigint generated always as (f(a)) stored);
      create index i on t (f(a)); create view v as select f(a) as x from t; create materialized view m as select f(2) as x;
      create policy p on t using (f(a) = 1);
      create function noted() returns trigger language plpgsql as $t$ begin return new; end $t$;
      create trigger g before insert on t for each row when (f(new.a) > 0) execute function noted();
      create rule r as on insert to v do instead insert into t (a) values (f(new.x::int))`
    await roundTrip(`${before}; ${on}`, `${after}; ${on}`)
  })

  test('a trigger on a view that is made again is made again with it', async () => {
    const view = (
      columns: string,
    ): string => `create table t (a int, b int); create view v as select ${columns} from t;
      create function noted() returns trigger language plpgsql as $$ begin return new; end $$;
      create trigger g instead of insert on v for each row execute function noted()`
    const { up } = await roundTrip(view('a, b'), view('b, a'))
    expect(up).toContain('create trigger g')
    expect(up).not.toContain('drop trigger')
  })

  test('a body that PostgreSQL has parsed is made again around what it reads', async () => {
    const schema = (type: string): string =>
      `create table t (a ${type}); create function g() returns bigint begin atomic select count(a) from t; end`
    await roundTrip(schema('int'), schema('text'))
  })
})

describe('the order of functions', () => {
  test('a function comes after the tables and functions that its body names', async () => {
    const { up } = await roundTrip(
      '',
      `create table z (a int); create function y() returns int language sql as 'select a from z';
       create function b() returns int language sql as 'select y()'`,
    )
    expect(up.indexOf(`createTable('z')`)).toBeLessThan(up.indexOf('create function y()'))
    expect(up.indexOf('create function y()')).toBeLessThan(up.indexOf('create function b()'))
    expect(up).not.toContain('check_function_bodies')
  })

  test('bodies go unchecked where no order lets all of them be checked', async () => {
    const { up } = await roundTrip(
      '',
      `set check_function_bodies = off; create table t (a int);
       create function f() returns int language sql as 'select max(a) from t'; alter table t alter a set default f()`,
    )
    expect(up).toContain('await sql`set local check_function_bodies = off`.execute(db)')
  })

  test('bodies go unchecked where they were written for another search path', async () => {
    const { up } = await roundTrip(
      '',
      `create schema app; create table app.t (a int); set search_path = app;
       create function f() returns int language sql as 'select a from t'; reset search_path`,
    )
    expect(up).toContain('set local check_function_bodies = off')
  })

  test('a column that a new body names is added first', async () => {
    const { up } = await roundTrip(
      `create table t (a int); ${f('() returns int')}`,
      `create table t (a int, b int); ${f('() returns int', 'select b from t')}`,
    )
    expect(up.indexOf('addColumn')).toBeLessThan(up.indexOf('create or replace function'))
  })
})

describe('circles', () => {
  test('tables whose rules and policies refer to each other are dropped', async () => {
    await roundTrip(
      '',
      `create table a (x int); create table b (x int);
       create rule r as on insert to a do instead insert into b values (new.x);
       create policy p on b using (exists (select from a))`,
    )
  })
})

describe('mentioned names', () => {
  test('are folded as PostgreSQL folds them, but for quoted ones', () => {
    expect([...mentionedNames('SELECT "My ""T""".x FROM App.Users')]).toEqual([
      'select',
      'My "T"',
      'x',
      'from',
      'app',
      'users',
    ])
  })
})

describe('what is no object of its own', () => {
  test('the constructors of a range and the triggers that a partition has from its parent', async () => {
    const catalog = await catalogOf(
      `create type span as range (subtype = int); create table t (a int) partition by list (a);
       create table t1 partition of t for values in (1);
       create function noted() returns trigger language plpgsql as $$ begin return new; end $$;
       create trigger g after insert on t for each row execute function noted()`,
    )
    const kinds = [...catalog.objects.keys()].filter((identity) => /^(function|trigger):/.test(identity))
    expect(kinds).toEqual(['function:public.noted()', 'trigger:public.t.g'])
  })
})

describe('a function in SQL that gives rows of a table whose columns come and go', () => {
  const one = 'create table t (a int);'
  const two = 'create table t (a int, b int);'
  testPairs({
    'and selects them': [
      `${two} create function f() returns setof t language sql as 'select a, b from t'`,
      `${one} create function f() returns setof t language sql as 'select a from t'`,
    ],
    'and gives values alone': [
      `${two} create function f() returns t language sql as 'select 1, 2'; create view v as select (f()).a`,
      `${one} create function f() returns t language sql as 'select 1'; create view v as select (f()).a`,
    ],
    'and returns what it inserts': [
      `${two} create function f(x int) returns t language sql as 'insert into t values (x, 1) returning a, b'`,
      `${one} create function f(x int) returns t language sql as 'insert into t values (x) returning a'`,
    ],
    'and of which one is of another type': [
      `${two} create function f() returns t language sql as 'select 1, 2'`,
      `create table t (a int, b text); create function f() returns t language sql as $$ select 1, 'x'::text $$`,
    ],
    'and is parsed, with a view on it': [
      `${two} create function f() returns setof t begin atomic select * from t; end; create view v as select (f()).a`,
      `${one} create function f() returns setof t begin atomic select * from t; end; create view v as select (f()).a`,
    ],
  })
})

describe('a function that goes and another of its name that calls of it could mean', () => {
  const users =
    'create table t (a int default f(1), b int, g int generated always as (f(b)) stored, check (f(b) > 0)); create index i on t (f(b)); create view v as select f(a) as x from t'
  testPairs({
    'makes way for it': [
      `create function f(int) returns int language sql immutable as 'select $1'; ${users}`,
      `create function f(int, int default 0) returns bigint language sql immutable as 'select $1::bigint'; ${users}`,
    ],
  })
})
