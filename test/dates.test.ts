import { expect, test } from 'vitest'
import { exactTime, localTime } from '../src/dates.ts'

const at = new Date(2026, 0, 2, 3, 4, 5)

test('a time of a list is a minute of the reader', () => {
  expect(localTime(at.toISOString())).toBe('2026-01-02 03:04')
})

test('an exact time has seconds and an offset, and means the same to every reader', () => {
  const text = exactTime(at.toISOString())
  expect(text).toMatch(/^2026-01-02 03:04:05 [+-]\d\d:\d\d$/)
  expect(new Date(text.replace(' ', 'T').replace(' ', ''))).toEqual(at)
})

test.each([
  ['Asia/Kolkata', '2026-11-22 18:01:25 +05:30'],
  ['America/St_Johns', '2026-11-22 09:01:25 -03:30'],
  ['UTC', '2026-11-22 12:31:25 +00:00'],
])('in %s it is %s', (zone, expected) => {
  const before = process.env['TZ']
  process.env['TZ'] = zone
  try {
    expect(exactTime('2026-11-22T12:31:25Z')).toBe(expected)
  } finally {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  }
})

test('a date that cannot be read is shown as it is', () => {
  expect([localTime('last Tuesday'), exactTime('last Tuesday')]).toEqual(['last Tuesday', 'last Tuesday'])
})
