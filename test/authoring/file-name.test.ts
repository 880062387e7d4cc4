import { expect, test } from 'vitest'
import { revisionFileName } from '../../src/authoring/file-name.ts'

const settings = {
  fileTemplate: '{year}{month}{day}{hour}{minute}_{rev}_{slug}',
  timezone: 'UTC',
  slugLength: 40,
}
const date = new Date('2026-01-02T23:04:05Z')

test('the default name is the minute, the id and the slug', () => {
  expect(revisionFileName(settings, '3f2a', 'Add users', date)).toBe('202601022304_3f2a_add_users.ts')
})

test('the time is that of the time zone', () => {
  const berlin = { ...settings, timezone: 'Europe/Berlin' }
  expect(revisionFileName(berlin, '3f2a', 'Add users', date)).toBe('202601030004_3f2a_add_users.ts')
})

test('every token of a template is filled in', () => {
  const all = { ...settings, fileTemplate: '{slug}-{rev}-{year}-{month}-{day}-{hour}-{minute}-{second}' }
  expect(revisionFileName(all, '3f2a', 'x', date)).toBe('x-3f2a-2026-01-02-23-04-05.ts')
})

test('the seconds since 1970 are a token, and a slash makes a folder', () => {
  const folders = { ...settings, fileTemplate: '{year}/{month}/{epoch}_{rev}' }
  expect(revisionFileName(folders, '3f2a', 'x', date)).toBe('2026/01/1767395045_3f2a.ts')
})

test('without a slug no separator is left at the end', () => {
  expect(revisionFileName(settings, '3f2a', '!', date)).toBe('202601022304_3f2a.ts')
})
