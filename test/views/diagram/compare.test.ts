/** Two states in one diagram: what was added, removed, changed, and the words for it. */
import { expect, test } from 'vitest'
import { compareCatalogs } from '../../../src/diff/compare.ts'
import { diagramOfBoth } from '../../../src/views/diagram/compare.ts'
import type { Diagram, Marked } from '../../../src/views/diagram/diagram.ts'
import { selectFrom } from '../../../src/views/diagram/select.ts'
import { markWords } from '../../../src/views/diagram/words.ts'
import { catalogOf } from '../../support/schemas.ts'

async function both(before: string, after: string): Promise<Diagram> {
  const sides = { live: await catalogOf(before), target: await catalogOf(after) }
  return diagramOfBoth(sides, compareCatalogs(sides), { from: 'base', to: 'head' })
}

function words<T extends Marked>(
  items: readonly T[],
  nameOf: (item: T) => string,
): Record<string, string | null> {
  return Object.fromEntries(items.map((item) => [nameOf(item), markWords(item)]))
}

test('tables and columns that come and go are marked, and stand where they stood', async () => {
  const { entities } = await both(
    'create table a (x int, y int, z int); create table gone (i int)',
    'create table a (x int, z int, w int); create table made (i int)',
  )
  expect(words(entities, ({ name }) => name)).toEqual({ a: 'changed', gone: 'removed', made: 'added' })
  expect(words(entities[0]?.columns ?? [], ({ name }) => name)).toEqual({
    x: null,
    y: 'removed',
    z: null,
    w: 'added',
  })
  expect(entities[0]?.columns.map(({ name }) => name)).toEqual(['x', 'y', 'z', 'w'])
})

test('a column that changed says how', async () => {
  const { entities } = await both(
    `create table a (x int, y text not null, z text, w text default 'a')`,
    `create table a (x bigint, y text, z varchar(20) not null, w text default '${'b'.repeat(60)}')`,
  )
  expect(words(entities[0]?.columns ?? [], ({ name }) => name)).toEqual({
    x: 'changed: type integer → bigint',
    y: 'changed: may be null now',
    z: 'changed: type text → varchar(20), not null',
    w: 'changed: default changed',
  })
})

test('a table says what became of its other parts', async () => {
  const { entities } = await both(
    'create table a (x int check (x > 0)); create index i on a (x)',
    "create table a (x int); create unique index j on a (x); comment on table a is 'A'",
  )
  expect(markWords(entities[0] ?? { mark: null, said: [] })).toMatch(
    /^changed: .*constraint a_x_check removed.*index i removed.*index j added/,
  )
})

test('foreign keys, enum labels and what views read are marked', async () => {
  const before = `create type mood as enum ('sad', 'ok'); create table a (id int primary key); create table b (x int, m mood);`
  const { relations, links, enums } = await both(
    `${before} alter table b add constraint old foreign key (x) references a; create view v as select id from a`,
    `${before} alter type mood add value 'glad'; alter table b add constraint new foreign key (x) references a on delete cascade;
     create view v as select id from a where id in (select x from b)`,
  )
  expect(words(relations, ({ name }) => name)).toEqual({ old: 'removed', new: 'added' })
  expect(words(enums[0]?.labels ?? [], ({ name }) => name)).toEqual({ sad: null, ok: null, glad: 'added' })
  expect(words(links, ({ to }) => to)).toEqual({ 'table:public.a': null, 'table:public.b': 'added' })
})

test('a foreign key says what of it changed, and its table that it did', async () => {
  const tables = 'create table a (id int primary key, n int unique); create table b (x int, constraint f'
  const { relations, entities } = await both(
    `${tables} foreign key (x) references a); create table c (x int)`,
    `${tables} foreign key (x) references a (n) on delete cascade on update set null deferrable); create table c (x int, constraint g foreign key (x) references a)`,
  )
  expect(words(relations, ({ name }) => name)).toEqual({
    f: 'changed: references public.a (id) → public.a (n), on update no action → set null, on delete no action → cascade, deferral not deferrable → deferrable',
    g: 'added',
  })
  expect(words(entities, ({ name }) => name)).toEqual({
    a: null,
    b: 'changed: foreign key f changed',
    c: 'changed: foreign key g added',
  })
})

test('partitions count, and what changed in them is said of the whole', async () => {
  const parent =
    'create table p (id int) partition by range (id); create table p1 partition of p for values from (0) to (9);'
  const { entities } = await both(
    parent,
    `${parent} create table p2 partition of p for values from (9) to (19); create index on p1 (id)`,
  )
  expect(words(entities, ({ name }) => name)).toEqual({ p: 'changed: a partition changed, partitions 1 → 2' })
})

test('what has no place in the picture is said beside it', async () => {
  const { compared, entities } = await both(
    'create table a (x int); create sequence s',
    `create table a (x int); create function f() returns int language sql as 'select 1'; create schema audit`,
  )
  expect(entities[0]?.mark).toBeNull()
  expect(compared?.elsewhere).toEqual([
    'sequence public.s removed',
    'schema audit added',
    'function public.f() added',
  ])
})

test('that nothing differs is said beside the picture', async () => {
  const { compared } = await both('create table a (x int)', 'create table a (x int)')
  expect(compared?.elsewhere).toEqual(['Nothing differs.'])
})

test('--depth takes what differs and what is so many lines away', async () => {
  const tables =
    'create table a (id int primary key); create table b (id int primary key, a int references a); create table c (b int references b);'
  const diagram = await both(tables, `${tables} alter table c add column n int`)
  const names = (depth?: number) => selectFrom(diagram, { depth }, 'both').entities.map(({ name }) => name)
  expect(names()).toEqual(['a', 'b', 'c'])
  expect(names(0)).toEqual(['c'])
  const joined = await both(tables, `${tables} alter table c add foreign key (b) references a`)
  expect(selectFrom(joined, { depth: 0 }, 'both').entities.map(({ name }) => name)).toEqual(['c'])
  expect(names(1)).toEqual(['b', 'c'])
})
