/** Which columns of views hold no null. */
import { expect, test } from 'vitest'
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
