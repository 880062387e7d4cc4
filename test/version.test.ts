import { expect, test } from 'vitest'
import { dbmigVersion, isAtLeast } from '../src/version.ts'

test.each([
  ['1.2.3', '1.2.3', true],
  ['1.2.3', '1.2.4', false],
  ['1.10.0', '1.9.9', true],
  ['0.9.9', '1.0.0', false],
  ['2.0.0', '1.9.9', true],
  ['1.2.0-rc.1', '1.2.0', true],
])('whether %s is at least %s: %s', (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected)
})

test('this dbmig has a version', () => {
  expect(dbmigVersion()).toMatch(/^\d+\.\d+\.\d+/)
})
