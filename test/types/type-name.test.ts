/** The names of types as PostgreSQL prints them, read back. */
import { expect, test } from 'vitest'
import { quoteIdentifier } from '../../src/database/quote.ts'
import { parseTypeName } from '../../src/types/type-name.ts'
import { withSession } from '../support/schemas.ts'

const awkward = [
  ...[
    'mood',
    'Mood',
    'a b',
    'a.b',
    'a"b',
    '"',
    '[]',
    'x[]',
    'f(x)',
    '(3)',
    'user',
    'char',
    'text',
    'interval',
  ],
  ...['interval x', 'größe', '😀', "it's", 'x'.repeat(60)],
]

test('of any characters, in any schema, alone and in arrays', async () => {
  const found = await withSession(async (session) => {
    await session.execute(`create schema "s.1 ""x"""`)
    for (const schema of ['public', 's.1 "x"'])
      for (const name of awkward)
        await session.execute(`create type ${quoteIdentifier(schema)}.${quoteIdentifier(name)} as enum ()`)
    return session.query<{ schema: string; name: string; printed: string; array: string; visible: boolean }>(`
      select n.nspname::text as schema, t.typname::text as name, format_type(t.oid, null) as printed,
        format_type(t.typarray, -1) as array, pg_type_is_visible(t.oid) as visible
      from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'e' and n.nspname !~ '^pg_'`)
  })
  expect(found).toHaveLength(2 * awkward.length)
  for (const { schema, name, printed, array, visible } of found) {
    const expected = { schema: visible ? null : schema, name }
    expect(parseTypeName(printed)).toMatchObject({ ...expected, isArray: false })
    expect(parseTypeName(array)).toMatchObject({ ...expected, isArray: true })
  }
})

test.each([
  ['numeric(10,2)', 'numeric'],
  ['timestamp(3) with time zone', 'timestamp with time zone'],
  ['time(0) without time zone', 'time without time zone'],
  ['interval day to second(3)', 'interval'],
  ['interval(2)', 'interval'],
  ['bit varying(3)', 'bit varying'],
  ['character varying(5)', 'character varying'],
  ['character(1)', 'character'],
  ['"char"', '"char"'],
])('without the modifiers of %s', async (type, name) => {
  const bare = { name: name.replaceAll('"', ''), quoted: name.startsWith('"'), schema: null }
  await withSession(async (session) => {
    await session.execute(`create table t (a ${type}, b ${type}[])`)
    const printed = await session.query<{ type: string; array: boolean }>(
      `select format_type(atttypid, atttypmod) as type, attndims > 0 as array from pg_attribute where attrelid = 't'::regclass and attnum > 0`,
    )
    expect(printed).toHaveLength(2)
    for (const { type, array } of printed) expect(parseTypeName(type)).toEqual({ ...bare, isArray: array })
  })
})
