/** Triggers, event triggers, policies and extended statistics: every transition. */
import { describe, expect, test } from 'vitest'
import { testPairs } from '../support/pairs.ts'
import { roundTrip } from '../support/schemas.ts'

const f = `create function f() returns trigger language plpgsql as $$ begin return null; end $$; create function g() returns trigger language plpgsql as $$ begin return new; end $$`
const t = `create table t (a int primary key, b text, c int); ${f}`

describe('triggers', () => {
  testPairs({
    'another function, timing and event': [
      `${t}; create trigger x before insert on t for each row execute function g()`,
      `${t}; create trigger x after insert or update or delete or truncate on t execute function f('a', 'it''s', '\\')`,
    ],
    'conditions and columns': [
      `${t}; create trigger x before update of a on t for each row when (new.a > 0) execute function g()`,
      `${t}; create trigger x before update of a, c on t for each row when (old.* is distinct from new.*) execute function g()`,
    ],
    'transition tables': [
      `${t}; create trigger x after update on t referencing old table as o new table as n for each statement execute function f()`,
      `${t}; create trigger x after update on t referencing new table as "N n" for each row execute function f()`,
    ],
    'a constraint trigger': [
      `${t}; create trigger x after insert on t for each row execute function f()`,
      `${t}; create constraint trigger x after insert on t deferrable initially deferred for each row execute function f()`,
    ],
    'another deferral of one': [
      `${t}; create constraint trigger x after insert on t for each row execute function f()`,
      `${t}; create constraint trigger x after insert on t deferrable for each row when (new.a > 1) execute function f()`,
    ],
    'one from another table': [
      `${t}; create table u (a int); create constraint trigger x after insert on t from u for each row execute function f()`,
      `${t}; create table u (a int); create constraint trigger x after insert on t for each row execute function f()`,
    ],
    'enabled states': [
      `${t}; create trigger x before insert on t for each row execute function g(); alter table t disable trigger x`,
      `${t}; create trigger x before insert on t for each row execute function g(); alter table t enable always trigger x`,
    ],
    'replaced and disabled': [
      `${t}; create trigger x before insert on t for each row execute function g(); alter table t enable replica trigger x`,
      `${t}; create trigger x before update on t for each row execute function g(); alter table t disable trigger x`,
    ],
    'a comment': [
      `${t}; create trigger x before insert on t for each row execute function g(); comment on trigger x on t is 'one'`,
      `${t}; create trigger x before update on t for each row execute function g(); comment on trigger x on t is 'two'`,
    ],
    'a column that it names is retyped': [
      `${t}; create trigger x before update of c on t for each row when (new.c > 0) execute function g(); comment on trigger x on t is 'x'`,
      `${t.replace('c int', 'c bigint')}; create trigger x before update of c on t for each row when (new.c > 0) execute function g(); comment on trigger x on t is 'x'`,
    ],
    'a column that it names is dropped': [
      `${t}; create trigger x before update of b, c on t for each row execute function g()`,
      `${t.replace(', c int', '')}; create trigger x before update of b on t for each row execute function g()`,
    ],
    'of a partitioned table': [
      `create table p (a int) partition by list (a); create table p1 partition of p for values in (1); create table p2 partition of p default; ${f}; create trigger x after insert on p for each row execute function f()`,
      `create table p (a int) partition by list (a); create table p1 partition of p for values in (1); create table p2 partition of p default; ${f}; create trigger x after insert or update on p for each row when (new.a > 0) execute function f(); alter table p1 disable trigger x`,
    ],
    'of a partition alone': [
      `create table p (a int) partition by list (a); create table p1 partition of p for values in (1); ${f}; create trigger x after insert on p1 for each row execute function f()`,
      `create table p (a int) partition by list (a); create table p1 partition of p for values in (1); ${f}; create trigger x after insert on p for each row execute function f()`,
    ],
    'a constraint trigger of a partitioned table': [
      `create table p (a int) partition by list (a); create table p1 partition of p for values in (1); ${f}; create constraint trigger x after insert on p for each row execute function f()`,
      `create table p (a int) partition by list (a); create table p1 partition of p for values in (1); ${f}; create constraint trigger x after insert on p initially deferred for each row execute function f()`,
    ],
    'on a foreign table': [
      `create foreign data wrapper w; create server s foreign data wrapper w; create foreign table ft (a int) server s; ${f}; create trigger x before insert on ft for each row execute function g()`,
      `create foreign data wrapper w; create server s foreign data wrapper w; create foreign table ft (a int) server s; ${f}; create trigger x after delete on ft execute function f()`,
    ],
    'a function of another schema': [
      `create schema s; ${t}; create function s.f() returns trigger language plpgsql as 'begin return new; end'; create trigger "X x" before insert on t for each row execute function s.f()`,
      `create schema s; ${t}; create function s.f() returns trigger language plpgsql as 'begin return new; end'; create trigger "X x" before insert on t for each row execute function g()`,
    ],
    'a table in another schema with quotes': [
      `create schema "S s"; create table "S s"."T t" ("A a" int); ${f}; create trigger "X x" before update of "A a" on "S s"."T t" for each row execute function g()`,
      `create schema "S s"; create table "S s"."T t" ("A a" int); ${f}; create trigger "X x" after update of "A a" on "S s"."T t" for each row execute function g()`,
    ],
    'a trigger function becomes another kind of function': [
      `${t}; create function h() returns trigger language plpgsql as 'begin return new; end'; create trigger x before insert on t for each row execute function h()`,
      `${t}; create function h() returns int language sql as 'select 1'; create trigger x before insert on t for each row execute function g()`,
    ],
  })

  test('are replaced in place where PostgreSQL can', async () => {
    const { up } = await roundTrip(
      `${t}; create trigger x before insert on t for each row execute function g()`,
      `${t}; create trigger x after insert on t for each row execute function f()`,
    )
    expect(up).toBe(
      'await sql`create or replace trigger x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()`.execute(db)',
    )
  })
})

describe('event triggers', () => {
  const e = `create function e() returns event_trigger language plpgsql as 'begin end'; create function h() returns event_trigger language plpgsql as 'begin end'`
  testPairs({
    'another event, tags and function': [
      `${e}; create event trigger x on ddl_command_start when tag in ('CREATE TABLE', 'DROP TABLE') execute function e()`,
      `${e}; create event trigger x on sql_drop execute function h()`,
    ],
    'enabled states and comments': [
      `${e}; create event trigger x on ddl_command_end execute function e(); alter event trigger x disable; comment on event trigger x is 'one'`,
      `${e}; create event trigger x on ddl_command_end execute function e(); alter event trigger x enable always; comment on event trigger x is 'two'`,
    ],
    'a function that is made again': [
      `create schema s; create function s.e() returns event_trigger language plpgsql as 'begin end'; create event trigger "X x" on table_rewrite execute function s.e()`,
      `create schema s; create function s.e() returns event_trigger language plpgsql security definer as 'begin null; end'; create event trigger "X x" on table_rewrite execute function s.e()`,
    ],
    'one that watches what the plan does': [
      `${e}; create table t (a int); create event trigger x on sql_drop execute function e()`,
      `${e}; create event trigger x on sql_drop execute function e(); create view v as select 1 as a`,
    ],
  })
  testPairs({ 'on login': [e, `${e}; create event trigger x on login execute function e()`] }, 170_000)
})

describe('policies', () => {
  testPairs({
    'conditions come and go': [
      `${t}; create policy p on t using (a > 0)`,
      `${t}; create policy p on t with check (a > 1)`,
    ],
    'another command': [
      `${t}; create policy p on t for insert with check (a > 0)`,
      `${t}; create policy p on t for update using (a > 1) with check (a > 2)`,
    ],
    roles: [
      `${t}; create policy p on t to public using (true)`,
      `${t}; create policy p on t to pg_monitor, pg_read_all_data using (true)`,
    ],
    'restrictive, comments': [
      `${t}; create policy p on t using (true); comment on policy p on t is 'one'`,
      `${t}; create policy p on t as restrictive using (true); comment on policy p on t is 'two'`,
    ],
    'subqueries and functions': [
      `${t}; create table u (a int, n name); create function me() returns name language sql stable as 'select current_user'; create policy p on t using (a in (select u.a from u where u.n = me())); create policy q on u using (exists (select from t where t.a = u.a))`,
      `${t}; create table u (a bigint, n name); create function me() returns text language sql stable as 'select current_user::text'; create policy p on t using (a in (select u.a from u where u.n = me())); create policy q on u using (exists (select from t where t.a = u.a))`,
    ],
    'a column in it is retyped': [
      `${t}; create policy p on t using (c > 0) with check (c < 9)`,
      `${t.replace('c int', 'c numeric')}; create policy p on t using (c > 0) with check (c < 9)`,
    ],
    'row security': [
      `${t}; alter table t enable row level security`,
      `${t}; alter table t enable row level security; alter table t force row level security; create policy "P p" on t for delete using (current_setting('app.user', true) = b)`,
    ],
  })
})

describe('extended statistics', () => {
  testPairs({
    'kinds and columns': [
      `${t}; create statistics s (ndistinct) on a, b from t`,
      `${t}; create statistics s (dependencies, mcv) on a, b, c from t`,
    ],
    'all kinds': [
      `${t}; create statistics s on a, b from t`,
      `${t}; create statistics s (ndistinct, dependencies) on a, b from t`,
    ],
    expressions: [
      `${t}; create statistics s on (a + c) from t`,
      `${t}; create statistics s (mcv) on (a + c), lower(b), c from t`,
    ],
    'a target and a comment': [
      `${t}; create statistics s on a, b from t; alter statistics s set statistics 50; comment on statistics s is 'one'`,
      `${t}; create statistics s on a, b from t; alter statistics s set statistics 0; comment on statistics s is 'two'`,
    ],
    'no target': [
      `${t}; create statistics s on a, b from t; alter statistics s set statistics 50`,
      `${t}; create statistics s on a, b from t`,
    ],
    'in another schema': [
      `create schema "S s"; ${t}; create statistics "S s"."T t" on a, b from t`,
      `create schema "S s"; ${t}; create statistics "S s"."T t" on a, c from t`,
    ],
    'a column that is retyped or dropped': [
      `${t}; create statistics s on (a + c), b from t; create statistics u on a, c from t; alter statistics u set statistics 7`,
      `${t.replace('a int', 'a bigint').replace(', c int', '')}; create statistics u on a, b from t`,
    ],
    'a function in an expression is made again': [
      `${t}; create function h(int) returns int language sql immutable as 'select 1'; create statistics s on h(a), b from t`,
      `${t}; create function h(int) returns bigint language sql immutable as 'select 1::bigint'; create statistics s on h(a), b from t`,
    ],
    'on partitioned and foreign tables': [
      `create table p (a int, b int) partition by list (a); create foreign data wrapper w; create server s foreign data wrapper w; create foreign table ft (a int, b int) server s`,
      `create table p (a int, b int) partition by list (a); create foreign data wrapper w; create server s foreign data wrapper w; create foreign table ft (a int, b int) server s; create statistics x on a, b from p; create statistics y on a, b from ft`,
    ],
  })
})
