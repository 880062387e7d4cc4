import { expect, test } from 'vitest'
import { dateOfName, importedId, messageOfName } from '../../../src/authoring/import/names.ts'

test('the id of a migration is the same for everybody', () => {
  expect(importedId('2024-01-01T10-00-00-add-users')).toBe('d97b25c778b1')
})

test.each([
  ['2024-01-01T10-00-00-add-users', 'add users'],
  ['1712345678901_add_users', 'add users'],
  ['20240131102030_addUsers', 'addUsers'],
  ['000001-init', 'init'],
  ['2024_2fa_support', '2fa support'],
  ['0001', '0001'],
  ['add-users', 'add users'],
  ['2024-01-01T10-00-00Z', '2024 01 01T10 00 00Z'],
])('the message of %s is "%s"', (name, message) => {
  expect(messageOfName(name)).toBe(message)
})

test.each([
  ['2024-01-31T10-20-30-add-users', '2024-01-31T10:20:30Z'],
  ['2024-01-31T10-20-30.123Z_x', '2024-01-31T10:20:30Z'],
  ['20240131102030_x', '2024-01-31T10:20:30Z'],
  ['20240131102030123_x', '2024-01-31T10:20:30Z'],
  ['2024_01_31_x', '2024-01-31T00:00:00Z'],
  ['20240131-x', '2024-01-31T00:00:00Z'],
  ['1706696430000_x', '2024-01-31T10:20:30Z'],
  ['1706696430_x', '2024-01-31T10:20:30Z'],
  ['20240231102030_x', null],
  ['000001-init', null],
  ['0001_x', null],
  ['add-users', null],
])('the date of %s is %s', (name, date) => {
  expect(dateOfName(name)).toBe(date)
})
