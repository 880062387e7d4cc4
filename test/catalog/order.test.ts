/** The order in which objects are read: it decides the order of what is written, so it does not rest on where rows lie. */
import { expect, test } from 'vitest'
import { catalogOf } from '../support/schemas.ts'

const kinds = {
  table: 'create table NAME (a int)',
  view: 'create view NAME as select 1 as a',
  'materialized view': 'create materialized view NAME as select 1 as a',
  sequence: 'create sequence NAME',
  type: `create type NAME as enum ('a')`,
  schema: 'create schema NAME',
}

test.for(Object.entries(kinds))('of each %s, whatever was renamed since', async ([kind, create]) => {
  const made = ['one', 'two', 'three'].map((name) => create.replace('NAME', name)).join(';')
  const renamed = `alter ${kind} one rename to other; alter ${kind} other rename to one`
  const [before, after] = [await catalogOf(made), await catalogOf(`${made}; ${renamed}`)]
  const names = [...before.objects.values()].flatMap(({ parent, name }) => (parent === null ? [name] : []))
  expect(names.filter((name) => name !== 'public')).toEqual(['one', 'two', 'three'])
  expect([...after.objects.keys()]).toEqual([...before.objects.keys()])
})
