/** What a constraint may be said to be, and every way from one to the other. */
import { describe, test } from 'vitest'
import { testPairs } from '../support/pairs.ts'
import { roundTrip } from '../support/schemas.ts'
import { testStates } from '../support/states.ts'

describe('keys', () => {
  const columns = 'a int not null, b int not null, c text'
  testStates({
    none: `create table t (${columns})`,
    'primary key': `create table t (${columns}, constraint k primary key (a))`,
    'primary key of two': `create table t (${columns}, constraint k primary key (b, a))`,
    'with included columns': `create table t (${columns}, constraint k primary key (a) include (c))`,
    'with storage parameters': `create table t (${columns}, constraint k primary key (a) with (fillfactor = 70))`,
    deferrable: `create table t (${columns}, constraint k primary key (a) deferrable)`,
    deferred: `create table t (${columns}, constraint k primary key (a) deferrable initially deferred)`,
    unique: `create table t (${columns}, constraint k unique (a))`,
    'unique, nulls not distinct': {
      since: 150000,
      sql: `create table t (${columns}, constraint k unique nulls not distinct (a, c) include (b))`,
    },
    'unique deferred': `create table t (${columns}, constraint k unique (a) deferrable initially deferred)`,
    exclusion: `create table t (${columns}, constraint k exclude using btree (a with =, b with =))`,
    'exclusion with a condition': `create table t (${columns}, constraint k exclude using gist (int4range(a, b) with &&) where (a < b))`,
    'exclusion deferred': `create table t (${columns}, constraint k exclude using gist (int4range(a, b) with &&) deferrable initially deferred)`,
    clustered: `create table t (${columns}, constraint k primary key (a)); alter table t cluster on k`,
    commented: `create table t (${columns}, constraint k primary key (a)); comment on constraint k on t is 'x'; comment on index k is 'y'`,
    'with a comment on its index': `create table t (${columns}, constraint k unique (a)); comment on index k is 'z'`,
  })
})

describe('temporal keys', () => {
  const columns = 'id int4range, during tsrange, other tsrange'
  const referring = 'create table r (id int4range, during tsrange'
  testStates({
    none: `create table t (${columns}); ${referring})`,
    'primary key': {
      since: 180000,
      sql: `create table t (${columns}, constraint k primary key (id, during without overlaps)); ${referring})`,
    },
    unique: {
      since: 180000,
      sql: `create table t (${columns}, constraint k unique (id, other without overlaps)); ${referring})`,
    },
    referenced: {
      since: 180000,
      sql: `create table t (${columns}, constraint k primary key (id, during without overlaps));
        ${referring}, constraint f foreign key (id, period during) references t (id, period during))`,
    },
  })
})

describe('checks', () => {
  const table = 'create table t (a int, b text'
  testStates({
    none: `${table})`,
    check: `${table}, constraint k check (a > 0))`,
    'another check': `${table}, constraint k check (a > 1 and (b <> '' or a < 5)))`,
    'not valid': `${table}); alter table t add constraint k check (a > 0) not valid`,
    'no inherit': `${table}, constraint k check (a > 0) no inherit)`,
    'no inherit, not valid': `${table}); alter table t add constraint k check (a > 0) no inherit not valid`,
    'not enforced': { since: 180000, sql: `${table}, constraint k check (a > 0) not enforced)` },
    commented: `${table}, constraint k check (a > 0)); comment on constraint k on t is 'x'`,
    'over the whole row': `${table}, constraint k check (t is not null))`,
  })
})

describe('foreign keys', () => {
  const tables =
    'create table p (id int, k int, constraint p_pkey primary key (id), constraint p_k unique (id, k)); create table t (a int, b int'
  testStates({
    none: `${tables})`,
    plain: `${tables}, constraint f foreign key (a) references p)`,
    'of two columns': `${tables}, constraint f foreign key (a, b) references p (id, k))`,
    'with actions': `${tables}, constraint f foreign key (a) references p on delete cascade on update set null)`,
    restricted: `${tables}, constraint f foreign key (a) references p on delete restrict on update restrict)`,
    'set default': `${tables}, constraint f foreign key (a) references p on delete set default)`,
    'set null of one column': {
      since: 150000,
      sql: `${tables}, constraint f foreign key (a, b) references p (id, k) on delete set null (b))`,
    },
    'set default of one column': {
      since: 150000,
      sql: `${tables}, constraint f foreign key (a, b) references p (id, k) on delete set default (a))`,
    },
    'match full': `${tables}, constraint f foreign key (a, b) references p (id, k) match full)`,
    deferrable: `${tables}, constraint f foreign key (a) references p deferrable)`,
    deferred: `${tables}, constraint f foreign key (a) references p deferrable initially deferred)`,
    'not valid': `${tables}); alter table t add constraint f foreign key (a) references p not valid`,
    'not valid and deferrable': `${tables}); alter table t add constraint f foreign key (a) references p deferrable not valid`,
    'not enforced': {
      since: 180000,
      sql: `${tables}, constraint f foreign key (a) references p not enforced)`,
    },
    'not enforced and deferred': {
      since: 180000,
      sql: `${tables}, constraint f foreign key (a) references p deferrable initially deferred not enforced)`,
    },
    'to itself': `${tables}, constraint t_k primary key (a), constraint f foreign key (b) references t)`,
  })
})

describe('not null', () => {
  const named = (rest: string): { since: number; sql: string } => ({ since: 180000, sql: rest })
  testStates({
    nullable: 'create table t (a int, b int)',
    'not null': 'create table t (a int not null, b int)',
    named: named('create table t (a int constraint mine not null, b int)'),
    'named otherwise': named('create table t (a int constraint yours not null, b int)'),
    'of a key': 'create table t (a int primary key, b int)',
    'named, of a key': named('create table t (a int constraint mine not null primary key, b int)'),
    'not valid': named(
      'create table t (a int, b int); alter table t add constraint t_a_not_null not null a not valid',
    ),
    'named, not valid': named(
      'create table t (a int, b int); alter table t add constraint mine not null a not valid',
    ),
    'no inherit': named('create table t (a int not null no inherit, b int)'),
    'named, no inherit': named('create table t (a int constraint mine not null no inherit, b int)'),
    commented: named(
      `create table t (a int not null, b int); comment on constraint t_a_not_null on t is 'why'`,
    ),
    'of an identity column': 'create table t (a int generated always as identity, b int)',
    'of a serial column, named': named('create table t (a serial constraint mine not null, b int)'),
  })
})

test('a name that PostgreSQL clipped and numbered, since the clipped one was taken, is none that was given', async () => {
  const table = (end: string): string =>
    `create table ${'t'.repeat(62)}${end} (${'c'.repeat(60)} int not null, id int not null)`
  await roundTrip(table('a'), `${table('b')}; ${table('a')}`)
})

test('a foreign key between whose ends nothing compares halfway is away while both are converted', async () => {
  const tables = (type: string): string =>
    `create table p (id ${type} primary key); create table t (p ${type} constraint f references p)`
  await roundTrip(tables('double precision'), tables('bigint'))
})

describe('the statistics of an exclusion constraint', () => {
  const t = (column = 'text'): string =>
    `create table t (a ${column}, r int4range, constraint x exclude using gist (int4range(length(a), 99) with &&, r with =))`
  testStates({
    none: t(),
    'a target': `${t()}; alter index x alter column 1 set statistics 50`,
    'another target': `${t()}; alter index x alter column 1 set statistics 0`,
    'a target and a comment, of a column of another type': `${t('varchar')}; alter index x alter column 1 set statistics 50; comment on index x is 'kept'`,
  })
})

describe('a foreign key with a period is away while a column of it is converted', () => {
  const tables = (type: string): string =>
    `create extension btree_gist; create table p (id ${type}, d daterange, primary key (id, d without overlaps)); create table t (id ${type}, "d d" daterange, constraint f foreign key (id, period "d d") references p (id, period d))`
  testPairs(
    {
      'to one of another width': [tables('bigint'), tables('int')],
      'to one that is stored alike': [tables('varchar(4)'), tables('text')],
    },
    180000,
  )
})
