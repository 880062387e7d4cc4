/** Flags as Alembic's users type them. */
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configFor, dbmig, revisionText, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

async function json<T>(args: readonly string[], cwd: string): Promise<T> {
  const { stdout, stderr } = await dbmig([...args, '--json'], { cwd })
  expect(stderr).not.toContain('error')
  return JSON.parse(stdout) as T
}

describe('history takes a range that begins with a minus', () => {
  const ways = [
    ['-r', '-1:current'],
    ['-r-1:current'],
    ['-r=-1:current'],
    ['--range', '-1:current'],
    ['--range=-1:current'],
    ['--rev-range', '-1:current'],
    ['--rev-range=-1:current'],
  ]
  test('however it is typed', async () => {
    const { url } = await useTestDatabase()
    const cwd = useProject({ 'dbmig.config.js': configFor(url), ...tables('aaa1', 'bbb2', 'ccc3', 'ddd4') })
    expect((await dbmig(['upgrade', 'ccc3'], { cwd })).exitCode).toBe(0)
    const lists = await Promise.all(ways.map((way) => json<{ revision: string }[]>(['history', ...way], cwd)))
    for (const [index, list] of lists.entries())
      expect(
        list.map(({ revision }) => revision),
        ways[index]?.join(' '),
      ).toEqual(['ccc3', 'bbb2'])
  })
})

describe('revision', () => {
  test('writes to the folder that --version-path names, as to that of --migrations-path', async () => {
    const cwd = useProject({
      '.dbmigrc.json': JSON.stringify({ migrations: ['one', 'two'] }),
      'one/aaa1.ts': revisionText({ revision: 'aaa1' }),
      'two/README.md': '',
    })
    for (const flag of ['--version-path', '--migrations-path']) {
      const { path } = await json<{ path: string }>(['revision', '-m', flag, flag, 'two'], cwd)
      expect(dirname(path)).toBe(join(cwd, 'two'))
    }
  })

  test('takes --depends-on several times, and several ids after one', async () => {
    const cwd = useProject({
      '.dbmigrc.json': '{}',
      ...Object.fromEntries(
        ['aaa1', 'bbb2', 'ccc3'].map((revision) => [`migrations/${revision}.ts`, revisionText({ revision })]),
      ),
    })
    const source = async (...flags: string[]) => {
      const args = ['revision', '-m', 'm', '--head', 'aaa1', '--dry-run', ...flags]
      return (await json<{ source: string }>(args, cwd)).source
    }
    const both = `export const dependsOn = ['bbb2', 'ccc3'] as const`
    expect(await source('--depends-on', 'bbb2', '--depends-on', 'ccc3')).toContain(both)
    expect(await source('--depends-on', 'bbb2', 'ccc3')).toContain(both)
    expect(await source('--depends-on=bbb2', '--depends-on=ccc3')).toContain(both)
  })
})

test('the help tells of dbmig’s own flags alone', async () => {
  const cwd = useProject({})
  const [history, revision] = await Promise.all(
    ['history', 'revision'].map((command) => dbmig([command, '--help'], { cwd })),
  )
  expect(history?.stdout).toContain('--range')
  expect(history?.stdout).not.toContain('--rev-range')
  expect(revision?.stdout).toContain('--migrations-path')
  expect(revision?.stdout).not.toContain('--version-path')
})

test.each([
  ['list_templates', 'list-templates'],
  ['ensure_version', 'ensure-version'],
])('the command %s is told that it is %s', async (typed, meant) => {
  const { exitCode, stderr } = await dbmig([typed], { cwd: useProject({}) })
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`Did you mean ${meant}?`)
})
