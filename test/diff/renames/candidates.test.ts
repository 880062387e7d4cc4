/** What is taken for a possible rename, and what is not. */
import { describe, expect, test } from 'vitest'
import { compareCatalogs } from '../../../src/diff/compare.ts'
import { renameCandidates } from '../../../src/diff/renames/candidates.ts'
import { perhapsRenamed } from '../../../src/diff/renames/perhaps.ts'
import { shortName } from '../../../src/diff/renames/rename.ts'
import { catalogOf } from '../../support/schemas.ts'

async function candidates(before: string, after: string): Promise<string[]> {
  const [live, target] = await Promise.all([catalogOf(before), catalogOf(after)])
  return renameCandidates({ live, target }).map(
    ({ from, to }) => `${from.kind} ${shortName(from, live)} ${shortName(to, target)}`,
  )
}

describe('columns', () => {
  const table = (...columns: readonly string[]): string => `create table t (id int, ${columns.join(', ')})`

  test.each([
    ['the same shape, whatever the names', ['fax text'], ['site text'], ['column t.fax t.site']],
    ['another type is none', ['fax text'], ['site int'], []],
    ['another default is none without a like name', ['fax text'], [`site text default ''`], []],
    [
      'another default and a like name is one',
      ['name text'],
      [`full_name text not null default ''`],
      ['column t.name t.full_name'],
    ],
    [
      'a type of the family, a like name, the same place',
      ['name varchar(20)'],
      ['full_name text'],
      ['column t.name t.full_name'],
    ],
    ['a type of the family and another name is none', ['age int'], ['height numeric'], []],
    [
      'what is equally likely is all offered',
      ['a text', 'x int'],
      ['x int', 'b text', 'c text'],
      ['column t.a t.b', 'column t.a t.c'],
    ],
    [
      'the likelier pair takes both away from the others',
      ['name text', 'x int', 'fax text'],
      ['full_name text', 'x int', 'site text'],
      ['column t.name t.full_name', 'column t.fax t.site'],
    ],
    ['a generated column holds nothing of its own', ['a int generated always as (id) stored'], ['b int'], []],
  ])('%s', async (_, before, after, expected) => {
    expect(await candidates(table(...before), table(...after))).toEqual(expected)
  })

  test('of a partition or heir follow their parent', async () => {
    const script = (name: string): string =>
      `create table p (${name} int, x int); create table c () inherits (p)`
    expect(await candidates(script('a'), script('b'))).toEqual(['column p.a p.b'])
  })
})

describe('tables', () => {
  test('that share most of their columns, with the columns that they do not', async () => {
    expect(
      await candidates(
        'create table users (id int, name text, mail text)',
        'create table people (id int, full_name text, mail text)',
      ),
    ).toEqual(['table users people', 'column users.name people.full_name'])
  })

  test('that share little are separate', async () => {
    expect(
      await candidates('create table a (id int, x date)', 'create table b (id int, y text, z text, v bytea)'),
    ).toEqual([])
  })

  test('two that one may have become are both offered, without their columns', async () => {
    expect(
      await candidates(
        'create table users (id int, name text, mail text)',
        'create table p (id int, title text, mail text); create table q (id int, title text, mail text)',
      ),
    ).toEqual(['table users p', 'table users q'])
  })

  test('that are likelier another are not offered', async () => {
    const found = await candidates(
      'create table users (id int, name text); create table posts (id int, title text)',
      'create table app_users (id int, name text); create table app_posts (id int, title text)',
    )
    expect(found.sort()).toEqual(['table posts app_posts', 'table users app_users'])
  })

  test('partitions of a renamed table are not asked about', async () => {
    const script = (name: string): string =>
      `create table ${name} (a int, b int) partition by list (a); create table ${name}_1 partition of ${name} for values in (1); create table ${name}_2 partition of ${name} for values in (2)`
    expect(await candidates(script('m'), script('n'))).toEqual(['table m n'])
  })

  test('a partition that stays where it is may have another name', async () => {
    const script = (...names: readonly string[]): string =>
      `create table m (a int) partition by list (a); ${names.map((name, i) => `create table ${name} partition of m for values in (${i});`).join(' ')}`
    expect(await candidates(script('a', 'b'), script('a', 'c'))).toEqual(['table b c'])
  })
})

describe('types', () => {
  const of = (type: string, name: string): string => `${type}; create table t (c ${name})`

  test.each([
    [
      'an enum with its values',
      of(`create type a as enum ('x', 'y')`, 'a'),
      of(`create type b as enum ('x', 'y')`, 'b[]'),
      ['enum a b'],
    ],
    [
      'a value in the same place',
      of(`create type a as enum ('x', 'y', 'z')`, 'a'),
      of(`create type a as enum ('x', 'why', 'z')`, 'a'),
      ['value a.y a.why'],
    ],
    [
      'a value in another place is none',
      of(`create type a as enum ('x', 'y')`, 'a'),
      of(`create type a as enum ('y', 'z')`, 'a'),
      [],
    ],
    [
      'an attribute of the same type',
      of('create type a as (x int, y text)', 'a'),
      of('create type a as (x int, z text)', 'a'),
      ['attribute a.y a.z'],
    ],
    [
      'a domain of the same checks',
      of('create domain a as int check (value > 0)', 'a'),
      of('create domain b as int check (value > 0)', 'b'),
      ['domain a b'],
    ],
    ['a free sequence of the same options', 'create sequence a', 'create sequence b', ['sequence a b']],
    ['a sequence of other options is none', 'create sequence a', 'create sequence b increment 2', []],
    [
      'a column whose type is renamed is compared by the new name',
      `create type a as enum ('x'); create table t (m a, n a)`,
      `create type b as enum ('x'); create table t (m b, o b)`,
      ['enum a b', 'column t.n t.o'],
    ],
  ])('%s', async (_, before, after, expected) => {
    expect(await candidates(before, after)).toEqual(expected)
  })
})

test('a schema is one with its contents, which are not listed again', async () => {
  const script = (name: string): string =>
    `create schema ${name}; create table ${name}.a (id int); create table ${name}.b (id int)`
  expect(await candidates(script('app'), script('shop'))).toEqual(['schema app shop'])
})

test('what differs in its name alone is reported as a possible rename of what is gone', async () => {
  const script = (name: string): string => `create table t (a int); create index ${name} on t (a)`
  const [live, target] = await Promise.all([catalogOf(script('i')), catalogOf(script('k'))])
  const sides = { live, target }
  expect(perhapsRenamed(compareCatalogs(sides), sides)).toEqual(
    new Map([['index:public.k', ['index:public.i']]]),
  )
})
