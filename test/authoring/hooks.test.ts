import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { runHooks } from '../../src/authoring/hooks.ts'
import { writeRevisions } from '../../src/authoring/write-revision.ts'
import type { Project } from '../../src/config/config.ts'
import type { Hook } from '../../src/config/hooks.ts'
import { loadProject } from '../../src/config/project.ts'
import { revisionText } from '../support/cli.ts'
import { useFolder, writeFiles } from '../support/folder.ts'

const source = revisionText({ revision: 'a' })
let root: string
let path: string

beforeEach(() => {
  root = useFolder()
  path = join(root, 'migrations', 'a.ts')
})

/** A hook that runs a piece of JavaScript; the file's path is its `file`. */
const node = (code: string): string[] => [
  process.execPath,
  '-e',
  `const fs = require('node:fs'), file = process.argv[1]; ${code}`,
]
const succeeds = node('')
const appends = (text: string) => node(`fs.appendFileSync(file, ${JSON.stringify(`// ${text}\n`)})`)

const projectWith = (hooks: Record<string, Hook>): Promise<Project> =>
  loadProject({ cwd: root, env: {}, config: { hooks } })

/** Writes a revision in a project with these hooks. */
async function write(hooks: Record<string, Hook>, signal?: AbortSignal) {
  return writeRevisions(await projectWith(hooks), [{ path, source }], { signal })
}

const text = () => readFileSync(path, 'utf8')

describe('hooks', () => {
  test('run on the written file, in the order of the configuration', async () => {
    expect(await write({ second: appends('one'), first: appends('two') })).toEqual([
      { name: 'second', path, ok: true, error: null, output: '' },
      { name: 'first', path, ok: true, error: null, output: '' },
    ])
    expect(text()).toBe(`${source}// one\n// two\n`)
  })

  test('run on each of several files', async () => {
    const other = join(root, 'migrations', 'b.ts')
    const files = [
      { path, source },
      { path: other, source: revisionText({ revision: 'b', down: 'a' }) },
    ]
    const results = await writeRevisions(await projectWith({ mark: appends('seen') }), files)
    expect(results.map((result) => result.path)).toEqual([path, other])
    expect(readFileSync(other, 'utf8')).toMatch(/\/\/ seen\n$/)
  })

  test('get the path where {file} stands, else as the last argument', async () => {
    const print = node('console.log(process.argv.slice(1).join("|"))')
    const results = await write({
      last: [...print, 'write'],
      named: [...print, 'path={file}', 'x'],
    })
    expect(results.map(({ output }) => output)).toEqual([`write|${path}`, `path=${path}|x`])
  })

  test('run without a shell: an argument is an argument', async () => {
    const [result] = await write({ safe: [...node('console.log(process.argv[1])'), '$(id); a*'] })
    expect(result).toMatchObject({ ok: true, output: '$(id); a*' })
  })

  test('run in the folder of the project unless they name another', async () => {
    writeFiles(root, { 'tools/x': '' })
    const where = { command: process.execPath, args: ['-e', 'console.log(process.cwd())'] }
    const results = await write({ here: where, there: { ...where, cwd: 'tools' } })
    expect(results.map(({ output }) => output)).toEqual([root, join(root, 'tools')])
  })

  test('find the programs that are installed in the project', async () => {
    writeFiles(root, { 'node_modules/.bin/format-it': '#!/bin/sh\necho "// formatted" >> "$1"\n' })
    chmodSync(join(root, 'node_modules/.bin/format-it'), 0o755)
    expect(await write({ format: ['format-it'] })).toMatchObject([{ ok: true }])
    expect(text()).toBe(`${source}// formatted\n`)
  })

  test('read no input, so that none waits for any', async () => {
    const [result] = await write({ ask: node('console.log(fs.readFileSync(0, "utf8").length)') })
    expect(result).toMatchObject({ ok: true, output: '0' })
  })

  test('that fail are told with their exit code and output; the file is kept and the others run', async () => {
    const results = await write({
      lint: node('console.log("out"); console.error("postgres://me:hunter2@h/d"); process.exit(3)'),
      mark: appends('still'),
    })
    expect(results).toEqual([
      {
        name: 'lint',
        path,
        ok: false,
        error: `The hook "lint" failed with exit code 3. ${path} is kept as it is now.`,
        output: 'out\npostgres://me:***@h/d',
      },
      { name: 'mark', path, ok: true, error: null, output: '' },
    ])
    expect(text()).toBe(`${source}// still\n`)
  })

  const failures: readonly [string, Hook, RegExp][] = [
    [
      'are not there',
      ['nosuch-program'],
      /was not run: there is no program nosuch-program\. Install it, or correct `hooks\.it` in the configuration\./,
    ],
    ['may not be run', ['./migrations/a.ts'], /was not run: spawn .*EACCES\./],
    ['have no folder', { command: 'x', cwd: 'gone' }, /was not run: its folder .*gone does not exist\./],
    ['are killed', node('process.kill(process.pid, "SIGKILL")'), /was ended by SIGKILL\./],
  ]
  test.each(failures)('that %s say so', async (_, hook, expected) => {
    const [result] = await write({ it: hook, mark: appends('still') })
    expect(result).toMatchObject({ ok: false, error: expect.stringMatching(expected) })
    expect(result?.error).toMatch(/^The hook "it" /)
    expect(text()).toBe(`${source}// still\n`)
  })

  test('that are interrupted end, and the next ones are not begun', async () => {
    const controller = new AbortController()
    const started = join(root, 'started')
    const waits = node(`fs.writeFileSync(${JSON.stringify(started)}, ''); setTimeout(() => {}, 60_000)`)
    const writing = write({ waits, next: appends('no') }, controller.signal)
    await expect.poll(() => existsSync(started), { timeout: 20_000 }).toBe(true)
    controller.abort()
    expect((await writing).map(({ error }) => error)).toEqual([
      `The hook "waits" was interrupted. ${path} is kept as it is now.`,
      `The hook "next" was not run, as the command was interrupted. ${path} is kept as it is now.`,
    ])
    expect(text()).toBe(source)
  })
})

describe('what a hook makes of the file', () => {
  const faults = async (hooks: Record<string, Hook>) => (await write(hooks)).map(({ error }) => error)

  test('may be another text of the same revision', async () => {
    const quotes = node(`fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll("'", '"'))`)
    expect(await faults({ quotes })).toEqual([null])
    // No longer readable from its text, but by an import.
    const grouped = node(
      `fs.writeFileSync(file, "const revision = 'a', downRevision = null\\nexport { revision, downRevision }\\n")`,
    )
    const [result] = await runHooks(await projectWith({ grouped }), [{ ...written, path }])
    expect(result).toMatchObject({ ok: true })
  })

  test('must still be a revision; the hook that broke it is named, and the file is kept', async () => {
    expect(
      await faults({ ok: succeeds, breaks: node(`fs.writeFileSync(file, 'broken')`), next: succeeds }),
    ).toEqual([null, expect.stringMatching(`^The hook "breaks" has left no revision: ${path} .*`), null])
    expect(text()).toBe('broken')
  })

  test('must still be there', async () => {
    expect(await faults({ removes: node('fs.unlinkSync(file)') })).toEqual([
      expect.stringMatching(`^The hook "removes" has left no revision: ${path} cannot be read`),
    ])
  })

  test('must be the same revision', async () => {
    const renames = node(`fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"a"', '"b"'))`)
    expect(await faults({ renames })).toEqual([
      `The hook "renames" has changed \`revision\` in ${path}: restore it, and correct the hook.`,
    ])
  })
})

const written = {
  revision: 'a',
  downRevisions: [],
  branchLabels: [],
  dependsOn: [],
  replaces: [],
  message: '',
  createDate: null,
}

test('nothing runs where the file could not be written', async () => {
  writeFiles(dirname(path), { 'a.ts': source })
  await expect(write({ mark: appends('no') })).rejects.toMatchObject({ code: 'AUTHORING_DUPLICATE_ID' })
  expect(text()).toBe(source)
})
