import { sql as anySql } from 'kysely'
import { expect, test } from 'vitest'
import { type DefineStatements, defineSchema, type SchemaBuilders } from '../../src/schema/define-schema.ts'
import { evaluateSchema } from '../../src/schema/evaluate-schema.ts'

async function evaluate(define: DefineStatements): Promise<string[]> {
  return (await evaluateSchema(defineSchema(define), '/app/schema.ts')).map(({ sql }) => sql)
}

test('builders, fragments, nested lists and compiled queries become statements in their order', async () => {
  const statements = await evaluate(({ schema, sql, db }) => [
    schema.createSchema('app'),
    [[schema.createTable('app.t').addColumn('a', 'int4')], sql`comment on table app.t is ${sql.lit("it's")}`],
    schema.createView('v').as(db.selectFrom('app.t').select('a').where('a', '>', 3)),
    { compile: () => ({ sql: 'select $1', parameters: [2] }) },
  ])
  expect(statements).toEqual([
    'create schema "app"',
    'create table "app"."t" ("a" int4)',
    `comment on table app.t is 'it''s'`,
    'create view "v" as select "a" from "app"."t" where "a" > 3',
    'select 2',
  ])
})

test('null, undefined and false are skipped, and a function may be async', async () => {
  expect(await evaluate(async ({ sql }) => [null, undefined, false, sql`select 1`])).toEqual(['select 1'])
})

test('a fragment may hold several statements', async () => {
  expect(await evaluate(({ sql }) => sql`create table a (); create table b ();`)).toEqual([
    'create table a ()',
    'create table b ()',
  ])
})

test('a value in a check becomes a literal', async () => {
  const statements = await evaluate(({ schema, sql }) =>
    schema.createTable('t').addColumn('a', 'text', (c) => c.check(sql`a <> ${"it's"}`)),
  )
  expect(statements).toEqual([`create table "t" ("a" text check (a <> 'it''s'))`])
})

test('another schema may stand in a list, and one that is listed twice is declared once', async () => {
  const shared = defineSchema(({ sql }) => sql`create type mood as enum ('sad')`)
  expect(await evaluate(({ sql }) => [shared, [sql`select 1`], shared])).toEqual([
    `create type mood as enum ('sad')`,
    'select 1',
  ])
})

test('foreign keys of a table become statements that run last', async () => {
  const schema = defineSchema(({ schema: s }) =>
    s
      .createTable('app.book')
      .addColumn('author_id', 'bigint', (c) => c.notNull().references('app.author.id').onDelete('cascade'))
      .addColumn('a', 'int4')
      .addForeignKeyConstraint('named', ['a'], 'other', ['b'], (c) => c.deferrable().initiallyDeferred()),
  )
  expect(await evaluateSchema(schema, null)).toEqual([
    { sql: 'create table "app"."book" ("author_id" bigint not null, "a" int4)', file: null, compiled: true },
    {
      sql: 'alter table "app"."book" add foreign key ("author_id") references "app"."author" ("id") on delete cascade',
      file: null,
      last: true,
      compiled: true,
    },
    {
      sql: 'alter table "app"."book" add constraint "named" foreign key ("a") references "other" ("b") deferrable initially deferred',
      file: null,
      last: true,
      compiled: true,
    },
  ])
})

test('a reference with a modifier behind it stays in its column', async () => {
  const statements = await evaluate(({ schema, sql }) =>
    schema.createTable('t').addColumn('a', 'int4', (c) => c.references('u.id').modifyEnd(sql`deferrable`)),
  )
  expect(statements).toEqual(['create table "t" ("a" int4 references "u" ("id") deferrable)'])
})

const advice = 'Give builders of `schema`, sql`…` fragments, other schemas, or lists of these.'

test.each<[string, unknown, string]>([
  ['a string', ['select 1'], `element [0] is no statement but string 'select 1'. Write it as sql\`…\`.`],
  ['a number', 7, `the value that it returns is no statement but number 7. ${advice}`],
  ['a function in a list', [[() => 1]], `element [0][0] is no statement but a function. ${advice}`],
  ['an object', [{ a: 1 }], `element [0] is no statement but an object with the keys a. ${advice}`],
  ['a Map', [null, new Map()], `element [1] is no statement but a Map. ${advice}`],
  [
    'a promise',
    [Promise.resolve()],
    'element [0] is no statement but a promise. Leave out `.execute()` and `await`: dbmig runs the statements itself.',
  ],
])('%s is no statement', async (_name, value, message) => {
  await expect(evaluate(() => value as never)).rejects.toMatchObject({
    code: 'SCHEMA_NOT_A_STATEMENT',
    message: `/app/schema.ts: ${message}`,
  })
})

test.each<[string, () => unknown]>([
  ['a function', () => undefined],
  ['an async function', async () => undefined],
  ['a schema in a list', () => [defineSchema((() => undefined) as never)]],
])('%s that returns nothing has forgotten to', async (_name, define) => {
  await expect(evaluate(define as never)).rejects.toMatchObject({
    code: 'SCHEMA_RETURNS_NOTHING',
    message:
      '/app/schema.ts: the function that defineSchema is given returns undefined, so nothing is declared. Return the list of statements (an empty list where there are none).',
  })
})

test.each<[string, (builders: SchemaBuilders) => unknown]>([
  [
    'awaited',
    ({ schema }) =>
      schema
        .createTable('t')
        .execute()
        .then(() => []),
  ],
  ['awaited, and nothing is returned', ({ schema }) => schema.createTable('t').execute()],
  ['not awaited', ({ schema }) => [schema.createTable('t').execute()].slice(1)],
  ['a fragment', ({ db, sql }) => sql`select 1`.execute(db).then(() => [])],
  ['a query', ({ db }) => db.selectFrom('t').selectAll().execute()],
  ['in a transaction', ({ db }) => db.transaction().execute(async () => [])],
])('a statement that is executed is refused: %s', async (_name, define) => {
  const declared = evaluateSchema(defineSchema(define as never), import.meta.filename)
  await expect(declared).rejects.toMatchObject({
    code: 'SCHEMA_EXECUTED',
    message: `${import.meta.filename}: a statement is executed inside the function that defineSchema is given, where there is no database. Leave out \`.execute()\` and \`await\`, and return the statement: dbmig runs it itself.`,
    detail: expect.stringMatching(/^at .*evaluate-schema\.test\.ts:\d+:\d+/),
  })
})

test('a builder that lacks its last step is named', async () => {
  await expect(evaluate(({ schema }) => [schema.alterTable('t') as never])).rejects.toMatchObject({
    message: `/app/schema.ts: element [0] is no statement but an AlterTableBuilder. ${advice}`,
  })
})

test('a function that throws is reported with its file', async () => {
  const define = () => {
    throw new Error('no such column type')
  }
  await expect(evaluate(define)).rejects.toMatchObject({
    code: 'SCHEMA_THREW',
    message: 'The schema file /app/schema.ts threw: no such column type. Correct it and try again.',
  })
})

test('a value without a literal is reported with its place', async () => {
  await expect(evaluate(() => [anySql`select ${{ a: 1 }}`])).rejects.toMatchObject({
    code: 'SCHEMA_NO_LITERAL',
    message:
      '/app/schema.ts: element [0] has a parameter (object) that has no SQL literal. Write the value into the SQL as text with its type, for example sql.lit(\'{"a":1}\').',
  })
})

test('an element that Kysely cannot compile is reported with its place', async () => {
  const broken = { toOperationNode: () => ({ kind: 'NoSuchNode' }) }
  await expect(evaluate(() => [broken])).rejects.toMatchObject({ code: 'SCHEMA_DOES_NOT_COMPILE' })
})
