/** What `check` found is kept, and believed only where nothing that it came from has changed. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readIfChanged, readWithFingerprint } from '../../src/catalog/read.ts'
import type { Config } from '../../src/config/config.ts'
import { openSession } from '../../src/database/open.ts'
import { check } from '../../src/index.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'
import { useFolder, writeFiles } from '../support/folder.ts'

const table = 'create table t (id int primary key, note text)'

interface Checked {
  readonly folder: string
  readonly live: TestDatabase
  /** Runs `check`. @returns whether it went by what is kept, and what differs */
  run(
    config?: Config,
    options?: { readonly cache?: boolean },
  ): Promise<{ readonly kept: boolean; readonly changes: readonly string[] }>
}

/** A project that was checked once, of a live database with the table. */
async function useChecked(declared = table, config: Config = {}): Promise<Checked> {
  const live = await useTestDatabase()
  await live.query(table)
  const folder = useFolder()
  writeFiles(folder, { 'schema.sql': declared })
  const run: Checked['run'] = async (other = {}, options = {}) => {
    const said: string[] = []
    const { changes } = await check({
      cwd: folder,
      config: { url: live.url, schema: 'schema.sql', ...config, ...other },
      onEvent: (event) => void (event.type === 'progress' && said.push(event.message)),
      ...options,
    })
    return {
      kept: said.includes('nothing has changed since the last check'),
      changes: changes.map(({ summary }) => summary),
    }
  }
  expect((await run()).kept).toBe(false)
  return { folder, live, run }
}

function outcomesOf(folder: string): string[] {
  const cache = join(folder, '.dbmig/cache')
  return readdirSync(cache)
    .filter((name) => name.startsWith('outcome-'))
    .map((name) => join(cache, name))
}

test('a second check of a database that is as declared goes by the first', async () => {
  const { run } = await useChecked()
  expect(await run()).toEqual({ kept: true, changes: [] })
})

test('a second check of a database that is not as declared says the same differences', async () => {
  const { run } = await useChecked('create table t (id int primary key, note text, late int)')
  const expected = [expect.stringContaining('late')]
  expect(await run()).toEqual({ kept: true, changes: expected })
})

test.each<readonly [what: string, sql: string, changes: readonly string[]]>([
  ['a column', 'alter table t add column late int', ['late']],
  ['a comment', `comment on table t is 'new'`, ['comment']],
  ['a default', `alter table t alter column note set default 'x'`, ['default']],
  ['a new object', 'create view v as select 1 as one', ['v']],
  ['an object that is gone', 'drop table t', ['t']],
  ['a row security', 'alter table t enable row level security', ['row']],
  ['an index', 'create index i on t (note)', ['i']],
  ['what is not managed', 'create schema other; create table other.t ()', []],
])('after a change the live database is read: %s', async (_what, sql, changes) => {
  const { live, run } = await useChecked()
  await live.query(sql)
  const expected = changes.map((text) => expect.stringContaining(text))
  expect(await run()).toEqual({ kept: false, changes: expected })
  expect(await run()).toEqual({ kept: true, changes: expected })
})

test('a table that was made anew with the same definition is read, and as declared', async () => {
  const { live, run } = await useChecked()
  await live.query(`drop table t; ${table}`)
  expect(await run()).toEqual({ kept: false, changes: [] })
})

test('a row of data changes nothing', async () => {
  const { live, run } = await useChecked()
  await live.query(`insert into t values (1, 'one'); analyze t`)
  expect((await run()).kept).toBe(true)
})

test('a grant and an owner count where they are managed', async () => {
  const { live, run } = await useChecked(table, { manage: ['grants', 'owners'] })
  const role = await useTestRole(live)
  onTestFinished(async () => void (await live.query(`drop owned by ${role.name}`)))
  await live.query(`grant select on t to ${role.name}`)
  expect(await run()).toMatchObject({ kept: false, changes: [expect.stringContaining('privileges')] })
  expect((await run()).kept).toBe(true)
  await live.query(`revoke select on t from ${role.name}; alter table t owner to ${role.name}`)
  expect(await run()).toMatchObject({ kept: false, changes: [expect.stringContaining('owner')] })
})

test('another declaration is compared', async () => {
  const { folder, run } = await useChecked()
  writeFiles(folder, { 'schema.sql': `${table}; comment on table t is 'new'` })
  expect(await run()).toMatchObject({ kept: false, changes: [expect.stringContaining('comment')] })
})

test.each<readonly [string, Config]>([
  ['include', { include: ['t'] }],
  ['exclude', { exclude: ['tmp_*'] }],
  ['manage', { manage: ['grants'] }],
  ['schemas', { schemas: ['public', 'other'] }],
  ['the place of the ledger', { versionTable: 'other_version' }],
])('other settings are compared anew: %s', async (_name, config) => {
  const { run } = await useChecked()
  expect((await run(config)).kept).toBe(false)
  expect((await run(config)).kept).toBe(true)
})

test('a filter that is a function is asked every time', async () => {
  const { live, run } = await useChecked()
  await live.query('create table tmp_1 ()')
  let hide = true
  const config: Config = { exclude: ({ name }) => hide && name === 'tmp_1' }
  expect(await run(config)).toEqual({ kept: false, changes: [] })
  hide = false
  expect(await run(config)).toEqual({ kept: false, changes: [expect.stringContaining('tmp_1')] })
})

test('another role and another database are compared', async () => {
  const { live, run } = await useChecked()
  const role = await useTestRole(live, 'createdb')
  expect((await run({ url: role.url })).kept).toBe(false)
  const other = await useTestDatabase()
  expect(await run({ url: other.url })).toMatchObject({
    kept: false,
    changes: [expect.stringContaining('t')],
  })
  expect((await run()).kept).toBe(true)
})

test.each<readonly [string, (content: string) => string]>([
  ['cut short', (content) => content.slice(0, -10)],
  ['empty', () => ''],
  ['edited', (content) => content.replace('"changes":[', '"changes":[ ')],
])('a file that is %s is not believed, but made anew', async (_name, damage) => {
  const { folder, run } = await useChecked()
  const [file = ''] = outcomesOf(folder)
  const content = readFileSync(file, 'utf8')
  writeFileSync(file, damage(content))
  expect(await run()).toEqual({ kept: false, changes: [] })
  expect(readFileSync(file, 'utf8')).toBe(content)
})

test('the file of another check under the name of this one is not believed', async () => {
  const { folder, run } = await useChecked()
  const [first = ''] = outcomesOf(folder)
  await run({ exclude: ['t'] })
  const second = outcomesOf(folder).find((file) => file !== first) ?? ''
  writeFileSync(second, readFileSync(first))
  expect((await run({ exclude: ['t'] })).kept).toBe(false)
})

test('without the cache nothing is read from it or written to it', async () => {
  const { folder, live, run } = await useChecked()
  expect((await run({}, { cache: false })).kept).toBe(false)
  const [file = ''] = outcomesOf(folder)
  const content = readFileSync(file)
  await live.query('create table other ()')
  expect((await run({}, { cache: false })).changes).toHaveLength(1)
  expect(outcomesOf(folder)).toEqual([file])
  expect(readFileSync(file)).toEqual(content)
})

test('nothing is kept of a live database that holds a secret', async () => {
  const { live, run } = await useChecked()
  await live.query(
    `create foreign data wrapper w; create server s foreign data wrapper w options (password 'x')`,
  )
  await run()
  expect((await run()).kept).toBe(false)
})

test('the catalog that is read with a fingerprint is the one that it stands for', async () => {
  const live = await useTestDatabase()
  await live.query(table)
  const scope = { schemas: ['*'], hiddenTables: [] }
  const session = await openSession(live.url)
  try {
    const { catalog, fingerprint } = await readWithFingerprint(session, scope)
    expect(catalog.objects.has('table:public.t')).toBe(true)
    expect(await readIfChanged(session, scope, fingerprint)).toBeNull()
    expect(await readIfChanged(session, { ...scope, schemas: ['public'] }, fingerprint)).not.toBeNull()
    await live.query('alter table t rename column note to remark')
    const changed = await readIfChanged(session, scope, fingerprint)
    expect(changed?.catalog.objects.has('column:public.t.remark')).toBe(true)
    expect(changed?.fingerprint).not.toBe(fingerprint)
  } finally {
    await session.close()
  }
})
