/** That docs/scripting.md lists the keys that `--json` prints: all of them, and no others. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { dbmig, repository, revisionText, tables, useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'
import { keysOfShape, keysOfValue, readShapes } from '../support/json-shapes.ts'

const page = readFileSync(join(repository, 'docs/scripting.md'), 'utf8')
const [, block = ''] = /```\n(init [\s\S]*?)```/.exec(page) ?? []
const shapes = readShapes(block)

type Files = Readonly<Record<string, string>>

interface Work {
  readonly cwd: string
  readonly database: TestDatabase
  /** Runs a command with `--json`, and keeps the keys that it prints. */
  run(...args: string[]): Promise<void>
  /** Runs a command of which nothing is kept. */
  setUp(...args: string[]): Promise<void>
}

/** The keys of the JSON that a command prints in a project of its own. */
async function keysOf(files: Files, work: (given: Work) => Promise<void>, config = {}): Promise<string[]> {
  const database = await useTestDatabase()
  const cwd = useProject({
    '.dbmigrc.json': JSON.stringify({ url: database.url, ...config }),
    'migrations/README.md': '',
    ...files,
  })
  const env = { EDITOR: 'true', VISUAL: '' }
  const keys = new Set<string>()
  await work({
    cwd,
    database,
    async run(...args) {
      const { stdout, stderr } = await dbmig([...args, '--json'], { cwd, env })
      expect(stdout, `${args.join(' ')}\n${stderr}`).toMatch(/^[[{]/)
      for (const key of keysOfValue(JSON.parse(stdout))) keys.add(key)
    },
    async setUp(...args) {
      const { exitCode, stderr } = await dbmig(args, { cwd })
      expect(exitCode, stderr).toBe(0)
    },
  })
  return [...keys].sort()
}

const documented = (name: string) => [...keysOfShape(shapes, name)].sort()

function appliedThen(...command: string[]) {
  return async ({ run, setUp }: Work) => {
    await setUp('upgrade', 'heads')
    await run(...command)
  }
}

/** As after a failure outside a transaction, of each. */
function halfWayThen(...command: string[]) {
  return async ({ run, setUp, database }: Work) => {
    await setUp('upgrade', 'heads')
    await leaveHalfWay(database)
    await run(...command)
  }
}

async function leaveHalfWay(database: TestDatabase): Promise<void> {
  await database.query(
    `update dbmig_version set status = 'failed', attempt = jsonb_build_object('direction', 'up', 'startedAt', '2026-11-23T00:00:00Z',
       'transactionId', '1', 'pid', 1, 'error', 'no', 'statement', 'select', 'invalidIndexes', '[]'::jsonb)`,
  )
}

const hooks = { hooks: { look: ['true'] } }
const line = tables('aaa1', 'bbb2', 'ccc3')
const fork = {
  ...tables('aaa1', 'bbb2'),
  'migrations/ccc3.ts': revisionText({ revision: 'ccc3', down: 'aaa1' }),
}
const schema = {
  'schema.ts': `import { defineSchema } from 'dbmig'
export default defineSchema(({ schema }) => [schema.createTable('author').addColumn('id', 'bigint')])
`,
}

test('every command is documented', async () => {
  const { stdout } = await dbmig(['--help'], { cwd: useProject({}) })
  const [, listed = ''] = /\nCommands:\n([\s\S]*)$/.exec(stdout) ?? []
  const commands = [...listed.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = '']) => name)
  expect(commands.length).toBeGreaterThan(15)
  const known = new Set([...shapes.keys()].map((name) => name.split(' ')[0]))
  expect(commands.filter((name) => name !== 'help' && !known.has(name))).toEqual([])
})

test.each<[name: string, files: Files, work: (given: Work) => Promise<void>, config?: object]>([
  ['init', {}, ({ run }) => run('init', 'new')],
  ['list-templates', {}, ({ run }) => run('list-templates')],
  [
    'import kysely',
    { 'old/1-a.ts': 'export async function up() {}\n' },
    async ({ run }) => {
      await run('import', 'kysely', 'old')
      await run('import', 'kysely', 'old')
    },
    hooks,
  ],
  [
    'import sql',
    { 'old/1_a.sql': '-- migrate:up\nselect 1;\n-- migrate:down\nselect 1;\n' },
    async ({ run, database }) => {
      await database.query('create table schema_migrations (version varchar)')
      await run('import', 'sql', 'old')
      await run('import', 'sql', 'old')
    },
    hooks,
  ],
  [
    'pull',
    {},
    async ({ run, database }) => {
      await database.query('create table author (id bigint); create publication p')
      await run('pull')
    },
    hooks,
  ],
  ['revision', schema, ({ run }) => run('revision', '--autogenerate', '-m', 'first'), hooks],
  [
    'revision (exit code 3)',
    schema,
    async ({ run, database }) => {
      await database.query('create table writer (id bigint)')
      await run('revision', '--autogenerate', '-m', 'first')
    },
  ],
  ['edit', line, ({ run }) => run('edit', 'head')],
  [
    'rebase',
    fork,
    async ({ cwd, run, setUp }) => {
      const git = (...args: string[]) => execa('git', args, { cwd })
      await setUp('upgrade', 'bbb2')
      await run('rebase', '--dry-run')
      await git('init')
      await git('add', 'migrations')
      await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-m', 'all')
      await git('update-ref', 'refs/remotes/origin/main', 'HEAD')
      await run('rebase', 'ccc3')
    },
  ],
  [
    'squash',
    line,
    async ({ run, setUp }) => {
      await setUp('upgrade', 'aaa1')
      await run('squash', 'aaa1:bbb2')
    },
    hooks,
  ],
  ['check', schema, ({ run }) => run('check')],
  ['diff', schema, ({ run }) => run('diff')],
  [
    'types',
    schema,
    async ({ run }) => {
      await run('types')
      await run('types', '-o', 'db.ts')
      await run('types', '--check', 'db.ts')
    },
  ],
  ['diagram', schema, ({ run }) => run('diagram')],
  ['upgrade', line, ({ run }) => run('upgrade', 'head')],
  ['downgrade', line, appliedThen('downgrade', 'base')],
  ['resolve', line, halfWayThen('resolve', 'ccc3', '--applied')],
  ['stamp', line, appliedThen('stamp', 'aaa1')],
  ['upgrade --plan', line, ({ run }) => run('upgrade', 'head', '--plan', 'p.json')],
  ['downgrade --plan', line, appliedThen('downgrade', 'base', '--plan', 'p.json')],
  [
    'upgrade --from-plan',
    line,
    async ({ run, setUp }) => {
      await setUp('upgrade', 'head', '--plan', 'p.json')
      await run('upgrade', '--from-plan', 'p.json')
    },
  ],
  ['upgrade --dry-run --sql', line, ({ run }) => run('upgrade', 'head', '--dry-run', '--sql')],
  ['upgrade --sql', line, ({ run }) => run('upgrade', 'head', '--sql')],
  ['downgrade --sql', line, ({ run }) => run('downgrade', 'head:base', '--sql')],
  ['stamp --sql', line, ({ run }) => run('stamp', 'head', '--sql')],
  [
    'current',
    line,
    async ({ cwd, run, setUp }) => {
      await setUp('upgrade', 'bbb2')
      const more = "export const replaces = ['bbb2', 'other']"
      const revision = revisionText({ revision: 'ccc3', down: 'aaa1', more })
      rmSync(join(cwd, 'migrations/bbb2.ts'))
      writeFiles(cwd, { 'migrations/ccc3.ts': revision })
      await run('current')
    },
  ],
  ['history', line, halfWayThen('history')],
  ['heads', line, halfWayThen('heads')],
  ['show', line, halfWayThen('show', 'head')],
  ['branches', fork, halfWayThen('branches')],
  ['history --format', line, ({ run }) => run('history', '--format', 'dot')],
  ['log', line, appliedThen('log')],
  [
    'log --verify',
    line,
    async ({ run, setUp, database }) => {
      await setUp('upgrade', 'heads')
      const [last] = await database.query<{ hash: string }>('select hash from dbmig_log order by id desc')
      await database.query(`update dbmig_log set message = 'other' where id = 1`)
      await run('log', '--verify', '--expect', last?.hash ?? '')
    },
  ],
  ['ensure-version', {}, ({ run }) => run('ensure-version')],
])('the keys of %s are those that are documented', async (name, files, work, config) => {
  expect(await keysOf(files, work, config)).toEqual(documented(name))
})

test.each<[command: string, target: readonly string[], work?: (given: Work) => Promise<void>]>([
  ['upgrade', ['head']],
  ['downgrade', ['base']],
  ['stamp', ['aaa1']],
  ['check', []],
  ['history', [], ({ database }) => leaveHalfWay(database)],
  ['log', []],
  [
    'log --verify',
    [],
    async ({ database }) => {
      await database.query(`update dbmig_log set message = 'other' where id = 1`)
    },
  ],
  [
    'current',
    [],
    async ({ cwd, database }) => {
      await database.query("delete from dbmig_version where revision = 'ccc3'")
      const more = "export const replaces = ['bbb2', 'other']"
      rmSync(join(cwd, 'migrations/bbb2.ts'))
      writeFiles(cwd, { 'migrations/ccc3.ts': revisionText({ revision: 'ccc3', down: 'aaa1', more }) })
    },
  ],
])('the keys of %s --all are those that are documented', async (command, target, work) => {
  const databases = { good: {}, bad: 'postgres://nobody@127.0.0.1:1/none' }
  const keys = await keysOf(
    { ...line, ...schema },
    async (given) => {
      if (command !== 'upgrade') await given.setUp('upgrade', 'heads')
      await work?.(given)
      await given.run(...command.split(' '), ...target, '--all')
    },
    { databases },
  )
  // What fails to look has run nothing before.
  const moves = target.length > 0
  const shown = documented(`${command} --all`)
  expect(keys).toEqual(moves ? shown : shown.filter((key) => !key.startsWith('databases.steps.')))
})

test('merge gives the keys of revision, and never changes', async () => {
  expect(await keysOf(fork, ({ run }) => run('merge'), hooks)).toEqual(
    documented('merge').filter((key) => !key.startsWith('changes.')),
  )
})
