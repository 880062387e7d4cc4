/** Extensions, foreign-data wrappers, servers, publications: what belongs to a database as a whole. */
import { describe } from 'vitest'
import { testPairs } from '../support/pairs.ts'

const s = 'create foreign data wrapper w; create server s foreign data wrapper w'

describe('foreign-data wrappers and servers', () => {
  testPairs({
    'functions and options of a wrapper': [
      `create foreign data wrapper w options (a '1'); comment on foreign data wrapper w is 'one'`,
      `create foreign data wrapper w validator postgresql_fdw_validator; comment on foreign data wrapper w is 'two'`,
    ],
    'type and version of a server, with what stands on it': [
      `create foreign data wrapper w; create server s type 'a' version '1' foreign data wrapper w options (a 'x'); create foreign table f (a int) server s; create user mapping for public server s; create view v as select a from f; comment on server s is 'one'`,
      `create foreign data wrapper w; create server s type 'b' foreign data wrapper w options (b 'y'); create foreign table f (a int) server s; create user mapping for public server s options (z '1'); create view v as select a from f; comment on server s is 'two'`,
    ],
    'another wrapper': [
      `${s}; create foreign data wrapper x; create foreign table f (a int) server s`,
      `create foreign data wrapper w; create foreign data wrapper x; create server s foreign data wrapper x; create foreign table f (a int) server s`,
    ],
    'foreign tables': [
      `${s}; create foreign table f (a int options (x '1') not null, b text default 'q', constraint c check (a > 0)) server s options (t '1'); comment on foreign table f is 'one'; comment on column f.a is 'a'`,
      `${s}; create foreign table f (a bigint options (y '2'), c date) server s options (t '2', u '3'); alter foreign table f alter a set statistics 5; alter foreign table f alter a set (n_distinct = 4); comment on foreign table f is 'two'`,
    ],
    'foreign tables that inherit': [
      `${s}; create table p (a int); create foreign table f () inherits (p) server s`,
      `${s}; create table p (a int); create foreign table f (a int) server s`,
    ],
    'names that need quotes': [
      '',
      `create foreign data wrapper "W w" options ("A a" 'it''s \\'); create server "S s" foreign data wrapper "W w"; create user mapping for current_user server "S s" options ("User" 'x'); create schema "T t"; create foreign table "T t"."F f" ("A a" int options ("O o" 'v')) server "S s"`,
    ],
  })
})

describe('extensions', () => {
  const trgm = (version: string): string =>
    `create extension pg_trgm version '${version}'; create table t (a text); create index i on t using gin (a gin_trgm_ops); create view v as select similarity(a, 'x') as s from t`
  testPairs({
    'another version, there by an update and back by a new one': [trgm('1.3'), trgm('1.4')],
    'another schema': [
      'create schema s; create extension hstore; create table t (h hstore)',
      'create schema s; create extension hstore schema s; create table t (h s.hstore)',
    ],
    'a schema that it cannot leave': [
      'create schema s',
      'create schema s; create extension "uuid-ossp" schema s; create extension citext; create table t (id uuid default s.uuid_generate_v4(), c citext)',
    ],
    'one that goes with what stands on it': [
      'create extension citext; create table t (a citext, b int); create view v as select a from t',
      'create table t (a text, b int); create view v as select a from t',
    ],
    'functions that become those of an extension': [
      "create function cube_in(cstring) returns text language internal immutable as 'textin'; create function cube_dim(text) returns int language sql as 'select 1'; create type cube;",
      'create extension cube',
    ],
    'one that needs another': ['', 'create extension cube; create extension earthdistance'],
  })
})

describe('publications', () => {
  const t =
    'create schema x; create table a (id int primary key, b int, c text); create table b (id int primary key); create table x.c (id int primary key)'
  testPairs({
    'tables come and go': [
      `${t}; create publication p for table a, b; comment on publication p is 'one'`,
      `${t}; create publication p for table b, x.c; comment on publication p is 'two'`,
    ],
    'all tables': [`${t}; create publication p for table a`, `${t}; create publication p for all tables`],
    'nothing at all': [
      `${t}; create publication p`,
      `${t}; create publication p for table a with (publish = '')`,
    ],
    options: [
      `${t}; create publication p for table a with (publish = 'insert, truncate')`,
      `${t}; create publication p for table a with (publish = 'update', publish_via_partition_root)`,
    ],
    'partitioned tables': [
      `create table p (a int primary key) partition by list (a); create table p1 partition of p for values in (1)`,
      `create table p (a int primary key) partition by list (a); create table p1 partition of p for values in (1); create publication q for table p with (publish_via_partition_root); create publication r for table p1`,
    ],
  })
  testPairs(
    {
      'columns and filters': [
        `${t}; create publication p for table a (id, b), b where (id > 1)`,
        `${t}; create publication p for table a (id, c) where (id < 5 and id > 2), b`,
      ],
      'whole schemas': [
        `${t}; create publication p for tables in schema x`,
        `${t}; create publication p for tables in schema x, public; create publication q for table a, tables in schema x`,
      ],
      'a schema that comes or goes': [
        'create table a (id int primary key)',
        'create table a (id int primary key); create schema "Y y"; create publication "P p" for tables in schema "Y y"',
      ],
      'a column in the list that is dropped': [
        `${t}; create publication p for table a (id, b, c)`,
        `${t.replace(', c text', '')}; create publication p for table a (id, b)`,
      ],
      'a column in the list that is retyped': [
        `${t}; create publication p for table a (id, b)`,
        `${t.replace('b int', 'b bigint')}; create publication p for table a (id, b)`,
      ],
    },
    150_000,
  )
  testPairs(
    {
      'generated columns': [
        `${t}; create publication p for table a`,
        `${t}; create publication p for table a with (publish_generated_columns = stored)`,
      ],
    },
    180_000,
  )
})

describe('schemas', () => {
  testPairs({
    'public goes and comes': ['create schema a', 'drop schema public; create schema a'],
    'public with a comment of its own': [
      `comment on schema public is 'ours'`,
      `comment on schema public is null; create schema "S s"; comment on schema "S s" is 'new'`,
    ],
    'one that goes with all in it': [
      `create schema a; create type a.e as enum ('x'); create table a.t (e a.e); create function a.f() returns a.t language sql as 'select null::a.t'; create view a.v as select e from a.t; create table u (t a.t)`,
      'create table u (t int)',
    ],
  })
})

describe('sequences', () => {
  testPairs({
    'every option': [
      `create sequence q as int increment 2 minvalue 3 maxvalue 99 start 5 cache 4 cycle; comment on sequence q is 'one'`,
      `create sequence q as bigint increment -1 minvalue -50 maxvalue 60 start 7; comment on sequence q is 'two'`,
    ],
    'another type, in use': [
      `create sequence q as smallint; create table t (a int default nextval('q')); select nextval('q')`,
      `create sequence q as int start 10; create table t (a int default nextval('q'))`,
    ],
    'another owner': [
      'create table t (a int, b int); create table u (c int); create sequence q owned by t.a',
      'create table t (a int, b int); create table u (c int); create sequence q owned by u.c',
    ],
    'an owner that goes': [
      'create table t (a int, b int); create sequence q owned by t.a',
      'create table t (b int); create sequence q',
    ],
    'a serial that becomes plain': [
      'create table t (a serial, b bigserial, c smallserial)',
      'create table t (a int, b bigint not null, c smallint)',
    ],
    'a serial of another type': ['create table t (a serial)', 'create table t (a bigserial)'],
    'one sequence for two tables': [
      `create sequence q; create table t (a int default nextval('q')); create table u (a int default nextval('q'))`,
      `create table t (a serial); create table u (a int default nextval('t_a_seq'))`,
    ],
    'in a schema with quotes': [
      'create schema "S s"',
      `create schema "S s"; create sequence "S s"."Q q" start 5; create table "S s".t ("A a" int default nextval('"S s"."Q q"')); alter sequence "S s"."Q q" owned by "S s".t."A a"`,
    ],
  })
  testPairs({ unlogged: ['create sequence q', 'create unlogged sequence q'] }, 150_000)
})
