import { CamelCasePlugin, CompiledQuery, sql } from 'kysely'
import { expect, test } from 'vitest'
import { recordSql } from '../../src/runner/record-sql.ts'
import { useTestDatabase } from '../support/database.ts'

test('writes down each statement of the schema builder and of raw SQL', async () => {
  const statements = await recordSql(async (db) => {
    await db.schema.createTable('a').addColumn('id', 'integer').execute()
    await sql`comment on table a is 'x;'; `.execute(db)
  })
  expect(statements).toEqual(['create table "a" ("id" integer)', `comment on table a is 'x;'`])
})

test('parameters become literals that mean the same', async () => {
  const values = {
    text: `it's \\ "$1"`,
    num: -1.5,
    big: 9007199254740993n,
    yes: true,
    nil: null,
    at: new Date('2026-11-22T12:00:00Z'),
    bytes: Buffer.from([0, 255]),
    list: ['a"b', 'c,d', null],
    doc: { a: ["it's"] },
    num_in_doc: 1,
  }
  const database = await useTestDatabase()
  await database.query(
    'create table t (text text, num numeric, big bigint, yes boolean, nil int, at timestamptz, bytes bytea, list text[], doc jsonb, num_in_doc jsonb)',
  )
  const statements = await recordSql(async (db) => {
    await sql`insert into t values (${sql.join(Object.values(values))})`.execute(db)
    await sql`insert into t (num) select 5 - ${-1} where 'it is $1' <> ${'$2'}`.execute(db)
  })
  for (const statement of statements) await database.query(statement)
  const rows = await database.query('select * from t')
  expect(rows[0]).toEqual({ ...values, num: '-1.5', big: '9007199254740993' })
  expect(rows[1]).toMatchObject({ num: '6' })
})

test('a transaction is written down with its begin and commit', async () => {
  const statements = await recordSql(async (db) => {
    await db.transaction().execute((trx) => sql`select setval('s', 1)`.execute(trx))
  })
  expect(statements).toEqual(['begin', `select setval('s', 1)`, 'commit'])
})

test.each([
  [
    'a query',
    (db: Parameters<Parameters<typeof recordSql>[0]>[0]) =>
      sql`select 1 as one`.execute(db).then(({ rows }) => rows.length),
  ],
  ['the introspection', (db: Parameters<Parameters<typeof recordSql>[0]>[0]) => db.introspection.getTables()],
])('a revision that uses what %s gives is refused', async (_, read) => {
  await expect(
    recordSql(async (db) => {
      await read(db)
    }),
  ).rejects.toMatchObject({
    code: 'RUNNER_READS',
    message:
      'A revision reads from the database, and there is none when SQL is only written out; run it on a database, or do in SQL what it does with the rows.',
  })
})

test('an insert that gives back its rows may be written, and using them is refused', async () => {
  const statements = await recordSql(async (db) => {
    await sql`insert into t values (1) returning id`.execute(db)
  })
  expect(statements).toEqual(['insert into t values (1) returning id'])
})

test('a query that comes with its parameters apart is refused', async () => {
  await expect(
    recordSql(async (db) => {
      await db.executeQuery(CompiledQuery.raw('select $1', [1]))
    }),
  ).rejects.toMatchObject({
    code: 'RUNNER_RAW_PARAMETERS',
    message:
      'A revision uses CompiledQuery.raw with parameters, which cannot be written out as SQL; use the sql template instead.',
    detail: 'select $1',
  })
})

test('in a transaction that is not its own it can begin none, and set savepoints', async () => {
  const statements = await recordSql(
    async (db) => {
      expect(db.isTransaction).toBe(true)
      await sql`select setval('s', 1)`.execute(db)
    },
    { transaction: true },
  )
  expect(statements).toEqual([`select setval('s', 1)`])
  await expect(
    recordSql((db) => db.transaction().execute(async () => {}), { transaction: true }),
  ).rejects.toThrow('calling the transaction method for a Transaction is not supported')
})

test('a plugin that looks at rows is in the way of no statement that has none', async () => {
  const statements = await recordSql(async (db) => {
    await db.withPlugin(new CamelCasePlugin()).schema.createTable('aB').addColumn('cD', 'text').execute()
  })
  expect(statements).toEqual(['create table "a_b" ("c_d" text)'])
})

test('how many rows were hit is not known, and using the number is refused, also where the error is caught', async () => {
  const migration = async (db: Parameters<Parameters<typeof recordSql>[0]>[0]) => {
    const { numAffectedRows } = await sql`update t set a = 1`.execute(db)
    try {
      if ((numAffectedRows ?? 0n) > 0n) await sql`select 1`.execute(db)
    } catch {}
  }
  await expect(recordSql(migration, { who: 'Revision a1 (x.ts)' })).rejects.toMatchObject({
    code: 'RUNNER_READS',
    message: expect.stringMatching(/^Revision a1 \(x\.ts\) reads from the database/),
  })
})
