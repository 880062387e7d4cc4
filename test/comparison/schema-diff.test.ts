/** The unified diff of two schemas. */
import { describe, expect, test } from 'vitest'
import { schemaDiff } from '../../src/comparison/schema-diff.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { catalogOf } from '../support/schemas.ts'

async function diffOf(before: string, after: string): Promise<string> {
  const [live, target] = await Promise.all([catalogOf(before), catalogOf(after)])
  return schemaDiff({ live, target })
}

describe('the diff of two schemas', () => {
  test('shows the lines of a table that differ, with a few around them', async () => {
    const before = `create table users (id bigint generated always as identity primary key, name varchar(20) not null default 'it''s, (so)',
      a int, b int, c int, d int check (d > 0))`
    const after = before.replace('a int,', 'a int, "E-mail" text unique,')
    expect(await diffOf(before, after)).toBe(`--- live: table public.users
+++ target: table public.users
@@ -2,6 +2,7 @@
   id bigint generated always as identity primary key,
   name varchar(20) default 'it''s, (so)' not null,
   a integer,
+  "E-mail" text unique,
   b integer,
   c integer,
   d integer,
`)
  })

  test('shows a table with all that belongs to it as one object, and foreign keys inside, whatever comes first', async () => {
    const before = 'create table b (id int primary key)'
    const after = `create table b (id int primary key); create table a (id int primary key, b_id int references b, at date);
      alter table b add column a_id int references a;
      create index a_at on a (at) where at > '2020-01-01';
      alter table a replica identity using index a_pkey;
      comment on table a is 'it''s'; comment on column a.at is 'when';
      create trigger t before update on a for each row execute function suppress_redundant_updates_trigger();`
    expect(await diffOf(before, after)).toBe(`--- /dev/null
+++ target: table public.a
@@ -0,0 +1,13 @@
+create table a (
+  id integer primary key,
+  b_id integer references b (id),
+  at date
+);
+comment on table a is 'it''s';
+comment on column a.at is 'when';
+create index a_at on a (at) where at > '2020-01-01'::date;
+create trigger t
+BEFORE UPDATE ON a
+FOR EACH ROW
+EXECUTE FUNCTION suppress_redundant_updates_trigger();
+alter table a replica identity using index a_pkey;
--- live: table public.b
+++ target: table public.b
@@ -1,3 +1,4 @@
 create table b (
-  id integer primary key
+  id integer primary key,
+  a_id integer references a (id)
 );
`)
  })

  test('shows functions and views over their lines, a value of an enum per line, and what goes against nothing', async () => {
    const body = (result: string) => `create function f() returns int language plpgsql as $$
begin
    return ${result}; -- it's
end $$;`
    const diff = await diffOf(
      `${body('1')} create type mood as enum ('sad', 'so, so', 'ok'); create view v as select 1 as a, 2 as b`,
      `${body('2')} create type mood as enum ('sad', 'ok')`,
    )
    expect(diff).toBe(`--- live: enum public.mood
+++ target: enum public.mood
@@ -1,5 +1,4 @@
 create type mood as enum (
   'sad',
-  'so, so',
   'ok'
 );
--- live: function public.f()
+++ target: function public.f()
@@ -3,5 +3,5 @@
  LANGUAGE plpgsql
 AS $function$
 begin
-    return 1; -- it's
+    return 2; -- it's
 end $function$;
--- live: view public.v
+++ /dev/null
@@ -1,3 +0,0 @@
-create view v as
-SELECT 1 AS a,
-    2 AS b;
`)
  })

  test('is empty where the columns of a table come in another order, and keeps their order beside a difference', async () => {
    const before = 'create table t (a int, b int, c int)'
    expect(await diffOf(before, 'create table t (c int, a int, b int)')).toBe('')
    expect(
      await diffOf(before, 'create table t (c int, d int, a int, b bigint)'),
    ).toBe(`--- live: table public.t
+++ target: table public.t
@@ -1,5 +1,6 @@
 create table t (
   a integer,
-  b integer,
-  c integer
+  b bigint,
+  c integer,
+  d integer
 );
`)
  })

  test('tells in comments what no statement says', async () => {
    const live = await catalogOf('create table t (a int)')
    const table = live.objects.get('table:public.t')
    if (table?.kind !== 'table') throw new Error('no table')
    const sides = { live, target: live }
    const difference = { aspect: 'temper', from: 'calm', to: 'angry', replaces: false, remakes: false }
    const change = { action: 'alter', before: table, after: table, differences: [difference] } as const
    expect(await schemaDiff(sides, { from: 'a', to: 'b' }, [change])).toBe(`--- a: table public.t
+++ b: table public.t
@@ -1,4 +1,4 @@
 create table t (
   a integer
 );
--- table public.t: temper calm
+-- table public.t: temper angry
`)
  })

  test('has the partition key and the bounds of partitions on one line', async () => {
    const diff = await diffOf(
      '',
      `create table e (at date) partition by range (at);
       create table e1 partition of e for values from ('2020-01-01') to ('2021-01-01')`,
    )
    expect(diff).toContain('+) partition by RANGE (at);')
    expect(diff).toContain(
      "+create table e1 partition of e FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
    )
  })

  test('of a long text that is all new ends quickly', async () => {
    const body = (word: string) =>
      `create function f() returns int language plpgsql as $$ ${Array.from({ length: 20_000 }, (_, i) => `-- ${word} ${i}`).join('\n')}
begin return 1; end $$`
    const [live, target] = await Promise.all([catalogOf(body('old')), catalogOf(body('new'))])
    const sides = { live, target }
    const changes = compareCatalogs(sides)
    const begin = performance.now()
    const diff = await schemaDiff(sides, undefined, changes)
    expect(performance.now() - begin).toBeLessThan(5000)
    expect(diff.split('\n').filter((line) => line.startsWith('+--'))).toHaveLength(20_000 - 1)
  })
})
