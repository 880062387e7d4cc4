/** dbmig as a library. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type CommandEvent,
  current,
  DbmigError,
  downgrade,
  type EventCause,
  edit,
  heads,
  history,
  resolve,
  show,
  stamp,
  stampAll,
  stampSql,
  upgrade,
} from '../src/index.ts'
import { revisionText, tables, useProject } from './support/cli.ts'
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

test.each<[object, string]>([
  [{ target: 3 }, 'the options: `target` is number 3, but must be a text.'],
  [{ lockWaitMs: 'x' }, "the options: `lockWaitMs` is 'x', but must be a number of milliseconds from 0."],
  [
    { lockWaitMs: -1 },
    'the options: `lockWaitMs` is number -1, but must be a number of milliseconds from 0.',
  ],
  [
    { waitForDatabaseMs: Number.NaN },
    'the options: `waitForDatabaseMs` is number NaN, but must be a number of milliseconds from 0.',
  ],
  [{ signal: 3 }, 'the options: `signal` is number 3, but must be an AbortSignal.'],
  [{ onEvent: true }, 'the options: `onEvent` is boolean true, but must be a function.'],
  [{ retries: -1 }, 'the flags or options: `retries` is number -1, but must be a whole number from 0.'],
])('what is not typed is checked before anything is done: %o', async (options, message) => {
  const wrong = { config: { url: 'postgres://nobody@127.0.0.1:1/x' }, target: 'head', ...options }
  await expect(upgrade(wrong)).rejects.toMatchObject({ code: 'CONFIG_WRONG_VALUE', message, exitCode: 2 })
})

test('a target that is left out in code that is not typed is asked for', async () => {
  const { url } = await useTestDatabase()
  const project = { cwd: useProject(line), config: { url } }
  const message = "No target is given: say one, such as head (from code as `target: 'head'`)."
  await expect(upgrade(project as never)).rejects.toThrow(message)
  await expect(resolve({ ...project, revision: 'aaa1', applied: true } as never)).rejects.toThrow(message)
  const list = "No target is given: say one, such as head (from code as `targets: ['head']`)."
  for (const command of [stamp, stampAll, stampSql, show, edit])
    await expect(command(project as never)).rejects.toThrow(list)
})

test('an event of a failure tells of it without a look at what was thrown', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject({
    'migrations/a.ts': revisionText({ revision: 'aaa1', up: '  await sql`select 1 / 0`.execute(db)' }),
  })
  let cause: EventCause | undefined
  const onEvent = (event: CommandEvent) => {
    if (event.type === 'failed') cause = event.cause
  }
  await expect(upgrade({ cwd, config: { url }, target: 'head', onEvent })).rejects.toThrow(DbmigError)
  expect(cause).toEqual({ message: 'division by zero', sqlState: '22012', detail: null, hint: null })
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
