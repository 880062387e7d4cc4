/** Columns that hold rows of a table or view, which PostgreSQL then does not rewrite or drop. */
import { describe, expect, test } from 'vitest'
import { testPairs } from '../support/pairs.ts'
import { catalogOf, plan } from '../support/schemas.ts'

const held = 'create table a (x int); create table t (id int, r a[])'

describe('a table whose rows a column holds', () => {
  testPairs({
    'gets and loses a column without a default': [
      held,
      'create table a (x int, y text); create table t (id int, r a[])',
    ],
    'is converted when the column is gone, and before it comes': [
      held,
      'create table a (x bigint); create table t (id int)',
    ],
    'is converted when the table of the column is gone, and before it comes': [
      held,
      'create table a (x bigint)',
    ],
    'is converted when the column is of another type, and before it is of that': [
      'create table a (x int); create table t (id int, r a)',
      'create table a (x bigint); create table t (id int, r text)',
    ],
  })
})

test.each([
  ['a table that would be converted', held, 'create table a (x bigint); create table t (id int, r a[])'],
  [
    'a table that would get a column with a default',
    held,
    'create table a (x int, y int default 3); create table t (id int, r a[])',
  ],
  [
    'a table within a composite type',
    'create table a (x int); create type c as (a a); create table t (id int, r c)',
    'create table a (x bigint); create type c as (a a); create table t (id int, r c)',
  ],
])('%s while a column holds its rows is refused', async (_name, before, after) => {
  const sides = { live: await catalogOf(before), target: await catalogOf(after) }
  expect(() => plan(sides)).toThrow(
    'PostgreSQL rewrites no table whose rows a column holds, as t.r does those of a: give t.r another type in one revision, and its own again in one after this change.',
  )
})

test('a view that would be made again while a column holds its rows is refused', async () => {
  const view = (type: string): string =>
    `create table u (x ${type}); create view v as select x from u; create table t (r v)`
  const sides = { live: await catalogOf(view('int')), target: await catalogOf(view('bigint')) }
  expect(() => plan(sides)).toThrow('PostgreSQL drops and makes again no view whose rows a column holds')
})
