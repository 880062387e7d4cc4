/** The modules of a declared schema: to the letter, and their names whatever an object is called. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { emptyCatalog } from '../../src/catalog/catalog.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { planChanges } from '../../src/diff/plan.ts'
import { declarationIndex, declarationSource } from '../../src/emit/declaration.ts'
import { fileNameOf, identifierOf, Names } from '../../src/emit/declaration-names.ts'
import { type Part, partsOf, runnableParagraphs } from '../../src/emit/declaration-parts.ts'
import { catalogOf } from '../support/schemas.ts'

function planOf(catalog: Catalog) {
  const sides = { live: emptyCatalog(catalog), target: catalog }
  return planChanges(compareCatalogs(sides), sides)
}

async function partsIn(script: string): Promise<Part[]> {
  const catalog = await catalogOf(script)
  return partsOf(planOf(catalog), catalog)
}

function sourceOf(parts: readonly Part[], language: 'typescript' | 'javascript' = 'typescript'): string {
  return declarationSource(
    parts.flatMap(({ paragraphs }) => paragraphs),
    language,
  )
}

describe('a module', () => {
  test('holds a table with its foreign keys, also in a circle, and with what belongs to it', async () => {
    const parts = await partsIn(`
      create table author (id bigint primary key generated always as identity, name text not null, best bigint);
      create table book (id int primary key, author bigint not null references author on delete cascade);
      alter table author add constraint best_book foreign key (best) references book;
      create index author_name on author (lower(name)) where name <> '';
      comment on table author is 'who writes';
      alter table author enable row level security;
      create policy own on author using (name = current_user)`)
    expect(sourceOf(parts)).toBe(`import { defineSchema } from 'dbmig'

export default defineSchema(({ schema, sql }) => [
  schema
    .createTable('author')
    .addColumn('id', 'bigint', (c) => c.generatedAlwaysAsIdentity().primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('best', 'bigint')
    .addForeignKeyConstraint('best_book', ['best'], 'book', ['id']),
  sql\`alter table author enable row level security\`,
  sql\`comment on table author is 'who writes'\`,
  schema
    .createIndex('author_name')
    .on('author')
    .expression(sql\`lower(name)\`)
    .where(sql<boolean>\`name <> ''::text\`),
  sql\`create policy own on author using (name = CURRENT_USER)\`,

  schema
    .createTable('book')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('author', 'bigint', (c) => c.notNull().references('author.id').onDelete('cascade')),
])
`)
  })

  test('takes from its parameter what it uses, and in JavaScript has no types', async () => {
    const index = await partsIn('create table t (a int); create index i on t (a) where a > 0')
    expect(sourceOf(index, 'javascript')).toContain('.where(sql`a > 0`)')
    expect(sourceOf(await partsIn('create table t (a int)'))).toContain('defineSchema(({ schema }) => [')
    expect(sourceOf(await partsIn("create domain d as text check (value <> '')"))).toContain(
      'defineSchema(({ sql }) => [',
    )
  })

  test('that lists others imports them', () => {
    const modules = [
      { name: 'types', specifier: './schema/public/types.ts' },
      { name: 'usersTable', specifier: './schema/public/tables/users.ts' },
    ]
    expect(
      declarationIndex(modules, ['The schema.', '', '  edit it']),
    ).toBe(`import { defineSchema } from 'dbmig'
import types from './schema/public/types.ts'
import usersTable from './schema/public/tables/users.ts'

// The schema.
//
//   edit it
export default defineSchema(() => [
  types,
  usersTable,
])
`)
  })
})

describe('what stands together', () => {
  test('is a table with its sequences and partitions, and for each schema its types, functions and views', async () => {
    const parts = await partsIn(`
      create schema b;
      create type b.mood as enum ('good');
      create function b.f() returns int language sql as 'select 1';
      create sequence ids;
      create table part (a int, at date) partition by range (at);
      create table b.part_1 partition of part for values from ('2026-01-01') to ('2027-01-01');
      create sequence part_a_seq_2; alter table part alter a set default nextval('part_a_seq_2');
      alter sequence part_a_seq_2 owned by part.a;
      create view v as select a from part;
      create rule r as on insert to v do instead nothing;
      create cast (b.mood as int) with inout`)
    expect(parts.map(({ kind, schema, table }) => [kind, schema, table])).toEqual([
      ['database', null, null],
      ['types', 'b', null],
      ['functions', 'b', null],
      ['sequences', 'public', null],
      ['table', 'public', 'part'],
      ['views', 'public', null],
      ['casts', null, null],
    ])
    const table = sourceOf(parts.filter(({ kind }) => kind === 'table'))
    expect(table).toContain('create sequence part_a_seq_2')
    expect(table).toContain('create table b.part_1 partition of part')
    expect(sourceOf(parts.filter(({ kind }) => kind === 'views'))).toContain('create rule r')
  })

  test('in an order that runs, what follows each other on one object is a paragraph', async () => {
    const catalog = await catalogOf(`
      create table a (id int primary key, b int); create table b (id int primary key, a int references a);
      alter table a add foreign key (b) references b; comment on table a is 'a';
      create function f() returns bigint language sql as 'select count(*) from a'`)
    const paragraphs = runnableParagraphs(planOf(catalog), catalog)
    expect(paragraphs.map((statements) => statements.length)).toEqual([2, 1, 1, 1])
  })
})

describe('names', () => {
  const anyName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 63 })

  test('of files are what every system can hold', () => {
    expect(fileNameOf('Größe/Maß', 'x')).toBe('gro-e-ma')
    expect(fileNameOf('film_actor', 'x')).toBe('film_actor')
    expect(fileNameOf('CON', 'x')).toBe('con-')
    expect(fileNameOf('表', 'table')).toBe('table')
    fc.assert(
      fc.property(anyName, (name) => {
        const file = fileNameOf(name, 'table')
        expect(file).toMatch(/^[a-z0-9_][a-z0-9_-]{0,80}$/)
        expect(file).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)$/)
      }),
    )
  })

  test('of imports are identifiers', () => {
    expect(identifierOf('audit', 'user_event', 'table')).toBe('auditUserEventTable')
    expect(identifierOf('1st', 'table')).toBe('_1stTable')
    fc.assert(
      fc.property(anyName, (name) => {
        expect(identifierOf(name, 'table')).toMatch(/^[a-z_][A-Za-z0-9]*$/)
      }),
    )
  })

  test('are given once each', () => {
    const names = new Names(['defineSchema'])
    expect(['a', 'a', 'a-2', 'a', 'defineSchema'].map((name) => names.give(name, '-'))).toEqual([
      ...['a', 'a-2', 'a-2-2', 'a-3', 'defineSchema-2'],
    ])
  })
})
