/** Databases for tests. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type TestDatabaseOptions, testDatabase } from '../../src/testing.ts'
import { repository, tables, useProject } from '../support/cli.ts'
import { type TestDatabase, useTestDatabase, useTestRole } from '../support/database.ts'
import { writeFiles } from '../support/folder.ts'
import { pgbouncerPath, startPgbouncer } from '../support/pgbouncer.ts'

/** A project beside a database of its own, where nothing is left when the test ends. */
async function useSubject(files = tables('aaa1', 'bbb2')) {
  const server = await useTestDatabase()
  const role = await useTestRole(server, 'createdb')
  const cwd = useProject({ '.dbmigrc.json': JSON.stringify({ url: role.url }), ...files })
  onTestFinished(async () => {
    for (const name of await databasesOf(server, role.name))
      await server.query(`drop database "${name}" with (force)`)
  })
  return { server, role, cwd }
}

async function databasesOf(server: TestDatabase, role: string): Promise<string[]> {
  const rows = await server.query<{ name: string }>(
    'select datname::text as name from pg_database where pg_get_userbyid(datdba) = $1 order by 1',
    [role],
  )
  return rows.map(({ name }) => name)
}

/** A process of its own, which calls `testDatabase` as built. */
function writeWorker(cwd: string, code: string): void {
  const built = JSON.stringify(join(repository, 'dist/testing.js'))
  writeFiles(cwd, { 'worker.mjs': `import { testDatabase } from ${built}\n${code}\n` })
}

/** A database for the test that runs, dropped with it. */
async function useClone(options: TestDatabaseOptions) {
  const database = await testDatabase(options)
  onTestFinished(() => database.drop())
  return database
}

describe('testDatabase', () => {
  test('gives a database at head, which is gone when it is dropped', async () => {
    const { server, role, cwd } = await useSubject()
    const database = await testDatabase({ cwd })
    const db = await database.kysely<{ t_aaa1: { id: number }; t_bbb2: { id: number } }>()
    await db.insertInto('t_bbb2').values({ id: 1 }).execute()
    expect(await db.selectFrom('t_bbb2').selectAll().execute()).toEqual([{ id: 1 }])
    expect(await databasesOf(server, role.name)).toHaveLength(2)
    await database.drop()
    await database.drop()
    expect(await databasesOf(server, role.name)).toEqual([expect.stringMatching(/^dbmig_template_/)])
  })

  test('what a test writes is in no other database', async () => {
    const { cwd } = await useSubject()
    const [first, second] = [await useClone({ cwd }), await useClone({ cwd })]
    expect(first.url).not.toBe(second.url)
    await (await first.kysely()).insertInto('t_aaa1').values({ id: 1 }).execute()
    expect(await (await second.kysely()).selectFrom('t_aaa1').selectAll().execute()).toEqual([])
  })

  test('many who ask at once, in several processes, make one template', async () => {
    const { server, role, cwd } = await useSubject()
    writeWorker(
      cwd,
      `const made = await Promise.all([testDatabase(), testDatabase(), testDatabase()])
for (const database of made) await database.drop()`,
    )
    await Promise.all([1, 2, 3].map(() => execa(process.execPath, ['worker.mjs'], { cwd })))
    expect(await databasesOf(server, role.name)).toEqual([expect.stringMatching(/^dbmig_template_/)])
  })

  test('other files make another template, and the former one goes', async () => {
    const { server, role, cwd } = await useSubject()
    await (await testDatabase({ cwd })).drop()
    const [former] = await databasesOf(server, role.name)
    writeFiles(cwd, tables('aaa1', 'bbb2', 'ccc3'))
    const database = await useClone({ cwd })
    expect(await (await database.kysely()).selectFrom('t_ccc3').selectAll().execute()).toEqual([])
    const templates = (await databasesOf(server, role.name)).filter((name) =>
      name.startsWith('dbmig_template_'),
    )
    expect(templates).toHaveLength(1)
    expect(templates).not.toContain(former)
  })

  test('a revision that fails leaves nothing behind, and works once it is corrected', async () => {
    const { server, role, cwd } = await useSubject()
    const [file = '', text = ''] = Object.entries(tables('aaa1'))[0] ?? []
    writeFiles(cwd, { [file]: text.replace("'integer'", 'sql`no_type`') })
    await expect(testDatabase({ cwd })).rejects.toMatchObject({
      code: 'RUNNER_REVISION_FAILED',
      // Test runners print nothing else.
      message: expect.stringContaining('\n1 | '),
    })
    expect(await databasesOf(server, role.name)).toEqual([])
    writeFiles(cwd, { [file]: text })
    await useClone({ cwd })
  })

  test('what a killed process left is dropped by the next one', async () => {
    const { server, role, cwd } = await useSubject()
    writeWorker(
      cwd,
      `await testDatabase()
process.kill(process.pid, 'SIGKILL')`,
    )
    await execa(process.execPath, ['worker.mjs'], { cwd, reject: false })
    expect(await databasesOf(server, role.name)).toHaveLength(2)
    const left = 'select from pg_stat_activity where usename = $1'
    while ((await server.query(left, [role.name])).length > 0)
      await new Promise((wait) => setTimeout(wait, 20))
    const database = await testDatabase({ cwd })
    await database.drop()
    expect(await databasesOf(server, role.name)).toHaveLength(1)
  })

  test('what is in use is left alone by others, however long nobody is connected to it', async () => {
    const { server, role, cwd } = await useSubject()
    await useClone({ cwd })
    writeWorker(cwd, `await (await testDatabase()).drop()`)
    await execa(process.execPath, ['worker.mjs'], { cwd })
    expect(await databasesOf(server, role.name)).toHaveLength(2)
  })

  test('what is in use is left alone by a process that is connected to another database of the server', async () => {
    const { server, role, cwd } = await useSubject()
    const other = await useTestDatabase()
    const database = await useClone({ cwd })
    const url = new URL(role.url)
    url.pathname = `/${other.name}`
    writeWorker(cwd, `await (await testDatabase({ url: ${JSON.stringify(url.href)} })).drop()`)
    await execa(process.execPath, ['worker.mjs'], { cwd })
    const name = new URL(database.url).pathname.slice(1)
    expect(await databasesOf(server, role.name)).toContain(name)
  })

  test.skipIf(pgbouncerPath === null)(
    'behind a pooler nothing is made, and one sentence says so',
    async () => {
      const pooler = await startPgbouncer('transaction', 2)
      onTestFinished(() => pooler.stop())
      const server = await useTestDatabase()
      const url = pooler.urlOf(server.name)
      const cwd = useProject({ '.dbmigrc.json': JSON.stringify({ url }), ...tables('aaa1') })
      await expect(testDatabase({ cwd })).rejects.toMatchObject({
        code: 'TESTING_POOLED',
        message: expect.stringMatching(
          /^Databases for tests are copies, .* stands before 127\.0\.0\.1:\d+ and stays connected\. Give testDatabase the `url` of the server itself\.$/,
        ),
      })
      const locks = await server.query(
        `select from pg_locks l join pg_database d on d.oid = l.database where locktype = 'advisory' and datname = $1`,
        [server.name],
      )
      expect(locks).toEqual([])
    },
  )

  test('a target other than head has a template of its own', async () => {
    const { cwd } = await useSubject()
    const database = await useClone({ cwd, target: 'aaa1' })
    await expect((await database.kysely()).selectFrom('t_bbb2').selectAll().execute()).rejects.toThrow(
      /t_bbb2/,
    )
  })

  test('without a configuration, a URL and a folder do', async () => {
    const { role, cwd } = await useSubject()
    rmSync(join(cwd, '.dbmigrc.json'))
    const database = await useClone({ cwd, url: role.url, migrations: 'migrations' })
    expect(await (await database.kysely()).selectFrom('t_bbb2').selectAll().execute()).toEqual([])
  })

  test('settings of the database of the URL hold in the copies', async () => {
    const { server, cwd } = await useSubject()
    await server.query(`alter database ${server.name} set work_mem = '7MB'`)
    const database = await useClone({ cwd })
    const { rows } = await sql`show work_mem`.execute(await database.kysely())
    expect(rows).toEqual([{ work_mem: '7MB' }])
  })

  test('a role that may not create databases is told what to do', async () => {
    const server = await useTestDatabase()
    const role = await useTestRole(server)
    const cwd = useProject({ '.dbmigrc.json': JSON.stringify({ url: role.url }), ...tables('aaa1') })
    await expect(testDatabase({ cwd })).rejects.toMatchObject({
      code: 'TESTING_NOT_ALLOWED',
      message: expect.stringMatching(
        new RegExp(
          `^The role "${role.name}" may not create a database for a test on \\S+. Run \`alter role "${role.name}" createdb\` there, or give testDatabase the \`url\` of another server, or "pglite:memory".$`,
        ),
      ),
    })
  })

  test('pglite:memory gives a database in this process, from a cluster that is migrated once', async () => {
    const cwd = useProject({ '.dbmigrc.json': JSON.stringify({ url: 'pglite:memory' }), ...tables('aaa1') })
    const first = await useClone({ cwd })
    await (await first.kysely()).insertInto('t_aaa1').values({ id: 1 }).execute()
    const second = await useClone({ cwd })
    expect(await (await second.kysely()).selectFrom('t_aaa1').selectAll().execute()).toEqual([])
  })
})
