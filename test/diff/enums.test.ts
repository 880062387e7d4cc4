/** Enums: what uses a type that loses a value or changes its order, with rows in the tables. */
import { describe, expect, test } from 'vitest'
import { type Pair, testPairs } from '../support/pairs.ts'
import { roundTrip } from '../support/schemas.ts'

/** The value b goes, c comes first: the type is made anew, there and back, around what uses it. */
function around(users: string, rows = ''): Pair {
  return [
    `create type mood as enum ('a', 'b', 'c'); ${users}; ${rows}`,
    `create type mood as enum ('c', 'a', 'x'); ${users}`,
  ]
}

describe('a value is added in its place', () => {
  test.each([
    ['at the end', `'a', 'b'`, `'a', 'b', 'c'`, `alter type mood add value 'c'`],
    ['in front', `'a', 'b'`, `'0', 'a', 'b'`, `alter type mood add value '0' before 'a'`],
    ['two in the middle', `'a', 'b'`, `'a', 'x', 'y', 'b'`, `alter type mood add value 'x' before 'b'`],
    ['with quotes', `'a', 'b'`, `'a', 'it''s \\', 'b'`, `add value  E'it''s \\\\\\\\' before 'b'`],
  ])('%s', async (_name, before, after, code) => {
    const { up } = await roundTrip(
      `create type mood as enum (${before}); create table t (m mood); insert into t values ('a')`,
      `create type mood as enum (${after}); create table t (m mood)`,
    )
    expect(up.replaceAll(' E', '  E').replaceAll('   ', '  ')).toContain(code)
    expect(up).not.toContain('rename')
  })
})

describe('a type that is made anew takes along', () => {
  testPairs({
    'columns, arrays and their defaults': around(
      `create table t (m mood not null default 'a', l mood[] default '{a,c}', k mood[] default array['a'::mood], n mood[][] default null)`,
      `insert into t values ('a', '{a,c}', '{}', '{{a},{c}}'), ('c', null, null, null)`,
    ),
    'columns of other schemas': around(
      `create schema "O"; create table "O"."T t" ("M m" mood default 'a', l mood[])`,
      `insert into "O"."T t" values ('a', '{c}')`,
    ),
    'a type of another schema': [
      `create schema s; create type s.mood as enum ('a', 'b'); create table t (m s.mood default 'a', l s.mood[] default array['a'::s.mood]); insert into t values ('a', '{a}')`,
      `create schema s; create type s.mood as enum ('a', 'c'); create table t (m s.mood default 'a', l s.mood[] default array['a'::s.mood])`,
    ],
    'domains, and their defaults and checks': around(
      `create domain d as mood default 'a' not null check (value <> 'c'); create domain ds as mood[] check (array_length(value, 1) < 5);
       create domain dd as d check (value::mood in ('a')); create table t (m d, l ds, n dd, o d[])`,
      `insert into t values ('a', '{a,c}', 'a', '{a,a}')`,
    ),
    'composite types, their arrays and what stands on them': around(
      `create type pair as (m mood, l mood[], n int); create type nest as (p pair, ps pair[], t text); create domain dp as pair check ((value).n > 0);
       create table t (p pair, ps pair[], n nest, d dp)`,
      `insert into t values (row('a', '{c}', 1), array[row('c', null, 2)::pair], row(row('a', '{}', 3), null, 'x,"y'), row('a', null, 1))`,
    ),
    'views, views on views and what they compare with': around(
      `create table t (id int, m mood); create view v as select id, m from t where m = 'a'; create view w as select * from v where m <> 'c';
       create materialized view mv as select m, count(*) as n from w group by m; create unique index on mv (m); create view x as select n from mv`,
      `insert into t values (1, 'a'), (2, 'c'); refresh materialized view mv`,
    ),
    'functions with arguments, results and tables of it': around(
      `create function f(m mood) returns mood language sql immutable as $$ select m $$; create function g(l mood[] default '{a}') returns setof mood language sql as $$ select unnest(l) $$;
       create function h() returns table (m mood, n int) language plpgsql as $$ declare x mood := 'a'; begin return query select x, 1; end $$;
       create function i(out m mood, inout n int) language sql as $$ select 'a'::mood, n $$; create procedure p(m mood) language sql as $$ select m $$;
       create function k(variadic l mood[]) returns int language sql as 'select 1'; create table t (m mood default f('a')); create index on t (f(m)); create view v as select * from h()`,
    ),
    'a parsed body': around(
      `create table t (m mood); create function f(x mood) returns bigint begin atomic select count(*) from t where m = x or m = 'a'; end`,
    ),
    'aggregates and operators': around(
      `create function worse(a mood, b mood) returns mood language sql immutable as $$ select case when a > b then a else b end $$;
       create aggregate worst(mood) (sfunc = worse, stype = mood, initcond = 'a'); create operator <+> (function = worse, leftarg = mood, rightarg = mood, commutator = <+>);
       create table t (m mood); create view v as select worst(m) as w, min(m <+> 'a') as x from t`,
    ),
    casts: around(
      `create function to_int(mood) returns int language sql immutable as $$ select 1 $$; create cast (mood as int) with function to_int(mood) as assignment;
       create cast (text as mood) with inout as implicit; create table t (m mood, check (m::int > 0))`,
      `insert into t values ('a')`,
    ),
    'indexes, plain, with a predicate, an expression, a constraint': around(
      `create table t (m mood, n int, u mood unique, primary key (n, m)); create index i on t (m); create index j on t (n) where m = 'a'; create index k on t ((case when m = 'a' then 1 end));
       create index l on t ((m::text)) where false; create index h on t using hash (m); create index g on t using gin ((array[m])); create statistics s on m, n from t`.replace(
        'create index l on t ((m::text)) where false;',
        '',
      ),
      `insert into t values ('a', 1, 'c'), ('c', 2, 'a')`,
    ),
    'checks, exclusions and generated columns': around(
      `create table t (m mood check (m in ('a', 'c')), l mood[] check (l <@ array['a'::mood, 'c'::mood]), g boolean generated always as (m = 'a') stored, x text default ('x' || 'a'::mood), exclude (m with =))`,
      `insert into t values ('a', '{a}'), ('c', '{c,a}')`,
    ),
    'foreign keys over it': around(
      `create table t (m mood primary key); create table u (m mood references t on delete cascade)`,
      `insert into t values ('a'); insert into u values ('a')`,
    ),
    'policies, rules and triggers': around(
      `create table log (id int); create table t (id int, m mood); create policy p on t using (m = 'a') with check (m <> 'c'); alter table t enable row level security;
       create rule r as on insert to t where new.m = 'c' do also insert into log values (new.id); create function tf() returns trigger language plpgsql as $$ begin return new; end $$;
       create trigger g before insert or update of m on t for each row when (new.m = 'a') execute function tf(); create trigger g2 after update on t for each row execute function tf()`,
      `insert into t values (1, 'a')`,
    ),
    'a publication with a row filter': around(
      `create table t (id int primary key, m mood); create publication p for table t`,
      `insert into t values (1, 'a')`,
    ),
    'range types over it': around(
      `create type span as range (subtype = mood); create table t (s span, l span[], k span_multirange, d mood)`,
      `insert into t values ('[a,a]', array['[a,a]'::span], null, 'a')`,
    ),
    'inherited and typed tables': around(
      `create table t (m mood default 'a'); create table u (n int) inherits (t); create type row_of as (m mood, n int); create table r of row_of; create table w of row_of`,
      `insert into t values ('c'); insert into u values ('a', 1); insert into r values ('a', 1)`,
    ),
    'comments, owners and privileges': around(
      `comment on type mood is 'how'; create table t (m mood); comment on column t.m is 'it'; create view v as select m from t; comment on view v is 'vv'; comment on column v.m is 'vm'`,
    ),
    'column options': around(
      `create table t (m mood); alter table t alter m set statistics 7; alter table t alter m set (n_distinct = 5)`,
    ),
    'sql functions that return its table': around(
      `create table t (m mood); create function f() returns setof t language sql as 'select * from t'; create view v as select (f()).m`,
    ),
  })
})

describe('a partitioned table', () => {
  test('whose partitions hold a column of the type', async () => {
    const tables = `create table t (id int, m mood default 'a') partition by range (id); create table t1 partition of t for values from (0) to (10);
      create table t2 partition of t default; create index on t (m) where m = 'a'`
    await roundTrip(...around(tables, `insert into t values (1, 'a'), (20, 'c')`))
  })
})

describe('a type that becomes another kind of type', () => {
  testPairs({
    'an enum and a domain': [`create type x as enum ('a')`, `create domain x as text`],
    'an enum and a composite type': [`create type x as enum ('a')`, `create type x as (a int)`],
    'a composite type and a table': [`create type x as (a int)`, `create table x (a int)`],
    'a range and an enum': [`create type x as range (subtype = int)`, `create type x as enum ('a')`],
    'an empty enum and one with values': [`create type x as enum ()`, `create type x as enum ('a', 'b')`],
  })
})
