/** Tables of a composite type whose attributes change their order. */
import { expect, test } from 'vitest'
import { catalogOf, plan } from '../support/schemas.ts'

const table = (attributes: string): string => `create type c as (${attributes}); create table t of c`

test.each([
  ['come in another order', 'b text, a int'],
  ['get one before them', 'z int, a int, b text'],
])('attributes that %s are refused while a table is of the type', async (_name, attributes) => {
  const sides = { live: await catalogOf(table('a int, b text')), target: await catalogOf(table(attributes)) }
  expect(() => plan(sides)).toThrow(
    'The attributes of type c change their order, to which PostgreSQL brings no columns of a table, and table t is of the type: leave them in the order (a, b) and add new ones at the end, or make the table anew by hand.',
  )
})

test('a table that has left the type minds no order of its attributes', async () => {
  const sides = {
    live: await catalogOf(table('a int, b text')),
    target: await catalogOf('create type c as (b text, a int); create table t (a int, b text)'),
  }
  expect(() => plan(sides)).not.toThrow()
})
