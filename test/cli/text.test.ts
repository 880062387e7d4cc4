import { describe, expect, test } from 'vitest'
import { cut, joinWithin, wrapWithin } from '../../src/cli/output/text.ts'

const unicode = { unicode: true }
const upper = (text: string): string => `<${text}>`

describe('cut', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['🦊🦊🦊', 3, '🦊🦊🦊'],
    ['🦊🦊🦊', 2, '🦊…'],
  ])('%s in %i letters: %s', (text, room, expected) => {
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
