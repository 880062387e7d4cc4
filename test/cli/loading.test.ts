import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { dbmig, repository, revisionText, tables, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

/** The packages and files of dbmig that a command loads. */
async function loadedBy(args: readonly string[], files: Readonly<Record<string, string>> = {}) {
  const cwd = useProject(files)
  const trace = join(cwd, 'trace')
  const hook = pathToFileURL(join(import.meta.dirname, '../support/trace-modules.mjs')).href
  const { exitCode } = await dbmig(args, {
    cwd,
    env: { NODE_OPTIONS: `--import=${hook}`, TRACE_MODULES: trace },
  })
  expect(exitCode).toBe(0)
  const modules = readFileSync(trace, 'utf8').split('\n')
  const packages = modules.flatMap((module) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? [])
  return { packages: new Set(packages), modules }
}

const built = pathToFileURL(join(repository, 'dist/')).href

/** The files of src that a file of the build is made of: it names each above what comes from it. */
function sourcesOf(url: string): string[] {
  const text = readFileSync(fileURLToPath(url), 'utf8')
  return [...text.matchAll(/^\/\/ (src\/.+\.ts)$/gm)].map(([, source = '']) => source)
}

const drivers = ['pg', 'kysely', '@electric-sql/pglite', 'jiti']
const unreachable = '{"url":"postgres://nobody@127.0.0.1:1/none"}'
const project = { '.dbmigrc.json': '{}', ...tables('aaa1', 'bbb2') }

test('the trace sees what a command loads', async () => {
  const { packages } = await loadedBy(['current'], { ...project, '.dbmigrc.json': '{"url":"pglite:memory"}' })
  expect([...packages]).toEqual(expect.arrayContaining(['commander', 'pg', '@electric-sql/pglite']))
})

test('--version loads no package at all', async () => {
  const { packages } = await loadedBy(['--version'])
  expect([...packages]).toEqual([])
})

test.each([[['--help']], [['upgrade', '--help']], [['help', 'revision']]])(
  '%s loads commander alone',
  async (args) => {
    const { packages } = await loadedBy(args)
    expect([...packages]).toEqual(['commander'])
  },
)

test.each(['history', 'heads', 'branches', 'show head'])(
  '%s without a URL loads no driver',
  async (command) => {
    const { packages } = await loadedBy(command.split(' '), project)
    expect(drivers.filter((name) => packages.has(name))).toEqual([])
  },
)

test.each(['history', 'heads', 'branches', 'show head'])('%s --offline loads no driver', async (command) => {
  const files = { ...project, '.dbmigrc.json': unreachable }
  const { packages } = await loadedBy([...command.split(' '), '--offline'], files)
  expect(drivers.filter((name) => packages.has(name))).toEqual([])
})

test.each(['revision -m x --head base', 'merge aaa1 bbb2 --dry-run'])(
  '%s loads no driver even where a database is configured',
  async (command) => {
    const files = { ...tables('aaa1'), ...tables('bbb2') }
    const { packages } = await loadedBy(command.split(' '), { ...files, '.dbmigrc.json': unreachable })
    expect(drivers.filter((name) => packages.has(name))).toEqual([])
  },
)

test('a command loads the file of no other command', async () => {
  const { modules } = await loadedBy(['heads'], project)
  const sources = modules.filter((module) => module.startsWith(built)).flatMap(sourcesOf)
  const commands = sources.flatMap((source) => /^src\/cli\/commands\/([\w-]+)\.ts$/.exec(source)?.[1] ?? [])
  expect(commands).toEqual(['heads'])
})

test('a configuration that imports dbmig loads no driver by that', async () => {
  const { '.dbmigrc.json': _, ...revisions } = project
  const config = `import { defineConfig } from 'dbmig'\nexport default defineConfig({})\n`
  const { packages } = await loadedBy(['history'], { 'dbmig.config.ts': config, ...revisions })
  expect(['pg', 'kysely', '@electric-sql/pglite'].filter((name) => packages.has(name))).toEqual([])
})

test.each([
  ['.dbmigrc.json', '{}', []],
  ['.dbmigrc.yaml', 'migrations: ./migrations', ['cosmiconfig']],
  ['dbmig.config.cjs', "module.exports = { migrations: './migrations' }", ['jiti']],
])('with %s, heads loads what reads that and nothing else', async (file, text, expected) => {
  const { '.dbmigrc.json': _, ...revisions } = project
  const { packages } = await loadedBy(['heads'], { [file]: text, ...revisions })
  expect([...drivers, 'cosmiconfig', 'chalk', 'execa', 'diff'].filter((name) => packages.has(name))).toEqual(
    expected,
  )
})

describe('of fifty revisions', () => {
  const ids = Array.from({ length: 50 }, (_, index) => `r${index + 10}`)
  // The trace does not see what jiti evaluates: each file says so itself.
  const more = (revision: string) =>
    `import { appendFileSync } from 'node:fs'\nappendFileSync(process.env.IMPORTED ?? '', '${revision} ')\n`

  /** The revisions whose files a command imports, after another command. */
  async function importedBy(command: string, before: string) {
    const { url } = await useTestDatabase()
    const files = ids.map((revision, index) => {
      const text = revisionText({ revision, down: ids[index - 1] ?? null, more: more(revision) })
      return [`migrations/${revision}.ts`, text]
    })
    const cwd = useProject({ '.dbmigrc.json': JSON.stringify({ url }), ...Object.fromEntries(files) })
    const imported = join(cwd, 'imported')
    for (const each of [before, command]) {
      writeFileSync(imported, '')
      const result = await dbmig(each.split(' '), { cwd, env: { IMPORTED: imported } })
      expect(result).toMatchObject({ exitCode: 0 })
    }
    return readFileSync(imported, 'utf8').trim()
  }

  test('an upgrade imports the one that it runs', async () => {
    expect(await importedBy('upgrade +1', 'stamp r40')).toBe('r41')
  })

  test('a downgrade imports the one that it undoes', async () => {
    expect(await importedBy('downgrade -1', 'stamp r40')).toBe('r40')
  })

  test.each(['stamp heads', 'current', 'history', 'heads', 'show head'])(
    '%s imports none',
    async (command) => {
      expect(await importedBy(command, 'stamp r58')).toBe('')
    },
  )
})
