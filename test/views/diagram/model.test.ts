/** What a diagram tells of a schema, read off PostgreSQL. */
import { describe, expect, inject, test } from 'vitest'
import { diagramOf } from '../../../src/views/diagram/model.ts'
import { catalogOf } from '../../support/schemas.ts'

async function drawn(script: string) {
  return diagramOf(await catalogOf(script))
}

/** The end of each foreign key: what a row references, and how many reference it. */
async function endsOf(script: string): Promise<Record<string, string>> {
  const { relations } = await drawn(script)
  return Object.fromEntries(
    relations.map(({ fromColumns, optional, many }) => [
      fromColumns.join(','),
      `${many ? 'many' : 'one'} to ${optional ? 'zero or one' : 'one'}`,
    ]),
  )
}

describe('a foreign key', () => {
  test('is optional where its column may be null, and one to one where that is unique', async () => {
    const ends = await endsOf(`
      create table a (id int primary key);
      create table b (x int references a, y int not null references a, z int unique references a, w int primary key references a)`)
    expect(ends).toEqual({
      x: 'many to zero or one',
      y: 'many to one',
      z: 'one to zero or one',
      w: 'one to one',
    })
  })

  test('is not optional where the domain of its column holds no null', async () => {
    const ends = await endsOf(`
      create table a (id int primary key); create domain uid as int not null; create domain own as uid; create domain may as int;
      create table b (x uid references a, y own references a, z may references a, w uid[])`)
    expect(ends).toEqual({ x: 'many to one', y: 'many to one', z: 'many to zero or one' })
  })

  test('of several columns is optional where one may be null, with match full where all may', async () => {
    const ends = await endsOf(`
      create table a (x int, y int, primary key (x, y));
      create table b (p int, q int not null, r int, s int,
        foreign key (p, q) references a, foreign key (r, q) references a match full, foreign key (r, s) references a match full)`)
    expect(ends).toEqual({ 'p,q': 'many to zero or one', 'r,q': 'many to one', 'r,s': 'many to zero or one' })
  })

  test('is one to one where a key lies within its columns, and not where its columns are a part of a key', async () => {
    const ends = await endsOf(`
      create table a (x int, y int, unique (x, y), primary key (x));
      create table b (x int unique, y int, foreign key (x, y) references a (x, y));
      create table c (z int references a, n int, primary key (z, n))`)
    expect(ends).toEqual({ 'x,y': 'one to zero or one', z: 'many to one' })
  })

  test('is one to one by a unique index of plain columns over all rows alone', async () => {
    const ends = await endsOf(`
      create table a (id int primary key);
      create table b (x int references a, y int references a, z int references a);
      create unique index on b (x); create unique index on b (y) where y > 0; create unique index on b ((z + 1))`)
    expect(ends).toEqual({
      x: 'one to zero or one',
      y: 'many to zero or one',
      z: 'many to zero or one',
    })
  })
})

describe('a table', () => {
  test('has its columns in order, in short types, with keys and comments', async () => {
    const { entities } = await drawn(`
      create table a (id int primary key);
      create table b (a_id bigint not null, n varchar(20) unique, at timestamptz, primary key (a_id, at));
      alter table b add foreign key (a_id) references a; comment on table b is 'bees'; comment on column b.n is 'a name'`)
    const [, b] = entities
    expect(b).toMatchObject({
      kind: 'table',
      comment: 'bees',
      keys: [{ primary: true, columns: ['a_id', 'at'] }],
    })
    expect(
      b?.columns.map(({ name, type, primaryKey, foreignKey, unique, notNull, comment }) => ({
        ...{ name, type, comment, notNull },
        keys: [primaryKey && 'PK', foreignKey && 'FK', unique && 'UK'].filter(Boolean).join(' '),
      })),
    ).toEqual([
      { name: 'a_id', type: 'bigint', keys: 'PK FK', notNull: true, comment: null },
      { name: 'n', type: 'varchar(20)', keys: 'UK', notNull: false, comment: 'a name' },
      { name: 'at', type: 'timestamptz', keys: 'PK', notNull: true, comment: null },
    ])
  })

  test.skipIf(inject('serverVersion') < 180000)(
    'shows a temporal primary key, by which several rows may reference the same one',
    async () => {
      const { entities, relations } = await drawn(`
        create table a (id int4range, v daterange, primary key (id, v without overlaps));
        create table b (id int4range, v daterange, u daterange, unique (id, u without overlaps), primary key (id, v without overlaps),
          foreign key (id, period v) references a (id, period v))`)
      expect(
        entities.map(({ columns }) =>
          columns.map(
            ({ name, primaryKey, unique }) => `${name}${primaryKey ? ' PK' : ''}${unique ? ' UK' : ''}`,
          ),
        ),
      ).toEqual([
        ['id PK', 'v PK'],
        ['id PK', 'v PK', 'u'],
      ])
      expect(relations).toMatchObject([{ fromColumns: ['id', 'v'], many: true }])
    },
  )

  test('stands with all of its partitions, whose foreign keys are its own', async () => {
    const { entities, relations } = await drawn(`
      create table a (id int primary key);
      create table p (id int, day date, a_id int) partition by range (day);
      create table p1 partition of p for values from ('2026-01-01') to ('2026-02-01') partition by list (id);
      create table p11 partition of p1 for values in (1);
      create table p2 partition of p (foreign key (a_id) references a) for values from ('2026-02-01') to ('2026-03-01')`)
    expect(
      entities.map(({ name, partitions, partitionKey }) => ({ name, partitions, partitionKey })),
    ).toEqual([
      { name: 'a', partitions: 0, partitionKey: null },
      { name: 'p', partitions: 3, partitionKey: 'RANGE (day)' },
    ])
    expect(relations.map(({ from, to }) => [from, to])).toEqual([['table:public.p', 'table:public.a']])
    expect(entities[1]?.columns.map(({ foreignKey }) => foreignKey)).toEqual([false, false, true])
  })

  test('is referenced as a whole where a foreign key names a partition of it', async () => {
    const { relations } = await drawn(`
      create table p (id int primary key) partition by range (id);
      create table p1 partition of p for values from (0) to (9);
      create table b (x int references p1)`)
    expect(relations.map(({ to }) => to)).toEqual(['table:public.p'])
  })

  test('is joined to those that it inherits from, and to the enums of its columns', async () => {
    const { links, entities } = await drawn(`
      create type mood as enum ('sad', 'ok'); create type other as enum ('sad');
      create table a (x mood[], y text default 'sad'::other::text); create table b () inherits (a)`)
    expect(links).toMatchObject([{ kind: 'inherits', from: 'table:public.b', to: 'table:public.a' }])
    expect(entities[0]?.columns.map(({ enumType }) => enumType)).toEqual(['enum:public.mood', null])
  })
})

test('a view is joined to what it reads, other views too, and partitions as what they are a part of', async () => {
  const { entities, links } = await drawn(`
    create table a (id int); create table p (id int) partition by range (id); create table p1 partition of p for values from (0) to (9);
    create view v as select a.id, p1.id as other from a, p1;
    create materialized view m as select count(*) from v; create unique index on m (count)`)
  expect(links.map(({ kind, from, to }) => `${from} ${kind} ${to}`)).toEqual([
    'materialized view:public.m reads view:public.v',
    'view:public.v reads table:public.a',
    'view:public.v reads table:public.p',
  ])
  expect(entities.find(({ name }) => name === 'm')?.columns).toMatchObject([{ name: 'count', unique: true }])
})

test('a column has its enum, of whatever schema, in views and arrays too', async () => {
  const { entities } = await drawn(`
    create schema sales; create type sales.mood as enum ('sad'); create type mood as enum ('glad');
    create table a (x sales.mood, y mood[]); create view v as select x, y from a;
    create materialized view m as select x from a`)
  const enums = Object.fromEntries(
    entities.map(({ name, columns }) => [name, columns.map(({ enumType }) => enumType)]),
  )
  const both = ['enum:sales.mood', 'enum:public.mood']
  expect(enums).toEqual({ a: both, v: both, m: both.slice(0, 1) })
})

test('boxes stand by schema, the default one first, and by name', async () => {
  const { entities } = await drawn(
    'create schema alpha; create table alpha.z (i int); create table alpha."B" (i int); create table y (i int); create view x as select 1',
  )
  expect(entities.map(({ schema, name }) => `${schema}.${name}`)).toEqual([
    'public.x',
    'public.y',
    'alpha.B',
    'alpha.z',
  ])
})

test('an empty schema is an empty diagram', async () => {
  expect(await drawn('select 1')).toMatchObject({ entities: [], enums: [], relations: [], links: [] })
})
