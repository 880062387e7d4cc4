/** Which statements put rows into tables, told by their text or Kysely's tree. */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { describe, expect, test } from 'vitest'
import { fillingsIn, fillingsOf } from '../../../src/authoring/squash/filling-statements.ts'

test.each([
  ['insert into t values (1)', ['insert']],
  ['-- why\nINSERT into t default values; update t set a = 1', ['insert']],
  ['merge into t using s on true when matched then delete', ['merge']],
  ['copy t from program $$cat x$$', ['copy']],
  ['copy t to stdout', []],
  ['with gone as (delete from t returning *) insert into u select * from gone', ['insert']],
  ['do $$ begin insert into t values (1); end $$', ['insert']],
  ['create table u as select * from t', ['create table as']],
  ['create table u (a, b) as (select 1, 2)', ['create table as']],
  ['select * into u from t', ['select into']],
  ['create table t (a int generated always as (1 + 1) stored)', []],
  ["create function f() returns void language sql as 'insert into t values (1)'", []],
  ['create trigger x after insert or update on t execute function f()', []],
  ['create rule r as on insert to t do instead update u set a = 1', []],
  ['alter table t add column a int', []],
  ["select 'insert into t'", []],
  ["comment on table t is 'update t set a = 1'", []],
])('%j fills by %j', (text, verbs) => {
  expect(fillingsIn(text)).toEqual(verbs)
})

describe("Kysely's own statements", () => {
  // biome-ignore lint/suspicious/noExplicitAny: any table will do.
  const db = new Kysely<any>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (on) => new PostgresIntrospector(on),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })

  const queries: readonly (readonly [string, { toOperationNode(): object }, readonly string[]])[] = [
    ['insert', db.insertInto('t').values({ a: 1 }), ['insert']],
    ['update', db.updateTable('t').set({ a: 1 }), []],
    [
      'an insert in a with',
      db
        .with('n', (w) => w.insertInto('t').values({ a: 1 }).returningAll())
        .selectFrom('n')
        .selectAll(),
      ['insert'],
    ],
    ['create table as', db.schema.createTable('u').as(db.selectFrom('t').selectAll()), ['create table as']],
    [
      'create table',
      db.schema.createTable('u').addColumn('a', 'text', (c) => c.defaultTo(sql`'update'`)),
      [],
    ],
    ['select', db.selectFrom('t').selectAll(), []],
  ]
  test.each(queries)('%s', (_, query, verbs) => {
    expect(fillingsOf(query.toOperationNode())).toEqual(verbs)
  })

  test('raw text is read as text', () => {
    expect(fillingsOf(sql`insert into t values (${1})`.compile(db).query)).toEqual(['insert'])
  })
})
