import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadProject } from '../../src/config/project.ts'
import { readGraphAnd } from '../../src/ledger/state.ts'
import { tables } from '../support/cli.ts'
import { useFolder, writeFiles } from '../support/folder.ts'

async function useFiles(files: Readonly<Record<string, string>>, url = 'postgres://me@127.0.0.1:1/none') {
  const cwd = useFolder()
  writeFiles(cwd, files)
  return loadProject({ cwd, env: {}, config: { url } })
}

test('a server is asked while the files are read, and both are given', async () => {
  const [graph, answer] = await readGraphAnd(await useFiles(tables('a1', 'b2')), async () => 7, undefined)
  expect([...graph.revisions.keys()]).toEqual(['a1', 'b2'])
  expect(answer).toBe(7)
})

test('a file at fault ends the asking, and is what is told', async () => {
  const project = await useFiles({})
  let ended = false
  const asking = readGraphAnd(
    project,
    (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          ended = true
          reject(new Error('interrupted'))
        })
      }),
    undefined,
  )
  await expect(asking).rejects.toMatchObject({
    code: 'LOADER_NO_FOLDER',
    message: expect.stringContaining(join(project.root, 'migrations')),
  })
  expect(ended).toBe(true)
})

test('the signal of the command ends the asking too', async () => {
  const interrupt = new AbortController()
  const asking = readGraphAnd(
    await useFiles(tables('a1')),
    (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('interrupted')))
        interrupt.abort()
      }),
    interrupt.signal,
  )
  await expect(asking).rejects.toThrow('interrupted')
})

test('an embedded database is not asked, nor made, before the files are read', async () => {
  let asked = false
  const asking = readGraphAnd(
    await useFiles({}, 'pglite:data'),
    async () => {
      asked = true
    },
    undefined,
  )
  await expect(asking).rejects.toMatchObject({ code: 'LOADER_NO_FOLDER' })
  expect(asked).toBe(false)
})
