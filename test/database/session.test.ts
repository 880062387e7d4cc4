import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import { createTestDatabase, type TestDatabase, useTestDatabase } from '../support/database.ts'

describe.each(['server', 'pglite'] as const)('a session on %s', (engine) => {
  let database: TestDatabase | undefined
  let session: Session

  beforeAll(async () => {
    database = engine === 'server' ? await createTestDatabase() : undefined
    session = await openSession(database?.url ?? 'pglite:memory')
  })
  afterAll(async () => {
    await session.close()
    await database?.drop()
  })

  test('knows its engine and the server version as a number', () => {
    expect(session.engine).toBe(engine)
    expect(session.serverVersion).toBeGreaterThanOrEqual(140000)
    expect(session.address).not.toContain('secret')
  })

  test('gives values the types that pg gives them', async () => {
    const [row] = await session.query(`
      select 9007199254740993::bigint as big, 1.50::numeric as num, true as yes, 7 as int, 'x'::text as txt,
        timestamptz '2026-11-22 12:00+00' as at, '{"a": 1}'::jsonb as doc, array[1, 2] as ints,
        array['a']::text[] as texts, null::int as nil, '\\x01ff'::bytea as bytes, '{a}'::name[] as names,
        array['a']::"char"[] as chars, 1.5::float8 as float, array[9007199254740993]::bigint[] as bigs`)
    expect(row).toEqual({
      big: '9007199254740993',
      num: '1.50',
      yes: true,
      int: 7,
      txt: 'x',
      at: new Date('2026-11-22T12:00:00Z'),
      doc: { a: 1 },
      ints: [1, 2],
      texts: ['a'],
      nil: null,
      bytes: Buffer.from([1, 255]),
      names: row?.['names'],
      chars: row?.['chars'],
      float: 1.5,
      bigs: ['9007199254740993'],
    })
  })

  test('sends parameters as pg does', async () => {
    const [row] = await session.query(
      `select $1::int + 1 as int, $2::bigint as big, $3::text[] as texts, $4::jsonb as doc, $5::boolean as yes,
        $6::timestamptz as at, $7::bytea as bytes, $8::text as nil, $9::jsonb as list`,
      [
        1,
        9007199254740993n,
        ['a"b', 'c,d'],
        { a: [1] },
        false,
        new Date('2026-11-22T12:00:00Z'),
        Buffer.from([0, 9]),
        null,
        '[1]',
      ],
    )
    expect(row).toEqual({
      int: 2,
      big: '9007199254740993',
      texts: ['a"b', 'c,d'],
      doc: { a: [1] },
      yes: false,
      at: new Date('2026-11-22T12:00:00Z'),
      bytes: Buffer.from([0, 9]),
      nil: null,
      list: [1],
    })
  })

  test('execute runs a script of several statements', async () => {
    await session.execute(`create table script_a (id int); insert into script_a values (1), (2); -- done`)
    expect(await session.query('select count(*)::int as n from script_a')).toEqual([{ n: 2 }])
  })

  test('execute runs a script whole or not at all', async () => {
    await expect(session.execute('create table script_b (id int); select 1/0')).rejects.toMatchObject({
      code: '22012',
    })
    expect(await session.query(`select to_regclass('script_b') as found`)).toEqual([{ found: null }])
  })

  test('its Kysely shares the connection, its settings and its transaction', async () => {
    const db = await session.kysely()
    await session.query(`set statement_timeout = '77s'`)
    expect((await sql<{ statement_timeout: string }>`show statement_timeout`.execute(db)).rows).toEqual([
      { statement_timeout: '77s' },
    ])
    await session.query('begin')
    await db.schema.createTable('shared').addColumn('id', 'integer').execute()
    await session.query('rollback')
    expect(await session.query(`select to_regclass('shared') as found`)).toEqual([{ found: null }])
  })

  test('its Kysely runs several raw statements at once and counts changed rows', async () => {
    const db = await session.kysely()
    await sql`create table counted (id int); insert into counted values (1), (2), (3)`.execute(db)
    const result = await sql`delete from counted where id > ${1}`.execute(db)
    expect(result.numAffectedRows).toBe(2n)
    const all = await sql`delete from counted`.execute(db)
    expect(all.numAffectedRows).toBe(1n)
  })

  test('statements that are started at once run one after the other, whichever of them fail, and pg warns of nothing', async () => {
    const warnings: Error[] = []
    const note = (warning: Error): unknown => warnings.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const db = await session.kysely()
    await session.query('create sequence turns')
    const divisors = [1, 1, 0, 1, 1]
    const results = await Promise.allSettled(
      divisors.map((by) =>
        sql<{ turn: number }>`select nextval('turns')::int / ${by}::int as turn`.execute(db),
      ),
    )
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value.rows[0]?.turn : 'failed')),
    ).toEqual([1, 2, 'failed', 4, 5])
    expect(warnings).toEqual([])
  })

  test('its Kysely commits and rolls back transactions', async () => {
    const db = await session.kysely()
    await db.transaction().execute((trx) => sql`create table kept (id int)`.execute(trx))
    await expect(
      db.transaction().execute(async (trx) => {
        await sql`create table lost (id int)`.execute(trx)
        throw new Error('stop')
      }),
    ).rejects.toThrow('stop')
    expect(
      await session.query(`select to_regclass('kept')::text as kept, to_regclass('lost') as lost`),
    ).toEqual([{ kept: 'kept', lost: null }])
  })

  test('closing twice is closing once', async () => {
    const other = await openSession(database?.url ?? 'pglite:memory')
    await other.close()
    await other.close()
  })
})

describe('a server session', () => {
  test('is called dbmig in the server views', async () => {
    const database = await useTestDatabase()
    const session = await openSession(database.url)
    onTestFinished(() => session.close())
    expect(await session.query(`select current_setting('application_name') as name`)).toEqual([
      { name: 'dbmig' },
    ])
  })

  test('cancel stops the statement that runs, and the session goes on', async () => {
    const database = await useTestDatabase()
    const session = await openSession(database.url)
    onTestFinished(() => session.close())
    const running = expect(session.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' })
    await expect
      .poll(() =>
        database.query(
          `select 1 from pg_stat_activity where state = 'active' and query like '%pg_sleep(60)' and datname = $1`,
          [database.name],
        ),
      )
      .toHaveLength(1)
    await session.cancel()
    await running
    expect(await session.query('select 1 as one')).toEqual([{ one: 1 }])
  })

  test('a connection that the server ends while idle fails the next query with the reason', async () => {
    const database = await useTestDatabase()
    const session = await openSession(database.url)
    onTestFinished(() => session.close())
    await database.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'dbmig' and datname = $1`,
      [database.name],
    )
    await expect(session.query('select 1')).rejects.toMatchObject({
      code: 'DATABASE_CONNECTION_LOST',
      message: expect.stringContaining('(SQLSTATE 57P01); PostgreSQL undoes what was not committed'),
    })
  })
})

describe('an embedded database in a folder', () => {
  async function folder(): Promise<string> {
    const root = await mkdtemp(join(tmpdir(), 'dbmig-pglite-'))
    onTestFinished(() => rm(root, { recursive: true, force: true }))
    return join(root, 'deep', 'data')
  }

  test('keeps its data, and lies in folders that are made for it', async () => {
    const directory = await folder()
    const first = await openSession(`pglite:${directory}`)
    await first.execute('create table kept (id int)')
    await first.close()
    const second = await openSession(`pglite:${directory}`)
    onTestFinished(() => second.close())
    expect(await second.query(`select to_regclass('kept')::text as kept`)).toEqual([{ kept: 'kept' }])
  })

  test('is open once at a time', async () => {
    const directory = await folder()
    const session = await openSession(`pglite:${directory}`)
    onTestFinished(() => session.close())
    await expect(openSession(`pglite:${directory}`)).rejects.toMatchObject({
      code: 'DATABASE_PGLITE_IN_USE',
      message: `The embedded database in ${directory} is open in process ${process.pid}; wait until that ends (if it is no dbmig, delete ${directory}.lock).`,
    })
  })

  test('is taken over from a process that is dead', async () => {
    const directory = await folder()
    const session = await openSession(`pglite:${directory}`)
    await session.close()
    await writeFile(`${directory}.lock`, '999999999\n')
    const next = await openSession(`pglite:${directory}`)
    await next.close()
  })
})

test('a session speaks UTF-8 also where a statement has asked for another encoding', async () => {
  const { url } = await useTestDatabase()
  const session = await openSession(url)
  await session.execute("set client_encoding to 'LATIN1'")
  expect(await session.query(`select length('Zürich') as length, 'Zürich' as text`)).toEqual([
    { length: 6, text: 'Zürich' },
  ])
  await session.execute(`begin; set local client_encoding to 'WIN1252'`)
  expect(await session.query('select length($1) as length', ['Zürich'])).toEqual([{ length: 6 }])
  await session.execute('rollback')
  await session.close()
})

test('an embedded database offers the extensions that are asked for', async () => {
  const session = await openSession('pglite:memory', { pgliteExtensions: ['uuid-ossp', 'citext'] })
  onTestFinished(() => session.close())
  await session.execute('create extension "uuid-ossp"; create extension citext')
  expect(await session.query(`select 'A'::citext = 'a' as same`)).toEqual([{ same: true }])
})

test('a folder that cannot be opened is named', async () => {
  const root = await mkdtemp(join(tmpdir(), 'dbmig-pglite-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await writeFile(join(root, 'file'), 'no folder')
  await expect(openSession(`pglite:${join(root, 'file')}`)).rejects.toMatchObject({
    code: 'DATABASE_PGLITE_FAILED',
    message: expect.stringMatching(/^Cannot open the embedded database in .*file: .+\.$/),
  })
})

test('a missing PGlite is told with the command that installs it', async () => {
  vi.doMock('@electric-sql/pglite', () => {
    throw new Error('not installed')
  })
  onTestFinished(() => void vi.doUnmock('@electric-sql/pglite'))
  await expect(openSession('pglite:memory')).rejects.toMatchObject({
    code: 'DATABASE_PGLITE_MISSING',
    exitCode: 2,
    message:
      'The embedded database needs the package @electric-sql/pglite; install it with `npm install --save-dev @electric-sql/pglite`.',
  })
})

test('an extension that PGlite lacks is named', async () => {
  await expect(openSession('pglite:memory', { pgliteExtensions: ['postgis_raster'] })).rejects.toMatchObject({
    code: 'DATABASE_PGLITE_EXTENSION',
    message:
      'The installed @electric-sql/pglite has no extension "postgis_raster"; use a PostgreSQL server that has it.',
  })
})
