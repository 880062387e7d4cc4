/** A project from nothing, with the embedded database, as `dbmig init` sets it up. */
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { listTemplates } from '../../src/authoring/list-templates.ts'
import { type CliOptions, dbmig, repository, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'
import { useFolder } from '../support/folder.ts'

/** Types the commands that init tells to type next, and a comparison that must find nothing left to do. */
async function runNext(stdout: string, options: CliOptions): Promise<void> {
  const next = [...stdout.matchAll(/^ {2}npx dbmig (.*)$/gm)].map(([, command = '']) => command)
  expect(next).toEqual(['revision --autogenerate -m "first tables"', 'upgrade head', 'history'])
  for (const command of [...next, 'check', 'downgrade base', 'upgrade head']) {
    const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    const result = await dbmig(words, options)
    expect(result, result.stderr).toMatchObject({ exitCode: 0 })
  }
}

test.each([
  ['default', 'commonjs', 'a server'],
  ['default', 'module', 'a server'],
  ['default', undefined, 'an embedded database'],
  ['javascript', 'commonjs', 'an embedded database'],
  ['javascript', undefined, 'a server'],
])(
  'what init writes from %s works as it is, in a package of type %s, on %s',
  async (template, type, place) => {
    const env = place === 'a server' ? { DATABASE_URL: (await useTestDatabase()).url } : {}
    const cwd = useProject({ 'package.json': JSON.stringify({ name: 'fresh', type }) })
    const { stdout, exitCode } = await dbmig(['init', '--template', template], { cwd })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^wrote dbmig\.config\./m)
    await runNext(stdout, { cwd, env })
    expect(existsSync(join(cwd, '.dbmig/data'))).toBe(place !== 'a server')
    const revisions = readdirSync(join(cwd, 'migrations')).filter((name) => name.includes('first_tables'))
    expect(revisions).toEqual([expect.stringMatching(template === 'default' ? /\.ts$/ : /\.mjs$/)])
  },
  // Processes, each of which starts embedded databases, beside all other tests.
  240_000,
)

test('what init writes from sql works with the server that DATABASE_URL names, and says so', async () => {
  const { url } = await useTestDatabase()
  const cwd = useProject({})
  const { stdout } = await dbmig(['init', '--template', 'sql'], { cwd })
  expect(stdout).toContain('Name the database: export DATABASE_URL=postgres://')
  expect(existsSync(join(cwd, '.dbmig'))).toBe(false)
  const bare = await dbmig(['upgrade', 'head'], { cwd })
  expect(bare).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('set DATABASE_URL') })
  await runNext(stdout, { cwd, env: { DATABASE_URL: url } })
})

test('what init writes passes a strict type check without the types of Node', async () => {
  const cwd = useProject({
    'node_modules/dbmig/package.json': readFileSync(join(repository, 'package.json'), 'utf8'),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        ...{ target: 'ES2022', module: 'NodeNext', types: [], noEmit: true, skipLibCheck: true },
        ...{ strict: true, allowJs: true, checkJs: true, verbatimModuleSyntax: true },
        ...{ exactOptionalPropertyTypes: true, noPropertyAccessFromIndexSignature: true },
      },
    }),
    'package.json': '{ "type": "module" }',
  })
  symlinkSync(join(repository, 'dist'), join(cwd, 'node_modules/dbmig/dist'), 'dir')
  for (const { name } of listTemplates()) await dbmig(['init', name, '--template', name], { cwd })
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  const { stdout, exitCode } = await execa(process.execPath, [tsc, '--preserveSymlinks'], {
    cwd,
    reject: false,
  })
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
})

test('list-templates prints a line for each, and as JSON their names and descriptions', async () => {
  const cwd = useFolder()
  const { stdout } = await dbmig(['list-templates'], { cwd })
  const { stdout: json } = await dbmig(['list-templates', '--json'], { cwd })
  const templates: { name: string; description: string }[] = JSON.parse(json)
  expect(templates.map(({ name }) => name)).toEqual(['default', 'javascript', 'sql'])
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual(
    templates.map(({ name, description }) => [name, description]),
  )
})

test('init of another folder says to go there first', async () => {
  const cwd = useProject({})
  const { stdout } = await dbmig(['init', 'shop'], { cwd })
  expect(stdout).toMatch(/Next:\n {2}cd shop\n {2}npx dbmig revision /)
  expect(existsSync(join(cwd, 'shop/dbmig.config.ts'))).toBe(true)
})

test('init twice overwrites nothing and says so', async () => {
  const cwd = useProject({})
  await dbmig(['init'], { cwd })
  const { stdout, exitCode } = await dbmig(['init'], { cwd })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('kept  schema.ts')
  expect(stdout).not.toContain('wrote')
})
