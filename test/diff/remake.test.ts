/** Types that cannot be altered in place: made anew beside the old one, with what uses them converted. */
import { describe, expect, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'

describe('a type that is made anew', () => {
  test('takes its columns along, with their defaults, and nothing is dropped but the old type', async () => {
    const { up, losses, risks } = await roundTrip(
      `create domain code as text; create table t (a code default 'x', b code[]); insert into t values ('1', '{2,3}')`,
      `create domain code as varchar(5); create table t (a code default 'x', b code[])`,
    )
    expect(
      up,
    ).toBe(`// May fail: domain code goes from text to character varying(5): it fails while a value is longer than 5.
await sql\`alter domain code rename to code_old\`.execute(db)
await sql\`create domain code as character varying(5)\`.execute(db)
await db.schema
  .alterTable('t')
  .alterColumn('a', (c) => c.dropDefault())
  .alterColumn('a', (c) => c.setDataType(sql\`code using a::text\`))
  .alterColumn('b', (c) => c.setDataType(sql\`code[] using b::text[]\`))
  .alterColumn('a', (c) => c.setDefault(sql\`'x'::character varying\`))
  .execute()
await sql\`drop domain code_old\`.execute(db)`)
    expect(losses).toEqual([])
    expect(risks).toEqual([
      'domain code goes from text to character varying(5): it fails while a value is longer than 5',
    ])
  })

  test('its checks come back on the new one', async () => {
    await roundTrip(
      `create domain n as int constraint small check (value < 10); create table t (a n); insert into t values (1)`,
      `create domain n as bigint constraint small check (value < 10); create table t (a n)`,
    )
  })

  test('the types that stand on it are made anew with it, and their columns converted', async () => {
    const stack = `create domain d as mood; create type pair as (m mood, d d, n int);
      create table t (m mood, d d, p pair, ps pair[], check (m <> 'sad'));
      create index on t (m) where m = 'ok'; create view v as select m, (p).d from t`
    const { up } = await roundTrip(
      `create type mood as enum ('sad', 'ok', 'glad'); ${stack};
       insert into t values ('ok', 'glad', row('sad', 'ok', 1), array[row('sad', null, 2)::pair])`,
      `create type mood as enum ('glad', 'ok', 'sad'); ${stack}`,
    )
    expect(up.indexOf('drop type pair_old')).toBeLessThan(up.indexOf('drop domain d_old'))
    expect(up.indexOf('drop domain d_old')).toBeLessThan(up.indexOf(".dropType('mood_old')"))
  })

  test('a composite type keeps the values of the attributes that stay', async () => {
    const { up, losses } = await roundTrip(
      `create type p as (a int, b text, c int); create table t (id int, p p not null); insert into t values (1, row(1, 'x', null))`,
      `create type p as (b text, new date, a bigint); create table t (id int, p p not null)`,
    )
    expect(up).toContain('return row(($1).b, null, ($1).a::bigint)::text::p')
    expect(losses).toEqual(['type p loses c, and with it what columns of the type hold there'])
  })

  test('a composite type whose attribute is retyped stays in place while no table holds it', async () => {
    const user = 'create function f(p) returns int language sql as $$ select 1 $$'
    const { up } = await roundTrip(
      `create type p as (a int); ${user}`,
      `create type p as (a bigint); ${user}`,
    )
    expect(up).toContain('alter type p alter attribute a type bigint')
  })

  test('a range type takes its multirange type and their functions along', async () => {
    const table = 'create table t (r span, m spans, rs span[])'
    await roundTrip(
      `create type span as range (subtype = int, multirange_type_name = spans); ${table};
       insert into t values ('[1,5)', '{[1,2)}', array['[1,2)'::span])`,
      `create type span as range (subtype = bigint, multirange_type_name = spans); ${table}`,
    )
    await roundTrip(
      `create type span as range (subtype = text); ${table.replace('spans', 'span_multirange')}`,
      `create type span as range (subtype = text, collation = "C"); ${table.replace('spans', 'span_multirange')}`,
    )
  })

  test('the old one steps aside under a name that is free', async () => {
    const { up } = await roundTrip(
      'create domain a as int; create domain a_old as int; create table t (a a)',
      'create domain a as bigint; create domain a_old as int; create table t (a a)',
    )
    expect(up).toContain('rename to a_old2')
  })

  test('names that need quoting are quoted', async () => {
    await roundTrip(
      'create schema "S"; create domain "S"."a b" as int; create table "S"."T t" ("C" "S"."a b" default 1, "D" "S"."a b"[])',
      'create schema "S"; create domain "S"."a b" as bigint; create table "S"."T t" ("C" "S"."a b" default 1, "D" "S"."a b"[])',
    )
  })
})
