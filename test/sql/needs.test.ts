import { describe, expect, test } from 'vitest'
import { type Need, needsOf, nothingSeen } from '../../src/sql/needs.ts'

/** `own public.a (alter)`, `create in app (table)`, … */
function told(...revisions: (string | readonly string[])[]): string[] {
  const seen = nothingSeen()
  return revisions.flatMap((revision) =>
    needsOf(typeof revision === 'string' ? [revision] : revision, seen).map(textOf),
  )
}

function textOf(need: Need): string {
  if (need.kind === 'database') return 'create in the database'
  if (need.kind === 'schema') return `create in ${need.schema ?? 'the current schema'} (${need.what})`
  const { schema, name } = need.of
  return `own ${schema === null ? '' : `${schema}.`}${name} (${need.verb})`
}

describe('needs', () => {
  test.each<[string, string[]]>([
    ['create table a (id int)', ['create in the current schema (table)']],
    ['create unlogged table app.a (id int)', ['create in app (table)']],
    ['CREATE VIEW "App"."V ""x""" as select 1', ['create in App (view)']],
    ['create materialized view app.m as select 1', ['create in app (materialized view)']],
    [
      'create sequence app.s; create type app.t as enum (); create domain app.d as int',
      [...['create in app (sequence)', 'create in app (type)', 'create in app (domain)']],
    ],
    ["create function app.f() returns int language sql as 'select 1'", ['create in app (function)']],
    ['create schema app', ['create in the database']],
    ['alter table only app.a add column b int', ['own app.a (alter)']],
    ['alter table if exists a rename to b', ['own a (alter)']],
    ['alter materialized view m rename to n', ['own m (alter)']],
    ['drop table if exists a, app."B" cascade', ['own a (drop)', 'own app.B (drop)']],
    ['drop index concurrently if exists app.i', ['own app.i (drop)']],
    ['create unique index concurrently i on only app.a (id)', ['own app.a (index)']],
    ['create index on a using gin (b)', ['own a (index)']],
    ['/* a */ alter -- b\n table a add b int', ['own a (alter)']],
  ])('%s', (sql, expected) => {
    expect(told(sql)).toEqual(expected)
  })

  test.each([
    'create table if not exists a (id int)',
    'create or replace view v as select 1',
    "create or replace function f() returns int language sql as 'select 1'",
    'create temp table a (id int)',
    'create temporary table a (id int)',
    'create trigger t before insert on a execute function f()',
    "comment on table a is 'b'",
    'insert into a values (1)',
    'set local lock_timeout to 0',
    'alter type t add value 1',
    'savepoint s',
  ])('nothing certain: %s', (sql) => {
    expect(told(sql)).toEqual([])
  })

  test('what a plan makes itself is its own', () => {
    expect(
      told(
        'create schema app; create table app.a (id int); create table b (id int)',
        'alter table app.a add c int; create index on b (id); drop table app.a',
      ),
    ).toEqual(['create in the database'])
    expect(told('create table a (id int)', 'alter table a add b int')).toEqual([
      'create in the current schema (table)',
    ])
  })

  test.each([
    'grant app_owner to deploy',
    'do $$ begin end $$',
    'select give_rights()',
    'call give_rights()',
    'alter table a owner to b',
    'alter schema app rename to other',
    'alter default privileges grant select on tables to b',
    'reassign owned by a to b',
    'create extension citext',
    'with x as (select 1) insert into a select * from x',
    'truncate a',
  ])('after %s, nothing is known any more', (sql) => {
    expect(told(sql, 'alter table b add c int')).toEqual([])
    expect(told(['alter table z add c int', sql])).toEqual(['own z (alter)'])
  })

  test.each([
    ...['set role app_owner', 'set local role app_owner', "set search_path to ''", 'reset all'],
    // What follows may depend on how many rows there were.
    ...['insert into a values (1)', 'update a set id = 1', 'delete from a'],
  ])('after %s, nothing is known of the rest of the revision', (sql) => {
    expect(told([sql, 'alter table a add c int'], 'alter table b add c int')).toEqual(['own b (alter)'])
  })
})
