import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeNewFile } from '../../src/authoring/write-file.ts'
import { useFolder } from '../support/folder.ts'

test('a file is written whole, with its folder, and nothing else is left there', async () => {
  const folder = join(useFolder(), 'a/b')
  await writeNewFile(join(folder, 'x.ts'), 'text')
  expect(readFileSync(join(folder, 'x.ts'), 'utf8')).toBe('text')
  expect(readdirSync(folder)).toEqual(['x.ts'])
})

test('a file that is there is never overwritten', async () => {
  const folder = useFolder()
  const path = join(folder, 'x.ts')
  writeFileSync(path, 'mine')
  await expect(writeNewFile(path, 'text')).rejects.toMatchObject({ code: 'AUTHORING_FILE_EXISTS' })
  expect(readFileSync(path, 'utf8')).toBe('mine')
  expect(readdirSync(folder)).toEqual(['x.ts'])
})

test('of several that write the same file at once one succeeds', async () => {
  const path = join(useFolder(), 'x.ts')
  const results = await Promise.allSettled([1, 2, 3, 4].map((n) => writeNewFile(path, String(n))))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is named', async () => {
  const folder = useFolder()
  chmodSync(folder, 0o500)
  await expect(writeNewFile(join(folder, 'x.ts'), '')).rejects.toMatchObject({
    code: 'AUTHORING_NOT_WRITABLE',
  })
})

test('a folder whose name is a file is named', async () => {
  const folder = useFolder()
  writeFileSync(join(folder, 'file'), '')
  await expect(writeNewFile(join(folder, 'file/x.ts'), '')).rejects.toMatchObject({
    code: 'AUTHORING_NOT_WRITABLE',
    message: expect.stringContaining(join(folder, 'file/x.ts')),
  })
})
