import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Project } from '../../src/config/config.ts'
import { downgrade } from '../../src/runner/downgrade.ts'
import type { RunEvent } from '../../src/runner/events.ts'
import { upgrade } from '../../src/runner/upgrade.ts'
import { useTestDatabase } from '../support/database.ts'
import { useProject } from './helpers.ts'

const line = [
  { id: 'aaa1', up: 'create table a (id int)', undo: 'drop table a' },
  { id: 'bbb2', up: 'create table b (id int)', undo: 'drop table b' },
  { id: 'ccc3', up: 'create table c (id int)', undo: 'drop table c' },
]

async function editFile(project: Project, name: string, from: string | RegExp, to: string): Promise<void> {
  const path = `${project.migrations[0]}/${name}`
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to))
}

async function useApplied(target = 'bbb2') {
  const database = await useTestDatabase()
  const project = await useProject(database.url, line)
  await upgrade(project, { target })
  const seen: string[][] = []
  const onEvent = (event: RunEvent) => {
    if (event.type === 'edited') seen.push(event.revisions.map(({ revision }) => revision))
  }
  return { database, project, seen, onEvent }
}

describe('a file that was changed after it was applied', () => {
  test('is told before anything runs, and keeps nothing from running', async () => {
    const { project, seen, onEvent } = await useApplied()
    await editFile(project, '0_aaa1.mjs', 'id int', 'id bigint')
    expect(await upgrade(project, { target: 'head', onEvent })).toMatchObject({ heads: ['ccc3'] })
    expect(seen).toEqual([['aaa1']])
    await downgrade(project, { target: 'aaa1', onEvent })
    expect(seen).toEqual([['aaa1'], ['aaa1']])
  })

  test('is told in a dry run, too', async () => {
    const { project, seen, onEvent } = await useApplied()
    await editFile(project, '0_aaa1.mjs', 'id int', 'id bigint')
    await upgrade(project, { target: 'head', dryRun: true, onEvent })
    expect(seen).toEqual([['aaa1']])
  })

  test('makes a strict run refuse, also where there is nothing to do', async () => {
    const { database, project } = await useApplied()
    await editFile(project, '0_aaa1.mjs', 'id int', 'id bigint')
    const [folder] = project.migrations
    for (const target of ['head', 'bbb2'])
      await expect(upgrade(project, { target, strict: true })).rejects.toMatchObject({
        code: 'RUNNER_EDITED',
        exitCode: 1,
        message: `An applied file is not what ran any more: aaa1 (${folder}/0_aaa1.mjs). Nothing was run, as --strict says. Restore what it was from the repository, and put the change into a new revision.`,
      })
    await editFile(project, '1_bbb2.mjs', 'id int', 'id bigint')
    await expect(downgrade(project, { target: 'base', strict: true })).rejects.toMatchObject({
      message: expect.stringContaining(
        `2 applied files are not what ran any more: aaa1 (${folder}/0_aaa1.mjs), bbb2 (${folder}/1_bbb2.mjs). Nothing was run, as --strict says. Restore what they were`,
      ),
    })
    expect(await database.query('select 1 from dbmig_version')).toHaveLength(2)
  })

  test('is no other where comments and white space alone were changed', async () => {
    const { project, seen, onEvent } = await useApplied()
    await editFile(project, '0_aaa1.mjs', 'revision aaa1', 'make the first table')
    await editFile(project, '1_bbb2.mjs', /\n/g, '\n\n')
    await upgrade(project, { target: 'head', strict: true, onEvent })
    expect(seen).toEqual([])
  })

  test('is no other where it failed half-way, and was corrected for a retry', async () => {
    const database = await useTestDatabase()
    const project = await useProject(database.url, [{ id: 'aaa1', outside: true, up: 'select 1/0' }])
    await expect(upgrade(project, { target: 'head' })).rejects.toThrow('division by zero')
    await editFile(project, '0_aaa1.mjs', '1/0', '1/1')
    expect(await upgrade(project, { target: 'head', retry: true, strict: true })).toMatchObject({
      heads: ['aaa1'],
    })
  })

  test('costs nothing where there is nothing to do', async () => {
    const { project, seen, onEvent } = await useApplied('head')
    await editFile(project, '0_aaa1.mjs', 'id int', 'id bigint')
    await upgrade(project, { target: 'head', onEvent })
    expect(seen).toEqual([])
  })
})

describe('a file that needs a newer dbmig', () => {
  test('is refused before anything runs, whatever else it asks for', async () => {
    const database = await useTestDatabase()
    const newer = { id: 'ddd4', up: 'select 1', config: `requires: '99.1.0', someday: 1` }
    const project = await useProject(database.url, [...line, newer])
    await expect(upgrade(project, { target: 'head' })).rejects.toMatchObject({
      code: 'LOADER_NEWER_NEEDED',
      exitCode: 1,
      message: expect.stringMatching(
        /^\S+3_ddd4\.mjs needs dbmig 99\.1\.0 or newer, and this is \d+\.\d+\.\d+\S*\. Install that, or lower `requires` in its config if it asks for too much\.$/,
      ),
    })
    expect(await database.query(`select to_regclass('a') as a`)).toEqual([{ a: null }])
  })

  test('must say which in numbers', async () => {
    const project = await useProject('pglite:memory', [
      { id: 'aaa1', up: 'select 1', config: `requires: '>=1'` },
    ])
    await expect(upgrade(project, { target: 'aaa1', dryRun: true })).rejects.toMatchObject({
      code: 'LOADER_BAD_HEADER',
      message: expect.stringContaining("the oldest version of dbmig that will do, such as '1.2.0'"),
    })
  })

  test('runs with the version that it needs', async () => {
    const project = await useProject('pglite:memory', [
      { id: 'aaa1', up: 'select 1', config: `requires: '0.0.9'` },
    ])
    expect(await upgrade(project, { target: 'aaa1', dryRun: true })).toMatchObject({ heads: ['aaa1'] })
  })
})
