/** The catalog of the declared schema is kept, and used where nothing that could change it has changed. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { check, checkAll, revision } from '../../src/index.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'
import { useFolder, writeFiles } from '../support/folder.ts'

const table = 'create table t (id int primary key, note text);'

interface Project {
  readonly folder: string
  readonly live: TestDatabase
  /** Runs `check`. @returns whether the schema was built for it, what differs, and all that was said */
  run(
    config?: Config,
    options?: { readonly cache?: boolean },
  ): Promise<{
    readonly built: boolean
    readonly changes: readonly string[]
    readonly said: readonly string[]
  }>
  declare(sql: string): void
}

/** A project whose live database has the table; `check` has run once where `kept`. */
async function useChecked(sql = table): Promise<Project> {
  const live = await useTestDatabase()
  await live.query(table)
  const folder = useFolder()
  const declare = (text: string): void => writeFiles(folder, { 'schema.sql': text })
  declare(sql)
  const run: Project['run'] = async (config = {}, options = {}) => {
    const said: string[] = []
    const { changes } = await check({
      cwd: folder,
      config: { url: live.url, schema: 'schema.sql', ...config },
      onEvent: (event) => {
        if (event.type === 'progress') said.push(event.message)
      },
      ...options,
    })
    const built = said.includes('building it on a shadow database')
    return { built, changes: changes.map(({ summary }) => summary), said }
  }
  expect((await run()).built).toBe(true)
  return { folder, live, run, declare }
}

function filesOf(folder: string): string[] {
  const cache = join(folder, '.dbmig/cache')
  return existsSync(cache)
    ? readdirSync(cache)
        .filter((name) => name.startsWith('target-'))
        .map((name) => join(cache, name))
    : []
}

function onlyFileOf(folder: string): string {
  const [file = '', ...others] = filesOf(folder)
  expect(others).toEqual([])
  return file
}

test('a second check builds nothing and says the same', async () => {
  const { run } = await useChecked()
  expect(await run()).toMatchObject({ built: false, changes: [] })
})

test('drift of the live database is found without building anything', async () => {
  const { live, run } = await useChecked()
  await live.query('alter table t add column late int')
  const { built, changes } = await run()
  expect(built).toBe(false)
  expect(changes).toEqual([expect.stringContaining('late')])
})

test('what is kept is for this user alone, and git ignores it', async () => {
  const { folder } = await useChecked()
  expect(statSync(onlyFileOf(folder)).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(folder, '.dbmig/.gitignore'), 'utf8')).toBe('*\n')
})

test('another declaration is built, and the one before is still kept', async () => {
  const { run, declare } = await useChecked()
  declare(`${table} comment on table t is 'new'`)
  expect((await run()).built).toBe(true)
  declare(table)
  expect((await run()).built).toBe(false)
})

test('the order of the statements counts, and so does where a file ends', async () => {
  const { folder, run, declare } = await useChecked(`${table} create table a ();`)
  declare(`create table a (); ${table}`)
  expect((await run()).built).toBe(true)
  writeFiles(folder, { 'a.sql': 'create table a ();', 'b.sql': table })
  expect((await run({ schema: ['a.sql', 'b.sql'] })).built).toBe(true)
})

test.each<readonly [string, Config]>([
  ['the schemas that are managed', { schemas: ['public', 'other'] }],
  ['what is managed', { manage: ['publications'] }],
  ['where the ledger is', { versionTable: 'other_version' }],
])('other settings build it anew: %s', async (_name, config) => {
  const { run } = await useChecked()
  expect((await run(config)).built).toBe(true)
  expect((await run(config)).built).toBe(false)
})

test('a filter is applied to what is kept', async () => {
  const { live, run } = await useChecked()
  await live.query('create table tmp_1 ()')
  expect(await run({ exclude: ['tmp_*'] })).toMatchObject({ built: false, changes: [] })
  expect(await run({ exclude: () => false })).toMatchObject({
    built: false,
    changes: [expect.stringContaining('tmp_1')],
  })
})

test('another role builds it anew', async () => {
  const { live, run } = await useChecked()
  const role = await useTestRole(live, 'createdb')
  expect((await run({ url: role.url })).built).toBe(true)
})

test('a setting of the database builds it anew', async () => {
  const { live, run } = await useChecked()
  await live.query(`alter database ${live.name} set datestyle = 'German'`)
  expect((await run()).built).toBe(true)
  await live.query(`alter database ${live.name} set app.unknown = 'x'`)
  expect((await run()).built).toBe(true)
  expect((await run()).built).toBe(false)
})

test('what a role is counts where the declaration names it', async () => {
  const live = await useTestDatabase()
  const role = await useTestRole(live)
  const project = await useChecked(`${table} grant select on t to ${role.name};`)
  await live.query(`alter role ${role.name} bypassrls`)
  expect((await project.run()).built).toBe(true)
  project.declare(table)
  await project.run()
  await live.query(`alter role ${role.name} nobypassrls`)
  expect((await project.run()).built).toBe(false)
})

test('another engine for the shadow builds it anew', async () => {
  const { run } = await useChecked()
  expect((await run({ shadow: 'pglite' })).built).toBe(true)
})

test.each<readonly [string, (content: string) => string]>([
  ['cut short', (content) => content.slice(0, -100)],
  ['empty', () => ''],
  ['edited', (content) => content.replace('"note"', '"nose"')],
  ['with more at its end', (content) => `${content} `],
  ['of other bytes', () => '\0\xff\n\n{}'],
])('a file that is %s is not believed, but made anew', async (_name, damage) => {
  const { folder, run } = await useChecked()
  const file = onlyFileOf(folder)
  const content = readFileSync(file, 'utf8')
  writeFileSync(file, damage(content))
  expect(await run()).toMatchObject({ built: true, changes: [] })
  expect(readFileSync(onlyFileOf(folder), 'utf8')).toBe(content)
})

test('the file of another schema under the name of this one is not believed', async () => {
  const { folder, run, declare } = await useChecked()
  const first = onlyFileOf(folder)
  declare('create table other ()')
  await run()
  const second = filesOf(folder).find((file) => file !== first) ?? ''
  writeFileSync(second, readFileSync(first))
  expect((await run()).built).toBe(true)
})

test.each([
  ['do $$ begin create table made (); end $$'],
  [`create table m (at timestamptz default 'now')`],
  [
    'create table p (d date) partition by range (d); create table p1 partition of p for values from (current_date) to (current_date + 1)',
  ],
  [
    'create table p (n int) partition by range (n); create table p1 partition of p for values from (1) to (abs(9))',
  ],
  [
    `create foreign data wrapper w; create server s foreign data wrapper w; create user mapping for public server s options (password 'x')`,
  ],
  [`create foreign data wrapper w; create server s foreign data wrapper w options (api_token 'x')`],
])('a schema that may not be the same next time, or holds a secret, is not kept: %s', async (sql) => {
  const { folder, run } = await useChecked(`${table} ${sql}`)
  expect(filesOf(folder)).toEqual([])
  expect((await run()).built).toBe(true)
})

test.each([
  [
    `create table p (d date) partition by range (d); create table p1 partition of p for values from ('2020-01-01') to ('2021-01-01') partition by list (d)`,
  ],
  ['set search_path = public; begin; create sequence s; commit'],
  [`create table m (at timestamptz default now()); comment on table m is 'now and then'`],
])('what every declaration may say is kept: %s', async (sql) => {
  const { run } = await useChecked(`${table} ${sql}`)
  expect((await run()).built).toBe(false)
})

test('without the cache nothing is read from it or written to it', async () => {
  const { folder, run } = await useChecked()
  expect((await run({}, { cache: false })).built).toBe(true)
  writeFiles(folder, { 'schema.sql': 'create table other ()' })
  await run({}, { cache: false })
  expect(filesOf(folder)).toHaveLength(1)
})

test('only the eight schemas that were used last are kept', async () => {
  const { folder, run, declare } = await useChecked()
  const first = onlyFileOf(folder)
  for (let i = 0; i < 8; i++) {
    declare(`create table t${i} ()`)
    await run()
  }
  expect(filesOf(folder)).toHaveLength(8)
  expect(filesOf(folder)).not.toContain(first)
})

test('a folder that cannot be written is said, and the check is done', async () => {
  const live = await useTestDatabase()
  const folder = useFolder()
  writeFiles(folder, { 'schema.sql': '', '.dbmig': 'a file' })
  const said: string[] = []
  const { upToDate } = await check({
    cwd: folder,
    config: { url: live.url, schema: 'schema.sql' },
    onEvent: (event) => void (event.type === 'progress' && said.push(event.message)),
  })
  expect(upToDate).toBe(true)
  expect(said.join('\n')).toMatch(
    /the catalog of the schema cannot be kept for the next run: .*ENOTDIR|EEXIST/,
  )
})

test('autogenerate compares with what is kept, and proves the revision on shadow databases all the same', async () => {
  const { folder, live, run } = await useChecked()
  await run()
  await live.query('alter table t drop column note')
  const said: string[] = []
  const written = await revision({
    cwd: folder,
    config: { url: live.url, schema: 'schema.sql' },
    message: 'note',
    autogenerate: true,
    onEvent: (event) => void (event.type === 'progress' && said.push(event.message)),
  })
  expect(said).not.toContain('building it on a shadow database')
  expect(said).toContain('running up')
  expect(written.proved).toBe(true)
})

test.each([true, false])(
  'many databases of one server share what one of them has built (cache: %s)',
  async (cache) => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => useTestDatabase()))
    for (const { query } of databases.slice(0, 3)) await query(table)
    const folder = useFolder()
    writeFiles(folder, { 'schema.sql': table })
    const said: string[] = []
    const { ok, databases: checked } = await checkAll({
      ...{ cwd: folder, cache, concurrency: 4 },
      config: {
        schema: 'schema.sql',
        databases: Object.fromEntries(databases.map(({ url }, index) => [`d${index}`, url])),
      },
      onEvent: (event) => void (event.type === 'progress' && said.push(event.message)),
    })
    expect(ok).toBe(true)
    expect(checked.map((one) => one.ok && one.upToDate)).toEqual([true, true, true, false])
    expect(said.filter((message) => message === 'building it on a shadow database')).toHaveLength(1)
  },
)
