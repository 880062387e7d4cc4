// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are sources that hold templates
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksumOf } from '../../src/loader/checksum.ts'

const plain = "export const a = 1\nexport const b = 'x y'\n"

describe('do not count:', () => {
  test.each([
    ['white space between tokens', "export   const a=1\n\n\nexport const b\n  = 'x y'"],
    ['line comments', "export const a = 1 // one\nexport const b = 'x y'"],
    ['block comments', "/** message */\nexport /* c */ const a = 1\nexport const b = 'x y'"],
    ['Windows line ends', plain.replaceAll('\n', '\r\n')],
    ['a comment that never ends', `${plain}/* never`],
  ])('%s', (_, source) => {
    expect(checksumOf(source)).toBe(checksumOf(plain))
  })

  test('comments and white space inside the ${} of a template', () => {
    expect(checksumOf('`a ${ /* c */ f( { a : 1 } ) } b`')).toBe(checksumOf('`a ${f({a:1})} b`'))
  })
})

describe('do count:', () => {
  test.each([
    ['a value', 'a = 1', 'a = 2'],
    ['white space in a string', "'a b'", "'ab'"],
    ['comment signs in a string', "'a // b'", "'a '"],
    ['comment signs in a template', '`a // b`', '`a `'],
    ['white space in a template', '`a  b`', '`a b`'],
    ['white space in a template after ${}', '`${a}  b`', '`${a} b`'],
    ['white space in a template in a template', '`${`a  b`}`', '`${`a b`}`'],
    ['the text after an object in ${}', '`${f({})} // x`', '`${f({})} `'],
    ['an escaped quote', "'a\\' // b'", "'a\\' '"],
    ['an escaped backtick', '`a\\` // b`', '`a\\` `'],
    ['an escaped ${', '`\\${ // b`', '`\\${ `'],
    ['white space in a regular expression', 'x = /a  b/', 'x = /a b/'],
    ['comment signs in a regular expression', 'x.replace(/[/]//g, y)', 'x.replace(/[/]'],
    ['a quote in a regular expression', "x = /'/; y = 'a  b'", "x = /'/; y = 'a b'"],
    ['the space between two words', 'return x', 'returnx'],
    ['the space between two signs', 'a + +b', 'a++b'],
  ])('%s', (_, one, other) => {
    expect(checksumOf(one)).not.toBe(checksumOf(other))
  })
})

test('a division is no regular expression: the comment after it does not count', () => {
  expect(checksumOf("x = a / b // it's / \ny = 'q'")).toBe(checksumOf("x = a / b\ny = 'q'"))
  expect(checksumOf('x = f(a) / 2 // half')).toBe(checksumOf('x = f(a) / 2'))
})

test('it is SHA-256 in hexadecimal', () => {
  expect(checksumOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

test('it stays what it was: ledgers hold it', () => {
  const source = [
    '/** add users */',
    "import { sql } from 'kysely'",
    '',
    "export const revision = 'a1' // first",
    'export async function up(db) {',
    '  await sql`create table ${sql.table(`u_${1 + +2}`)} -- kept',
    '  (id int)`.execute(db)',
    "  return /[/'\"]  \\/ x/g.test('a \\' b') ? é + 𝒜 : 4 / 2 // two",
    '}',
    '',
  ].join('\n')
  expect(checksumOf(source)).toBe('64c2b97799701763ee6b3320d1609d636a913d65bc4953963fd6d7b1fc7eaaf2')
})

test('no text makes it fail or hang', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (source) => {
      expect(checksumOf(source)).toMatch(/^[0-9a-f]{64}$/)
    }),
  )
})

test('tokens joined by any white space and comments give one checksum', () => {
  const token = fc.constantFrom(
    'a',
    '1',
    "'x  y'",
    '`t  ${a} /* t */`',
    '(',
    ')',
    '{',
    '}',
    '=',
    ';',
    'return',
    '"//"',
  )
  const gap = fc.constantFrom(' ', '\n', '\t ', ' /* gap */ ', ' // gap\n', '\r\n')
  fc.assert(
    fc.property(fc.array(fc.tuple(token, gap)), (parts) => {
      const gaps = parts.map(([text, space]) => text + space).join('')
      const spaces = parts.map(([text]) => `${text} `).join('')
      expect(checksumOf(gaps)).toBe(checksumOf(spaces))
    }),
  )
})
