/** The order and the reach of plans, seen in the code that they become. */
import { describe, expect, test } from 'vitest'
import { differencesBetween, roundTrip } from '../support/schemas.ts'

describe('what stands in the way of a change', () => {
  test('a view over a column whose type changes is made again', async () => {
    const view = "create view v as select id, a from t; comment on view v is 'kept'"
    const { up } = await roundTrip(
      `create table t (id int, a int); ${view}`,
      `create table t (id int, a bigint); ${view}`,
    )
    expect(up.indexOf(`dropView('v')`)).toBeLessThan(up.indexOf('setDataType'))
    expect(up.indexOf(`createView('v')`)).toBeGreaterThan(up.indexOf('setDataType'))
    expect(up).toContain(`comment on view v is 'kept'`)
  })

  test('a view over a view over a column whose type changes is made again after it', async () => {
    const views = 'create view v as select a from t; create view w as select a from v'
    const { up } = await roundTrip(`create table t (a int); ${views}`, `create table t (a text); ${views}`)
    expect(up.indexOf(`dropView('w')`)).toBeLessThan(up.indexOf(`dropView('v')`))
    expect(up.indexOf(`createView('w')`)).toBeGreaterThan(up.indexOf(`createView('v')`))
  })

  test('a materialized view is made again with its indexes', async () => {
    const view = 'create materialized view m as select a from t; create unique index m_a on m (a)'
    const { up } = await roundTrip(`create table t (a int); ${view}`, `create table t (a bigint); ${view}`)
    expect(up).toContain(`createIndex('m_a')`)
  })

  test('a foreign key to a key that is replaced is made again', async () => {
    const { up } = await roundTrip(
      'create table a (id int, constraint a_one primary key (id)); create table b (a int constraint b_a references a)',
      'create table a (id int, constraint a_two primary key (id)); create table b (a int constraint b_a references a)',
    )
    expect(up.indexOf(`dropConstraint('b_a')`)).toBeLessThan(up.indexOf(`dropConstraint('a_one')`))
  })

  test('a generated column over a column whose type changes is made again', async () => {
    await roundTrip(
      'create table t (a int, b int generated always as (a + 1) stored)',
      'create table t (a bigint, b int generated always as (a + 1) stored)',
    )
  })

  test('both ends of a foreign key may change their type', async () => {
    await roundTrip(
      'create table a (id int primary key); create table b (a int references a)',
      'create table a (id text primary key); create table b (a text references a)',
    )
  })
})

describe('circles', () => {
  test('two tables that refer to each other are made and dropped', async () => {
    const tables =
      'create table a (id int primary key, b int); create table b (id int primary key, a int references a); alter table a add foreign key (b) references b'
    await roundTrip('', tables)
  })

  test('a table that refers to itself has its key in the builder', async () => {
    const { up } = await roundTrip('', 'create table t (id int primary key, parent int references t)')
    expect(up).toContain(`.references('t.id')`)
  })
})

describe('names', () => {
  test('a view may take the name of a table that goes', async () => {
    await roundTrip('create table a (x int)', 'create view a as select 1 as x')
  })

  test('an index may take the name of a constraint that goes', async () => {
    await roundTrip(
      'create table t (a int, constraint n unique (a))',
      'create table t (a int); create index n on t (a)',
    )
  })

  test('hostile names survive', async () => {
    const hostile = [
      'a.b',
      'A "quoted" name',
      "it's",
      'back\\slash',
      '`tick`',
      '$'.concat('{x}'),
      'sélect',
      'select',
      ' space ',
      'x'.repeat(63),
    ]
    const script = hostile
      .map((name, i) => {
        const quoted = `"${name.replaceAll('"', '""')}"`
        const comment = `'${name.replaceAll("'", "''")}'`
        return `create table ${quoted} (${quoted} int primary key, "c${i}" text default ${comment}); comment on table ${quoted} is ${comment}; create index "i${i}" on ${quoted} (${quoted} desc, "c${i}")`
      })
      .join(';')
    await roundTrip('', script)
    await roundTrip(
      '',
      hostile
        .filter((name) => !name.startsWith('x'))
        .map(
          (name) =>
            `create schema "${name.replaceAll('"', '""')}"; create table "${name.replaceAll('"', '""')}".t (id serial primary key); create view "${name.replaceAll('"', '""')}".v as select 1 as a`,
        )
        .join(';'),
    )
  })
})

describe('data', () => {
  test('dropping a table is a loss and is said', async () => {
    expect((await roundTrip('create table t (a int)', '')).losses).toEqual([
      'table t is dropped with all its rows',
    ])
  })

  test('dropping a column is a loss and is said', async () => {
    const { losses, up } = await roundTrip('create table t (a int, b int)', 'create table t (a int)')
    expect(losses).toEqual(['column t.b is dropped with its data'])
    expect(up).toContain('// Data loss: column t.b is dropped with its data.')
  })

  test('a type that values may not fit is a risk and is said, also in the file', async () => {
    const { losses, risks, up } = await roundTrip(
      'create table t (a varchar(20))',
      'create table t (a varchar(10))',
    )
    const risk =
      'column t.a goes from character varying(20) to character varying(10): it fails while a value is longer than 10'
    expect({ losses, risks }).toEqual({ losses: [], risks: [risk] })
    expect(up).toContain(`// May fail: ${risk}.`)
  })

  test('a conversion that changes values is a loss and is said', async () => {
    const { losses } = await roundTrip('create table t (a numeric(10, 2))', 'create table t (a bigint)')
    expect(losses).toEqual(['column t.a goes from numeric(10,2) to bigint: values are rounded'])
  })

  test('an identity that goes with its number', async () => {
    const { losses } = await roundTrip(
      'create table t (id int generated by default as identity)',
      'create table t (id int)',
    )
    expect(losses).toEqual([
      'column t.id is no identity any more: the number that its sequence has come to goes',
    ])
  })

  test('a foreign key to a table that is made anew without its rows', async () => {
    const user = 'create table u (a int constraint f references t)'
    const { losses, risks } = await roundTrip(
      `create table t (id int primary key); ${user}`,
      `create table t (id int primary key) partition by range (id); ${user}`,
    )
    expect(losses).toEqual(['table t is made anew, without its rows'])
    expect(risks).toEqual([
      'foreign key f of table u refers to t, which is made anew without its rows: adding it fails while rows of u refer to some',
    ])
  })

  test('a required column without a default is a risk', async () => {
    const { risks } = await roundTrip('create table t (a int)', 'create table t (a int, b text not null)')
    expect(risks).toEqual([
      'column t.b is not null and has no default: adding it fails while the table has rows',
    ])
  })

  test('widening a type loses nothing', async () => {
    expect(
      (await roundTrip('create table t (a int, b varchar(10))', 'create table t (a bigint, b text)')).losses,
    ).toEqual([])
  })
})

describe('reports', () => {
  test('a new table is told once, not with each of its columns', async () => {
    expect(await differencesBetween('', 'create table t (id int primary key, a text)')).toEqual([
      'create table public.t',
    ])
  })

  test('a changed column is told with both values', async () => {
    expect(await differencesBetween('create table t (a int)', 'create table t (a bigint not null)')).toEqual([
      'change column public.t.a: type integer → bigint; not null false → true',
    ])
  })
})
