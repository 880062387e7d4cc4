/** What is read of types, text search and foreign objects, and what is not. */
import { expect, test } from 'vitest'
import { catalogOf, differencesBetween, roundTrip } from '../support/schemas.ts'

const spellings: readonly (readonly [string, string, string])[] = [
  [
    'a domain and its canonical form',
    `create domain d varchar(5) check (value <> 'a') default 'a'`,
    `create domain d as character varying(5) default 'a'::varchar constraint d_check check (value::text <> 'a'::text)`,
  ],
  [
    'a range type and the names that PostgreSQL gives it',
    'create type span as range (subtype = int4)',
    'create type span as range (subtype = integer, subtype_opclass = int4_ops, multirange_type_name = span_multirange)',
  ],
  [
    'all measures of statistics and none',
    'create table t (a int, b int); create statistics s on a, b from t',
    'create table t (a int, b int); create statistics s (mcv, dependencies, ndistinct) on a, b from t',
  ],
  [
    'the order in which mappings were added',
    'create text search configuration c (parser = default); alter text search configuration c add mapping for word, int with simple',
    'create text search configuration c (parser = pg_catalog.default); alter text search configuration c add mapping for int with simple; alter text search configuration c add mapping for word with simple',
  ],
  [
    'an operator class and its family, named or not',
    'create operator class c for type int using btree as operator 1 <, function 1 btint4cmp(int, int)',
    'create operator family c using btree; create operator class c for type int using btree family c as operator 1 <, function 1 btint4cmp(int, int)',
  ],
]

test.each(spellings)('%s', async (_name, before, after) => {
  expect(await differencesBetween(before, after)).toEqual([])
})

test('a catalog never holds the password of a user mapping', async () => {
  const catalog = await catalogOf(
    `create foreign data wrapper w; create server s foreign data wrapper w;
     create user mapping for public server s options ("user" 'u', password 'hush', "sslPassword" 'hush')`,
  )
  expect(catalog.objects.get('user mapping:s.public')).toMatchObject({
    options: ['user=u'],
    hidden: ['password', 'sslPassword'],
  })
  expect(JSON.stringify([...catalog.objects.values()])).not.toContain('hush')
})

test('what an extension owns is no object', async () => {
  const catalog = await catalogOf('create extension postgres_fdw')
  expect([...catalog.objects.keys()].filter((identity) => !identity.startsWith('schema:'))).toEqual([
    'extension:postgres_fdw',
  ])
})

test('a column of a foreign table belongs to the foreign table', async () => {
  const catalog = await catalogOf(
    `create foreign data wrapper w; create server s foreign data wrapper w; create foreign table f (a int) server s`,
  )
  expect(catalog.objects.get('column:public.f.a')?.parent).toBe('foreign table:public.f')
  expect([...(catalog.dependencies.get('foreign table:public.f') ?? [])]).toContain('server:s')
})

test('a list of varchars is written as it parses back to itself', async () => {
  const { up } = await roundTrip(
    '',
    `create table t (a varchar(5) check (a in ('it''s', 'b')), b varchar, check (b not in ('x') and b <> 'y'));
     create index i on t (a) where b in ('a', 'b'); create view v as select a from t where b in ('a', 'b');
     create domain d as varchar(5) check (value in ('a', 'b'))`,
  )
  expect(up).toContain(
    "CHECK (((VALUE)::text = ANY (ARRAY['a'::character varying, 'b'::character varying])))",
  )
})
