/** `revision`, `merge` and `edit` as processes, several at once where that is what matters. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configFor, dbmig, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

const files = (cwd: string, folder = 'migrations') => readdirSync(join(cwd, folder))

async function atOnce(cwd: string, commands: readonly (readonly string[])[]) {
  const results = await Promise.all(commands.map((args) => dbmig(args, { cwd })))
  return {
    done: results.filter(({ exitCode }) => exitCode === 0),
    refused: results.filter(({ exitCode }) => exitCode !== 0),
  }
}

describe('several processes at once', () => {
  const six = [1, 2, 3, 4, 5, 6]

  test('that give one id: one writes its file, and the others say that it is there', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}', ...tables('aaa1') })
    const commands = six.map((n) => ['revision', '-m', `message ${n}`, '--rev-id', 'x'])
    const { done, refused } = await atOnce(cwd, commands)
    expect(done).toHaveLength(1)
    for (const { exitCode, stdout, stderr } of refused) {
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
      expect(stderr).toMatch(/^error: Revision "x" exists already, in \S+\.ts\. Give another --rev-id/)
    }
    expect(files(cwd)).toHaveLength(2)
    expect((await dbmig(['heads'], { cwd })).exitCode).toBe(0)
  })

  test('that would write one file: one does, and the others say that it is there', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{"fileTemplate": "{slug}"}', ...tables('aaa1') })
    const { done, refused } = await atOnce(
      cwd,
      six.map(() => ['revision', '-m', 'same']),
    )
    expect(done).toHaveLength(1)
    for (const { stderr } of refused) {
      expect(stderr).toBe(
        `error: ${join(cwd, 'migrations/same.ts')} exists already, and dbmig overwrites nothing. Move it away, or give the revision another message.`,
      )
    }
    expect(files(cwd)).toEqual(['aaa1.ts', 'same.ts'])
  })

  test('that give no id: each writes its own, all in one second', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}' })
    const { done } = await atOnce(
      cwd,
      six.map(() => ['revision', '-m', 'same', '--head', 'base']),
    )
    expect(done).toHaveLength(6)
    expect(files(cwd)).toHaveLength(6)
    expect((await dbmig(['heads', '--json'], { cwd })).exitCode).toBe(0)
  })

  test('that follow the head: they make a line, and one that came too late to follow it is told', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}', ...tables('aaa1') })
    const { done, refused } = await atOnce(
      cwd,
      six.map(() => ['revision', '-m', 'same']),
    )
    for (const { exitCode, stdout, stderr } of refused) {
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
      expect(stderr).toMatch(
        /^error: Another process has written a revision meanwhile: this one was to follow \w+, and would now follow \w+\. Nothing was written; run the command again\.$/,
      )
    }
    expect(files(cwd)).toHaveLength(1 + done.length)
    expect((await dbmig(['heads', '--check'], { cwd })).exitCode).toBe(0)
  })

  test('that merge the heads: one does', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}', ...tables('aaa1', 'bbb2'), ...tables('aaa1', 'ccc3') })
    const { done } = await atOnce(
      cwd,
      six.map(() => ['merge']),
    )
    expect(done).toHaveLength(1)
    expect(files(cwd)).toHaveLength(4)
  })
})

test('a merge of three heads runs up and down like any revision', async () => {
  const { url } = await useTestDatabase()
  const three = { ...tables('aaa1', 'bbb2'), ...tables('aaa1', 'ccc3'), ...tables('aaa1', 'ddd4') }
  const cwd = useProject({ 'dbmig.config.mjs': configFor(url), ...three })
  const { stdout } = await dbmig(['merge', '--rev-id', 'mmm5', '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject({ revision: 'mmm5', downRevision: ['bbb2', 'ccc3', 'ddd4'] })
  const at = async () => JSON.parse((await dbmig(['current', '--json'], { cwd })).stdout).heads
  expect((await dbmig(['upgrade', 'head'], { cwd })).exitCode).toBe(0)
  expect(await at()).toEqual(['mmm5'])
  expect((await dbmig(['downgrade', 'bbb2'], { cwd })).exitCode).toBe(0)
  const again = await dbmig(['merge', 'current', '--splice', '--dry-run'], { cwd })
  expect(again.stdout).toContain(`export const downRevision = ['bbb2', 'ccc3', 'ddd4']`)
  expect((await dbmig(['downgrade', 'base'], { cwd })).exitCode).toBe(0)
  expect(await at()).toEqual([])
})

test('with folders by year and month, revisions are written into them and read from them', async () => {
  const config = { recursive: true, fileTemplate: '{year}/{month}/{rev}_{slug}' }
  const cwd = useProject({ '.dbmigrc.json': JSON.stringify(config) })
  const path = /^migrations\/\d{4}\/\d\d\/(?:aaa1|bbb2)_x\.ts$/
  expect((await dbmig(['revision', '-m', 'x', '--rev-id', 'aaa1'], { cwd })).stdout).toMatch(path)
  expect((await dbmig(['revision', '-m', 'x', '--rev-id', 'bbb2'], { cwd })).stdout).toMatch(path)
  const { stdout } = await dbmig(['history', '--json'], { cwd })
  expect(JSON.parse(stdout)).toMatchObject([
    { revision: 'bbb2', downRevision: ['aaa1'] },
    { revision: 'aaa1', downRevision: [] },
  ])
})

test('revision refuses --empty with --autogenerate, which say the opposite', async () => {
  const cwd = useProject({ '.dbmigrc.json': '{}' })
  const { exitCode, stderr } = await dbmig(['revision', '-m', 'x', '--empty', '--autogenerate'], { cwd })
  expect(exitCode).toBe(2)
  expect(stderr).toContain("option '--empty' cannot be used with option '--autogenerate'")
  expect((await dbmig(['revision', '-m', 'x', '--empty'], { cwd })).exitCode).toBe(0)
})

describe('edit', () => {
  test('opens the file in the editor of the environment, and prints its path', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}', ...tables('aaa1', 'bbb2') })
    const { exitCode, stdout } = await dbmig(['edit', 'bb'], { cwd, env: { VISUAL: 'node --version' } })
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').at(-1)).toBe('migrations/bbb2.ts')
  })
  test('says in a sentence that there is no editor', async () => {
    const cwd = useProject({ '.dbmigrc.json': '{}', ...tables('aaa1') })
    const { exitCode, stdout, stderr } = await dbmig(['edit', 'head'], {
      cwd,
      env: { VISUAL: '', EDITOR: '' },
    })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toBe(
      'error: No editor is configured. Set $VISUAL or $EDITOR to the command that opens one, such as `EDITOR="code --wait"`.',
    )
  })
})
