import { expect, test } from 'vitest'
import { locksNewAlone } from '../../src/sql/locks-new.ts'

const judged = (...statements: string[]) => locksNewAlone(statements, new Set(['mine']))

test.for([
  ['create table "t" ("id" integer)'],
  ['create table t (id int, t_id int references t, mine_id int references "mine" ("id"))'],
  ['create table t (id int)', 'create unique index i on t (id)', 'alter table "t" add column "x" text'],
  ['create index i on only mine (id)'],
  ['create schema s', "create type e as enum ('a')", 'create domain d as text', 'create view v as select 1'],
  ['create sequence s'],
  ['drop table "t"', 'drop view v', 'drop type e'],
  ["comment on table t is 'x'"],
])('%j locks nothing that was there', (statements) => {
  expect(judged(...statements)).toBe(true)
})

test.for([
  ['alter table t add column x int'],
  ['create index i on t (id)'],
  ['create table t (id int)', 'create index i on other (id)'],
  ['create table if not exists t (id int)', 'create index i on t (id)'],
  ['create table t (id int references other)'],
  ['alter table mine add constraint k foreign key (id) references other'],
  ['create table t partition of mine default'],
  ['create table t (id int) inherits (mine)'],
  ['create sequence s owned by mine.id'],
  ['create or replace view v as select 1'],
  ['drop table t cascade'],
  ['drop index i'],
  ['drop schema s'],
  ['alter domain d add check (value > 0)'],
])('%j may lock what was there', (statements) => {
  expect(judged(...statements)).toBe(false)
})

test('what one call makes is known in the next', () => {
  const made = new Set<string>()
  expect(locksNewAlone(['create table t (id int)'], made)).toBe(true)
  expect(locksNewAlone(['create index i on t (id)'], made)).toBe(true)
})
