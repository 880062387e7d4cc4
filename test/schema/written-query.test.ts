import { describe, expect, test } from 'vitest'
import { createdView, namesAllColumns } from '../../src/schema/written-query.ts'

describe('the query of a declared view', () => {
  test('is all that stands after "as", with its comments', () => {
    expect(
      createdView(`create view active as
  select id, -- it's the key
         name
  from users`),
    ).toEqual({
      kind: 'view',
      schema: null,
      name: 'active',
      columns: [],
      query: `select id, -- it's the key\n       name\nfrom users`,
    })
  })

  test('ends before its check option', () => {
    const query = (tail: string) => createdView(`create or replace view v as select 1 ${tail}`)?.query
    expect(query('with check option')).toBe('select 1')
    expect(query('WITH LOCAL CHECK OPTION')).toBe('select 1')
    expect(query('with cascaded /* all */ check option')).toBe('select 1')
    expect(query('as check_option')).toBe('select 1 as check_option')
  })

  test('of a materialized view ends before "with no data" and begins after its options', () => {
    expect(
      createdView(
        'create materialized view if not exists s."M ""v""" using heap with (fillfactor = 70) tablespace x as (select 1 as "as") with no data',
      ),
    ).toEqual({
      kind: 'materialized view',
      schema: 's',
      name: 'M "v"',
      columns: [],
      query: '(select 1 as "as")',
    })
  })

  test('comes with the names that the statement gives to the columns', () => {
    expect(createdView('create view V (A, "B c") with (security_barrier) as select 1, 2')).toEqual({
      kind: 'view',
      schema: null,
      name: 'v',
      columns: ['a', 'B c'],
      query: 'select 1, 2',
    })
  })

  test.each([
    'create temporary view v as select 1',
    'create recursive view v (a) as select 1',
    'create table view (a int)',
    'create function view() returns int as $$select 1$$ language sql',
    'comment on view v is $$create view w as select 1$$',
    'create view',
  ])('is not found in %s', (sql) => {
    expect(createdView(sql)).toBeNull()
  })

  test.each([
    ['select * from t', true],
    ['select t.* from t', true],
    ['select 1 from t where exists (select * from u)', true],
    ['table t', true],
    ['select count(*) from t', false],
    [`select '*', "*", a -- * and table`, false],
  ])('%s names all columns: %s', (query, all) => {
    expect(namesAllColumns(query)).toBe(all)
  })
})
