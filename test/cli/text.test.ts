import { describe, expect, test } from 'vitest'
import { cut, joinWithin, widthOf, wrapWithin, wrapWords } from '../../src/cli/output/text.ts'

const unicode = { unicode: true }
const upper = (text: string): string => `<${text}>`

describe('cut', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['naïve', 5, 'naïve'],
    ['🦊🦊🦊', 6, '🦊🦊🦊'],
    ['🦊🦊🦊', 5, '🦊🦊…'],
    ['🦊🦊🦊', 4, '🦊…'],
    ['注文の表', 7, '注文の…'],
  ])('%s in %i columns: %s', (text, room, expected) => {
    expect(cut(text, room, unicode)).toBe(expected)
  })

  test('has three dots where the terminal reads ASCII only', () => {
    expect(cut('abcdef', 5, { unicode: false })).toBe('ab...')
  })
})

test('parts that fit are joined and painted', () => {
  expect(joinWithin([{ text: 'ab' }, { text: 'cd', paint: upper }], 4, unicode)).toBe('ab<cd>')
})

test('parts that do not fit are cut where the room ends, in the middle of a part', () => {
  expect(joinWithin([{ text: 'ab' }, { text: 'cdef', paint: upper }, { text: 'g' }], 5, unicode)).toBe(
    'ab<cd>…',
  )
})

test('a text that wraps loses nothing but the white space between two lines', () => {
  expect(wrapWithin([{ text: 'ab cd', paint: upper }, { text: 'ef' }], 2)).toEqual(['<ab>', '<cd>', 'ef'])
  expect(wrapWithin([], 5)).toEqual([''])
})

test.each([
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['注文', 4],
  ['주문', 4],
  ['🦊', 2],
  ['│●', 2],
])('%s takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width)
})

test('wide letters wrap where two columns are not left', () => {
  expect(wrapWithin([{ text: 'a注文' }], 4)).toEqual(['a注', '文'])
  expect(wrapWithin([{ text: '注文' }], 1)).toEqual(['注', '文'])
})

test('what would command the terminal is a question mark', () => {
  expect(joinWithin([{ text: 'red\u001b[31m\tand\u0007' }], 80, unicode)).toBe('red?[31m?and?')
})

test('a sentence breaks between words, and keeps a word that is too long', () => {
  expect(wrapWords('see  the\nlong /path/to/it now', 8)).toEqual(['see the', 'long', '/path/to/it', 'now'])
  expect(wrapWords('', 8)).toEqual([''])
})
