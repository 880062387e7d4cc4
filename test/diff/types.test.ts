/** Domains, composite types and range types: every transition, with rows in the tables that use them. */
import { describe, expect, test } from 'vitest'
import { testPairs } from '../support/pairs.ts'
import { differencesBetween, migrate, roundTrip } from '../support/schemas.ts'
import { testStates } from '../support/states.ts'

describe('domains', () => {
  const users = `create table t (a d, l d[], n int default 1); create view v as select a, l from t; create index on t (a)`
  const row = `insert into t values ('5', '{6}')`
  testPairs({
    'get, change and lose a default': [
      `create domain d as text default 'a'; ${users}; ${row}`,
      `create domain d as text default upper('b'); ${users}`,
    ],
    'lose a default': [`create domain d as text default 'a'; ${users}`, `create domain d as text; ${users}`],
    'get a not null where arrays hold them': [
      `create domain d as text; ${users}; ${row}`,
      `create domain d as text not null; ${users}`,
    ],
    'get a not null': [
      `create domain d as text; create table t (a d); insert into t values ('x')`,
      `create domain d as text not null; create table t (a d)`,
    ],
    'get a check where arrays hold them': [
      `create domain d as text; ${users}; ${row}`,
      `create domain d as text constraint c check (value <> ''); comment on constraint c on domain d is 'why'; ${users}`,
    ],
    'get a check where composite values hold them': [
      `create domain d as text; create type p as (d d, n int); create table t (p p); insert into t values (row('a', 1))`,
      `create domain d as text check (value <> ''); create type p as (d d, n int); create table t (p p)`,
    ],
    'get a check where no table holds the composite type': [
      `create domain d as text; create type p as (d d, n int); create function f(p) returns d[] language sql as 'select null::d[]'`,
      `create domain d as text check (value <> ''); create type p as (d d, n int); create function f(p) returns d[] language sql as 'select null::d[]'`,
    ],
    'change a check, and validate one': [
      `create domain d as text check (value <> 'q'); alter domain d add constraint n check (value <> '') not valid; create table t (a d); insert into t values ('x')`,
      `create domain d as text check (value <> 'r'); alter domain d add constraint n check (value <> ''); create table t (a d)`,
    ],
    'change the base type': [
      `create domain d as text; ${users}; ${row}`,
      `create domain d as int check (value > 0) default 3; ${users}`,
    ],
    'change the length and the collation': [
      `create domain d as varchar(5) collate "C" default 'x'; ${users}; ${row}`,
      `create domain d as varchar(9); ${users}`,
    ],
    'a domain over a domain over an array': [
      `create domain d as int[]; create domain e as d check (array_length(value, 1) > 0); create table t (a d, b e, c e[]); insert into t values ('{1}', '{2}', array['{3}'::e])`,
      `create domain d as bigint[]; create domain e as d check (array_length(value, 1) > 0); create table t (a d, b e, c e[])`,
    ],
    'a check by a function': [
      `create function ok(t text) returns boolean language sql immutable as $$ select t <> 'x' $$; create domain d as text check (ok(value)); ${users}; ${row}`,
      `create function ok(t text, n int default 1) returns boolean language sql immutable as $$ select t <> 'y' $$; create domain d as text check (ok(value)); ${users}`,
    ],
    'a default by a function': [
      `create function f() returns text language sql as $$ select 'x' $$; create domain d as text default f(); ${users}; ${row}`,
      `create function f() returns varchar language sql as $$ select 'x'::varchar $$; create domain d as text default f(); ${users}`,
    ],
    'used by functions, casts, foreign keys and generated columns': [
      `create domain d as text; create table t (a d primary key, g boolean generated always as (a = 'x') stored); create table u (a d references t, b d[]);
       create function f(d) returns d language sql immutable as 'select $1'; create index on t (f(a)); create policy p on t using (a = 'x'); insert into t values ('1'); insert into u values ('1', '{1}')`,
      `create domain d as varchar(7); create table t (a d primary key, g boolean generated always as (a = 'x') stored); create table u (a d references t, b d[]);
       create function f(d) returns d language sql immutable as 'select $1'; create index on t (f(a)); create policy p on t using (a = 'x')`,
    ],
    'names that need quotes': [
      `create schema "A b"; create domain "A b"."D.d" as text constraint "C c" check (value <> ''); create table "A b".t ("x y" "A b"."D.d", l "A b"."D.d"[])`,
      `create schema "A b"; create domain "A b"."D.d" as char(3) constraint "C c" check (value <> 'q'); create table "A b".t ("x y" "A b"."D.d", l "A b"."D.d"[])`,
    ],
    comments: [
      `create domain d as int; comment on domain d is 'x'`,
      `create domain d as bigint check (value > 0); comment on domain d is 'y'; comment on constraint d_check on domain d is 'pos'`,
    ],
  })
})

describe('composite types', () => {
  const user = `create table t (p p, ps p[]); create view v as select (p).a from t`
  const row = `insert into t values (row(1), array[row(2)::p])`
  testPairs({
    'get an attribute at the end': [
      `create type p as (a int); ${user}; ${row}`,
      `create type p as (a int, b text collate "C"); ${user}`,
    ],
    'get one in front': [
      `create type p as (a int); ${user.replace('ps p[]', 'n int')}; insert into t values (row(1), 1)`,
      `create type p as (b text, a int); ${user.replace('ps p[]', 'n int')}`,
    ],
    'retype an attribute that columns hold': [
      `create type p as (a int, b text); ${user}; insert into t values (row(1, 'x'), array[row(2, '(,)"')::p])`,
      `create type p as (a bigint, b varchar(9)); ${user}`,
    ],
    'retype one that no table holds': [
      `create type p as (a int, b text); create function f(p) returns int language sql as 'select 1'; create function g() returns p language plpgsql as 'begin return null; end'`,
      `create type p as (a bigint, c text); create function f(p) returns int language sql as 'select 1'; create function g() returns p language plpgsql as 'begin return null; end'`,
    ],
    'another collation': [
      `create type p as (a text, b text)`,
      `create type p as (a text collate "C", b text)`,
    ],
    'no attribute at all': [
      `create type p as (); create type q as (a int)`,
      `create type p as (a int); create type q as ()`,
    ],
    'comments on it and its attributes': [
      `create type p as (a int, b int); comment on type p is 'x'; comment on column p.a is 'aa'`,
      `create type p as (a int, b text); comment on type p is 'y'; comment on column p.b is 'bb'`,
    ],
    'a table of the type': [
      `create type p as (a int, b text); create table t of p (primary key (a)); insert into t values (1, 'x')`,
      `create type p as (a int, c text); create table t of p (primary key (a))`,
    ],
    'a table of the type whose attribute is retyped': [
      `create type p as (a int, b text); create table t of p (primary key (a), check (b <> '')); insert into t values (1, 'x')`,
      `create type p as (a bigint, b varchar(3)); create table t of p (primary key (a), check (b <> ''))`,
    ],
    'types within types, in a circle of use': [
      `create type a as (x int); create type b as (a a, l a[]); create domain da as a; create table t (b b, d da); create function f(b) returns setof a language sql as 'select ($1).a';
       insert into t values (row(row(1), array[row(2)::a]), row(3))`,
      `create type a as (x int, y int); create type b as (a a, l a[]); create domain da as a; create table t (b b, d da); create function f(b) returns setof a language sql as 'select ($1).a'`,
    ],
    'the row type of a table as an attribute': [
      `create table r (a int); create type p as (r r, n int); create table t (p p); insert into t values (row(row(1), 2))`,
      `create table r (a int); create type p as (n int, r r); create table t (p p)`,
    ],
  })
})

describe('range types', () => {
  const user = `create table t (r r, l r[], exclude using gist (r with &&)); create view v as select lower(r) as x from t; create function f(r) returns r language sql as 'select $1'`
  testPairs({
    'another subtype': [
      `create type r as range (subtype = int); ${user}; insert into t values ('[1,3)', array['[4,5)'::r])`,
      `create type r as range (subtype = bigint); ${user}`,
    ],
    'another name of the multirange': [
      `create type r as range (subtype = int); create table t (r r, m r_multirange); insert into t values ('[1,3)', '{[1,2)}')`,
      `create type r as range (subtype = int, multirange_type_name = rs); create table t (r r, m rs)`,
    ],
    'a multirange in another schema': [
      `create schema s; create type r as range (subtype = int, multirange_type_name = s.rr); create table t (m s.rr[])`,
      `create schema s; create type r as range (subtype = numeric, multirange_type_name = s.rr); create table t (m s.rr[])`,
    ],
    'operator class, collation and difference': [
      `create function d(text, text) returns float8 language sql immutable as 'select 1.0::float8'; create type r as range (subtype = text, subtype_opclass = text_pattern_ops, subtype_diff = d); ${user}`,
      `create function d(text, text) returns float8 language sql immutable as 'select 1.0::float8'; create type r as range (subtype = text, collation = "C"); ${user}`,
    ],
    'a comment': [
      `create type r as range (subtype = int); comment on type r is 'x'`,
      `create type r as range (subtype = bigint); comment on type r is 'x'`,
    ],
    'comes and goes': [
      ``,
      `create type timerange as range (subtype = time, subtype_diff = time_diff_); `.replace(
        ', subtype_diff = time_diff_',
        '',
      ) +
        `create type "R r" as range (subtype = int); create table t (a "R r", b "R r_multirange", c timerange, d timemultirange)`,
    ],
  })
})

describe('a table of a type that a column is of too', () => {
  const both = (attributes: string, own = ''): string =>
    `create type c as (${attributes}); create table t of c${own}; create table u (v c, w c[])`
  testStates({
    'as it is': both('x int, y text'),
    'with an attribute of another type': both('x bigint, y text'),
    'with another attribute, a default and a key': both('x bigint, z int', ' (z default 4, primary key (x))'),
    'with an attribute of an enum': `create type e as enum ('a', 'b'); ${both('x bigint, z e', " (z default 'b')")}`,
    'with an attribute of an enum made anew': `create type e as enum ('b', 'c'); ${both('x bigint, z e', " (z default 'b')")}`,
    'as the columns of a plain table': `${both('x int, y text').replace('create table t of c', 'create table t (x int, y text)')}`,
    'of another type': `${both('x int, y text').replace('t of c', 't of d').replace('create table', 'create type d as (x bigint, y text, w int); create table')}`,
  })

  test('keeps its rows', async () => {
    const rows = await migrate(
      both('x int, y text'),
      `insert into t values (1, 'a'); insert into u values (row(2, 'b'), array[row(3, 'c')::c])`,
      both('x bigint, y text'),
      'select t::text as t, v::text as v, w::text as w from t, u',
    )
    expect(rows).toEqual([{ t: '(1,a)', v: '(2,b)', w: '{"(3,c)"}' }])
  })
})

describe('the function that a range type measures with', () => {
  const made = (body: string, more = ''): string => `create function sd(${body}';
    create type r as range (subtype = float8, subtype_diff = sd); create type q as range (subtype = float8, subtype_diff = sd); ${more}
    create table t (x r, y q); create index t_x on t using gist (x); create view v as select sd(lower(x), upper(x)) as d from t`
  const one = `a float8, b float8) returns float8 language sql immutable as 'select a - b`
  testStates({
    'as it is': made(one),
    'with another body': made(one.replace('a - b', 'a - b + 0')),
    'with other names of its arguments': made(one.replace('a float8', 'c float8').replace('a -', 'c -')),
    'of other arguments': made(one)
      .replaceAll('float8', 'numeric')
      .replace('numeric language', 'float8 language')
      .replace('a - b', '(a - b)::float8'),
    'beside another of its name': made(
      one,
      `create function sd(int) returns int language sql as 'select 1';`,
    ),
    'of another name': made(one).replaceAll('sd', 'distance'),
  })

  test('is replaced in place when only its body changes', async () => {
    const { up } = await roundTrip(made(one), made(one.replace('a - b', 'a - b + 0')))
    expect(up).toContain('create or replace function sd')
    expect(up).not.toContain('create type')
  })

  test('is made again with the type, whose values are kept', async () => {
    const rows = await migrate(
      made(one),
      `insert into t values ('[1,2)', '[3,4]')`,
      made(one.replace('a float8', 'c float8').replace('a -', 'c -')),
      'select x::text as x, y::text as y, d from t, v',
    )
    expect(rows).toEqual([{ x: '[1,2)', y: '[3,4]', d: -1 }])
  })

  test('makes no difference when another function of its name is there', async () => {
    const other = `create function sd(int) returns int language sql as 'select 1';`
    expect(await differencesBetween(made(one), made(one, other))).toEqual([
      'create function public.sd(integer)',
    ])
  })
})

describe('what forbids a domain to be null', () => {
  const named = (sql: string): { since: number; sql: string } => ({ since: 170000, sql })
  testStates(
    {
      nothing: 'create domain d as int',
      'the usual': 'create domain d as int not null',
      'a constraint with a name': named('create domain d as int constraint filled not null'),
      'another name': named('create domain d as int constraint "Filled!" not null'),
      'a name, and a comment': named(
        `create domain d as int constraint filled not null; comment on constraint filled on domain d is 'must'`,
      ),
      'the usual, and a comment': named(
        `create domain d as int not null; comment on constraint d_not_null on domain d is 'must'`,
      ),
      'a name, over another type': named(
        `create domain d as bigint constraint filled not null check (value > 0); comment on constraint filled on domain d is 'must'`,
      ),
    },
    { around: 'create table a (x int)' },
  )

  test('makes no difference by a name that PostgreSQL chose', async () => {
    const renamed = 'create domain e as int not null; alter domain e rename to d'
    expect(await differencesBetween('create domain d as int not null', renamed)).toEqual([])
  })
})
