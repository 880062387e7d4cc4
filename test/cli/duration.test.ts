import { expect, test } from 'vitest'
import { parseDuration } from '../../src/cli/duration.ts'

test.each([
  ['10m', 600_000],
  ['60s', 60_000],
  ['500ms', 500],
  ['2min', 120_000],
  ['1.5h', 5_400_000],
  ['1d', 86_400_000],
  ['1500us', 2],
  ['30', 30_000],
  ['0', 0],
  ['3 s', 3000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', 'soon', '-1s', '5 parsecs', '1m30s', 'Infinity'])('"%s" is no duration', (text) => {
  expect(() => parseDuration(text)).toThrow("Write a duration such as '60s', '10m' or '500ms'.")
})
