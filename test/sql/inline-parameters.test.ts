import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inlineParameters, literalOf } from '../../src/sql/inline-parameters.ts'
import { tokensOf } from '../../src/sql/lexer.ts'

test.each([
  [7, '7'],
  [-1.5, '-1.5'],
  [Number.NaN, `'NaN'`],
  [10n, '10'],
  [true, 'true'],
  [null, 'null'],
  ["it's", `'it''s'`],
  ['a\\b', ` E'a\\\\b'`],
  [new Date(0), `'1970-01-01T00:00:00.000Z'`],
  [Buffer.from([1, 255]), `'\\x01ff'`],
  [[1, null, 'x'], `array[1, null, 'x']`],
  [[], `'{}'`],
])('the literal of %o', (value, literal) => {
  expect(literalOf(value)).toBe(literal)
})

test('an object has no literal', () => {
  expect(() => literalOf({ a: 1 })).toThrowError('a parameter (object) that has no SQL literal')
})

test('parameters in strings, names and comments stay', () => {
  expect(inlineParameters(`'$1' "$1" $$ $1 $$ a$1 /* $1 */ $1 $2 -- $1`, [1, 'b'])).toBe(
    `'$1' "$1" $$ $1 $$ a$1 /* $1 */ 1 'b' -- $1`,
  )
})

test('every text becomes exactly one string token', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("'", '\\', 'a', '$', '\n', '"') }), (text) => {
      const tokens = [...tokensOf(literalOf(text).trim())].filter(({ kind }) => kind !== 'string')
      expect(tokens).toEqual([])
    }),
  )
})
