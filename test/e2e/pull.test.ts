/** `dbmig pull` as a user types it: in a folder without anything, and killed wherever it writes. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { configFor, dbmig, useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase } from '../support/database.ts'

const live = `create table author (id bigint primary key); create table book (id bigint primary key, author bigint references author);
  create table old_migrations (name text)`

async function useDatabase(): Promise<TestDatabase> {
  const database = await useTestDatabase()
  await database.query(live)
  return database
}

test('a folder without anything becomes a project, whose database is at its first revision', async () => {
  const database = await useDatabase()
  const cwd = useProject({})
  const { exitCode, stdout, stderr } = await dbmig(['--url', database.url, 'pull'], { cwd })
  expect(exitCode, stderr).toBe(0)
  expect(
    stdout.replaceAll(/\d{12}_[0-9a-f]{12}/g, 'DATE_ID').replaceAll(/\b[0-9a-f]{12}\b/g, 'ID'),
  ).toBe(`wrote dbmig.config.ts
wrote .dbmig/.gitignore
wrote migrations/README.md
wrote schema.ts
wrote migrations/DATE_ID_initial_schema.ts
3 tables, 4 columns, 3 constraints.
Stamped ID: this database has it. On every other one with the same schema, run "dbmig stamp ID".
Set DATABASE_URL to the database from now on: the configuration reads it.`)
  expect(stderr).toContain(
    'Proved on shadow databases: the schema builds what the database has, up leads there, down leads back.',
  )
  const env = { DATABASE_URL: database.url }
  expect(await dbmig(['check'], { cwd, env })).toMatchObject({ exitCode: 0 })
  expect((await dbmig(['current'], { cwd, env })).stdout).toContain('initial schema')
  const empty = await useTestDatabase()
  expect(await dbmig(['--url', empty.url, 'upgrade', 'head'], { cwd })).toMatchObject({ exitCode: 0 })
  expect(await dbmig(['--url', empty.url, 'check'], { cwd })).toMatchObject({ exitCode: 0 })
})

test('without anything but --sql, the schema is in SQL', async () => {
  const database = await useDatabase()
  const cwd = useProject({})
  const env = { DATABASE_URL: database.url }
  const { exitCode, stdout, stderr } = await dbmig(['pull', '--sql', '-m', 'as it was', '--no-proof'], {
    cwd,
    env,
  })
  expect(exitCode, stderr).toBe(0)
  expect(stdout).toContain('wrote schema.sql\nwrote migrations/')
  expect(stdout).toContain('_as_it_was.ts')
  expect(stdout).not.toContain('Set DATABASE_URL')
  expect(existsSync(join(cwd, 'schema.ts'))).toBe(false)
  expect(await dbmig(['check'], { cwd, env })).toMatchObject({ exitCode: 0 })
})

test('what is left out is told, and a dry run prints the schema', async () => {
  const database = await useDatabase()
  const config = { url: database.url, exclude: ['old_*'] }
  const cwd = useProject({ '.dbmigrc.json': JSON.stringify(config) })
  const { stdout } = await dbmig(['pull', '--dry-run'], { cwd })
  expect(stdout).toContain("  schema\n    .createTable('book')")
  expect(stdout).toContain('would write schema.ts')
  expect(stdout).toContain(
    'left out: 1 table (left out by `include` or `exclude`): public.old_migrations\nA dry run: nothing was written.',
  )
  expect(readdirSync(cwd).sort()).toEqual(['.dbmigrc.json', 'node_modules'])
})

test('no database and no URL is told without anything being written', async () => {
  const cwd = useProject({})
  const { exitCode, stderr } = await dbmig(['pull'], { cwd })
  expect(exitCode).toBe(2)
  expect(stderr).toContain(
    'No database is configured: set DATABASE_URL (from code, hand over the environment as env), or pass --url (postgres:',
  )
  expect(readdirSync(cwd)).toEqual(['node_modules'])
})

const killer = pathToFileURL(join(import.meta.dirname, '../support/kill-at.mjs')).href

// Each file is linked to its name, and its draft then removed: the lock, three files of the schema, the lock again, the revision.
test.each([
  ...[2, 4, 6, 7].map((at) => ['link', at] as const),
  ...[2, 9].map((at) => ['unlink', at] as const),
])('killed before its %s no. %i, it can be run again', async (call, at) => {
  const database = await useDatabase()
  const cwd = useProject({ 'dbmig.config.mjs': configFor(database.url) })
  const args = ['pull', '--split', 'table', '--no-proof']
  const env = { NODE_OPTIONS: `--import=${killer}`, KILL_CALL: call, KILL_AT: String(at) }
  await dbmig(args, { cwd, env })
  const again = await dbmig(args, { cwd })
  const isDone = again.stderr.includes('The project has a revision')
  expect(isDone ? 0 : again.exitCode, again.stderr).toBe(0)
  expect(await dbmig(['check'], { cwd })).toMatchObject({ exitCode: 0 })
  expect((await dbmig(['current', '--check-heads'], { cwd })).exitCode).toBe(0)
  const files = readdirSync(cwd, { recursive: true, encoding: 'utf8' })
  const written = files.filter((file) => !file.startsWith('node_modules') && !file.startsWith('.dbmig'))
  expect(written.filter((file) => /(?:^|[\\/])\.[^\\/]+\.[0-9a-f]{8}$/.test(file))).toEqual([])
  expect(written.filter((file) => /_initial_schema\.ts$/.test(file))).toHaveLength(1)
})
