/** Choosing between PostgreSQL's two ways to print an expression. */
import { describe, expect, test } from 'vitest'
import {
  canonicalExpression,
  readableExpression,
  withoutOuterParentheses,
} from '../../src/catalog/expression.ts'
import { roundTrip } from '../support/schemas.ts'

describe('readableExpression', () => {
  test.each([
    ['(a > 0)', 'a > 0'],
    ['((a > 0) AND (b > 0))', 'a > 0 AND b > 0'],
    ['(((a > 0) AND (b > 0)) OR (c > 0))', 'a > 0 AND b > 0 OR c > 0'],
    [`(a = 'x AND (y AND z)'::text)`, `a = 'x AND (y AND z)'::text`],
  ])('the pretty form of %s is kept', (exact, pretty) => {
    expect(readableExpression(exact, pretty)).toBe(pretty)
  })

  test.each([
    ['(((a > 0) AND (b > 0)) AND (c > 0))', '((a > 0) AND (b > 0)) AND (c > 0)'],
    ['((a > 0) OR ((b > 0) OR (c > 0)))', '(a > 0) OR ((b > 0) OR (c > 0))'],
  ])('the pretty form of %s would be another expression', (exact, kept) => {
    expect(readableExpression(exact, 'pretty')).toBe(kept)
  })
})

describe('withoutOuterParentheses', () => {
  test.each([
    ['(a)', 'a'],
    ['(a) + (b)', '(a) + (b)'],
    [`(')')`, `')'`],
    ['a', 'a'],
  ])('of %s is %s', (expression, result) => {
    expect(withoutOuterParentheses(expression)).toBe(result)
  })
})

describe('canonicalExpression', () => {
  test.each([
    ['CHECK ((((a > 0) AND (b > 0)) AND (c > 0)))', 'CHECK (((a > 0) AND (b > 0) AND (c > 0)))'],
    ['(a) AND ((b) AND (c))', '(a) AND (b) AND (c)'],
    [
      `CHECK (((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])))`,
      `CHECK (((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text])))`,
    ],
  ])('%s and %s are one', (a, b) => {
    expect(canonicalExpression(a)).toBe(canonicalExpression(b))
  })

  test.each([
    ['((a AND b) OR c)', '(a AND b OR c)'],
    ['(NOT (a AND b) AND c)', '(NOT a AND b AND c)'],
    ['(f(a AND b) AND c)', '(fa AND b AND c)'],
    ['((a AND b) = c AND d)', '(a AND b = c AND d)'],
    [`(x = '(a AND b) AND c' AND d)`, `(x = 'a AND b AND c' AND d)`],
  ])('%s and %s are two', (a, b) => {
    expect(canonicalExpression(a)).not.toBe(canonicalExpression(b))
  })
})

test('conditions of every shape come back as they were', async () => {
  await roundTrip(
    '',
    `create table t (a int, b int, c text, d varchar(10),
       check ((a > 0 and b > 0) and c <> ''), check (a > 0 and (b > 0 and c <> '')), check ((a > 0 or b > 0) or (a < 9 or b < 9)),
       check (d in ('x', 'y')), check (d::text = any ((array['x'::varchar, 'y'::varchar])::text[])), check (a between 1 and 9 and not (b = 1 or b = 2)),
       check (a - (b - 1) > 0), check ((a, b) <> (1, 2)), check (case when a > 1 then b > 1 and a > 2 else true end));
     create index i on t ((a + b * 2)) where (a > 0 and b > 0) and c <> 'AND (';
     create view v as select a from t where ((a > 0 and b > 0) and c <> '') or d in ('x', 'y')`,
  )
})
