import { expect, test } from 'vitest'
import { DbmigError } from '../../src/errors.ts'
import { readText } from '../../src/loader/read-text.ts'
import { temporaryProject } from './temporary-project.ts'

test.each([
  ['nothing', ''],
  ['letters of several bytes', 'é – 😀\r\n'],
  ['a byte order mark', '\uFEFFexport {}'],
  ['as many bytes as the buffer', 'x'.repeat(64 * 1024)],
  ['more, with a letter across the end of the buffer', `${'x'.repeat(64 * 1024 - 1)}é${'y'.repeat(100_000)}`],
])('a file with %s is read to the letter', (_, text) => {
  expect(readText(temporaryProject({ 'a.ts': text }).path('a.ts'))).toBe(text)
})

test('a shorter file after a longer one holds nothing of that one', () => {
  const project = temporaryProject({ 'long.ts': 'a long text', 'short.ts': 'short' })
  readText(project.path('long.ts'))
  expect(readText(project.path('short.ts'))).toBe('short')
})

test('a file that is not there is named with what to do', () => {
  const path = temporaryProject({}).path('gone.ts')
  expect(() => readText(path)).toThrow(DbmigError)
  expect(() => readText(path)).toThrow(
    new RegExp(`^${path} cannot be read: ENOENT: .*\\. Check the name, or restore the file\\.$`),
  )
})
