import { describe, expect, test } from 'vitest'
import { parseMoment } from '../../src/graph/moment.ts'

const at = (text: string): number => new Date(text).getTime()
const day = 24 * 60 * 60 * 1000

describe('a moment', () => {
  test('is a day of the reader, from its start to its end', () => {
    expect(parseMoment('2026-11-22')).toEqual({
      start: new Date(2026, 10, 22).getTime(),
      end: new Date(2026, 10, 23).getTime(),
    })
  })

  test('is a minute, where no seconds are given', () => {
    expect(parseMoment('2026-11-22T12:31')).toEqual({
      start: new Date(2026, 10, 22, 12, 31).getTime(),
      end: new Date(2026, 10, 22, 12, 32).getTime(),
    })
  })

  test.each([
    ['2026-11-22T12:31:25Z', '2026-11-22T12:31:25Z'],
    ['2026-11-22 12:31:25z', '2026-11-22T12:31:25Z'],
    ['2026-11-22T12:31:25.123456Z', '2026-11-22T12:31:25Z'],
    ['2026-11-22T12:31:25+01:00', '2026-11-22T11:31:25Z'],
    ['2026-11-22T12:31:25 -0530', '2026-11-22T18:01:25Z'],
    ['2026-11-22T00:30:00+02', '2026-11-21T22:30:00Z'],
    ['  2026-11-22T12:31:25Z ', '2026-11-22T12:31:25Z'],
  ])('%s is a second', (text, expected) => {
    expect(parseMoment(text)).toEqual({ start: at(expected), end: at(expected) + 1000 })
  })

  test('has a leap day in a leap year', () => {
    const { start = 0, end = 0 } = parseMoment('2028-02-29') ?? {}
    expect(end - start).toBe(day)
    expect(parseMoment('2026-02-29')).toBeNull()
  })

  test.each([
    '',
    'yesterday',
    '2026',
    '2026-11',
    '22.11.2026',
    '2026-11-31',
    '2026-13-01',
    '2026-00-10',
    '2026-11-00',
    '2026-11-22T24:00',
    '2026-11-22T12:60',
    '2026-11-22T12',
    '2026-11-22T12:31:25 Europe/Berlin',
    '2026-11-22 and more',
  ])('is not "%s"', (text) => {
    expect(parseMoment(text)).toBeNull()
  })
})
