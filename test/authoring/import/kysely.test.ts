/** Kysely's own Migrator runs a folder, dbmig takes it over. */
import { cpSync, promises as fs, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { Kysely, type Migrator, type MigratorProps, PostgresDialect } from 'kysely'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { current, downgrade, history, importKysely, upgrade } from '../../../src/index.ts'
import { useProject } from '../../support/cli.ts'
import { type TestDatabase, useTestDatabase } from '../../support/database.ts'
import { differences } from './differences.ts'

/** Kysely 0.29 has moved them. */
const newPlace: string = 'kysely/migration'
const kyselyMigration: Pick<typeof import('kysely'), 'FileMigrationProvider' | 'Migrator'> = await import(
  newPlace
).catch(() => import('kysely'))

type Files = Readonly<Record<string, string>>

const names = [
  '2024-01-01T10-00-00-add-users',
  '2024-01-02T10-00-00-add-posts',
  '2024-01-03T10-00-00-add-tags',
]

function migration(table: string, more = ''): string {
  return `${more}
export async function up(db) {
  await db.schema.createTable('${table}').addColumn('id', 'serial', (column) => column.primaryKey()).execute()
}

export async function down(db) {
  await db.schema.dropTable('${table}').execute()
}
`
}

const files: Files = Object.fromEntries(
  names.map((name, index) => [`${name}.mjs`, migration(['users', 'posts', 'tags'][index] ?? '')]),
)

function inFolder(folder: string, contents: Files): Files {
  return Object.fromEntries(Object.entries(contents).map(([name, text]) => [`${folder}/${name}`, text]))
}

function withMigrator<T>(
  database: TestDatabase,
  migrationFolder: string,
  work: (migrator: Migrator) => Promise<T>,
  props: Partial<MigratorProps> = {},
): Promise<T> {
  const pool = new pg.Pool({ connectionString: database.url })
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  // On a copy beside it: as in another process, what Kysely has imported is not what dbmig imports.
  const copy = mkdtempSync(`${migrationFolder}-of-kysely-`)
  cpSync(migrationFolder, copy, { recursive: true })
  const provider = new kyselyMigration.FileMigrationProvider({ fs, path, migrationFolder: copy })
  return work(new kyselyMigration.Migrator({ db, provider, ...props })).finally(() => db.destroy())
}

/** Runs Kysely's Migrator up to a migration, or to the last. */
async function migrate(
  database: TestDatabase,
  folder: string,
  to?: string,
  props: Partial<MigratorProps> = {},
): Promise<void> {
  const { error } = await withMigrator(
    database,
    folder,
    (migrator) => (to === undefined ? migrator.migrateToLatest() : migrator.migrateTo(to)),
    props,
  )
  if (error !== undefined) throw error
}

const texts = (folder: string): Files =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]))

describe('a folder in place', () => {
  test('becomes revisions in its order, stamped as far as kysely_migration says, and dbmig goes on', async () => {
    const database = await useTestDatabase()
    const cwd = useProject(inFolder('migrations', files))
    const project = { cwd, config: { url: database.url } }
    await migrate(database, path.join(cwd, 'migrations'), names[1])

    const done = await importKysely(project)
    const ids = done.written.map(({ revision }) => revision)
    expect(done).toMatchObject({
      kept: [],
      stamped: ids.slice(0, 2),
      unknown: [],
      table: { name: 'kysely_migration', found: true },
      dryRun: false,
    })
    expect(done.written.map(({ path: file, from }) => [path.basename(file), file === from])).toEqual(
      names.map((name) => [`${name}.mjs`, true]),
    )
    const { entries } = await history(project)
    expect(entries.map(({ revision, message, createDate }) => [revision, message, createDate])).toEqual([
      [ids[2], 'add tags', '2024-01-03T10:00:00Z'],
      [ids[1], 'add posts', '2024-01-02T10:00:00Z'],
      [ids[0], 'add users', '2024-01-01T10:00:00Z'],
    ])
    expect(await current(project)).toMatchObject({ heads: [ids[1]], pending: 1, outOfOrder: [] })
    expect(await upgrade({ ...project, target: 'head' })).toMatchObject({ heads: [ids[2]] })
    expect(await downgrade({ ...project, target: 'base' })).toMatchObject({ heads: [] })
    expect(
      await database.query(`select relname from pg_class where relname in ('users', 'posts', 'tags')`),
    ).toEqual([])
  })

  test('records when Kysely ran each, and logs when it was stamped', async () => {
    const database = await useTestDatabase()
    const cwd = useProject(inFolder('migrations', files))
    await migrate(database, path.join(cwd, 'migrations'))
    await database.query(
      `update kysely_migration set timestamp = '2024-05-0' || (case when name = $1 then 1 else 2 end) || 'T12:00:00.123Z'`,
      [names[0]],
    )
    const before = await database.query('select * from kysely_migration order by name')
    const { stamped } = await importKysely({ cwd, config: { url: database.url } })
    const rows = await database.query<{ revision: string; at: string; status: string; checksum: string }>(
      `select revision, applied_at at time zone 'UTC' || '' as at, status, checksum from dbmig_version order by applied_at, revision = $1`,
      [stamped[2]],
    )
    expect(rows.map(({ revision, at, status }) => [revision, at, status])).toEqual([
      [stamped[0], '2024-05-01 12:00:00.123', 'applied'],
      [stamped[1], '2024-05-02 12:00:00.123', 'applied'],
      [stamped[2], '2024-05-02 12:00:00.123', 'applied'],
    ])
    const { entries } = await history({ cwd, config: { url: database.url } })
    expect(entries.every(({ applied }) => applied?.matches === true)).toBe(true)
    const log = await database.query(
      `select direction, outcome, started_at > now() - interval '1 hour' as fresh from dbmig_log`,
    )
    expect(log).toEqual(Array(3).fill({ direction: 'stamp', outcome: 'stamped', fresh: true }))
    expect(await database.query('select * from kysely_migration order by name')).toEqual(before)
  })

  test('imported again changes nothing, and stamps another database', async () => {
    const [here, production] = [await useTestDatabase(), await useTestDatabase()]
    const cwd = useProject(inFolder('migrations', files))
    const folder = path.join(cwd, 'migrations')
    await migrate(production, folder)
    await importKysely({ cwd, config: { url: here.url } })
    const written = texts(folder)

    const again = await importKysely({ cwd, config: { url: production.url } })
    expect(again.written).toEqual([])
    expect(again.kept).toHaveLength(3)
    expect(again.stamped).toEqual(again.kept.map(({ revision }) => revision))
    expect(await importKysely({ cwd, config: { url: production.url } })).toMatchObject({
      stamped: [],
      unknown: [],
    })
    expect(texts(folder)).toEqual(written)
  })

  test('keeps the gaps of allowUnorderedMigrations', async () => {
    const database = await useTestDatabase()
    const cwd = useProject(inFolder('migrations', files))
    const folder = path.join(cwd, 'migrations')
    const gone = path.join(cwd, 'later.mjs')
    await fs.rename(path.join(folder, `${names[1]}.mjs`), gone)
    await migrate(database, folder, undefined, { allowUnorderedMigrations: true })
    await fs.rename(gone, path.join(folder, `${names[1]}.mjs`))
    const project = { cwd, config: { url: database.url } }
    const { written, stamped } = await importKysely(project)
    const ids = written.map(({ revision }) => revision)
    expect(stamped).toEqual([ids[0], ids[2]])
    expect(await current(project)).toMatchObject({ pending: 1, outOfOrder: [ids[1]] })
  })

  test('tells what is applied and has no file', async () => {
    const database = await useTestDatabase()
    const cwd = useProject(inFolder('migrations', files))
    const folder = path.join(cwd, 'migrations')
    await migrate(database, folder)
    await fs.unlink(path.join(folder, `${names[0]}.mjs`))
    const done = await importKysely({ cwd, config: { url: database.url } })
    expect(done).toMatchObject({ unknown: [names[0]], stamped: done.written.map(({ revision }) => revision) })
  })

  test('is read from another table where the Migrator keeps it there', async () => {
    const database = await useTestDatabase()
    const cwd = useProject(inFolder('migrations', files))
    const props = {
      migrationTableName: 'mine',
      migrationTableSchema: 'meta',
      migrationLockTableName: 'mine_lock',
    }
    await migrate(database, path.join(cwd, 'migrations'), undefined, props)
    const project = { cwd, config: { url: database.url } }
    expect(await importKysely({ ...project, dryRun: true })).toMatchObject({
      stamped: [],
      table: { name: 'kysely_migration', found: false },
    })
    const done = await importKysely({ ...project, table: 'mine', tableSchema: 'meta' })
    expect(done.table).toEqual({ name: 'meta.mine', found: true })
    expect(done.stamped).toHaveLength(3)
  })

  test('may hold new Kysely migrations beside revisions: they follow the head', async () => {
    const cwd = useProject(inFolder('migrations', { [`${names[1]}.mjs`]: migration('posts') }))
    const project = { cwd, config: {} }
    const [first] = (await importKysely(project)).written
    await fs.writeFile(path.join(cwd, 'migrations', `${names[0]}.mjs`), migration('users'))
    const { written, kept } = await importKysely(project)
    expect(kept).toMatchObject([{ revision: first?.revision }])
    expect((await history(project)).entries).toMatchObject([
      { revision: written[0]?.revision, downRevision: [first?.revision], message: 'add users' },
      { revision: first?.revision, downRevision: [] },
    ])
  })

  test('keeps what was there, permissions included', async () => {
    const cwd = useProject(inFolder('migrations', files))
    const file = path.join(cwd, 'migrations', `${names[0]}.mjs`)
    await fs.chmod(file, 0o640)
    await importKysely({ cwd, config: {} })
    expect(readFileSync(file, 'utf8')).toContain(files[`${names[0]}.mjs`])
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(path.join(cwd, 'migrations'))).toHaveLength(3)
  })
})

describe('another folder', () => {
  const ts = migration(
    'users',
    `import { type Kysely, sql } from 'kysely'\nimport { name } from './lib/name'\n`,
  )
  const old = {
    'old/1-a.ts': ts.replaceAll('(db)', '(db: Kysely<any>)').replace("'users'", 'name'),
    'old/2-b.js':
      'exports.up = async (db) => { await db.schema.createTable("posts").addColumn("id", "integer").execute() }\n',
    'old/lib/name.ts': `export const name: string = 'users'\n`,
    'old/index.ts': `export const helpers = import.meta.url\n`,
    'old/_draft.ts': 'export const nothing = 1\n',
    'old/setup.ts': `// sets it up\nexport const here = import.meta.url\n`,
  }

  test('is copied into the migrations folder, and runs there', async () => {
    const database = await useTestDatabase()
    const cwd = useProject(old)
    const project = { cwd, config: { url: database.url } }
    const done = await importKysely({ ...project, folder: 'old' })
    expect(
      done.written.map(({ path: file, from }) => [path.relative(cwd, file), path.relative(cwd, from)]),
    ).toEqual([
      ['migrations/1-a.ts', 'old/1-a.ts'],
      ['migrations/2-b.js', 'old/2-b.js'],
    ])
    expect(readFileSync(path.join(cwd, 'old/1-a.ts'), 'utf8')).toBe(old['old/1-a.ts'])
    expect(readFileSync(path.join(cwd, 'migrations/1-a.ts'), 'utf8')).toContain(`from '../old/lib/name'`)
    await upgrade({ ...project, target: 'head' })
    expect(
      await database.query(`select relname from pg_class where relname in ('users', 'posts') order by 1`),
    ).toEqual([{ relname: 'posts' }, { relname: 'users' }])
    expect((await importKysely({ ...project, folder: 'old' })).kept).toHaveLength(2)
  })

  test('goes on top of the revisions that are there', async () => {
    const cwd = useProject({ ...old, ...inFolder('migrations', { 'a.mjs': migration('a') }) })
    const [base] = (await importKysely({ cwd, config: {} })).written
    const { written } = await importKysely({ cwd, config: {}, folder: 'old' })
    expect((await history({ cwd, config: {} })).entries.map(({ revision }) => revision)).toEqual([
      written[1]?.revision,
      written[0]?.revision,
      base?.revision,
    ])
  })

  test('imported by --dry-run is told and not written', async () => {
    const cwd = useProject(old)
    expect(await importKysely({ cwd, config: {}, folder: 'old', dryRun: true })).toMatchObject({
      dryRun: true,
      written: [{}, {}],
    })
    expect(readdirSync(cwd)).not.toContain('migrations')
  })
})

test('what dbmig makes of a folder is what Kysely makes of it', async () => {
  const [theirs, ours] = [await useTestDatabase(), await useTestDatabase()]
  const cwd = useProject(inFolder('migrations', files))
  await migrate(theirs, path.join(cwd, 'migrations'))
  await importKysely({ cwd, config: {} })
  await upgrade({ cwd, config: { url: ours.url }, target: 'head' })
  expect(await differences(theirs, ours)).toEqual([])
})

describe('nothing is written when', () => {
  async function failure(contents: Files, folder?: string): Promise<string> {
    const cwd = useProject(contents)
    const before = new Map(
      Object.keys(contents).map((name) => [name, readFileSync(path.join(cwd, name), 'utf8')]),
    )
    const error = await importKysely({ cwd, config: {}, folder }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'DbmigError' })
    for (const [name, text] of before) expect(readFileSync(path.join(cwd, name), 'utf8')).toBe(text)
    return String(error).replace('DbmigError: ', '').replaceAll(`${cwd}/`, '')
  }
  const good = { 'migrations/1-a.ts': migration('a') }

  test('a file exports its migration as default', async () => {
    expect(await failure({ ...good, 'migrations/2-b.ts': 'export default { async up(db) {} }' })).toBe(
      'migrations/2-b.ts exports its migration as default, and a revision exports up and down by name; nothing was written. Write `export async function up(db) { … }` there, which Kysely reads too, and import again.',
    )
  })
  test('a script in the migrations folder is no migration', async () => {
    expect(await failure({ ...good, 'migrations/helpers.ts': 'export const a = 1' })).toContain(
      'migrations/helpers.ts is no migration for Kysely (it exports no up)',
    )
  })
  test('two files are one migration', async () => {
    expect(await failure({ ...good, 'migrations/1-a.js': migration('a') })).toMatch(
      /migrations\/1-a\.[jt]s and migrations\/1-a\.[jt]s are both migration 1-a; nothing was written/,
    )
  })
  test('a migration has a name that dbmig passes over', async () => {
    expect(await failure({ ...good, 'migrations/_2-b.ts': migration('b') })).toContain(
      'migrations/_2-b.ts is a migration for Kysely, but dbmig takes no file for a revision whose name starts with a dot or an underscore',
    )
  })
  test('a file does not load', async () => {
    expect(
      await failure({ ...good, 'migrations/2-b.ts': `const revision = 1\n${migration('b')}` }),
    ).toContain('With the header of a revision, migrations/2-b.ts does not load: Identifier')
    expect(await failure({ ...good, 'migrations/2-b.ts': migration('b', `import './gone'`) })).toMatch(
      /migrations\/2-b\.ts does not load: Cannot find module '\.\/gone'/,
    )
  })
  test('a copy would not find what the original finds', async () => {
    expect(await failure({ 'old/1-a.ts': migration('a', 'const here = import.meta.url') }, 'old')).toContain(
      'old/1-a.ts:1 uses import.meta.url, which is another place in a copy',
    )
  })
  test('a copy would be a file that is there', async () => {
    const cwd = useProject({ 'old/1-a.mjs': migration('a'), 'migrations/README.md': '' })
    await importKysely({ cwd, config: {}, folder: 'old' })
    const file = path.join(cwd, 'migrations/1-a.mjs')
    await fs.writeFile(file, readFileSync(file, 'utf8').replace(/revision = '\w+'/, `revision = 'other1'`))
    await expect(importKysely({ cwd, config: {}, folder: 'old' })).rejects.toThrow(`${file} exists already`)
  })
  test('the project has several heads', async () => {
    const heads = ['aaa1', 'bbb2'].map((id) => [
      `${id}.mjs`,
      `export const revision = '${id}'\nexport const downRevision = null\n`,
    ])
    expect(await failure({ ...inFolder('migrations', Object.fromEntries(heads)), ...good })).toBe(
      'The project has 2 heads (aaa1, bbb2), and what is imported follows one; nothing was written. Make them one with "dbmig merge heads -m …", then import again.',
    )
  })
  test('there is nothing to import', async () => {
    expect(await failure({ 'migrations/README.md': '' })).toContain('migrations holds no Kysely migrations')
  })
  test('the database cannot be reached, or its table cannot be read', async () => {
    const cwd = useProject(good)
    const before = texts(path.join(cwd, 'migrations'))
    const url = 'postgres://me@127.0.0.1:1/x'
    await expect(importKysely({ cwd, config: { url } })).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
    })
    const database = await useTestDatabase()
    await database.query('create table kysely_migration (id int)')
    await expect(importKysely({ cwd, config: { url: database.url } })).rejects.toThrow(
      'The table kysely_migration is not that of Kysely (column "name" does not exist); nothing was written.',
    )
    expect(texts(path.join(cwd, 'migrations'))).toEqual(before)
  })
})
