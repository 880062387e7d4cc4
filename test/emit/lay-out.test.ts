/** Long SQL over lines: where it breaks, and that nothing but white space changes. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { layOutCondition, layOutStatement } from '../../src/emit/lay-out.ts'
import { tokensOf } from '../../src/sql/lexer.ts'

const long = Array.from({ length: 12 }, (_, i) => `column_${i} > ${i}`)

describe('a condition', () => {
  test('that fits stays in its line', () => {
    expect(layOutCondition('a > 0 AND b > 0')).toBe('a > 0 AND b > 0')
  })

  test('breaks at its outermost or, then at its and, and not at the and of a between', () => {
    expect(layOutCondition(`(${long.slice(0, 6).join(' AND ')}) OR a BETWEEN 1 AND 2 OR c = ' OR '`)).toBe(
      `(${long.slice(0, 6).join('\n    AND ')})
  OR a BETWEEN 1 AND 2
  OR c = ' OR '`,
    )
  })

  test('of one long list is filled up', () => {
    const items = Array.from({ length: 12 }, (_, i) => `'value_${i}'::text`)
    expect(layOutCondition(`kind = ANY (ARRAY[${items.join(', ')}])`)).toBe(
      `kind = ANY (ARRAY['value_0'::text, 'value_1'::text, 'value_2'::text, 'value_3'::text,
  'value_4'::text, 'value_5'::text, 'value_6'::text, 'value_7'::text, 'value_8'::text,
  'value_9'::text, 'value_10'::text, 'value_11'::text])`,
    )
  })
})

describe('a statement', () => {
  test('has a clause on each line, whatever it is named', () => {
    expect(
      layOutStatement(`create policy "using" on t for select to public using (${long.join(' OR ')})`),
    ).toBe(
      `create policy "using" on t
  for select
  to public
  using (${long.join('\n    OR ')})`,
    )
  })

  test('adds a constraint on a line of its own', () => {
    const columns = 'first_column, second_column, third_column'
    expect(
      layOutStatement(
        `alter table t add constraint c FOREIGN KEY (${columns}) REFERENCES u(${columns}) MATCH FULL`,
      ),
    ).toBe(`alter table t
  add constraint c FOREIGN KEY (${columns})
  REFERENCES u(${columns}) MATCH FULL`)
  })

  test('that somebody laid out is left alone', () => {
    const own = `create policy p on t\nusing (${long.join(' OR ')})`
    expect(layOutStatement(own)).toBe(own)
  })
})

test('nothing but white space changes', () => {
  const word = fc.constantFrom(
    'and',
    'OR',
    'between',
    'using',
    'for',
    '(',
    ')',
    '[',
    ']',
    ',',
    'a',
    "'x and y'",
    '"or"',
    '$$ or $$',
    'on',
    '::',
    'with',
    '"A ""or"" b"',
  )
  const words = (sql: string) =>
    [...tokensOf(sql)].filter(({ kind }) => kind !== 'space').map(({ start, end }) => sql.slice(start, end))
  fc.assert(
    fc.property(
      fc.constantFrom(
        '',
        'create policy p on t ',
        'create trigger x ',
        'alter table t ',
        'comment on column a.b ',
      ),
      fc.array(word, { maxLength: 60 }),
      (head, tail) => {
        const sql = `${head}${tail.join(' ')}`
        expect(words(layOutStatement(sql))).toEqual(words(sql))
        expect(words(layOutCondition(sql))).toEqual(words(sql))
      },
    ),
    { numRuns: 1000 },
  )
})
