/** Tables that inherit: columns and constraints that are theirs, their parents', or both. */
import { describe, expect, test } from 'vitest'
import { differencesBetween, migrate } from '../support/schemas.ts'
import { testStates } from '../support/states.ts'

describe('parents', () => {
  const around = `create table p (a int, b text default 'p', constraint p_a check (a > 0)); create table q (a int, c date)`
  testStates(
    {
      none: 'create table t (a int, b text, c date)',
      'none, no columns': 'create table t ()',
      'none, with the check': `create table t (a int, b text default 'p', c date, constraint p_a check (a > 0))`,
      one: 'create table t () inherits (p)',
      'one, columns also local': 'create table t (a int, b text, c date) inherits (p)',
      'one, with a default of its own': `create table t (b text default 't') inherits (p)`,
      'one, without its default': 'create table t () inherits (p); alter table t alter b drop default',
      'one, attached':
        'create table t (c date, b text, a int, constraint p_a check (a > 0)); alter table t inherit p',
      'one, with not null': 'create table t (a int not null) inherits (p)',
      two: 'create table t () inherits (p, q)',
      'two, the other way round': 'create table t () inherits (q, p)',
      'two, with a column of its own': 'create table t (d int not null, c date) inherits (p, q)',
      another: 'create table t () inherits (q)',
      'by way of another': 'create table m (d int) inherits (p); create table t () inherits (m)',
    },
    { around },
  )
})

describe('what reaches the children', () => {
  const t = (parent: string, child = '', rest = ''): string =>
    `create table p (a int, b text${parent}); create table t (${child}) inherits (p); create table u () inherits (t); ${rest}`
  testStates({
    nothing: t(''),
    'a column': t(', c int'),
    'a column of the child': t('', 'c int'),
    'a column of the child with a default': t('', `c int default 5`),
    'a column with a default': t(`, c int default 5`),
    'a column with a default, another in the child': t(`, c int default 5`, 'c int default 6'),
    'a column of another type': t(', c bigint'),
    'a not null column': t(', c int not null'),
    'a check': t(', constraint k check (a > 0)'),
    'a check not inherited': t(', constraint k check (a > 0) no inherit'),
    'a check of the child': t('', 'constraint k check (a > 0)'),
    'a key': t(', constraint k primary key (a)'),
    'comments and storage': t(
      '',
      '',
      `comment on column t.b is 'x'; alter table t alter b set storage main; alter table t alter a set statistics 5`,
    ),
    'an identity column of the child': t('', 'c int generated always as identity'),
    'named not null': { since: 180000, sql: t(', c int constraint n not null') },
    'not null, not inherited': { since: 180000, sql: t(', c int not null no inherit') },
    'not null, not inherited, and of the child': {
      since: 180000,
      sql: t(', c int not null no inherit', 'c int constraint o not null'),
    },
    'not null of the child': { since: 180000, sql: t('', '', 'alter table t alter b set not null') },
  })
})

describe('generated columns', () => {
  const t = (parent: string, child = ''): string =>
    `create table p (a int${parent}); create table t (${child}) inherits (p)`
  testStates({
    none: t(''),
    plain: t(', c int'),
    'of the parent': t(', c int generated always as (a + 1) stored'),
    'of the child': t('', 'c int generated always as (a + 1) stored'),
    'of the child otherwise': {
      since: 170000,
      sql: t(', c int generated always as (a + 1) stored', 'c int generated always as (a + 2) stored'),
    },
  })
})

describe('no difference', () => {
  const parent = 'create table p (a int not null, constraint k check (a > 0));'

  test('whether a child defines again what its parent hands down', async () => {
    const own = 'create table t (a int not null, constraint k check (a > 0)) inherits (p)'
    expect(await differencesBetween(`${parent} create table t () inherits (p)`, `${parent} ${own}`)).toEqual(
      [],
    )
  })

  test('whether a child was made as one or became one', async () => {
    const attached = 'create table t (a int not null, constraint k check (a > 0)); alter table t inherit p'
    expect(
      await differencesBetween(`${parent} create table t () inherits (p)`, `${parent} ${attached}`),
    ).toEqual([])
  })
})

describe('foreign tables', () => {
  const around = `create foreign data wrapper w; create server s foreign data wrapper w; create table p (a int not null, b text, constraint c check (a > 0)); create table q (a int not null, b text) partition by list (a); create foreign table fp (x int)`
  testStates(
    {
      free: 'create foreign table f (a int not null, b text) server s',
      'free, with the check':
        'create foreign table f (a int not null, b text, constraint c check (a > 0)) server s',
      child: 'create foreign table f () inherits (p) server s',
      'child with columns of its own': `create foreign table f (c int, b text default 'x') inherits (p) server s`,
      'child of a foreign table': 'create foreign table f (a int not null, b text) inherits (fp) server s',
      partition: 'create foreign table f partition of q for values in (1) server s',
      'partition with other bounds': `create foreign table f partition of q (b default 'y') for values in (2) server s`,
      'a table that inherits a foreign table': 'create table f (a int, b text) inherits (fp)',
    },
    { around: `${around} server s` },
  )
})

describe('a generated column over three levels and more', () => {
  const levels = (
    column: string,
  ): string => `create table a (x int, ${column}); create table b (y int) inherits (a);
    create table c (z int) inherits (b); create table d () inherits (c); create table e () inherits (b);
    create index c_g on c (g); alter table e alter x set default 5`
  const partitions = (column: string): string => `create table p (x int, ${column}) partition by list (x);
    create table p1 partition of p for values in (1) partition by list (x); create table p11 partition of p1 for values in (1)`
  testStates({
    generated: levels('g int generated always as (x + 1) stored'),
    plain: levels('g int'),
    'plain, with a default and not null': levels('g int not null default 3'),
    'generated, of partitions': partitions('g int generated always as (x + 1) stored'),
    'plain, of partitions': partitions('g int'),
  })

  test.each([
    ['inherited', levels, 'insert into a values (1); insert into b values (2); insert into d values (3)'],
    ['of partitions', partitions, 'insert into p values (1)'],
  ])('keeps what was computed when it becomes plain (%s)', async (_name, made, rows) => {
    const found = await migrate(
      made('g int generated always as (x + 1) stored'),
      rows,
      made('g int'),
      `select bool_and(g = x + 1) as kept, count(*)::int > 0 as found from ${made === levels ? 'a' : 'p'}`,
    )
    expect(found).toEqual([{ kept: true, found: true }])
  })
})

describe('a column of another type whose children have defaults of their own', () => {
  const made = (type: string, ...defaults: readonly string[]): string => {
    const [a, b, c] = defaults.map((one) => (one === '' ? 'drop default' : `set default ${one}`))
    return `create table a (x ${type}); create table b () inherits (a); create table c () inherits (b); create table d () inherits (b);
      alter table a alter x ${a}; alter table only b alter x ${b}; alter table c alter x ${c}`
  }
  testStates({
    text: made('text', "'1'", "'foo'", "'bar'"),
    'text, none above': made('text', '', "'foo'", "'bar'"),
    'text, none below': made('text', "'1'", "'1'", ''),
    integer: made('int', '1', '7', '8'),
    'integer, none above': made('int', '', '', '8'),
    'integer, the same': made('int', '1', '1', '1'),
    'bigint, the same': made('bigint', '1', '1', '1'),
    bigint: made('bigint', '1', '7', '8'),
    'an enum': `create type e as enum ('foo', 'bar'); ${made('e', "'bar'", "'foo'", "'bar'")}`,
    'an enum made anew': `create type e as enum ('bar', 'foo', 'baz'); ${made('e', "'bar'", "'foo'", "'bar'")}`,
  })
})
