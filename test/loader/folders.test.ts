import { symlinkSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readProjectRevisions } from '../../src/loader/project-revisions.ts'
import { temporaryProject } from './temporary-project.ts'

const text = (id: string) => `export const revision = '${id}'\nexport const downRevision = null\n`

function useProject(files: readonly string[], folders: readonly string[], recursive = false) {
  const { root, path } = temporaryProject(Object.fromEntries(files.map((file, at) => [file, text(`r${at}`)])))
  const project = { root, migrations: folders.map(path), recursive }
  return {
    path,
    ids: async () => [...(await readProjectRevisions(project)).graph.revisions.keys()],
  }
}

test('several folders, and those in them where that is asked for, are one graph', async () => {
  const files = ['a/1.ts', 'b/2.ts', 'b/c/3.ts']
  expect(await useProject(files, ['a', 'b']).ids()).toEqual(['r0', 'r1'])
  expect(await useProject(files, ['a', 'b'], true).ids()).toEqual(['r0', 'r1', 'r2'])
})

test('a folder inside of another is one of its own when folders are not read with all in them', async () => {
  expect(await useProject(['a/1.ts', 'a/b/2.ts'], ['a', 'a/b']).ids()).toEqual(['r0', 'r1'])
})

test('a folder whose name begins with that of another does not lie in it', async () => {
  expect(await useProject(['a/1.ts', 'a2/2.ts', '..b/3.ts'], ['a', 'a2', '..b'], true).ids()).toHaveLength(3)
})

test('a folder that is named twice is told', async () => {
  const { path, ids } = useProject(['a/1.ts'], ['a', 'a'])
  await expect(ids()).rejects.toMatchObject({
    code: 'LOADER_FOLDER_TWICE',
    exitCode: 2,
    message: `The migrations folder ${path('a')} is configured twice. Name it once in \`migrations\`.`,
  })
})

test('a folder that two names lead to is told', async () => {
  const { path, ids } = useProject(['a/1.ts'], ['a', 'b'])
  symlinkSync(path('a'), path('b'), 'dir')
  await expect(ids()).rejects.toThrow(
    `The migrations folder ${path('a')} is configured twice, as ${path('b')} leads to the same folder. Name one of them in \`migrations\`.`,
  )
})

test.each([
  ['outer first', ['a', 'a/b']],
  ['inner first', ['a/b', 'a']],
])('a folder inside of one that is read with all in it is told: %s', async (_, folders) => {
  const { path, ids } = useProject(['a/1.ts', 'a/b/2.ts'], folders, true)
  await expect(ids()).rejects.toThrow(
    `The migrations folder ${path('a/b')} is configured twice, as it lies inside of ${path('a')}, which \`recursive\` reads with all in it. Take the inner one out of \`migrations\`.`,
  )
})

test('a file that is there again as a symbolic link is told', async () => {
  const { path, ids } = useProject(['a/1.ts'], ['a'])
  symlinkSync(path('a/1.ts'), path('a/2.ts'))
  await expect(ids()).rejects.toThrow(
    `Revision "r0" is read twice: ${path('a/1.ts')} and ${path('a/2.ts')} are one file, by a symbolic link. Remove the link.`,
  )
})

test('two files with one id are still two files', async () => {
  const { root, path } = temporaryProject({ 'a/1.ts': text('x'), 'a/2.ts': text('x') })
  await expect(
    readProjectRevisions({ root, migrations: [path('a')], recursive: false }),
  ).rejects.toMatchObject({
    code: 'GRAPH_DUPLICATE_ID',
  })
})

test.each(['a/1.ts', 'a/1.ts/more'])('a file in place of a folder is told: %s', async (folder) => {
  const { path, ids } = useProject(['a/1.ts'], ['a', folder])
  await expect(ids()).rejects.toMatchObject({
    code: 'LOADER_FOLDER_IS_FILE',
    exitCode: 2,
    message: `The migrations folder ${path(folder)} is a file, or lies below one. Name the folder that the revision files are in as \`migrations\` in the configuration.`,
  })
})

test('a folder that cannot be read is told', async () => {
  const { path, ids } = useProject(['a/1.ts'], ['a', 'b'])
  symlinkSync(path('b'), path('b'))
  await expect(ids()).rejects.toMatchObject({
    code: 'LOADER_FOLDER_UNREADABLE',
    exitCode: 2,
    message: expect.stringMatching(
      /^The migrations folder \S+ cannot be read: ELOOP: .*\. Let the user that dbmig runs as read it, or correct `migrations` in the configuration\.$/,
    ),
  })
})
