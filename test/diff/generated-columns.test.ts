/** Generated columns that PostgreSQL does not alter in place: they are made anew, and what was computed goes only where that is said. */
import { expect, inject, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'

const version = inject('serverVersion')
const f = `create function f(int) returns int immutable language sql as 'select 1'`
const generated = `create table t (a int, b int generated always as (f(a)) stored)`
const gone = 'column t.b is made anew without the values that were computed for it'

test('a generated column that calls a function gets another type on every version', async () => {
  const { losses } = await roundTrip(
    `${f}; ${generated}`,
    `${f}; create table t (a int, b bigint generated always as (f(a)) stored)`,
  )
  expect(losses).toEqual([])
})

test('a generated column becomes plain, with its values, when its function goes; before PostgreSQL 15 the loss of them is said', async () => {
  const { losses } = await roundTrip(`${f}; ${generated}`, 'create table t (a int, b int)')
  expect(losses).toEqual(version < 150000 ? [gone] : [])
})

test.skipIf(version < 180000)(
  'a virtual column that becomes plain has no values, and that is said',
  async () => {
    const { losses } = await roundTrip(
      'create table t (a int, b int generated always as (a + 1) virtual)',
      'create table t (a int, b int)',
    )
    expect(losses).toEqual([gone])
  },
)
