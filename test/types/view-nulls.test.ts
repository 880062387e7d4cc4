/** Which columns of views hold no null. */
import { describe, expect, test } from 'vitest'
import { objectsOf } from '../../src/catalog/catalog.ts'
import { relationsOf } from '../../src/types/relations.ts'
import { catalogOf } from '../support/schemas.ts'

const tables = `
  create domain code as text not null;
  create schema audit;
  create table users (id int primary key, "e ""m" text not null, name text, code code);
  create table audit.event (id int primary key, user_id int, at timestamptz not null);`

/** The columns that hold no null, of a view with this query. */
async function notNullOf(query: string, before = ''): Promise<string[]> {
  const catalog = await catalogOf(`${tables} ${before}; create view tested as ${query}`)
  expect(objectsOf(catalog, 'view').length).toBeGreaterThan(0)
  const view = relationsOf(catalog, false).find(({ name }) => name === 'tested')
  return (view?.columns ?? []).filter(({ nullable }) => !nullable).map(({ name }) => name)
}

test.each([
  ['select * from users', ['id', 'e "m', 'code']],
  ['select distinct u.id, u.name from users u', ['id']],
  ['select distinct on (name) id, name from users order by name, id', ['id']],
  ['select id as a, "e ""m" as b, name as c from only users where id > 0', ['a', 'b']],
  ['select u.id, e.at, e.user_id from users u join audit.event e on e.user_id = u.id', ['id', 'at']],
  ['select u.id, e.at from users u, audit.event e where e.user_id = u.id', ['id', 'at']],
  ['select u.id, e.at from users u left join audit.event e on e.user_id = u.id', ['id']],
  ['select u.id, e.at from users u right join audit.event e on e.user_id = u.id', ['at']],
  ['select u.id, e.at from users u full join audit.event e on e.user_id = u.id', []],
  [
    'select a.id, b.id as b, c.id as c from users a left join (users b join users c on c.id = b.id) on b.id = a.id',
    ['id'],
  ],
  [
    'select u.id, e.at, u2.id as more from users u left join audit.event e on e.user_id = u.id cross join users u2',
    ['id', 'more'],
  ],
  [
    'select id, count(*) as n, count(name) filter (where id > 1) as m, max(id) as most from users group by id',
    ['id', 'n', 'm'],
  ],
  ['select id, count(*) as n from users group by rollup (id)', []],
  [
    "select 1 as a, 1.5 as b, 'x' as c, true as d, null::int as e, -1 as f, 'x'::text || null as g",
    ['a', 'b', 'c', 'd', 'f'],
  ],
  [
    'select coalesce(name, id::text) as a, coalesce(name, null) as b, coalesce(sum(id), 0) as c from users group by name, id',
    ['a', 'c'],
  ],
  ['select id::bigint as a, (id)::text as b, name::varchar as c, id + 1 as d from users', ['a', 'b']],
  ['select id from users union all select null', []],
  ['with w as (select null::int as id) select id from w', []],
  ['with users as (select null::int as id) select users.id from users', []],
  ['select s.id from (select null::int as id) s', []],
  ['select g as n, t.x from generate_series(1, 2) g, unnest(array[null::int]) t(x)', []],
  ['select u.a from users u(a)', []],
  ['select u.id, (select null::int) as x, lead(u.id) over () as y from users u', ['id']],
  ['select case when id > 1 then id end as a, nullif(id, 1) as b, (array[id])[2] as c from users', []],
  ['select id from users tablesample system (10)', ['id']],
  ['select users.* from users natural join audit.event', ['id', 'e "m', 'code']],
  ['select u.id, x.n from users u cross join lateral (select null::int as n) x', ['id']],
])('of %s', async (query, expected) => {
  expect(await notNullOf(query)).toEqual(expected)
})

test('of a view of a view', async () => {
  const before = 'create view inner_view as select id, name, count(*) as n from users group by id, name'
  expect(await notNullOf('select id, name, n from inner_view', before)).toEqual(['id', 'n'])
})

test('of a view whose table has had a column renamed, or a table of the same name in another schema', async () => {
  const before = 'create schema app; create table app.users (id int); alter table users rename name to title'
  expect(await notNullOf('select a.id, u.id as other, u.title from app.users a, users u', before)).toEqual([
    'other',
  ])
})

describe("where functions of one's own have a say", () => {
  const giveNull = (name: string, type: string, result: string): string =>
    `create function ${name}(${type}) returns ${result} language sql return null::${result}`
  const schema = `
    create type mood as enum ('sad'); create domain word as text; create domain doc as jsonb; create type pair as (a int, b int);
    create schema other; create table things (id int not null, code uuid not null, mood mood not null, word word not null, pair pair not null,
      doc doc not null, at timestamp(3) not null, name varchar(20) not null, amount numeric(10, 2) not null, list int[] not null, word2 word);`
  const all = `select id::text, code::text as code, mood::text as mood, word::varchar(3) as word, doc::text as doc, name::mood as name,
    list::text[] as list, amount::int as amount, at::date as at, at::timestamp(0) as at2, 'x'::varchar(3) as x, id::bigint::numeric(9, 1) as id2,
    name::text::date as day, coalesce(word2, 'none') as word2 from things`
  const names = [
    'id',
    'code',
    'mood',
    'word',
    'doc',
    'name',
    'list',
    'amount',
    'at',
    'at2',
    'x',
    'id2',
    'day',
    'word2',
  ]

  test.each([
    ['casts without any', '', all, names],
    [
      'a cast of a built-in type',
      'create function f(uuid) returns text language sql return null::text; create cast (uuid as text) with function f(uuid)',
      all,
      names.filter((name) => name !== 'code'),
    ],
    [
      'a cast of an enum',
      `${giveNull('other.f', 'mood', 'text')}; create cast (mood as text) with function other.f(mood)`,
      all,
      names.filter((name) => name !== 'mood'),
    ],
    [
      "a cast to a type of one's own",
      `${giveNull('f', 'varchar', 'mood')}; create cast (varchar as mood) with function f(varchar)`,
      all,
      names.filter((name) => name !== 'name'),
    ],
    [
      'a cast of a composite type',
      `${giveNull('f', 'pair', 'int')}; create cast (pair as int) with function f(pair)`,
      'select id, pair::int, pair::int::text as text, coalesce(pair::int, id) as either from things',
      ['id', 'either'],
    ],
    [
      'casts of PostgreSQL that may give null',
      '',
      `select doc::int as a, doc::jsonb::numeric(3) as b, at::time as c, doc::text as d from things`,
      ['d'],
    ],
    ["a count of one's own", giveNull('count', 'int', 'bigint'), 'select count(id) as a from things', []],
    [
      "a count of one's own beside PostgreSQL's",
      giveNull('count', 'int', 'bigint'),
      'select count(*) as a, count(*) filter (where id > 1)::int as b from things',
      ['a', 'b'],
    ],
    [
      'a count of another schema',
      giveNull('other.count', 'int', 'bigint'),
      'select other.count(id) as a, count(id) over () as b from things',
      ['b'],
    ],
    [
      'more behind a count',
      '',
      'select count(*) over w + null as a, count(*) filter (where true) + null as b, count(*) over w as c from things window w as ()',
      ['c'],
    ],
  ])('of %s', async (_, before, query, expected) => {
    expect(await notNullOf(query, `${schema} ${before}`)).toEqual(expected)
  })
})
