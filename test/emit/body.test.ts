/** How a body reads: what belongs together stands together. */
import { expect, test } from 'vitest'
import { chainOf } from '../../src/diff/chain.ts'
import { bodySource } from '../../src/emit/body.ts'
import { statementsOf } from '../../src/emit/plan.ts'
import { catalogOf } from '../support/schemas.ts'

async function bodyOf(before: string, after: string): Promise<string> {
  const [live, target] = await Promise.all([catalogOf(before), catalogOf(after)])
  const [link] = chainOf({ live, target })
  return link === undefined ? '' : bodySource(statementsOf(link.up), {})
}

test('a table stands with its comments and indexes, and a line parts it from the next', async () => {
  expect(
    await bodyOf(
      '',
      `create table a (id int); create table b (id int); create index a_id on a (id) include (id);
       comment on table a is 'x'; comment on column a.id is 'y'; create type e as enum ('x'); create type f as enum ('y')`,
    ),
  ).toBe(`  await db.schema.createType('e').asEnum(['x']).execute()
  await db.schema.createType('f').asEnum(['y']).execute()

  await db.schema.createTable('a').addColumn('id', 'integer').execute()
  await sql\`comment on table a is 'x'\`.execute(db)
  await sql\`comment on column a.id is 'y'\`.execute(db)
  await sql\`create index a_id on a using btree (id) include (id)\`.execute(db)

  await db.schema.createTable('b').addColumn('id', 'integer').execute()`)
})

test('what changes of a table stands together, and drops follow', async () => {
  expect(
    await bodyOf(
      'create table a (id int, b int); create table c (id int); create sequence s; create sequence r',
      'create table a (id bigint, b int check (b > 0)); create table c (id bigint); create index a_id on a (id)',
    ),
  ).toBe(`  await db.schema.alterTable('a').alterColumn('id', (c) => c.setDataType('bigint')).execute()

  // May fail: constraint a_b_check comes to table a: that fails while a row does not meet it.
  await db.schema.alterTable('a').addCheckConstraint('a_b_check', sql\`b > 0\`).execute()

  await db.schema
    .createIndex('a_id')
    .on('a')
    .column('id')
    .execute()

  await db.schema.alterTable('c').alterColumn('id', (c) => c.setDataType('bigint')).execute()

  // Data loss: sequence s is dropped, and with it the number that it has come to.
  await sql\`drop sequence s\`.execute(db)

  // Data loss: sequence r is dropped, and with it the number that it has come to.
  await sql\`drop sequence r\`.execute(db)`)
})

test('a long body has headings', async () => {
  const tables = Array.from({ length: 40 }, (_, i) => `create table t${i} (id int)`).join(';')
  const types = "create type e as enum ('x'); create view v as select 1 as a"
  const long = await bodyOf('', `${tables}; ${types}`)
  expect(long.match(/^ {2}\/\/ .*$/gm)).toEqual(['  // Types', '  // Tables', '  // Views'])
  expect(await bodyOf('', tables)).not.toContain('//')
  expect(await bodyOf('', types)).not.toContain('//')
})
