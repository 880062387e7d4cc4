import { expect, test } from 'vitest'
import { classifyStatement, createdExtension, createdRelation } from '../../src/schema/classify-statement.ts'

test.each([
  ['SET check_function_bodies = false', 'check_function_bodies'],
  ['set local search_path to app', 'search_path'],
  ['set session authorization bob', 'session authorization'],
  ['SET TIME ZONE utc', 'timezone'],
  ["set schema 'app'", 'search_path'],
  ['reset role', 'role'],
  ["SELECT pg_catalog.set_config('search_path', '', false)", 'search_path'],
])('%s is a setting', (sql, name) => {
  expect(classifyStatement(sql)).toMatchObject({ kind: 'setting', name })
})

test.each([
  ['create role bob', 'a role'],
  ['create /* x */ user bob', 'a role'],
  ['alter database shop set work_mem = 1', 'a database'],
  ['alter system set work_mem = 1', 'the settings of the whole server'],
  ['drop tablespace fast', 'a tablespace'],
  ['grant readers to bob', 'the membership of roles'],
  ['grant connect on database shop to bob', 'rights on a database, tablespace or server setting'],
  ['comment on role bob is null', 'a role or tablespace'],
])('%s is cluster-wide', (sql, what) => {
  expect(classifyStatement(sql)).toEqual({ kind: 'cluster-wide', what })
})

test.each([
  'grant select on t to bob',
  'grant select on " to " to bob',
  'create user mapping for bob server s',
  'create table role (id int)',
  'alter default privileges for role bob grant select on tables to public',
  "select set_config('search_path', '', true)",
])('%s is a declaration', (sql) => {
  expect(classifyStatement(sql).kind).toBe('declaration')
})

test.each([
  ['begin', 'transaction'],
  ['commit', 'transaction'],
  ['set constraints all deferred', 'transaction'],
  ['rollback', 'rollback'],
  ['savepoint a', 'rollback'],
  ["comment on database shop is 'x'", 'database comment'],
  ['reset all', 'reset all'],
])('%s is about: %s', (sql, kind) => {
  expect(classifyStatement(sql).kind).toBe(kind)
})

test('the name of a created extension is read with and without quotes', () => {
  expect(createdExtension('create extension citext with schema x')).toBe('citext')
  expect(createdExtension('CREATE EXTENSION IF NOT EXISTS "uuid-ossp"')).toBe('uuid-ossp')
  expect(createdExtension("comment on extension citext is 'x'")).toBeNull()
})

test('the name of a created relation is read without its schema', () => {
  expect(createdRelation('create unlogged table if not exists "a b".author (id int)')).toBe('author')
  expect(createdRelation('create materialized view "V" as select 1')).toBe('V')
  expect(createdRelation('create index i on t (a)')).toBeNull()
})
