/** Values of composite types and domains that are made anew: attributes keep their names, whatever their places. */
import { describe, expect, test } from 'vitest'
import { testPairs } from '../support/pairs.ts'
import { migrate, roundTrip } from '../support/schemas.ts'

const pair = `insert into t values (1, row(1, 2), array[row(3, 4)::c, null, row(null, null)::c]), (2, null, null),
  (3, row(null, null), '[0:1]={"(1,2)","(3,4)"}'), (4, row(5, 6), '{{"(1,2)"},{"(3,4)"}}')`

describe('values follow the names of attributes', () => {
  test.each([
    ['a composite value', 'select (x).a, (x).b from t where id = 1', { a: 1, b: 2 }],
    ['an array of them', 'select (y[1]).a, (y[1]).b from t where id = 1', { a: 3, b: 4 }],
    ['an array with bounds of its own', 'select (y[0]).a, (y[0]).b from t where id = 3', { a: 1, b: 2 }],
    ['an array of arrays', 'select (y[2][1]).a, (y[2][1]).b from t where id = 4', { a: 3, b: 4 }],
    [
      'null, which is no row of nulls',
      `select x::text as a, y::text as b from t where id = 2`,
      { a: null, b: null },
    ],
    [
      'a row of nulls, which is not null',
      'select x::text as a, y[3]::text as b from t where id in (1, 3) order by id desc limit 1',
      { a: '(,)', b: null },
    ],
  ])('%s', async (_name, query, found) => {
    const table = 'create table t (id int, x c, y c[])'
    const rows = await migrate(
      `create type c as (a int, b int); ${table}`,
      pair,
      `create type c as (b int, a int); ${table}`,
      query,
    )
    expect(rows).toEqual([found])
  })

  test('within another composite type, and within a domain', async () => {
    const users = `create type o as (i c, j c[], k text); create domain d as c;
      create table t (x o, y o[], z d, w d[])`
    const rows = await migrate(
      `create type c as (a int, b int); ${users}`,
      `insert into t values (row(row(1, 2), array[row(3, 4)::c], 'k'), array[row(row(1, 2), null, 'k')::o], row(5, 6),
        array[row(7, 8)::c]::d[])`,
      `create type c as (b int, a int); ${users}`,
      'select ((x).i).a as x, ((x).j)[1].a as j, ((y[1]).i).a as y, (z).a as z, (w[1]).a as w from t',
    )
    expect(rows).toEqual([{ x: 1, j: 3, y: 1, z: 5, w: 7 }])
  })
})

test('within a range and a multirange', async () => {
  const users = 'create type r as range (subtype = c); create table t (x r, y r[], m r_multirange)'
  const rows = await migrate(
    `create type c as (a int, b int); ${users}`,
    `insert into t values (r(row(1, 2)::c, row(3, 4)::c, '[]'), array['empty', r(null, row(3, 4)::c)]::r[],
      r_multirange(r(row(1, 2)::c, row(3, 4)::c)))`,
    `create type c as (b int, a int); ${users}`,
    'select (lower(x)).a as x, upper_inc(x) as inc, isempty(y[1]) as e, (upper(y[2])).a as y, (lower(m)).a as m from t',
  )
  expect(rows).toEqual([{ x: 1, inc: true, e: true, y: 3, m: 1 }])
})

const table = 'create table t (x c, y c[])'
const filled = `${table}; insert into t values (row(1, 'abc'), array[row(2, 'd')::c, null])`
testPairs({
  'attributes change places': [
    `create type c as (a int, b text); ${filled}`,
    `create type c as (b text, a int); ${table}`,
  ],
  'an attribute comes first': [
    `create type c as (a int, b text); ${filled}`,
    `create type c as (z date, a int, b text); ${table}`,
  ],
  'attributes get wider': [
    `create type c as (a int, b varchar(3)); ${filled}`,
    `create type c as (a bigint, b varchar(9)); ${table}`,
  ],
  'attributes get narrower': [
    `create type c as (a int, b varchar(9)); ${filled}`,
    `create type c as (b varchar(3), a smallint); ${table}`,
  ],
  'an attribute becomes an array': [
    `create type c as (a int, b text); ${filled}`,
    `create type c as (a int, b text[]); ${table}`,
  ],
  "a domain's base type gets wider": [
    `create domain d as int check (value > 0); create table t (x d, y d[]); insert into t values (1, '{2}')`,
    'create domain d as bigint check (value > 0); create table t (x d, y d[])',
  ],
  "a domain's base type gets shorter": [
    `create domain d as varchar(9); create table t (x d, y d[]); insert into t values ('abc', '{d}')`,
    'create domain d as varchar(3); create table t (x d, y d[])',
  ],
  "a domain's base type is another": [
    `create domain d as boolean; create table t (x d, y d[]); insert into t values (true, '{t,f}')`,
    'create domain d as smallint; create table t (x d, y d[])',
  ],
})

describe('what does not fit is refused, not cut', () => {
  test.each([
    [
      'an attribute in another place',
      'type c as (a int, b varchar(9))',
      'type c as (b varchar(3), a int)',
      `row(1, 'abcdef')`,
    ],
    [
      'an attribute in its place',
      'type c as (a int, b varchar(9))',
      'type c as (a int, b varchar(3))',
      `row(1, 'abcdef')`,
    ],
    ['a domain', 'domain c as varchar(9)', 'domain c as varchar(3)', `'abcdef'`],
  ])('%s', async (_name, before, after, value) => {
    const moved = migrate(
      `create ${before}; create table t (x c)`,
      `insert into t values (${value})`,
      `create ${after}; create table t (x c)`,
      'select',
    )
    await expect(moved).rejects.toThrow('value too long for type character varying(3)')
  })
})

test('what attributes lose, and where they fail, is told', async () => {
  const { losses, risks } = await roundTrip(
    'create type c as (a numeric(10, 4), b timestamptz, c int); create table t (x c)',
    'create type c as (a numeric(10, 2), b date, c smallint); create table t (x c)',
  )
  expect(losses).toEqual([
    'type c, attribute a goes from numeric(10,4) to numeric(10,2): values are rounded; c, attribute b goes from timestamp with time zone to date: the time of day goes',
  ])
  expect(risks).toEqual([
    'type c, attribute c goes from integer to smallint: it fails while a value is out of the range of the new type',
  ])
})

test.each([
  ['int', 'bigint', [], []],
  [
    'numeric(10, 4)',
    'numeric(12, 2)',
    ['domain d goes from numeric(10,4) to numeric(12,2): values are rounded'],
    [],
  ],
  [
    'text',
    'varchar(5)',
    [],
    ['domain d goes from text to character varying(5): it fails while a value is longer than 5'],
  ],
])('a domain over %s that goes to %s', async (from, to, losses, risks) => {
  const said = await roundTrip(
    `create domain d as ${from}; create table t (x d)`,
    `create domain d as ${to}; create table t (x d)`,
  )
  expect({ losses: said.losses, risks: said.risks }).toEqual({ losses, risks })
})
