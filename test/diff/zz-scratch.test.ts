import { expect, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'
test('enum remade around functions', async () => {
  const s = (labels: string) => `create type mood as enum (${labels}); create function f(m mood) returns mood language sql immutable as 'select m';
    create function g(m mood[]) returns int language plpgsql as $$ declare x mood; begin return 1; end $$;
    create function h() returns setof mood begin atomic select f('a'::mood); end;
    create procedure p(inout m mood) language sql as $$ select m $$;
    create table t (a mood default f('a'), b int default g(array['a'::mood]));
    create view v as select f(a) as x, h() as y from t;
    create policy q on t using (a = 'a'); create index i on t (f(a));
    create function tf() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger tg before update of a on t for each row when (new.a = 'a') execute function tf()`
  const r = await roundTrip(s(`'a','b'`), s(`'a','c'`))
  console.log(r.up)
})
test('row type function and check', async () => {
  const s = `create table t (a int); create function c(t) returns int language sql immutable as 'select $1.a'; alter table t add check (c(t) > 0);
   create function d() returns setof t language sql as 'select * from t'; create view v as select * from d()`
  console.log((await roundTrip('', s)).up)
})
test('function with out args and variadic', async () => {
  const s = `create function o(in a int, out b int, out c text, variadic d text[]) language sql as $$ select 1, 'x' $$;
   create function w(int, text default 'x''y') returns table (q int, r text) language sql cost 10 rows 5 security definer set search_path = public, pg_temp as $$ select 1, 'x' $$;
   comment on function o(int, text[]) is 'x'; comment on procedure pp is null`.replace('; comment on procedure pp is null', '')
  console.log((await roundTrip('', s)).up)
  await roundTrip(s, s.replace('out c text', 'out c varchar').replace("'x' $$", "'x'::varchar $$$$"))
})
test('schema-qualified', async () => {
  const s = `create schema "My App"; create table "My App"."T x" (a int); create function "My App"."F()"("A b" int) returns "My App"."T x" language sql as $$ select 1 $$;
   create function "My App".tf() returns trigger language plpgsql as $$ begin return new; end $$;
   create trigger "T g" before insert on "My App"."T x" for each row execute function "My App".tf();
   create rule "R" as on delete to "My App"."T x" do instead nothing; create policy "P p" on "My App"."T x"; comment on policy "P p" on "My App"."T x" is 'c';
   comment on rule "R" on "My App"."T x" is 'c'; comment on trigger "T g" on "My App"."T x" is 'c';
   create aggregate "My App"."S um"(int) (sfunc = int4pl, stype = int)`
  console.log((await roundTrip('', s)).up)
})
