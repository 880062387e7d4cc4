/** Functions, procedures and aggregates: every transition. */
import { describe, expect, test } from 'vitest'
import { testPairs } from '../support/pairs.ts'
import { roundTrip } from '../support/schemas.ts'

describe('functions', () => {
  testPairs({
    'every attribute': [
      `create function f(a int) returns setof int language sql as 'select 1'; comment on function f(int) is 'one'`,
      `create function f(a int) returns setof int language sql immutable strict leakproof security definer parallel safe cost 7 rows 9 set search_path = pg_catalog, "$user", 'it''s' set work_mem = '8MB' as 'select 2'; comment on function f(int) is 'two'`,
    ],
    'settings of other kinds': [
      `create function f() returns int language sql set datestyle = 'ISO, MDY' set timezone to 'Europe/Berlin' as 'select 1'`,
      `create function f() returns int language sql set search_path = '' set session_preload_libraries = 'a', 'b' as 'select 1'`,
    ],
    'a support function': [
      `create function f(text, text) returns boolean language sql as 'select true'`,
      `create function f(text, text) returns boolean language sql support text_starts_with_support as 'select true'`,
    ],
    'window functions': [
      `create function f() returns bigint language internal window as 'window_row_number'`,
      `create function f() returns bigint language internal window immutable as 'window_rank'`,
    ],
    'variadic, defaults, output': [
      `create function f(a int, b text default 'x', out c int, out d text) language sql as 'select 1, $2'; create function g(variadic a int[] default '{}') returns int language sql as 'select 1'`,
      `create function f(a int, b text default 'y', c int default 5, out d text) language sql as 'select $2'; create function g(a int[] default '{1}') returns int language sql as 'select 1'`,
    ],
    overloads: [
      `create function f(int) returns int language sql as 'select 1'; create function f(text) returns int language sql as 'select f(1)'; create function f(int, text) returns int language sql as 'select f($1)'`,
      `create function f(int) returns int language sql as 'select 2'; create function f(bigint) returns int language sql as 'select f(1)'`,
    ],
    'bodies that are parsed': [
      `create table t (a int, b text); create function f(x int default 3) returns table (a int, b text) begin atomic select t.a, t.b from t where t.a = x; end; create function g() returns int return 1 + 2; create procedure p(x int) begin atomic insert into t values (x, 'y'); delete from t where a = x; end; create view v as select * from f()`,
      `create table t (a bigint, b text, c int); create function f(x int default 3) returns table (a int, b text) begin atomic select t.c, t.b from t where t.a = x; end; create function g() returns int return 1 + 3; create procedure p(x int) begin atomic insert into t values (x, 'y', 1); end; create view v as select * from f()`,
    ],
    'another language, and quotes in bodies': [
      `create function f() returns text language sql as $q$ select 'a$$b\`\${c}\\' $q$`,
      `create function f() returns text language plpgsql as $function$ begin return '$_$\\n' || $$x$$; end $function$`,
    ],
    'table types and arrays of them': [
      `create table t (a int); create function f(t) returns t[] language sql as 'select array[$1]'; create function g(l t[]) returns setof t language sql as 'select unnest($1)'`,
      `create table t (a int, b int); create function f(t) returns t[] language sql as 'select array[$1]'; create function g(l t[]) returns t language sql as 'select $1[1]'`,
    ],
    'a table that becomes another kind of relation': [
      `create table t (a int); create function f() returns setof t language sql as 'select * from t'`,
      `create table u (a int); create view t as select a from u; create function f() returns setof t language sql as 'select * from t'`,
    ],
    polymorphic: [
      `create function f(anyelement, anyarray) returns anyelement language sql as 'select $1'`,
      `create function f(anycompatible, anycompatiblearray) returns anycompatible language sql as 'select $1'`,
    ],
    'defaults that call others': [
      `create function a() returns int language sql as 'select 1'; create function b(x int default a()) returns int language sql as 'select x'`,
      `create function a() returns bigint language sql as 'select 1::bigint'; create function b(x int default a()::int) returns int language sql as 'select x'`,
    ],
    'used by everything, with another result': [
      `create function f(int) returns int language sql immutable as 'select 1'; create table t (a int default f(1), g int generated always as (f(a)) stored, check (f(a) > 0)) partition by range (f(a)); create index on t (f(a)); create view v as select f(a) from t; create materialized view m as select f(a) as x from v, t; create domain d as int default f(3) check (f(value) > 0); create function h(x int default f(2)) returns int language sql as 'select 1'`.replace(
        ' partition by range (f(a))',
        '',
      ),
      `create function f(int) returns bigint language sql immutable as 'select 1::bigint'; create table t (a int default f(1), g int generated always as (f(a)) stored, check (f(a) > 0)); create index on t (f(a)); create view v as select f(a) from t; create materialized view m as select f(a) as x from v, t; create domain d as int default f(3) check (f(value) > 0); create function h(x int default f(2)) returns int language sql as 'select 1'`,
    ],
    'in a schema with quotes': [
      'create schema "S s"',
      `create schema "S s"; create type "S s"."T t" as (a int); create function "S s"."F f"("A a" "S s"."T t", "select" int default 1) returns "S s"."T t" language sql as 'select $1'; comment on function "S s"."F f" is 'x'`,
    ],
    'named like one of PostgreSQL': [
      '',
      `create function lower(text) returns text language sql as 'select $1'; create function "left"(text, int) returns text language sql as 'select $1'; create view v as select public.lower('A') as x`,
    ],
    'that mention each other': [
      '',
      `set check_function_bodies = off; create function a(int) returns int language sql as 'select b($1)'; create function b(int) returns int language sql as 'select a($1)'`,
    ],
    'that depend on an extension': [
      `create extension hstore; create function f() returns int language sql as 'select 1'`,
      `create extension hstore; create function f() returns int language sql as 'select 1'; alter function f() depends on extension hstore`,
    ],
  })

  test('are replaced in place, whatever attribute differs', async () => {
    const { up } = await roundTrip(
      `create function f() returns int language sql as 'select 1'`,
      `create function f() returns int language sql immutable cost 5 as 'select 2'`,
    )
    expect(up).toContain('create or replace')
  })
})

describe('procedures', () => {
  testPairs({
    'other modes of arguments': [
      `create procedure p(a int, inout b int) language sql as 'select 1'; comment on procedure p is 'one'`,
      `create procedure p(inout a int, b int, out c int) language sql as 'select 1, 2'; comment on procedure p is 'two'`,
    ],
    'an output more': [
      `create procedure p(a int) language sql as 'select 1'`,
      `create procedure p(a int, out b int) language sql as 'select 1'`,
    ],
    'settings and security': [
      `create procedure p(variadic a int[]) language plpgsql as 'begin commit; end'`,
      `create procedure p(variadic a int[]) language plpgsql security definer set search_path = pg_temp as 'begin null; end'`,
    ],
  })
})

describe('aggregates', () => {
  const f = `create function s(int, int) returns int language sql immutable as 'select $1 + $2'; create function fin(int) returns text language sql immutable as 'select $1::text'; create function inv(int, int) returns int language sql immutable as 'select $1 - $2'; create function t(int, variadic "any") returns int language internal immutable as 'int4pl'`
  testPairs({
    'every option, in place': [
      `${f}; create aggregate a(int) (sfunc = s, stype = int); comment on aggregate a(int) is 'one'`,
      `${f}; create aggregate a(int) (sfunc = s, stype = int, sspace = 100, combinefunc = s, initcond = '0', msfunc = s, minvfunc = inv, mstype = int, minitcond = '1', sortop = <, parallel = safe, finalfunc_modify = read_write); comment on aggregate a(int) is 'two'`,
    ],
    'another result, below a view': [
      `${f}; create aggregate a(int) (sfunc = s, stype = int); create view v as select a(x) from generate_series(1, 3) x`,
      `${f}; create aggregate a(int) (sfunc = s, stype = int, finalfunc = fin); create view v as select a(x) from generate_series(1, 3) x`,
    ],
    'without arguments, and of many': [
      `${f}; create function one(int) returns int language sql as 'select $1 + 1'; create aggregate n(*) (sfunc = one, stype = int, initcond = '0'); comment on aggregate n(*) is 'n'`,
      `${f}; create function one(int) returns int language sql as 'select $1 + 2'; create aggregate n(*) (sfunc = one, stype = int, initcond = '5'); create aggregate m(x int, y text) (sfunc = public.two, stype = int)`.replace(
        'create aggregate m',
        `create function two(int, int, text) returns int language sql as 'select 1'; create aggregate m`,
      ),
    ],
    'ordered and hypothetical sets': [
      `create aggregate p(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra)`,
      `create aggregate p(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = shareable); create aggregate r(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical); comment on aggregate r(variadic "any" order by variadic "any") is 'x'`,
    ],
    'polymorphic and variadic': [
      '',
      `create aggregate c(anycompatiblearray) (sfunc = array_cat, stype = anycompatiblearray); create function vs(int, variadic int[]) returns int language sql as 'select 1'; create aggregate va(variadic int[]) (sfunc = vs, stype = int)`,
    ],
    'a function that is made again below': [
      `create function s(int, int) returns int language sql immutable as 'select $1 + $2'; create aggregate a(int) (sfunc = s, stype = int); create view v as select a(x) over (order by x) from generate_series(1, 3) x`,
      `create function s(a int, b int) returns int language sql immutable as 'select $1 + $2'; create aggregate a(int) (sfunc = s, stype = int); create view v as select a(x) over (order by x) from generate_series(1, 3) x`,
    ],
    'an aggregate and a function change places': [
      `${f}; create aggregate x(int) (sfunc = s, stype = int)`,
      `${f}; create function x(int) returns int language sql as 'select 1'`,
    ],
    'in a schema with quotes': [
      'create schema "S s"',
      `create schema "S s"; create function "S s"."F f"(int, int) returns int language sql as 'select 1'; create aggregate "S s"."A a"("X x" int) (sfunc = "S s"."F f", stype = int)`,
    ],
  })
})
