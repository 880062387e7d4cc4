/** A column that gets another type, whatever stands on it: what is in the way is made again as it was. */
import { describe, expect, inject, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'
import { testStates } from '../support/states.ts'

const ways = [
  ['int', 'text'],
  ['int', 'bigint'],
  ['text', 'mood'],
  ['text', 'd'],
  ['json', 'jsonb'],
  ['timestamp', 'timestamptz'],
  ['varchar(20)', 'varchar(10)'],
  ['int[]', 'text[]'],
  ['text', 'text[]'],
] as const

/** What may stand on column a of table t. */
const obstacles: Readonly<Record<string, string>> = {
  'an index': 'create index i on t using hash (a); comment on index i is $$kept$$',
  'an index of an expression': 'create index i on t ((a is null)) where a is not null',
  'a check': 'alter table t add constraint c check (a is not null)',
  'a view': 'create view v as select id, a from t; comment on view v is $$kept$$',
  'a view on a view':
    'create view v as select id, a from t; create view w as select a from v where a is not null',
  'a materialized view': 'create materialized view m as select a from t; create index mi on m (a)',
  'a generated column':
    'alter table t add column g boolean generated always as (a is null) stored; comment on column t.g is $$kept$$',
  'a policy': 'create policy p on t using (a is not null); comment on policy p on t is $$kept$$',
  'a trigger':
    'create trigger g after update of a on t for each row when (old.a is null) execute function f()',
  'a rule': 'create rule r as on update to t where old.a is null do also nothing',
  statistics:
    'create statistics s on a, id from t; comment on statistics s is $$kept$$; alter table t alter a set statistics 50',
  'a publication': 'create publication pub_of_conversions for table t (id, a)',
  'comments and storage': 'comment on column t.a is $$kept$$; alter table t alter a set (n_distinct = 5)',
  'a body that is parsed':
    'create function reads() returns bigint language sql begin atomic select count(a) from t; end',
}

/** Each obstacle goes a third of the ways, and each way past a third of the obstacles; all with DBMIG_TEST_WHOLE in the environment. */
function waysOf(name: string): (typeof ways)[number][] {
  const place = Object.keys(obstacles).indexOf(name)
  const isWhole = process.env['DBMIG_TEST_WHOLE'] !== undefined
  return ways.filter((_way, i) => isWhole || i % 3 === place % 3)
}

/** Publications have lists of columns since PostgreSQL 15. */
const there = Object.entries(obstacles).filter(
  ([name]) => name !== 'a publication' || inject('serverVersion') >= 150_000,
)

describe.each(there)('%s', (name, obstacle) => {
  test.each(waysOf(name))('%s ↔ %s', async (from, to) => {
    const setup = `create type mood as enum ('a', 'b'); create domain d as text check (value <> '');
      create function f() returns trigger language plpgsql as $$begin return new; end$$`
    // No hash index, and no statistics, on a type that cannot be compared.
    if (['json', 'jsonb'].includes(from) && /statistics|an index$|materialized/.test(name)) return
    const { up } = await roundTrip(
      `${setup}; create table t (id int, a ${from}); ${obstacle}`,
      `${setup}; create table t (id int, a ${to}); ${obstacle}`,
    )
    expect(up).not.toContain(`dropColumn('a')`)
  })
})

describe('keys on both ends', () => {
  const tables = (type: string): string =>
    `create table p (id ${type}, constraint k primary key (id)); comment on constraint k on p is 'kept';
    create table t (a ${type} constraint f references p on delete cascade); comment on constraint f on t is 'kept';
    create table s (a ${type} references t (a)); `.replace('references t (a)', '')
  testStates({
    int: tables('int'),
    bigint: tables('bigint'),
    text: tables('text'),
    uuid: tables('uuid'),
    numeric: tables('numeric(10, 0)'),
  })
})
