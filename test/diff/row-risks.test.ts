/** What a plan says about rows that an empty shadow database cannot have: on which it fails, and what decides what they become. */
import { describe, expect, test } from 'vitest'
import { chainOf } from '../../src/diff/chain.ts'
import { catalogOf, roundTrip } from '../support/schemas.ts'

const live = 'create table r (id int primary key); create table t (a int, b int, c text, d int4range)'

async function risksOf(before: string, after: string): Promise<readonly string[]> {
  return (await roundTrip(before, after)).risks
}

async function risksOfAdding(statement: string): Promise<readonly string[]> {
  return risksOf(live, `${live}; ${statement}`)
}

describe('what comes to a table with rows may fail, which is said', () => {
  test.each([
    ['alter table t add constraint k unique (a, b)', 'two rows have the same a, b'],
    ['alter table t add constraint k check (c <> $$$$)', 'a row does not meet it'],
    ['alter table t add constraint k foreign key (b) references r', 'a row has a b that r does not have'],
    ['alter table t add constraint k exclude using gist (d with &&)', 'two rows exclude each other'],
  ])('%s', async (statement, offence) => {
    expect(await risksOfAdding(statement)).toEqual([
      `constraint k comes to table t: that fails while ${offence}`,
    ])
  })

  test('a primary key, beside the not null that it brings', async () => {
    expect(await risksOfAdding('alter table t add constraint k primary key (a)')).toEqual([
      'column t.a becomes not null: that fails while rows hold null',
      'constraint k comes to table t: that fails while two rows have the same a',
    ])
  })

  test('a unique index, with the rows that it covers', async () => {
    expect(
      await risksOfAdding('create unique index i on t (b); create unique index j on t (a) where b > 0'),
    ).toEqual([
      'unique index i comes to t: that fails while two rows have the same b',
      'unique index j comes to t: that fails while two of the rows that it covers have the same a',
    ])
  })

  test('a constraint that is validated', async () => {
    const check = 'alter table t add constraint k check (a > 0)'
    expect(await risksOf(`${live}; ${check} not valid`, `${live}; ${check}`)).toEqual([
      'constraint k comes to table t: that fails while a row does not meet it',
    ])
  })

  test('a check of a domain of which columns are', async () => {
    const before = 'create domain d as int; create table t (a d)'
    expect(await risksOf(before, `${before}; alter domain d add constraint k check (value > 0)`)).toEqual([
      'check k comes to domain d: that fails while a column holds a value that does not meet it',
    ])
  })

  test('in the file too, above the statement', async () => {
    const { up } = await roundTrip(live, `${live}; create unique index i on t (b)`)
    expect(up).toMatch(/^\/\/ May fail: unique index i comes to t: .*\nawait db\.schema\n {2}\.createIndex/)
  })

  test('where indexes are made concurrently', async () => {
    const sides = {
      live: await catalogOf(live),
      target: await catalogOf(`${live}; create unique index i on t (b); alter table t add unique (a)`),
    }
    expect(chainOf(sides, { concurrently: true }).flatMap(({ up }) => up.risks)).toEqual([
      'constraint t_a_key comes to table t: that fails while two rows have the same a',
      'unique index i comes to t: that fails while two rows have the same b',
    ])
  })
})

describe('nothing is said of what cannot fail', () => {
  test.each([
    ['a table of its own', 'create table n (a int unique, b int references r, check (a > 0))'],
    ['an index that is not unique', 'create index i on t (a)'],
    ['a check that is not valid', 'alter table t add constraint k check (a > 0) not valid'],
    ['a new column that is null', 'alter table t add column e int unique references r check (e > 0)'],
    ['a new column that counts', 'alter table t add column e int generated always as identity unique'],
    [
      'a new column with a default that meets its check',
      'alter table t add column e text not null default $$x$$ check (e in ($$x$$, $$y$$))',
    ],
  ])('%s', async (_, statement) => {
    expect(await risksOfAdding(statement)).toEqual([])
  })

  test.each([
    [
      'a key of more columns than one that was unique',
      'alter table t add constraint k unique (a)',
      'alter table t add constraint k unique (b, a)',
    ],
    [
      'a unique index in place of a constraint',
      'alter table t add constraint k unique (a)',
      'create unique index k on t (a)',
    ],
    [
      'a check of another name',
      'alter table t add constraint k check (a > 0)',
      'alter table t add constraint l check (a > 0)',
    ],
    [
      'a foreign key with another action',
      'alter table t add constraint k foreign key (b) references r',
      'alter table t add constraint k foreign key (b) references r on delete cascade',
    ],
  ])('%s', async (_, before, after) => {
    expect(await risksOf(`${live}; ${before}`, `${live}; ${after}`)).toEqual([])
  })

  test('but of what held only for other values, or fewer', async () => {
    expect(
      await risksOf(
        'create table t (a numeric, b int); create unique index i on t (a); create unique index j on t (b) where b > 0',
        'create table t (a int, b int); create unique index i on t (a, b); create unique index j on t (b)',
      ),
    ).toEqual(
      expect.arrayContaining([
        'unique index i comes to t: that fails while two rows have the same a, b',
        'unique index j comes to t: that fails while two rows have the same b',
      ]),
    )
  })
})

test('a conversion that the TimeZone decides says so, on the terminal and in the file', async () => {
  const { risks, losses, up } = await roundTrip(
    'create table t (a timestamp, b date[])',
    'create table t (a timestamptz, b timestamptz[])',
  )
  const zone = 'the TimeZone of the session that runs it says which moment a value is'
  expect(losses).toEqual([])
  expect(risks).toContain(
    `column t.a goes from timestamp without time zone to timestamp with time zone: ${zone}`,
  )
  expect(risks).toContain(`column t.b goes from date[] to timestamp with time zone[]: ${zone}`)
  expect(up).toContain(`// Note: column t.a goes from`)
})

test('what lies in another schema is named with it', async () => {
  const schemas = 'create schema s1; create schema "S 2"'
  const tables = 'create table a (x int); create table s1.a (x int); create table "S 2".a (x int)'
  const { losses } = await roundTrip(`${schemas}; ${tables}`, schemas)
  expect([...losses].sort()).toEqual([
    'table "S 2".a is dropped with all its rows',
    'table a is dropped with all its rows',
    'table s1.a is dropped with all its rows',
  ])
})

test('an enum value that goes is no loss: what holds it makes the conversion fail', async () => {
  const { losses, risks } = await roundTrip(
    `create schema s; create type s.m as enum ('a', 'b'); create table t (a s.m)`,
    `create schema s; create type s.m as enum ('a'); create table t (a s.m)`,
  )
  expect({ losses, risks }).toEqual({
    losses: [],
    risks: ["type s.m loses the value 'b': the conversion fails while rows hold it"],
  })
})

describe('a sequence that goes', () => {
  test('is no loss where its column becomes an identity, which goes on behind the rows', async () => {
    const { losses, up } = await roundTrip(
      'create table t (id serial)',
      'create table t (id int not null generated by default as identity)',
    )
    expect(losses).toEqual([])
    expect(up).not.toContain('Data loss')
  })
})
