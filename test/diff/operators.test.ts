/** Casts, operators and their classes, collations, text search, conversions, languages: every transition. */
import { describe } from 'vitest'
import { testPairs } from '../support/pairs.ts'

const eq = `create function eq(int, text) returns boolean language sql immutable as 'select $1::text = $2'; create function qe(text, int) returns boolean language sql immutable as 'select $1 = $2::text';
  create function ne(int, text) returns boolean language sql immutable as 'select $1::text <> $2'`

describe('casts', () => {
  const type = `create type c as (a int); create function to_int(c) returns int language sql immutable as 'select ($1).a'; create function to_int(c, int, boolean) returns int language sql immutable as 'select 1'`
  testPairs({
    'another context, function and comment': [
      `${type}; create cast (c as int) with function to_int(c); comment on cast (c as int) is 'one'`,
      `${type}; create cast (c as int) with function to_int(c, int, boolean) as assignment; comment on cast (c as int) is 'two'`,
    ],
    'by way of text': [
      `${type}; create cast (c as text) with inout as assignment`,
      `${type}; create cast (c as int) with function to_int(c) as implicit`,
    ],
    'a cast that a view uses': [
      `${type}; create cast (c as int) with function to_int(c); create table t (c c); create view v as select c::int as i from t; create index on t ((c::int))`,
      `${type}; create cast (c as int) with function to_int(c, int, boolean); create table t (c c); create view v as select c::int as i from t; create index on t ((c::int))`,
    ],
    'between enums': [
      `create type e as enum ('a'); create type g as enum ('a'); create function eg(e) returns g language sql immutable as $$ select $1::text::g $$`,
      `create type e as enum ('a'); create type g as enum ('a'); create function eg(e) returns g language sql immutable as $$ select $1::text::g $$; create cast (e as g) with function eg(e) as implicit; create table t (e e, g g default 'a'::e)`,
    ],
  })
})

describe('operators', () => {
  testPairs({
    'commutator and negator that come together': [
      eq,
      `${eq}; create operator === (function = eq, leftarg = int, rightarg = text, commutator = ===, negator = !==, restrict = eqsel, join = eqjoinsel, hashes, merges); create operator === (function = qe, leftarg = text, rightarg = int, commutator = ===); create operator !== (function = ne, leftarg = int, rightarg = text, negator = ===)`,
    ],
    'one of two goes': [
      `${eq}; create operator === (function = eq, leftarg = int, rightarg = text, commutator = ===); create operator === (function = qe, leftarg = text, rightarg = int, commutator = ===); comment on operator === (int, text) is 'x'`,
      `${eq}; create operator === (function = eq, leftarg = int, rightarg = text)`,
    ],
    'another function': [
      `${eq}; create operator === (function = eq, leftarg = int, rightarg = text, negator = !==); create operator !== (function = ne, leftarg = int, rightarg = text, negator = ===); create view v as select 1 === 'a' as x`,
      `${eq}; create operator === (function = ne, leftarg = int, rightarg = text, negator = !==); create operator !== (function = eq, leftarg = int, rightarg = text, negator = ===); create view v as select 1 === 'a' as x`,
    ],
    'estimators, in place': [
      `${eq}; create operator === (function = eq, leftarg = int, rightarg = text, restrict = eqsel)`,
      `${eq}; create operator === (function = eq, leftarg = int, rightarg = text, join = eqjoinsel); comment on operator === (int, text) is 'x'`,
    ],
    'hashing and merging': [
      `${eq}; create operator === (function = eq, leftarg = int, rightarg = text); create table t (a int, check (a === 'x'))`,
      `${eq}; create operator === (function = eq, leftarg = int, rightarg = text, hashes, merges); create table t (a int, check (a === 'x'))`,
    ],
    'prefix operators': [
      `create function neg(text) returns text language sql immutable as 'select reverse($1)'; create schema s`,
      `create function neg(text) returns text language sql immutable as 'select reverse($1)'; create schema s; create operator @@@ (function = neg, rightarg = text); create operator s.! (function = neg, rightarg = text); create view v as select operator(s.!) 'a'::text as x, @@@ 'b'::text as y`,
    ],
    'a function that is made again below': [
      `create function f(a int, b int) returns boolean language sql immutable as 'select $1 < $2'; create operator <<< (function = f, leftarg = int, rightarg = int); create table t (a int, exclude (a with =) where (a <<< 3))`,
      `create function f(x int, y int) returns boolean language sql immutable as 'select $1 < $2'; create operator <<< (function = f, leftarg = int, rightarg = int); create table t (a int, exclude (a with =) where (a <<< 3))`,
    ],
  })
})

describe('operator classes and families', () => {
  const cmp = `create function cmp(int, int) returns int language sql immutable as 'select btint4cmp($2, $1)'; create function hashed(int) returns int language sql immutable as 'select hashint4($1)'`
  const items =
    'operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 cmp(int, int)'
  testPairs({
    'come and go with the indexes on them': [
      cmp,
      `${cmp}; create operator class down for type int using btree as ${items}; create table t (a int); create index on t (a down); comment on operator class down using btree is 'x'; comment on operator family down using btree is 'y'`,
    ],
    'other items': [
      `${cmp}; create operator class h for type int using hash as operator 1 =, function 1 hashed(int); create table t (a int); create index on t using hash (a h)`,
      `${cmp}; create operator class h for type int using hash as operator 1 =, function 1 hashint4(int); create table t (a int); create index on t using hash (a h)`,
    ],
    'items of a family, in place': [
      `${cmp}; create operator family f using btree; alter operator family f using btree add operator 1 < (int4, int8), operator 3 = (int4, int8), function 1 (int4, int8) btint48cmp(int4, int8)`,
      `${cmp}; create operator family f using btree; alter operator family f using btree add operator 5 > (int4, int8), operator 3 = (int4, int8), function 1 (int8, int4) btint84cmp(int8, int4)`,
    ],
    'two classes of one family': [
      `${cmp}; create operator family f using btree; create operator class a for type int using btree family f as ${items}`,
      `${cmp}; create operator family f using btree; create operator class a for type int using btree family f as ${items}; create operator class b for type int8 using btree family f as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint8cmp(int8, int8)`,
    ],
    'storage and a default': [
      `create type pt as (x int); create function pt_cmp(pt, pt) returns int language sql immutable as 'select btint4cmp(($1).x, ($2).x)'`,
      `create type pt as (x int); create function pt_cmp(pt, pt) returns int language sql immutable as 'select btint4cmp(($1).x, ($2).x)'; create function pt_lt(pt, pt) returns boolean language sql immutable as 'select ($1).x < ($2).x';
       create operator << (function = pt_lt, leftarg = pt, rightarg = pt); create operator class pt_ops default for type pt using btree as operator 1 <<, function 1 pt_cmp(pt, pt); create operator class g for type tsquery using gist as operator 7 @>, storage int8`,
    ],
    'ordering operators': [
      '',
      `create operator family f using gist; alter operator family f using gist add operator 15 <-> (point, circle) for order by pg_catalog.float_ops; create schema s; create operator family s."F f" using hash`,
    ],
    'a function that is made again below': [
      `${cmp}; create operator class down for type int using btree as ${items}; create table t (a int); create index on t (a down)`,
      `${cmp.replace('cmp(int, int)', 'cmp(a int, b int)')}; create operator class down for type int using btree as ${items}; create table t (a int); create index on t (a down)`,
    ],
  })
})

describe('collations', () => {
  const users = `create table t (a text collate c default 'x', b text, l text[] collate c, primary key (a), check (a > 'b' collate c)); create index on t (b collate c); create index on t (lower(a)); create view v as select a, b collate c as b from t where a < 'z';
    create domain d as text collate c; create table u (d d); create type p as (a text collate c); create type r as range (subtype = text, collation = c); create function f(text) returns text language sql immutable as 'select $1 collate c'; create materialized view m as select a from t; insert into t values ('c', 'x')`
  testPairs({
    'another locale, with users of it': [
      `create collation c (locale = 'C'); ${users}`,
      `create collation c (locale = 'POSIX'); ${users}`,
    ],
    'icu, and not deterministic': [
      `create collation c (provider = icu, locale = 'de'); ${users}`,
      `create collation c (provider = icu, locale = 'en-u-ks-level2', deterministic = false); ${users.replace(`where a < 'z'`, '')}`,
    ],
    'lc_collate and lc_ctype': [
      `create collation c (lc_collate = 'C', lc_ctype = 'POSIX'); comment on collation c is 'one'`,
      `create collation c (lc_collate = 'POSIX', lc_ctype = 'C'); comment on collation c is 'two'`,
    ],
    'in another schema': [
      'create schema s',
      `create schema s; create collation s."C c" from "C"; create table t (a text collate s."C c")`,
    ],
    'names of PostgreSQL itself': [
      '',
      `create collation "de_DE" (provider = icu, locale = 'und'); create table t (a text collate public."de_DE")`,
    ],
  })
  testPairs(
    {
      rules: [
        `create collation c (provider = icu, locale = 'und'); create table t (a text collate c)`,
        `create collation c (provider = icu, locale = 'und', rules = '&a < g'); create table t (a text collate c)`,
      ],
    },
    160_000,
  )
  testPairs(
    {
      'built in': [
        `create collation c (provider = builtin, locale = 'C'); create table t (a text collate c)`,
        `create collation c (provider = builtin, locale = 'C.UTF-8'); create table t (a text collate c)`,
      ],
    },
    170_000,
  )
})

describe('text search', () => {
  const parser = `create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)`
  testPairs({
    'mappings of a configuration, in place': [
      `create text search configuration c (copy = english); comment on text search configuration c is 'one'`,
      `create text search configuration c (copy = english); alter text search configuration c drop mapping for url; alter text search configuration c alter mapping for asciiword with simple, english_stem; comment on text search configuration c is 'two'`,
    ],
    'another parser, below an index': [
      `${parser}; create text search configuration c (parser = default); alter text search configuration c add mapping for word with simple; create table t (a text); create index on t using gin (to_tsvector('c', a))`,
      `${parser}; create text search configuration c (parser = p); alter text search configuration c add mapping for word with simple; create table t (a text); create index on t using gin (to_tsvector('c', a))`,
    ],
    'options of a dictionary': [
      `create text search dictionary d (template = snowball, language = 'english', stopwords = english)`,
      `create text search dictionary d (template = snowball, language = 'german'); comment on text search dictionary d is 'x'`,
    ],
    'another template of one that is in use': [
      `create text search dictionary d (template = simple, accept = false); create text search configuration c (parser = default); alter text search configuration c add mapping for word with d, simple; create view v as select to_tsvector('c', 'x') as x`,
      `create text search dictionary d (template = snowball, language = english); create text search configuration c (parser = default); alter text search configuration c add mapping for word with d, simple; create view v as select to_tsvector('c', 'x') as x`,
    ],
    'parsers and templates': [
      `${parser}; comment on text search parser p is 'one'`,
      `${parser.replace('end = prsd_end', 'end = prsd_end, headline = prsd_headline')}; create text search template tt (init = dsimple_init, lexize = dsimple_lexize); comment on text search template tt is 'two'; create text search dictionary d (template = tt, stopwords = 'english')`,
    ],
    'a generated column': [
      `create text search configuration c (copy = simple); create table t (a text, v tsvector generated always as (to_tsvector('c', a)) stored); create index on t using gin (v)`,
      `${parser}; create text search configuration c (parser = p); create table t (a text, v tsvector generated always as (to_tsvector('c', a)) stored); create index on t using gin (v)`,
    ],
    'in another schema with quotes': [
      'create schema s',
      `create schema s; create text search dictionary s."D d" (template = simple, stopwords = 'english', accept = false); create text search configuration s."C c" (copy = english); alter text search configuration s."C c" alter mapping replace english_stem with s."D d"`,
    ],
  })
})

describe('conversions', () => {
  testPairs({
    'another function, a default, a comment': [
      `create conversion c for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8; comment on conversion c is 'one'`,
      `create default conversion c for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1; comment on conversion c is 'two'`,
    ],
    'in another schema': [
      'create schema s',
      `create schema s; create conversion s."C c" for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8`,
    ],
  })
})

describe('languages and transforms', () => {
  const language =
    'create language pl handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator'
  const functions = `create type h as (a int); create function from_h(internal) returns internal language internal immutable as 'array_agg_finalfn'; create function to_h(internal) returns h language internal immutable as 'array_in'`
  testPairs({
    'a language with functions in it': [
      `create function x() returns int language sql as 'select 1'`,
      `${language}; comment on language pl is 'x'; create function x() returns int language pl as 'begin return 1; end'`,
    ],
    'trusted, and without a validator': [
      `${language}; create function x() returns int language pl as 'begin return 1; end'; create view v as select x()`,
      `create trusted language pl handler plpgsql_call_handler; create function x() returns int language pl as 'begin return 1; end'; create view v as select x()`,
    ],
    'a transform': [
      `${functions}; ${language}`,
      `${functions}; ${language}; create transform for h language pl (from sql with function from_h(internal), to sql with function to_h(internal)); comment on transform for h language pl is 'x'; create function y(h) returns int transform for type h language pl as 'begin return 1; end'`,
    ],
    'one half of a transform': [
      `${functions}; ${language}; create transform for h language pl (from sql with function from_h(internal))`,
      `${functions}; ${language}; create transform for h language pl (to sql with function to_h(internal))`,
    ],
  })
})

describe('access methods', () => {
  testPairs({
    'of indexes': [
      '',
      `create access method idx type index handler bthandler; create operator class ops default for type int using idx as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int); comment on access method idx is 'x'`,
    ],
    'of tables': [
      'create table t (a int)',
      `create access method tab type table handler heap_tableam_handler; create table t (a int); create table u (a int) using tab; create materialized view m using tab as select 1 as a`,
    ],
    'another handler': [
      `create access method a type table handler heap_tableam_handler`,
      `create access method a type index handler bthandler`,
    ],
  })
})

describe('base types', () => {
  const io = (
    options = '',
  ): string => `create type b; create function b_in(cstring) returns b language internal immutable strict as 'int4in'; create function b_out(b) returns cstring language internal immutable strict as 'int4out';
    create function b_recv(internal) returns b language internal immutable strict as 'int4recv'; create function b_send(b) returns bytea language internal immutable strict as 'int4send';
    create type b (input = b_in, output = b_out, internallength = 4, passedbyvalue, alignment = int4${options})`
  testPairs({
    'a type, with its functions, operators and columns': [
      '',
      `${io()}; create table t (b b, l b[]); create function b_eq(b, b) returns boolean language internal immutable strict as 'int4eq'; create operator = (function = b_eq, leftarg = b, rightarg = b); create cast (b as int) without function; comment on type b is 'x'; create view v as select b from t where b = b; insert into t values ('1', '{2}')`,
    ],
    'functions that are set in place': [io(), io(', receive = b_recv, send = b_send')],
    'options of one': [
      io(),
      `${io(`, category = 'N', preferred = true, default = '5', delimiter = ';', collatable = false`)}`,
    ],
    'a shell': [`create type s`, `create type s; comment on type s is 'x'`],
    'a shell that becomes a type': [`create type b`, io()],
    'a range with a canonical function': [
      '',
      `create type r; create function canon(r) returns r language internal immutable strict as 'int4range_canonical'; create type r as range (subtype = int, canonical = canon); create table t (r r, m r_multirange); create function width(r) returns int language sql as 'select 1'; insert into t values ('[1,3]', '{}')`,
    ],
    'in another schema': [
      'create schema "S s"',
      `create schema "S s"; create type "S s"."B b"; create function "S s".b_in(cstring) returns "S s"."B b" language internal immutable strict as 'int4in';
       create function "S s".b_out("S s"."B b") returns cstring language internal immutable strict as 'int4out'; create type "S s"."B b" (input = "S s".b_in, output = "S s".b_out, like = int4); create table t (b "S s"."B b")`,
    ],
  })
})
