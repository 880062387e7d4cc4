/** `dbmig import` as a process: what it prints, and what it says when it cannot. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { configFor, dbmig, useProject } from '../support/cli.ts'
import { useTestDatabase } from '../support/database.ts'

const files = {
  'old/20240101_add-users.sql': '-- migrate:up\ncreate table users ();\n-- migrate:down\ndrop table users;\n',
  'old/20240102_add-posts.sql': '-- migrate:up\ncreate table posts ();\n-- migrate:down\ndrop table posts;\n',
}
const kysely = {
  'old/1-a.ts': `import type { Kysely } from 'kysely'\nexport async function up(db: Kysely<any>) {\n  await db.schema.createTable('a').execute()\n}\n`,
}
const applied = `create table schema_migrations (version varchar);
  create table users (); insert into schema_migrations values ('20240101'), ('20230101')`

test('import sql prints what it wrote, stamped, and does not know; upgrade goes on', async () => {
  const database = await useTestDatabase()
  await database.query(applied)
  const cwd = useProject({ ...files, 'dbmig.config.js': configFor(database.url) })
  const { exitCode, stdout, stderr } = await dbmig(['import', 'sql', 'old'], { cwd })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const [one, two] = [...stdout.matchAll(/^wrote (\w{12}) {2}(\S+) {2}from (\S+)$/gm)]
  expect(one?.slice(2)).toEqual(['migrations/20240101_add-users.ts', 'old/20240101_add-users.sql'])
  expect(stdout).toContain(`Stamped 1 revision, as schema_migrations says: ${one?.[1]}`)
  expect(stdout).toContain(
    'warning: schema_migrations says that these are applied, and there is no file for them: 20230101',
  )
  const { stdout: upgraded } = await dbmig(['upgrade', 'head', '--json'], { cwd })
  expect(JSON.parse(upgraded).steps).toMatchObject([{ revision: two?.[1], direction: 'up' }])
  expect((await dbmig(['import', 'sql', 'old'], { cwd })).stdout).toBe(
    `No file to write: every migration is a revision already.
Nothing to stamp: the ledger knows already what schema_migrations says is applied.
warning: schema_migrations says that these are applied, and there is no file for them: 20230101`,
  )
})

test('import --json prints one document', async () => {
  const cwd = useProject({ ...kysely, '.dbmigrc.json': '{}' })
  const { exitCode, stdout, stderr } = await dbmig(['import', 'kysely', 'old', '--dry-run', '--json'], {
    cwd,
  })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const { written, ...rest } = JSON.parse(stdout)
  expect(written).toEqual([
    {
      revision: expect.stringMatching(/^[0-9a-f]{12}$/),
      path: join(cwd, 'migrations/1-a.ts'),
      from: join(cwd, 'old/1-a.ts'),
    },
  ])
  expect(rest).toEqual({ kept: [], stamped: [], unknown: [], table: null, hooks: [], dryRun: true })
  expect(existsSync(join(cwd, 'migrations'))).toBe(false)
})

test('a dry run and --offline say so, and a table that is not there is told', async () => {
  const database = await useTestDatabase()
  const cwd = useProject({ ...kysely, 'dbmig.config.js': configFor(database.url) })
  const dry = await dbmig(['import', 'kysely', 'old', '--dry-run'], { cwd })
  expect(dry.stdout).toMatch(/^would write \w{12} {2}migrations\/1-a\.ts {2}from old\/1-a\.ts$/m)
  expect(dry.stdout).toContain('The database has no table kysely_migration, so nothing is stamped.')
  expect(dry.stdout).toContain('A dry run: nothing was written.')
  expect((await dbmig(['import', 'kysely', 'old', '--offline'], { cwd })).stdout).toContain(
    'No database was asked, so nothing is stamped: run it again with the URL of each database.',
  )
})

test('a hook that fails is reported, and the file is kept', async () => {
  const hooks = { lint: ['node', '-e', 'process.exit(3)'] }
  const cwd = useProject({ ...kysely, '.dbmigrc.json': JSON.stringify({ hooks }) })
  const { exitCode, stdout, stderr } = await dbmig(['import', 'kysely', 'old'], { cwd })
  expect(exitCode).toBe(1)
  expect(stdout).toContain('wrote')
  expect(stderr).toContain('lint')
  expect(readdirSync(join(cwd, 'migrations'))).toContain('1-a.ts')
})

test('killed between two files, it goes on where it ended', async () => {
  const folder = Object.fromEntries(
    ['a', 'b', 'c'].map((name) => [`migrations/${name}.mjs`, `export async function up() {}\n`]),
  )
  const project = () => useProject({ ...folder, '.dbmigrc.json': '{}' })
  const texts = (cwd: string) => Object.keys(folder).map((name) => readFileSync(join(cwd, name), 'utf8'))
  const whole = project()
  expect((await dbmig(['import', 'kysely'], { cwd: whole })).exitCode).toBe(0)
  const killer = pathToFileURL(join(import.meta.dirname, '../support/kill-at-rename.mjs')).href
  for (const at of ['1', '2', '3']) {
    const cwd = project()
    const env = { NODE_OPTIONS: `--import=${killer}`, KILL_AT: at }
    expect((await dbmig(['import', 'kysely'], { cwd, env })).exitCode).not.toBe(0)
    expect(texts(cwd)).not.toEqual(texts(whole))
    const { exitCode, stderr } = await dbmig(['import', 'kysely'], { cwd })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(texts(cwd)).toEqual(texts(whole))
  }
})

test.each([
  [['import'], 2, 'Usage: dbmig import'],
  [['import', 'rails'], 2, "unknown command 'rails'"],
  [['import', 'sql'], 2, "missing required argument 'folder'"],
  [['import', 'sql', 'nowhere'], 2, 'nowhere does not exist. Name the folder'],
  [['import', 'sql', 'old', '--layout', 'flyway'], 2, 'There is no layout "flyway".'],
])('%s is a mistake that is named', async (args, code, message) => {
  const cwd = useProject({ ...kysely, '.dbmigrc.json': '{}' })
  const { exitCode, stdout, stderr } = await dbmig(args, { cwd })
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' })
  expect(stderr).toContain(message)
})
