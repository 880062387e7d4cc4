/** dbmig as a library. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type CommandEvent,
  current,
  DbmigError,
  downgrade,
  heads,
  history,
  show,
  upgrade,
} from '../src/index.ts'
import { tables, useProject } from './support/cli.ts'
import { useTestDatabase } from './support/database.ts'

const line = tables('aaa1', 'bbb2')

test('a configuration can be given in place of a file', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject({ 'dbmig.config.js': 'throw new Error("not this one")', ...line })
  const project = { cwd, config: { url } }
  expect(await upgrade({ ...project, target: 'head' })).toMatchObject({ heads: ['bbb2'] })
  expect(await current(project)).toMatchObject({ heads: ['bbb2'], pending: 0 })
  expect(await downgrade({ ...project, target: 'base' })).toMatchObject({ heads: [] })
})

test('what a given configuration holds is checked like a file', async () => {
  const config = { migration: './x' } as object
  await expect(history({ config })).rejects.toThrow(
    'the configuration: unknown key `migration`. Did you mean `migrations`?',
  )
})

test('a configuration file can be named, and a URL wins over it', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject({ 'other.json': '{ "url": "postgres://nobody@127.0.0.1:1/x" }', ...line })
  expect((await current({ cwd, config: 'other.json', url })).pending).toBe(2)
})

test('the environment counts only when it is handed over', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject({ '.dbmigrc.json': '{}', ...line })
  await expect(current({ cwd, env: {} })).rejects.toMatchObject({ code: 'CONFIG_NO_URL' })
  expect((await current({ cwd, env: { DATABASE_URL: url } })).pending).toBe(2)
})

test('views are lists of entries with what is current', async () => {
  const { url } = await useTestDatabase()
  const project = { cwd: useProject(line), config: { url } }
  await upgrade({ ...project, target: 'aaa1' })
  const { entries, current: at, unknown } = await history(project)
  expect(entries.map(({ revision }) => revision)).toEqual(['bbb2', 'aaa1'])
  expect({ at, unknown }).toEqual({ at: ['aaa1'], unknown: [] })
  expect((await heads({ ...project, offline: true })).current).toBeNull()
  expect((await show({ ...project, targets: ['current'] })).entries).toMatchObject([{ revision: 'aaa1' }])
})

test('events tell of each revision, and an aborted signal ends the run before it begins', async () => {
  const { url } = await useTestDatabase()
  const project = { cwd: useProject(line), config: { url } }
  const events: CommandEvent[] = []
  await upgrade({ ...project, target: 'head', onEvent: (event) => events.push(event) })
  expect(events.map(({ type }) => type)).toEqual([
    'planned',
    'start',
    'statement',
    'done',
    'start',
    'statement',
    'done',
  ])
  await expect(downgrade({ ...project, target: 'base', signal: AbortSignal.abort() })).rejects.toThrow()
  expect((await current(project)).heads).toEqual(['bbb2'])
})

test('a mistake is a DbmigError with a stable code', async () => {
  const cwd = useProject({})
  const error = await history({ cwd, config: {} }).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DbmigError)
  expect(error).toMatchObject({ code: 'LOADER_NO_FOLDER', exitCode: 2 })
  expect(String(error)).toContain(join(cwd, 'migrations'))
})
