import { expect, test } from 'vitest'
import { isDefinition } from '../../src/sql/definition.ts'

test.each([
  'create table a (id int generated always as identity)',
  'create table if not exists "a" (x text default \'as;\')',
  'CREATE UNIQUE INDEX i ON a (id)',
  'create or replace view v as select 1',
  "create type mood as enum ('sad', 'ok')",
  'alter table a add column b int;',
  'drop table "a" cascade',
  "comment on column a.b is 'x -- y'",
])('%s only defines', (sql) => {
  expect(isDefinition(sql)).toBe(true)
})

test.each([
  ['reads', 'select 1'],
  ['writes rows', 'insert into a values (1)'],
  ['fills a table and counts the rows', 'create table b as select 1'],
  ['fills a table from a prepared statement', 'create table b (x) as execute p'],
  ['has rules of its own', 'create index concurrently i on a (id)'],
  ['may do anything', 'do $$ begin end $$'],
  ['is two statements', 'drop table a; drop table b'],
  ['ends in a comment, which would swallow what follows', 'drop table a -- b'],
  ['has a parameter', 'alter table a alter b set default $1'],
  ['does not end', "comment on table a is 'x"],
  ['closes what it has not opened', 'create table a (id int))'],
  ['ends the transaction', 'commit'],
  ['sees the message that it is sent in', 'alter table a add b text default (Current_Query())'],
  ['is nothing', ''],
])('a statement that %s is none', (_, sql) => {
  expect(isDefinition(sql)).toBe(false)
})
