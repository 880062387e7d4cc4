/** Generated types are as a formatter leaves them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { databaseTypes } from '../../src/types/database-types.ts'
import {
  docComment,
  literal,
  property,
  propertyKey,
  type TypeText,
  typeAlias,
} from '../../src/types/layout.ts'
import { catalogOf } from '../support/schemas.ts'
import { formatted } from './formatted.ts'

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'C', '_'), minLength: 1, maxLength: 63 })
const name = word.map((text) => `T${text}`)
const members = fc.array(
  fc.tuple(name, fc.constantFrom('', '[]')).map((parts) => parts.join('')),
  { minLength: 1, maxLength: 4 },
)
const type: fc.Arbitrary<TypeText> = fc.oneof(
  members.map((one) => ({ members: one })),
  fc.record({ name: fc.constant('Generated'), args: fc.tuple(members) }),
  fc.record({ name: fc.constant('ColumnType'), args: fc.tuple(members, members, members) }),
)
const letters = fc.string({
  unit: fc.constantFrom('ü', 'ß', '名', 'ﾞ', '·', 'a\u0301', '１', '1', '_', '$', '-'),
  minLength: 1,
  maxLength: 4,
})
// Beyond the basic plane formatters disagree, and quotes are always right.
const key = fc.oneof(word, fc.string({ minLength: 1, maxLength: 63 }), letters)
const labels = fc.array(fc.string({ minLength: 1, maxLength: 63 }).map(literal), { maxLength: 6 })

test('every property and union is as a formatter leaves it, however long the names', async () => {
  const properties = fc.sample(fc.tuple(key, type), { numRuns: 400, seed: 6 })
  const unions = fc.sample(labels, { numRuns: 200, seed: 6 })
  const text = [
    ...unions.map((one, i) => typeAlias(`Union${i}`, one)),
    ...properties.map(([name, of], i) => `export interface I${i} {\n${property(name, of)}\n}`),
  ]
  const whole = `${text.join('\n\n')}\n`
  expect((await formatted(whole)).split('\n\n')).toEqual(whole.split('\n\n'))
})

test('a whole file is as a formatter leaves it', async () => {
  const catalog = await catalogOf(`
    create type "state of an order that has a long name" as enum ('a', 'it''s', 'and "quotes"', 'back\\slash', E'line\\nbreak');
    create table orders (id bigint generated always as identity primary key, "state" "state of an order that has a long name"[] not null default '{}',
      at timestamptz not null default now(), "a column whose name is quite long, so that its type needs lines" numeric[], j jsonb, i interval, p point, c circle, b bytea);
    comment on table orders is E'One line.\\n\\nAnother, with */ in it.';
    comment on column orders.at is 'when';
    create view v as select id, state, at from orders;
    create table nothing ();`)
  const { text } = databaseTypes({ catalog, name: 'target' })
  expect(await formatted(text)).toBe(text)
})

test('a key has quotes only where it must, or where compilers disagree', () => {
  const keys = ['ünï', '名', '_1', '1a', 'a b', 'a-b', '𝒳', 'constructor']
  expect(keys.map(propertyKey)).toEqual(['ünï', '名', '_1', "'1a'", "'a b'", "'a-b'", "'𝒳'", 'constructor'])
})

test('a comment stays one, whatever is in it', () => {
  expect(docComment('a */ b')).toBe('/** a *\\/ b */\n')
  expect(docComment(' first\r\n\r\nthird  \n', '  ')).toBe('  /**\n   * first\n   *\n   * third\n   */\n')
  expect(docComment(' \n ')).toBe('')
})
