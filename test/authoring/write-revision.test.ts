/** How new revision files come onto the disk: checked as the folder is then, whole, one writer at a time. */
import { readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withWriteLock } from '../../src/authoring/write-lock.ts'
import { type RevisionFile, writeRevisions } from '../../src/authoring/write-revision.ts'
import type { Config } from '../../src/config/config.ts'
import { loadProject } from '../../src/config/project.ts'
import type { RevisionGraph } from '../../src/graph/graph.ts'
import { revisionText, tables, useProject } from '../support/cli.ts'
import { writeFiles } from '../support/folder.ts'

async function useWriter(files: Readonly<Record<string, string>> = {}, config: Config = {}) {
  const folder = useProject(files)
  const project = await loadProject({ cwd: folder, env: {}, config })
  const fileOf = (name: string, revision: string, down: string | null = null): RevisionFile => ({
    path: join(folder, 'migrations', name),
    source: revisionText({ revision, down }),
  })
  return {
    folder,
    project,
    fileOf,
    /** All that is there, hidden files too. */
    files: () => readdirSync(join(folder, 'migrations')),
  }
}

test('several files are written at once when together they fit the graph, and nothing else is left there', async () => {
  const { project, fileOf, files } = await useWriter(tables('aaa1'))
  await writeRevisions(project, [fileOf('b.ts', 'bbb2', 'aaa1'), fileOf('c.ts', 'ccc3', 'bbb2')])
  expect(files()).toEqual(['aaa1.ts', 'b.ts', 'c.ts'])
})

test('the migrations folder is made where it is missing', async () => {
  const { project, fileOf, files } = await useWriter()
  await writeRevisions(project, [fileOf('a.ts', 'aaa1')])
  expect(files()).toEqual(['a.ts'])
})

describe('nothing is written', () => {
  test('when an id has been taken since the file was planned', async () => {
    const { folder, project, fileOf, files } = await useWriter(tables('aaa1'))
    await expect(
      writeRevisions(project, [fileOf('b.ts', 'bbb2', 'aaa1'), fileOf('c.ts', 'aaa1')]),
    ).rejects.toThrow(
      `Revision "aaa1" exists already, in ${join(folder, 'migrations/aaa1.ts')}. Give another --rev-id, or leave it out for a new one.`,
    )
    expect(files()).toEqual(['aaa1.ts'])
  })
  test('when a parent has gone since', async () => {
    const { project, fileOf, files } = await useWriter(tables('aaa1'))
    await expect(writeRevisions(project, [fileOf('b.ts', 'bbb2', 'gone')])).rejects.toMatchObject({
      code: 'GRAPH_MISSING_PARENT',
    })
    expect(files()).toEqual(['aaa1.ts'])
  })
  test('when one of several files exists', async () => {
    const { folder, project, fileOf, files } = await useWriter(tables('aaa1'))
    writeFiles(folder, { 'migrations/_c.ts': 'mine' })
    const both = [fileOf('b.ts', 'bbb2', 'aaa1'), fileOf('_c.ts', 'ccc3', 'bbb2')]
    await expect(writeRevisions(project, both)).rejects.toThrow(
      `${join(folder, 'migrations/_c.ts')} exists already, and dbmig overwrites nothing.`,
    )
    expect(files()).toEqual(['_c.ts', 'aaa1.ts'])
  })
  test('when what else must hold of the revisions does so no more', async () => {
    const { project, fileOf, files } = await useWriter(tables('aaa1', 'bbb2'))
    const requireStill = ({ children }: RevisionGraph): void => {
      if (children.has('aaa1')) throw new Error('no head any more')
    }
    const writing = writeRevisions(project, [fileOf('c.ts', 'ccc3', 'aaa1')], { requireStill })
    await expect(writing).rejects.toThrow('no head any more')
    expect(files()).toEqual(['aaa1.ts', 'bbb2.ts'])
  })
  test('when the text has no header', async () => {
    const { project, fileOf } = await useWriter()
    const bare = { ...fileOf('a.ts', 'aaa1'), source: 'export async function up() {}\n' }
    await expect(writeRevisions(project, [bare])).rejects.toMatchObject({ code: 'LOADER_NO_HEADER' })
  })
})

describe('of several that write at once', () => {
  async function race(paths: readonly string[], ids: readonly string[]) {
    const writer = await useWriter()
    const results = await Promise.allSettled(
      paths.map((path, at) => writeRevisions(writer.project, [writer.fileOf(path, ids[at] ?? '')])),
    )
    const refusals = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    return { files: writer.files(), refusals }
  }

  test('one gets the id, whatever its file is called, and the others are told', async () => {
    const { files, refusals } = await race(['a.ts', 'b.ts', 'c.ts', 'd.ts'], ['x', 'x', 'x', 'x'])
    expect(files).toHaveLength(1)
    expect(refusals.map(({ code }) => code)).toEqual(Array(3).fill('AUTHORING_DUPLICATE_ID'))
  })
  test('one gets the file name, and the others are told', async () => {
    const { files, refusals } = await race(['a.ts', 'a.ts', 'a.ts'], ['x', 'y', 'z'])
    expect(files).toEqual(['a.ts'])
    expect(refusals.map(({ code }) => code)).toEqual(Array(2).fill('AUTHORING_FILE_EXISTS'))
  })
  test('all get what nobody else wants', async () => {
    const { files, refusals } = await race(['a.ts', 'b.ts', 'c.ts'], ['x', 'y', 'z'])
    expect(refusals).toEqual([])
    expect(files).toEqual(['a.ts', 'b.ts', 'c.ts'])
  })
})

describe('the lock', () => {
  test('of a process that died is taken over', async () => {
    const { folder, project, fileOf, files } = await useWriter(tables('aaa1'))
    // No process has this id: it is beyond what Linux and macOS give out.
    writeFiles(folder, { 'migrations/.dbmig.lock': '4999999\n' })
    await writeRevisions(project, [fileOf('b.ts', 'bbb2', 'aaa1')])
    expect(files()).toEqual(['aaa1.ts', 'b.ts'])
  })
  test('is given back when writing fails', async () => {
    const { project, files } = await useWriter(tables('aaa1'))
    const failing = withWriteLock(project, () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(files()).toEqual(['aaa1.ts'])
  })
  test('holds its owner, so that whoever waits in vain can say who has it', async () => {
    const { folder, project } = await useWriter(tables('aaa1'))
    await withWriteLock(project, async () => {
      expect(readFileSync(join(folder, 'migrations/.dbmig.lock'), 'utf8')).toBe(`${process.pid}\n`)
    })
  })
  test('is the time to remove what killed writers have left, and nothing else', async () => {
    const { folder, project, fileOf, files } = await useWriter(tables('aaa1'))
    const others = [
      '.notes.md.0a1b2c3d',
      '._a.ts.0a1b2c3d',
      '.a.ts.0a1b',
      '.a.ts.0a1b2c3d.bak',
      '.dbmig.lock.1.2',
    ]
    const drafts = ['.a.ts.0a1b2c3d', '.a.mjs.ffffffff', 'sub/.a.ts.0a1b2c3d']
    writeFiles(folder, Object.fromEntries([...others, ...drafts].map((name) => [`migrations/${name}`, ''])))
    await writeRevisions(project, [fileOf('b.ts', 'bbb2', 'aaa1')])
    expect(files().sort()).toEqual([...others, 'aaa1.ts', 'b.ts', 'sub'].sort())
    expect(readdirSync(join(folder, 'migrations/sub'))).toEqual(['.a.ts.0a1b2c3d'])
    await withWriteLock({ ...project, recursive: true }, async () => {
      expect(readdirSync(join(folder, 'migrations/sub'))).toEqual([])
    })
  })
  test('does not stand for other folders: what killed writers have left there goes when it is a minute old', async () => {
    const { folder, project } = await useWriter({ 'more/.old.ts.0a1b2c3d': '', 'more/.new.ts.0a1b2c3d': '' })
    const more = join(folder, 'more')
    const before = new Date(Date.now() - 61_000)
    utimesSync(join(more, '.old.ts.0a1b2c3d'), before, before)
    await withWriteLock({ ...project, migrations: [...project.migrations, more] }, async () => {
      expect(readdirSync(more)).toEqual(['.new.ts.0a1b2c3d'])
    })
  })
  test('of a living process is waited for, and after ten seconds its owner is named', {
    timeout: 30_000,
  }, async () => {
    const { folder, project, fileOf, files } = await useWriter(tables('aaa1'))
    const lock = join(folder, 'migrations/.dbmig.lock')
    writeFiles(folder, { 'migrations/.dbmig.lock': `${process.ppid}\n` })
    await expect(writeRevisions(project, [fileOf('b.ts', 'bbb2', 'aaa1')])).rejects.toThrow(
      `Another dbmig (process ${process.ppid}) is writing revisions to ${join(folder, 'migrations')}. Wait for it and try again; if there is no such process, delete ${lock}.`,
    )
    expect(files()).toEqual(['.dbmig.lock', 'aaa1.ts'])
  })
})
