/** Views, materialized views and rules: every transition, with rows in the tables below. */
import { describe, expect, test } from 'vitest'
import { testPairs } from '../support/pairs.ts'
import { roundTrip } from '../support/schemas.ts'

const t = `create table t (a int, b text, c date); insert into t values (1, 'x', '2026-01-01')`

describe('views', () => {
  testPairs({
    'get columns at the end': [
      `${t}; create view v as select a from t; create view w as select a from v`,
      `${t}; create view v as select a, b as "B b" from t; create view w as select a from v`,
    ],
    'lose a column that others read': [
      `${t}; create view v as select a, b from t; create view w as select a, b from v; create view x as select count(*) from w`,
      `${t}; create view v as select a from t; create view w as select a from v; create view x as select count(*) from w`,
    ],
    options: [
      `${t}; create view v with (security_barrier) as select a from t`,
      `${t}; create view v with (check_option = local) as select a from t where a > 0`,
    ],
    'check options': [
      `${t}; create view v as select a from t where a > 0 with cascaded check option`,
      `${t}; create view v as select a from t where a > 0 with local check option`,
    ],
    'column defaults and comments': [
      `${t}; create view v as select a, b from t; alter view v alter a set default 5; comment on view v is 'v'; comment on column v.a is 'va'`,
      `${t}; create view v as select b, a from t; alter view v alter a set default 6; alter view v alter b set default 'x'; comment on column v.b is 'vb'`,
    ],
    'a default by a function that is made again': [
      `${t}; create function f() returns int language sql as 'select 1'; create view v as select a, b from t; alter view v alter a set default f()`,
      `${t}; create function f() returns bigint language sql as 'select 1::bigint'; create view v as select a, b from t; alter view v alter a set default f()`,
    ],
    recursive: [
      `create recursive view nums (n) as values (1) union all select n + 1 from nums where n < 5`,
      `create recursive view nums (n) as values (2) union all select n + 1 from nums where n < 7`,
    ],
    'of everything': [
      `${t}; create view v as select * from t; create view w as select t.*, v.a as va from t join v using (a)`,
      `${t.replace('c date', 'c date, d int').replace("'2026-01-01'", "'2026-01-01', 1")}; create view v as select * from t; create view w as select t.*, v.a as va from t join v using (a)`,
    ],
    'a table and back': [
      `${t}; create table x (a int); create view y as select a from x`,
      `${t}; create view x as select a from t; create view y as select a from x`,
    ],
    'a materialized view and back': [
      `${t}; create view x as select a from t; create view y as select a from x`,
      `${t}; create materialized view x as select a from t; create unique index on x (a); create view y as select a from x`,
    ],
    'a table and a materialized view': [
      `${t}; create table x (a int primary key)`,
      `${t}; create materialized view x as select a from t; create unique index x_pkey on x (a)`,
    ],
    'triggers and rules on a view that is made again': [
      `${t}; create view v as select a, b from t; create function tf() returns trigger language plpgsql as 'begin return new; end'; create trigger g instead of insert or update on v for each row execute function tf();
       create rule r as on delete to v do instead delete from t where a = old.a; comment on trigger g on v is 'g'; comment on rule r on v is 'r'`,
      `${t}; create view v as select b, a from t; create function tf() returns trigger language plpgsql as 'begin return new; end'; create trigger g instead of insert or update on v for each row execute function tf();
       create rule r as on delete to v do instead delete from t where a = old.a; comment on trigger g on v is 'g'; comment on rule r on v is 'r'`,
    ],
    'functions over the row type of a view': [
      `${t}; create view v as select a, b from t; create function f(v) returns int language sql as 'select 1'; create function g() returns setof v language sql as 'select * from v'; create view w as select f(v) from v`,
      `${t}; create view v as select b, a from t; create function f(v) returns int language sql as 'select 1'; create function g() returns setof v language sql as 'select * from v'; create view w as select f(v) from v`,
    ],
    'a column whose type changes, below views on views': [
      `${t}; create view v as select a, b from t; create view w as select v.a, lower(b) as b from v; create materialized view m as select a from w; create index on m (a); create view x as select max(a) from m`,
      `${t.replace('a int', 'a bigint')}; create view v as select a, b from t; create view w as select v.a, lower(b) as b from v; create materialized view m as select a from w; create index on m (a); create view x as select max(a) from m`,
    ],
    'a column that is dropped': [
      `${t}; create view v as select a, b, c from t; create view w as select a from v`,
      `create table t (a int, b text); create view v as select a, b from t; create view w as select a from v`,
    ],
    'in another schema, with names that need quotes': [
      `create schema "S s"; create table "S s"."T.t" ("A a" int, "select" text); create view "S s"."V v" as select "A a", "select" from "S s"."T.t"`,
      `create schema "S s"; create table "S s"."T.t" ("A a" int, "select" text); create view "S s"."V v" with (security_barrier = true) as select "select", "A a" as "B\`\${x}" from "S s"."T.t"; comment on column "S s"."V v"."select" is 'it''s \\'`,
    ],
    'two that change places': [
      `${t}; create view v as select a from t; create view w as select a from v`,
      `${t}; create view w as select a from t; create view v as select a from w`,
    ],
    'group by the key': [
      `create table k (id int primary key, n text); create view v as select id, n, count(*) from k group by id`,
      `create table k (id bigint primary key, n text); create view v as select id, n, count(*) from k group by id`,
    ],
  })
  testPairs(
    {
      'security invoker': [
        `${t}; create view v as select a from t`,
        `${t}; create view v with (security_invoker) as select a from t`,
      ],
    },
    150_000,
  )

  test('columns at the end are added in place', async () => {
    const { up } = await roundTrip(
      `${t}; create view v as select a from t`,
      `${t}; create view v as select a, b from t`,
    )
    expect(up).toContain('.orReplace()')
  })
})

describe('materialized views', () => {
  const m = `create materialized view m as select a, b from t; create unique index i on m (a); create index j on m (lower(b))`
  testPairs({
    'another query': [`${t}; ${m}`, `${t}; ${m.replace('a, b', 'a, upper(b) as b')}`],
    'options and comments': [
      `${t}; ${m}; comment on materialized view m is 'm'; comment on column m.a is 'a'; comment on index i is 'i'`,
      `${t}; create materialized view m with (fillfactor = 70, autovacuum_enabled = false) as select a, b from t; create unique index i on m (a); create index j on m (lower(b)); comment on column m.b is 'b'`,
    ],
    'statistics, storage and options of columns': [
      `${t}; ${m}; alter materialized view m alter b set storage external; alter materialized view m alter a set statistics 7`,
      `${t}; ${m}; alter materialized view m alter b set statistics 9; alter materialized view m alter a set (n_distinct = 5)`,
    ],
    'a column of those is kept around a change below': [
      `${t}; ${m}; alter materialized view m alter b set storage external; alter materialized view m alter a set statistics 7`,
      `${t.replace('a int', 'a bigint')}; ${m}; alter materialized view m alter b set storage external; alter materialized view m alter a set statistics 7`,
    ],
    clustered: [`${t}; ${m}`, `${t}; ${m}; alter materialized view m cluster on i`],
    'extended statistics on it': [`${t}; ${m}`, `${t}; ${m}; create statistics s on a, b from m`],
    'on each other': [
      `${t}; ${m}; create materialized view n as select max(a) as a from m with no data`,
      `${t}; ${m.replace('a, b', 'b, a')}; create materialized view n as select min(a) as a from m`,
    ],
  })
})

describe('rules', () => {
  const log = `${t}; create table log (n int)`
  testPairs({
    'another action, in place': [
      `${log}; create rule r as on insert to t do also insert into log values (new.a)`,
      `${log}; create rule r as on insert to t where new.a > 0 do also (insert into log values (new.a); insert into log values (0))`,
    ],
    'another event': [
      `${log}; create rule r as on insert to t do instead nothing`,
      `${log}; create rule r as on update to t do instead nothing`,
    ],
    'enabled states': [
      `${log}; create rule r as on insert to t do also notify x; alter table t disable rule r`,
      `${log}; create rule r as on insert to t do also notify x; alter table t enable replica rule r; comment on rule r on t is 'r'`,
    ],
    'replaced and disabled': [
      `${log}; create rule r as on insert to t do also notify x`,
      `${log}; create rule r as on insert to t do also notify y; alter table t enable always rule r`,
    ],
    'returning on a view': [
      `${log}; create view v as select a from t; create rule r as on insert to v do instead insert into t values (new.a) returning a`,
      `${log}; create view v as select a, b from t; create rule r as on insert to v do instead insert into t values (new.a) returning a, b`,
    ],
  })
})
