import { describe, expect, test } from 'vitest'
import { DbmigError } from '../../src/errors.ts'
import { createModuleLoader } from '../../src/loader/load-module.ts'
import { type ReadRevisionFilesOptions, readRevisionFiles } from '../../src/loader/revision-files.ts'
import { rejectionOf, type TemporaryProject, temporaryProject } from './temporary-project.ts'

const header = (id: string, down: string | null = null) =>
  `export const revision = '${id}'\nexport const downRevision = ${down === null ? 'null' : `'${down}'`}\n`

function readAll(
  project: TemporaryProject,
  folders = ['m'],
  options: Partial<ReadRevisionFilesOptions> = {},
) {
  const loader = createModuleLoader({ root: project.root })
  return readRevisionFiles(
    folders.map((folder) => project.path(folder)),
    { loader, ...options },
  )
}

async function failure(project: TemporaryProject): Promise<DbmigError> {
  const error = await rejectionOf(readAll(project))
  expect(error).toBeInstanceOf(DbmigError)
  return error as DbmigError
}

const ids = async (reading: ReturnType<typeof readAll>) => (await reading).map(({ revision }) => revision)

test('the header of a file is read with its message, date and path', async () => {
  const project = temporaryProject({
    'm/1_a.ts': `/**\n * add users\n *\n * Create date: 2026-11-22T12:31:25Z\n */\n${header('a', 'z')}export const branchLabels = ['x']\n`,
  })
  expect(await readAll(project)).toEqual([
    {
      revision: 'a',
      downRevisions: ['z'],
      branchLabels: ['x'],
      dependsOn: [],
      replaces: [],
      message: 'add users',
      createDate: '2026-11-22T12:31:25Z',
      path: project.path('m/1_a.ts'),
    },
  ])
})

test('files come in the order of the folders, and by name in each', async () => {
  const project = temporaryProject({
    'n/1.ts': header('n1'),
    'm/b.ts': header('mb'),
    'm/a.mjs': header('ma'),
    'm/B.cts': header('mB'),
  })
  expect(await ids(readAll(project, ['n', 'm']))).toEqual(['n1', 'mB', 'ma', 'mb'])
})

test('declarations, hidden files, files that start with an underscore and other kinds are not revisions', async () => {
  const project = temporaryProject({
    'm/a.ts': header('a'),
    'm/a.d.ts': 'export {}',
    'm/.b.ts': '',
    'm/_helper.ts': '',
    'm/README.md': '',
    'm/sub/c.ts': header('c'),
  })
  expect(await ids(readAll(project))).toEqual(['a'])
})

test('recursive reads folders in folders, but for hidden ones, underscored ones and node_modules', async () => {
  const project = temporaryProject({
    'm/a.ts': header('a'),
    'm/sub/deep/c.ts': header('c'),
    'm/_lib/x.ts': '',
    'm/node_modules/x.js': '',
    'm/z.ts': header('z'),
  })
  expect(await ids(readAll(project, ['m'], { recursive: true }))).toEqual(['a', 'c', 'z'])
})

test('a file with a static header is read without running it', async () => {
  const project = temporaryProject({ 'm/a.ts': `${header('a')}throw new Error('it ran')\n` })
  expect(await ids(readAll(project))).toEqual(['a'])
})

test('a header that is computed is read by importing the file', async () => {
  const project = temporaryProject({
    'm/a.ts':
      "// say it in code\nconst id = ['a', 'b'].join('')\nexport const revision = id\nexport const downRevision = [id + '1', id + '2']\n",
  })
  expect(await readAll(project)).toMatchObject([
    {
      revision: 'ab',
      downRevisions: ['ab1', 'ab2'],
      dependsOn: [],
      message: 'say it in code',
      createDate: null,
    },
  ])
})

test('a folder that is not there can mean no revisions', async () => {
  expect(await readAll(temporaryProject({}), ['gone'], { missingFolder: 'empty' })).toEqual([])
})

describe('messages', () => {
  test('a folder that is not there', async () => {
    const project = temporaryProject({})
    const error = await failure(project)
    expect(error.exitCode).toBe(2)
    expect(error.message).toBe(
      `The migrations folder ${project.path('m')} does not exist. Create it, or run \`dbmig init\`, or correct \`migrations\` in the configuration.`,
    )
  })

  test('a file without a header', async () => {
    const project = temporaryProject({ 'm/a.ts': 'export async function up() {}\n' })
    const error = await failure(project)
    expect(error.code).toBe('LOADER_NO_HEADER')
    expect(error.message).toMatch(`${project.path('m/a.ts')} is no revision: it exports no \`revision\``)
    expect(error.message).toMatch(
      /Add `export const revision = .* or start its name with an underscore if it is a helper\.$/,
    )
  })

  test('a header of the wrong type', async () => {
    const project = temporaryProject({
      'm/a.ts': 'export const revision = 7\nexport const downRevision = null\n',
    })
    expect((await failure(project)).message).toBe(
      `${project.path('m/a.ts')} exports revision = 7, but revision must be a text that is not empty. Correct that line.`,
    )
  })

  test('a header without downRevision', async () => {
    const project = temporaryProject({ 'm/a.ts': "export const revision = 'a'\n" })
    expect((await failure(project)).message).toBe(
      `${project.path('m/a.ts')} exports downRevision = undefined, but downRevision must be the revision before, a list for a merge, or null for a base. Correct that line.`,
    )
  })

  test('a list that holds something else than ids', async () => {
    const project = temporaryProject({
      'm/a.ts':
        "export const revision = 'a'\nexport const downRevision = null\nexport const dependsOn = [1].map(String).map(Number)\n",
    })
    expect((await failure(project)).message).toBe(
      `${project.path('m/a.ts')} exports dependsOn = [ 1 ], but dependsOn must be a text, a list of texts, or null. Correct that line.`,
    )
  })

  test('a syntax error in a file without a header names the line', async () => {
    const project = temporaryProject({ 'm/a.ts': 'export const x = 1\n\nexport function {\n' })
    const error = await failure(project)
    expect(error.code).toBe('LOADER_SYNTAX')
    expect(error.message).toMatch(`${project.path('m/a.ts')}:3 has a syntax error`)
  })

  test('a file that throws when it is imported for its header', async () => {
    const project = temporaryProject({ 'm/a.ts': "throw new Error('no env')\n" })
    expect((await failure(project)).message).toBe(
      `${project.path('m/a.ts')} threw while it was imported: no env. Move what can fail into up or down.`,
    )
  })
})
