import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { dbmig, tables, useProject } from '../support/cli.ts'

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
  const commands = modules.flatMap((module) => /dist\/cli\/commands\/([\w-]+)\.js/.exec(module)?.[1] ?? [])
  expect(commands).toEqual(['heads'])
})

test('a configuration that imports dbmig loads no driver by that', async () => {
  const { '.dbmigrc.json': _, ...revisions } = project
  const config = `import { defineConfig } from 'dbmig'\nexport default defineConfig({})\n`
  const { packages } = await loadedBy(['history'], { 'dbmig.config.ts': config, ...revisions })
  expect(['pg', 'kysely', '@electric-sql/pglite'].filter((name) => packages.has(name))).toEqual([])
})
