import { describe, expect, test } from 'vitest'
import { dedentSql } from '../../src/sql/dedent.ts'

describe('the indentation of an SQL text', () => {
  test('goes as far as all lines share it', () => {
    expect(dedentSql('\n    select a,\n      b\n    from t')).toBe('select a,\n  b\nfrom t')
  })

  test('of a first line that something stood in front of does not count', () => {
    expect(dedentSql(' select a,\n    b\n  from t')).toBe('select a,\n  b\nfrom t')
  })

  test('stays inside of strings, quoted names and bodies', () => {
    const sql = `select 'a\n    b', "c\n    d", $x$\n    e$x$`
    expect(dedentSql(`\n    ${sql}`)).toBe(sql)
  })

  test('goes from comments too, which may hold quotes', () => {
    expect(dedentSql("\n  select 1, -- it's one\n  /* and\n     don't */\n    'x\n  y'")).toBe(
      "select 1, -- it's one\n/* and\n   don't */\n  'x\n  y'",
    )
  })

  test('of tabs goes like that of spaces, and a mixture stays', () => {
    expect(dedentSql('\n\t\tselect a\n\t\tfrom t')).toBe('select a\nfrom t')
    expect(dedentSql('\n\tselect a\n  from t')).toBe('select a\n  from t')
  })

  test('carriage returns and white space at the ends of lines go, but not from a string', () => {
    expect(dedentSql("\r\n  select 'a\r\nb'  \r\n\r\n  from t")).toBe("select 'a\r\nb'\n\nfrom t")
  })
})
