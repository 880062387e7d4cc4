/** Two spellings of one schema are no difference. */
import { expect, test } from 'vitest'
import { differencesBetween } from '../support/schemas.ts'

const spellings: readonly (readonly [string, string, string])[] = [
  [
    'varchar and character varying',
    'create table t (a varchar(255))',
    'create table t (a character varying(255))',
  ],
  ['int and integer and int4', 'create table t (a int, b int4)', 'create table t (a integer, b integer)'],
  [
    'now() and CURRENT_TIMESTAMP in any case',
    'create table t (a timestamptz default NOW())',
    'create table t (a timestamp with time zone default now())',
  ],
  [
    'an in-list and its canonical form',
    `create table t (a text check (a in ('x', 'y')))`,
    `create table t (a text, constraint t_a_check check (a = any (array['x'::text, 'y'::text])))`,
  ],
  [
    'an unnamed constraint and the name that PostgreSQL gives it',
    'create table t (a int primary key, b int unique references t)',
    'create table t (a int, b int, constraint t_pkey primary key (a), constraint t_b_key unique (b), constraint t_b_fkey foreign key (b) references t (a))',
  ],
  [
    'a named primary key in the column and in the table',
    'create table t (a int constraint k primary key)',
    'create table t (a int not null, constraint k primary key (a))',
  ],
  [
    'serial and what it stands for',
    'create table t (id serial)',
    `create sequence t_id_seq as integer; create table t (id integer not null default nextval('t_id_seq')); alter sequence t_id_seq owned by t.id`,
  ],
  [
    'an expression with and without casts and parentheses',
    `create table t (a text); create index i on t ((lower(a))) where a <> ''`,
    `create table t (a text); create index i on t using btree (lower(a)) where ((a <> ''::text))`,
  ],
  [
    'a view with and without aliases',
    'create table t (a int, b int); create view v as select a, b from t where a > 1',
    'create table t (a int, b int); create view v as select t.a as a, t.b as b from public.t where (t.a > 1)',
  ],
  [
    'the order of statements',
    'create table a (id int primary key); create table b (a int references a)',
    'create table b (a int); create table a (id int primary key); alter table b add foreign key (a) references a',
  ],
  [
    'a column that was dropped long ago',
    'create table t (a int, gone int, b int); alter table t drop column gone',
    'create table t (a int, b int)',
  ],
  [
    'a boolean default spelt in two ways',
    `create table t (a boolean default 't')`,
    'create table t (a boolean default true)',
  ],
]

test.each(spellings)('no difference: %s', async (_, before, after) => {
  expect(await differencesBetween(before, after)).toEqual([])
})

test('what an extension owns is no part of a schema', async () => {
  const differences = await differencesBetween('create extension hstore', 'create extension hstore')
  expect(differences).toEqual([])
})

test('an extension is told as one change, without its functions and types', async () => {
  expect(await differencesBetween('', 'create extension hstore')).toEqual(['create extension hstore'])
})

test('a temporary table is no part of a schema', async () => {
  expect(await differencesBetween('', 'create temporary table t (a int)')).toEqual([])
})
