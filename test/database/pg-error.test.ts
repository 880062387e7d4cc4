import { expect, test } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import { describePgError } from '../../src/database/pg-error.ts'
import { useTestDatabase } from '../support/database.ts'

async function failureOf(sql: string): Promise<unknown> {
  const database = await useTestDatabase()
  const session = await openSession(database.url)
  try {
    return await session.execute(sql).catch((error: unknown) => error)
  } finally {
    await session.close()
  }
}

test('an error shows the line of SQL with a mark under the place that PostgreSQL means', async () => {
  const error = await failureOf('create table a (\n  id int,\n  name txet\n)')
  expect(describePgError(error)).toBe(
    ['type "txet" does not exist (SQLSTATE 42704)', '3 |   name txet', '           ^'].join('\n'),
  )
})

test('an error without a position shows detail, hint and the statement', async () => {
  const error = await failureOf("do $$ begin raise exception 'no' using detail = 'd', hint = 'h'; end $$")
  expect(describePgError(error)).toMatch(
    /^no \(SQLSTATE P0001\)\nDetail: d\nHint: h\nWhere: .*\ndo \$\$ begin/s,
  )
})

/** The lines that an error at a position of a statement has under its own. */
function linesAt(position: number, sql: string): string[] {
  const error = Object.assign(new Error('no'), { code: '42601', position: String(position) })
  return describePgError(error, sql).split('\n').slice(1)
}

test('a position counts characters, not UTF-16 units', () => {
  expect(linesAt(13, "select '😀', x")).toEqual(["1 | select '😀', x", '                ^'])
})

test('a long line is cut around the mark', () => {
  const [line, mark] = linesAt(201, `${'a'.repeat(200)}X${'b'.repeat(200)}`)
  expect(line).toBe(`1 | …${'a'.repeat(60)}X${'b'.repeat(59)}…`)
  expect(mark?.indexOf('^')).toBe(line?.indexOf('X'))
})
