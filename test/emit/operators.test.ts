/** The code of collations, extended statistics, text search, casts and operators, to the letter. */
import { describe, expect, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'

async function codeOf(before: string, after: string): Promise<string> {
  return (await roundTrip(before, after)).up
}

describe('collations', () => {
  test('each provider is written in its own words', async () => {
    const code = await codeOf(
      '',
      `create collation german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
       create collation plain (provider = libc, locale = 'C'); comment on collation plain is 'bytes'`,
    )
    expect(
      code,
    ).toBe(`await sql\`create collation german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false)\`.execute(db)
await sql\`create collation plain (provider = libc, locale = 'C')\`.execute(db)
await sql\`comment on collation plain is 'bytes'\`.execute(db)`)
  })

  test('a column comes after its collation', async () => {
    const code = await codeOf(
      '',
      `create collation c (provider = icu, locale = 'de'); create table t (a text collate c); create domain d as text collate c`,
    )
    expect(code.indexOf('create collation')).toBeLessThan(code.indexOf('createTable'))
  })
})

describe('a collation that changes', () => {
  test('is made anew, and what uses it goes along', async () => {
    const users = `create table t (a text collate c default 'x', b text[] collate c); create index on t (a); create index on t (b) where a > 'b';
      create view v as select a from t; create domain d as text collate c; create type p as (q text collate c);
      create table u (d d, p p); create type r as range (subtype = text, collation = c)`
    const code = await codeOf(
      `create collation c (provider = icu, locale = 'de'); ${users}; insert into t values ('a', '{b}'); insert into u values ('a', row('b'))`,
      `create collation c (provider = icu, locale = 'sv'); ${users}`,
    )
    expect(code).toContain("alterColumn('a', (c) => c.setDataType(sql`text collate c`))")
  })
})

describe('extended statistics', () => {
  const table = 'create table t (a int, b int, c text)'

  test('they are written with the measures that are not all', async () => {
    const code = await codeOf(
      table,
      `${table}; create statistics s1 (ndistinct, mcv) on a, b from t; create statistics s2 on a, lower(c) from t;
       create statistics s3 on (a + b) from t; alter statistics s2 set statistics 50; comment on statistics s1 is 'why'`,
    )
    expect(code).toBe(`await sql\`create statistics s1 (ndistinct, mcv) on a, b from t\`.execute(db)
await sql\`comment on statistics s1 is 'why'\`.execute(db)
await sql\`create statistics s2 on a, lower(c) from t\`.execute(db)
await sql\`alter statistics s2 set statistics 50\`.execute(db)
await sql\`create statistics s3 on (a + b) from t\`.execute(db)`)
  })

  test('they go away with their table and their columns', async () => {
    const code = await codeOf(
      `${table}; create statistics s on a, b from t`,
      'create table t (a int, c text)',
    )
    expect(code).not.toContain('drop statistics')
  })
})

describe('text search', () => {
  test('a configuration is written with its mappings, token types that are looked up alike together', async () => {
    const code = await codeOf(
      '',
      `create text search dictionary words (template = pg_catalog.simple, stopwords = english, accept = false);
       create text search configuration mine (parser = default);
       alter text search configuration mine add mapping for asciiword, word with words, english_stem;
       alter text search configuration mine add mapping for int with simple;
       comment on text search configuration mine is 'search'`,
    )
    expect(
      code,
    ).toBe(`await sql\`create text search dictionary words (template = simple, stopwords = 'english', accept = 'false')\`.execute(db)
await sql\`create text search configuration mine (parser = "default")\`.execute(db)
await sql\`
  alter text search configuration mine
    add mapping for asciiword, word
    with words, english_stem
\`.execute(db)
await sql\`alter text search configuration mine add mapping for "int" with simple\`.execute(db)
await sql\`comment on text search configuration mine is 'search'\`.execute(db)`)
  })

  test('mappings and options are altered in place', async () => {
    const code = await codeOf(
      `create text search dictionary d (template = simple, stopwords = english);
       create text search configuration c (parser = default);
       alter text search configuration c add mapping for word, asciiword with d;
       alter text search configuration c add mapping for email with simple`,
      `create text search dictionary d (template = simple, accept = false);
       create text search configuration c (parser = default);
       alter text search configuration c add mapping for word with d, simple;
       alter text search configuration c add mapping for asciiword, host with d`,
    )
    expect(code).toBe(`await sql\`alter text search dictionary d (stopwords, accept = 'false')\`.execute(db)
await sql\`alter text search configuration c drop mapping for email\`.execute(db)
await sql\`alter text search configuration c alter mapping for word with d, simple\`.execute(db)
await sql\`alter text search configuration c add mapping for host with d\`.execute(db)`)
  })

  test('templates and parsers are written with their functions', async () => {
    const code = await codeOf(
      '',
      `create text search template t (lexize = dsimple_lexize, init = dsimple_init);
       create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
       create text search configuration c (parser = p)`,
    )
    expect(code).toContain('create text search template t (init = dsimple_init, lexize = dsimple_lexize)')
    expect(code).toContain(
      'create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)',
    )
  })
})

describe('casts', () => {
  test.each([
    ['with function f(p) as assignment', 'with function f(p) as assignment'],
    ['with inout as implicit', 'with inout as implicit'],
  ])('a cast %s', async (declared, written) => {
    const code = await codeOf(
      '',
      `create type p as (a int); create function f(p) returns text language sql immutable as $$ select 'x' $$;
       create cast (p as text) ${declared}; comment on cast (p as text) is 'why'`,
    )
    expect(code).toContain(`create cast (p as text) ${written}\``)
    expect(code).toContain("comment on cast (p as text) is 'why'")
  })

  test('the cast that a range type brings is no object', async () => {
    expect(await codeOf('', 'create type span as range (subtype = int)')).not.toContain('cast')
  })
})

describe('operators', () => {
  const functions = `create function eq(point, point) returns bool language sql immutable as $$ select $1 <-> $2 = 0 $$;
    create function ne(point, point) returns bool language sql immutable as $$ select $1 <-> $2 <> 0 $$`

  test('an operator is written with its partners, whichever comes first', async () => {
    const code = await codeOf(
      functions,
      `${functions};
       create operator === (function = eq, leftarg = point, rightarg = point, commutator = ===, negator = !==, restrict = eqsel, join = eqjoinsel, hashes, merges);
       create operator !== (function = ne, leftarg = point, rightarg = point, negator = ===);
       comment on operator === (point, point) is 'the same'`,
    )
    expect(code).toContain(`await sql\`
  create operator public.=== (
    function = eq,
    leftarg = point,
    rightarg = point,
    commutator = operator(public.===),
    negator = operator(public.!==),
    restrict = eqsel,
    join = eqjoinsel,
    hashes,
    merges
  )
\`.execute(db)`)
    expect(code).toContain("comment on operator public.=== (point, point) is 'the same'")
  })

  test('selectivity is altered in place', async () => {
    const operator = (rest: string): string =>
      `${functions}; create operator === (function = eq, leftarg = point, rightarg = point ${rest})`
    expect(await codeOf(operator(', restrict = eqsel'), operator(', join = eqjoinsel'))).toBe(
      'await sql`alter operator public.=== (point, point) set (restrict = none, join = eqjoinsel)`.execute(db)',
    )
  })

  test('an operator that PostgreSQL has too is told from its', async () => {
    await roundTrip(
      '',
      'create function c(int, int) returns int language sql as $$ select 1 $$; create operator > (function = c, leftarg = int, rightarg = int)',
    )
  })

  test('classes and families are written with their operators and functions', async () => {
    const code = await codeOf(
      '',
      `create function cmp(int, int) returns int language sql immutable as $$ select $1 - $2 $$;
       create operator family f using btree;
       alter operator family f using btree add operator 1 < (int4, int8), function 1 (int4, int8) btint48cmp(int4, int8);
       create operator class c for type int using btree family f as operator 1 <, operator 3 =, function 1 cmp(int, int);
       create table t (a int); create index i on t (a c); comment on operator class c using btree is 'mine'`,
    )
    expect(code).toContain(`alter operator family f using btree add
    operator 1 <(integer,bigint),
    function 1 (integer, bigint) btint48cmp(integer,bigint)`)
    expect(code).toContain(`create operator class c for type integer using btree family f as
    operator 1 <(integer,integer),
    operator 3 =(integer,integer),
    function 1 (integer, integer) cmp(integer,integer)`)
    expect(code.indexOf('create operator class')).toBeLessThan(code.indexOf("createIndex('i')"))
  })

  test('a family loses and gains entries in place', async () => {
    const family = (entries: string): string =>
      `create operator family f using btree; alter operator family f using btree add ${entries}`
    const code = await codeOf(
      family('operator 1 < (int4, int8), function 1 (int4, int8) btint48cmp(int4, int8)'),
      family('operator 1 < (int4, int8), operator 5 > (int4, int8)'),
    )
    expect(code).toContain('alter operator family f using btree drop function 1 (integer, bigint)')
    expect(code).toContain('operator 5 >(integer,bigint)')
  })
})
