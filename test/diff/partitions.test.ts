/** Tables that are partitioned, their partitions, and tables that come to be one. */
import { describe, expect, test } from 'vitest'
import { testPairs } from '../support/pairs.ts'
import { migrate, roundTrip } from '../support/schemas.ts'
import { testStates } from '../support/states.ts'

describe('partitioned by', () => {
  testStates({
    nothing: 'create table t (a int, b text, c date)',
    range: 'create table t (a int, b text, c date) partition by range (a)',
    'range, with partitions': `create table t (a int, b text, c date) partition by range (a, c);
      create table t1 partition of t for values from (minvalue, minvalue) to (1, '2020-01-01');
      create table t2 partition of t for values from (1, '2020-01-01') to (maxvalue, maxvalue); create table td partition of t default`,
    'range, with other bounds': `create table t (a int, b text, c date) partition by range (a, c);
      create table t1 partition of t for values from (minvalue, minvalue) to (5, '2020-01-01');
      create table t2 partition of t for values from (5, '2020-01-01') to (9, minvalue); create table td partition of t default`,
    list: `create table t (a int, b text, c date) partition by list (b collate "C" text_pattern_ops)`,
    'list, with partitions': `create table t (a int, b text, c date) partition by list (b);
      create table t1 partition of t for values in ('x', null, 'it''s'); create table t2 partition of t for values in ('y'); create table td partition of t default`,
    'list, with values that move': `create table t (a int, b text, c date) partition by list (b);
      create table t1 partition of t for values in ('y', null); create table t2 partition of t for values in ('x', 'it''s'); create table td (b text, c date, a int)`,
    'list, another default': `create table t (a int, b text, c date) partition by list (b);
      create table t1 partition of t default; create table td partition of t for values in ('x')`,
    hash: `create table t (a int, b text, c date) partition by hash (a, b);
      create table t1 partition of t for values with (modulus 2, remainder 0); create table t2 partition of t for values with (modulus 2, remainder 1)`,
    'hash, others': `create table t (a int, b text, c date) partition by hash (a, b);
      create table t1 partition of t for values with (modulus 4, remainder 0); create table t2 partition of t for values with (modulus 2, remainder 1); create table t3 partition of t for values with (modulus 4, remainder 2)`,
    expression: 'create table t (a int, b text, c date) partition by range ((a + 1), lower(b))',
  })
})

describe('attachment', () => {
  const parent = `create table p (id int not null, k text not null default 'a', n int check (n > 0), constraint p_pkey primary key (id, k)) partition by list (k); create index p_n on p (n); create schema s;`
  const child = 'create table c (n int, k text not null, id int not null'
  testStates({
    'no child': parent,
    'a table': `${parent} ${child})`,
    'a table with the key, the index and the check': `${parent} ${child}, constraint c_pkey primary key (id, k), constraint p_n_check check (n > 0)); create index c_n_idx on c (n)`,
    'a partition': `${parent} create table c partition of p for values in ('a')`,
    'a partition that was a table': `${parent} ${child}, constraint p_n_check check (n > 0)); alter table p attach partition c for values in ('a')`,
    'a partition with a default of its own': `${parent} create table c partition of p (k default 'b') for values in ('a', 'b')`,
    'a partition with a check of its own': `${parent} create table c partition of p (id check (id > 5), n not null) for values in ('a')`,
    'a default partition': `${parent} create table c partition of p default`,
    'a partition that is partitioned': `${parent} create table c partition of p for values in ('a') partition by range (id); create table c1 partition of c for values from (1) to (9)`,
    'a partition of another': `${parent} create table q (id int not null, k text not null, n int) partition by list (k); create table c partition of q for values in ('a')`,
    'a partition of a partition, in another schema': `${parent} create table s.m partition of p for values in ('a') partition by range (id); create table c partition of s.m for values from (1) to (9)`,
    'a partition with an index of its own': `${parent} create table c partition of p for values in ('a'); create index mine on c (n, id); alter table c add constraint own unique (n, id, k)`,
    'a table with an index like that of the parent': `${parent} ${child}); create index mine on c (n)`,
    'a partition with an index beside that of its parent': `${parent} create table c partition of p for values in ('a'); create index mine on c (n)`,
    'an unlogged partition with parameters': `${parent} create unlogged table c partition of p for values in ('a') with (fillfactor = 50)`,
  })
})

describe('what reaches partitions', () => {
  const parts = `create table c1 partition of p for values in (1); create table c2 (v text, k int not null, id int not null, w int); alter table p attach partition c2 for values in (2);`
  const p = (
    columns: string,
  ): string => `create table r (id int primary key); create function g() returns trigger language plpgsql as $$begin return new; end$$;
    create table p (id int not null, k int not null, v text, w int${columns}) partition by list (k); ${parts}`
  testStates({
    nothing: p(''),
    'a column': p('')
      .replaceAll('w int)', 'w int, x int)')
      .replace('w int)', 'w int, x int)')
      .replace('w int);', 'w int, x int);')
      .replace('v text, w int)', 'v text, w int, x int)'),
    'a foreign key': `${p('')} alter table p add constraint f foreign key (w) references r on delete cascade`,
    'a deferred foreign key': `${p('')} alter table p add constraint f foreign key (w) references r on delete cascade deferrable initially deferred`,
    'a foreign key to it': `${p('')} alter table p add constraint p_k primary key (id, k); create table s (id int, k int, constraint f foreign key (id, k) references p)`,
    'a check': `${p('')} alter table p add constraint ck check (w > 0)`,
    'a check that is not valid': `${p('')} alter table p add constraint ck check (w > 0) not valid`,
    'a check on one partition': `${p('')} alter table c1 add constraint ck check (w > 0)`,
    'a trigger': `${p('')} create trigger tr before update of v on p for each row when (old.w > 1) execute function g()`,
    'a default': `${p('')} alter table p alter v set default 'x'`,
    'a default of the parent alone': `${p('')} alter table only p alter v set default 'x'`,
    'defaults that differ': `${p('')} alter table p alter v set default 'x'; alter table c1 alter v set default 'y'; alter table c2 alter v drop default`,
    'not null': `${p('')} alter table p alter w set not null`,
    'not null on one partition': `${p('')} alter table c1 alter w set not null`,
    'a type': `${p('')} alter table p alter w type bigint`,
    identity: {
      since: 170000,
      sql: `${p('')} alter table p alter id add generated by default as identity (start with 10)`,
    },
    'unique keys and exclusions': `${p('')} alter table p add constraint u unique (k, v) deferrable`,
    'statistics of a column': `${p('')} alter table p alter v set statistics 7; alter table c1 alter v set statistics 9`,
    storage: `${p('')} alter table p alter v set storage external`,
    'storage of one': `${p('')} alter table c2 alter v set storage external`,
    comments: `${p('')} comment on column p.v is 'p'; comment on column c1.v is 'c1'; comment on table c2 is 'c2'`,
    'a generated column': p(', g int generated always as (k + 1) stored').replace(
      'w int);',
      'w int, g int generated always as (k + 1) stored);',
    ),
    'a policy': `${p('')} create policy o on p using (w > 0); alter table p enable row level security`,
  })
})

describe('circles', () => {
  test('of foreign keys between partitioned tables and their partitions open', async () => {
    const tables = `create table p (id int, k text, primary key (id, k), check (id > 0)) partition by list (k);
      create table q (id int, k text, primary key (id, k)) partition by list (k);
      alter table p add constraint p_q foreign key (id, k) references q; alter table q add constraint q_p foreign key (id, k) references p;`
    const parts = `create table p1 partition of p for values in ('a'); create table q1 partition of q for values in ('a');
      alter table p1 add constraint p1_q1 foreign key (id, k) references q1; alter table q1 add constraint q1_p1 foreign key (id, k) references p1;`
    await roundTrip('', `${tables}${parts}`)
    await roundTrip(tables, `${tables}${parts}`)
  })
})

describe('rows', () => {
  const parent = 'create table p (id int not null, k text not null, v int) partition by list (k);'
  const part = `create table c partition of p for values in ('a');`
  const rows = `insert into p values (1, 'a', 7);`

  test('stay in a partition that leaves', async () => {
    const table = 'create table c (id int not null, k text not null, v int);'
    const found = await migrate(`${parent}${part}`, rows, `${parent}${table}`, 'select id, k, v from c')
    expect(found).toEqual([{ id: 1, k: 'a', v: 7 }])
  })

  test('stay where the bounds of their partition change', async () => {
    const wider = `create table c partition of p for values in ('a', 'b');`
    const found = await migrate(`${parent}${part}`, rows, `${parent}${wider}`, 'select id, k, v from p')
    expect(found).toEqual([{ id: 1, k: 'a', v: 7 }])
  })

  test('stay where what the parent is partitioned by changes', async () => {
    const other = parent.replace('list (k)', 'range (id)')
    const moved = 'create table c partition of p for values from (0) to (9);'
    const found = await migrate(`${parent}${part}`, rows, `${other}${moved}`, 'select id, k, v from p')
    expect(found).toEqual([{ id: 1, k: 'a', v: 7 }])
  })

  test('are lost, and said to be, where a table comes to be partitioned', async () => {
    const { losses } = await roundTrip('create table p (id int not null, k text not null, v int)', parent)
    expect(losses).toEqual(['table p is made anew, without its rows'])
  })

  test('that are outside the bounds are said to be in the way', async () => {
    const { risks } = await roundTrip(
      `${parent} create table c (id int not null, k text not null, v int);`,
      `${parent}${part}`,
    )
    expect(risks).toEqual([
      "table c becomes a partition of p FOR VALUES IN ('a'): that fails while it has other rows",
    ])
  })
})

describe('a partition key whose column', () => {
  const keyed = (type: string, column: string, key: string, parts: string): string => `${type};
    create table t (id int not null, k ${column} not null, n int, constraint t_pkey primary key (id, k)) partition by ${key};
    create index t_n on t (n); create view v as select id, k from t; create table r (id int, k ${column}, constraint f foreign key (id, k) references t);
    comment on table t is 'parted'; ${parts.replace(' K ', ` ${column} `)}`
  const list = `create table ta partition of t for values in ('a'); create table tb (n int, k K not null, id int not null); alter table t attach partition tb for values in ('b'); create table td partition of t default`
  testStates({
    'is of an enum': keyed(`create type s as enum ('a', 'b', 'c')`, 's', 'list (k)', list),
    'is of it with fewer values': keyed(`create type s as enum ('a', 'b')`, 's', 'list (k)', list),
    'is of it with values in another order': keyed(
      `create type s as enum ('b', 'c', 'a')`,
      's',
      'list (k)',
      list,
    ),
    'is of a domain': keyed('create domain d as text', 'd', 'list (k)', list),
    'is of it over another type': keyed('create domain d as varchar(9)', 'd', 'list (k)', list),
    'is in an expression': `create type s as enum ('a', 'b', 'c'); create table t (id int, k s, n int) partition by list (k); create index t_n on t (n);
      create table ta partition of t for values in ('a') partition by range ((n + 1)); create table ta1 partition of ta for values from (1) to (9)`,
    'is in an expression, of another type': `create type s as enum ('b', 'c', 'a'); create table t (id int, k s, n bigint) partition by list (k); create index t_n on t (n);
      create table ta partition of t for values in ('a') partition by range ((n + 1)); create table ta1 partition of ta for values from ('1') to ('9')`,
  })

  test.each([
    ['list', `in ('a')`, `in ('b')`],
    ['range', `from ('a') to ('b')`, `from ('b') to ('d')`],
  ])('is of an enum made anew keeps its rows (%s)', async (by, one, two) => {
    const made = (labels: string): string => `create type s as enum (${labels});
      create table t (id int, k s default 'a', primary key (id, k)) partition by ${by} (k);
      create table t1 partition of t for values ${one}; create table t2 partition of t for values ${two};`
    const rows = await migrate(
      made(`'a', 'b', 'c', 'd'`),
      `insert into t values (1, 'a'), (2, 'b')`,
      made(`'a', 'b', 'd'`),
      'select tableoid::regclass::text as at, id, k::text from t order by id',
    )
    expect(rows).toEqual([
      { at: 't1', id: 1, k: 'a' },
      { at: 't2', id: 2, k: 'b' },
    ])
  })

  test.each([
    ['range', 'from (1) to (5)', 'from (5) to (9)'],
    ['hash', 'with (modulus 2, remainder 0)', 'with (modulus 2, remainder 1)'],
  ])('becomes wider keeps its rows (%s)', async (by, one, two) => {
    const made = (
      type: string,
    ): string => `create table t (id ${type} primary key, v text) partition by ${by} (id);
      create table t1 partition of t for values ${one}; create table t2 partition of t for values ${two} partition by range (id);
      create table t21 partition of t2 for values from (0) to (9)`
    const rows = await migrate(
      made('int'),
      `insert into t select n, n::text from generate_series(1, 8) n`,
      made('bigint'),
      'select pg_typeof(min(id))::text as type, count(*)::int as count from t',
    )
    expect(rows).toEqual([{ type: 'bigint', count: 8 }])
  })

  test('is converted in a partition alone leaves the table above it as it is', async () => {
    const made = (
      type: string,
    ): string => `create table t (id int not null, k ${type} not null) partition by list (id);
      create table t1 partition of t for values in (1) partition by range (k); create table t11 partition of t1 for values from (1) to (9)`
    const { up } = await roundTrip(made('int'), made('bigint'))
    expect(up).toContain(`dropTable('t1')`)
    expect(up).not.toContain(`dropTable('t')`)
    const rows = await migrate(
      made('int'),
      'insert into t values (1, 5)',
      made('bigint'),
      'select id, k from t',
    )
    expect(rows).toEqual([{ id: 1, k: '5' }])
  })
})

describe('generated columns of a partitioned table', () => {
  const partitioned = (columns: string): string =>
    `create table p (a int, ${columns}) partition by list (a); create table p1 partition of p for values in (1) partition by list (a); create table p11 partition of p1 for values in (1)`
  const ofEnum = (labels: string): string =>
    `create type e as enum (${labels}); ${partitioned(`b e, c boolean generated always as (b = 'a') stored`)}`
  testPairs({
    'go and come with the column that they read, on all partitions': [
      `${partitioned('b int, c int generated always as (b * 2) stored')}; insert into p values (1, 2)`,
      partitioned('b bigint, c bigint generated always as (b * 2) stored'),
    ],
    'take the place of others': [
      'create table p (a int, b int, c int) partition by list (a); create table p1 partition of p for values in (1)',
      'create table p (a int, b int, c int generated always as (b * 2) stored) partition by list (a); create table p1 partition of p for values in (1)',
    ],
    'are computed from something else': [
      partitioned('b int, c int generated always as (b * 2) stored'),
      partitioned('b int, c int generated always as (b * 3) stored'),
    ],
    'read a type that is made anew': [ofEnum(`'a', 'b'`), ofEnum(`'b', 'a'`)],
  })
})
