/** Keys and indexes of partitioned tables and of their partitions: each is made once, whoever makes it. */
import { describe, expect, test } from 'vitest'
import { differencesBetween, roundTrip } from '../support/schemas.ts'

const parent = 'create table p (id int not null, k text not null) partition by list (k);'
const part = `create table p1 partition of p for values in ('a');`
const table = 'create table p1 (id int not null, k text not null);'
const attach = `alter table p attach partition p1 for values in ('a');`

describe('a key of the partitioned table alone', () => {
  const states = [
    ['of the parent', 'alter table only p add constraint p_pkey primary key (id, k);'],
    ['of a partition', 'alter table only p1 add constraint p1_pkey primary key (id, k);'],
    ['attached', 'alter index p_pkey attach partition p1_pkey;'],
  ] as const
  const until = (n: number): string =>
    [parent, table, attach, ...states.slice(0, n).map(([, sql]) => sql)].join('\n')
  const steps = [0, 1, 2, 3].flatMap((from) =>
    [0, 1, 2, 3].filter((to) => to > from).map((to) => [from, to] as const),
  )

  test.each(steps)('leads from statement %i to statement %i of a dump, and back', async (from, to) => {
    await roundTrip(until(from), until(to))
  })

  test('can be made of nothing in each state', async () => {
    for (const n of [1, 2, 3]) await roundTrip('', until(n))
  })

  test('is attached where only that differs', async () => {
    const { up } = await roundTrip(until(2), until(3))
    expect(up).toBe('await sql`alter index p_pkey attach partition p1_pkey`.execute(db)')
  })
})

describe('an index of the partitioned table alone', () => {
  const alone = `${parent}${part} create index p_k on only p (k);`

  test('is made for it alone', async () => {
    const { up } = await roundTrip(`${parent}${part}`, alone)
    expect(up).toContain('create index p_k on only')
  })

  test('gets the index of a partition', async () => {
    const { up } = await roundTrip(
      alone,
      `${alone} create index mine on p1 (k); alter index p_k attach partition mine;`,
    )
    expect(up).toContain('alter index p_k attach partition mine')
  })

  test('of which some partitions have theirs is made with these', async () => {
    const two = `${parent}${part} create table p2 partition of p for values in ('b'); create index p_k on only p (k); create index mine on p1 (k); alter index p_k attach partition mine;`
    await roundTrip('', two)
    await roundTrip(two, `${parent}${part}`)
  })
})

describe('a partition that comes', () => {
  const keyed = `${parent} alter table p add constraint p_pkey primary key (id, k); create index p_k on p (k);`

  test('gets keys and indexes from its parent, without a word', async () => {
    const { up } = await roundTrip(keyed, `${keyed}${part}`)
    expect(up).toBe("await sql`create table p1 partition of p FOR VALUES IN ('a')`.execute(db)")
  })

  test('and has names of its own for them has them', async () => {
    const own = `${keyed} create table p1 (id int not null, k text not null, constraint mine primary key (id, k)); create index p1_mine on p1 (k); ${attach}`
    const { up } = await roundTrip(keyed, own)
    expect(up).toContain('alter table p1 rename constraint p1_pkey to mine')
    expect(up).toContain('alter index p1_k_idx rename to p1_mine')
    const { up: all } = await roundTrip('', own)
    expect(all.indexOf('constraint mine')).toBeLessThan(all.indexOf('addPrimaryKeyConstraint'))
  })

  test('and was a table with a key keeps it', async () => {
    const { up, down } = await roundTrip(
      `${keyed} ${table} alter table p1 add primary key (id, k); create index p1_k_idx on p1 (k);`,
      `${keyed} ${table} alter table p1 add primary key (id, k); create index p1_k_idx on p1 (k); ${attach}`,
    )
    expect(up).toBe(
      [
        "// May fail: table p1 becomes a partition of p FOR VALUES IN ('a'): that fails while it has other rows.",
        "await sql`alter table p attach partition p1 FOR VALUES IN ('a')`.execute(db)",
      ].join('\n'),
    )
    expect(down).toBe('await sql`alter table p detach partition p1`.execute(db)')
  })

  test('and was a table without a key gets it from its parent, and loses it when it leaves', async () => {
    const { up } = await roundTrip(`${keyed} ${table}`, `${keyed} ${table} ${attach}`)
    expect(up).not.toContain('primary key')
  })

  test('may have a key below a unique index of its parent', async () => {
    const unique = `${parent} create unique index p_u on p (id, k);`
    const { up } = await roundTrip(
      unique,
      `${unique} create table p1 (id int not null, k text not null, constraint mine primary key (id, k)); ${attach}`,
    )
    expect(up).toContain('add constraint mine primary key using index p1_id_k_idx')
  })
})

describe('a partition that goes', () => {
  const keyed = `${parent} alter table p add constraint p_pkey primary key (id, k); create index p_k on p (k);`

  test('and keeps none of the indexes of its parent loses them after it left', async () => {
    const { up } = await roundTrip(`${keyed}${part}`, `${parent}${table}`)
    expect(up.indexOf('detach partition')).toBeLessThan(up.indexOf(`dropConstraint('p1_pkey')`))
  })

  test('keeps the indexes that its parent loses', async () => {
    const kept = 'alter table p1 add constraint p1_pkey primary key (id, k); create index p1_k_idx on p1 (k);'
    const { up } = await roundTrip(`${keyed}${part}`, `${parent}${table}${kept}`)
    expect(up).not.toMatch(/p1_/)
    await roundTrip(`${keyed}${part}`, `${table}${kept}`)
  })

  test('may leave an index that is not on all partitions', async () => {
    const alone = `${parent}${part} create index p_k on only p (k);`
    await roundTrip(alone, `${parent}${table} create index p_k on only p (k);`)
    await roundTrip(alone, parent)
  })

  test('may move to another parent with its key', async () => {
    const two = `create table q (id int not null, k text not null, constraint q_pkey primary key (id, k)) partition by list (k); ${keyed}${table} alter table p1 add primary key (id, k); create index p1_k_idx on p1 (k);`
    await roundTrip(`${two}${attach}`, `${two} alter table q attach partition p1 for values in ('a');`)
  })
})

describe('columns with indexes', () => {
  test('may go from a partitioned table', async () => {
    const { up } = await roundTrip(
      `create table p (id int, k text, x int) partition by list (k); ${part} create index on p (x); create index on p (x, k);`,
      `create table p (id int, k text) partition by list (k); ${part}`,
    )
    expect(up.split('\n').slice(1)).toEqual(["await db.schema.alterTable('p').dropColumn('x').execute()"])
  })

  test('may go with a key of a partition, whose other columns become nullable', async () => {
    const p = (x: string): string => `create table p (k text${x}) partition by list (k);`
    await roundTrip(
      `${p(', x int')} create table p1 partition of p (constraint mine primary key (k, x)) for values in ('a');`,
      `${p('')}${part}`,
    )
  })

  test('may change their type in a partitioned table', async () => {
    const own = (type: string): string =>
      `create table p (id ${type} not null, k text not null, constraint p_pkey primary key (id, k)) partition by list (k); ${part} create index on p (id);`
    await roundTrip(own('int'), own('bigint'))
  })
})

describe('a foreign key to a partition', () => {
  test('goes before the key above its own goes', async () => {
    const keyed = `${parent}${part} alter table p add primary key (id, k);`
    await roundTrip(
      `${keyed} create table r (id int, k text, constraint r_p1 foreign key (id, k) references p1 (id, k));`,
      `${parent}${part} create table r (id int, k text);`,
    )
  })
})

describe('a key or index that comes to a partitioned table', () => {
  test('comes to its partitions, without a word', async () => {
    const { up } = await roundTrip(
      `${parent}${part}`,
      `${parent}${part} alter table p add primary key (id, k); alter table p add unique (k); create index on p (k);`,
    )
    expect(up).not.toContain('p1')
  })

  test('takes over those of its partitions', async () => {
    const own = `${parent}${part} alter table p1 add constraint mine primary key (id, k); create index also_mine on p1 (k);`
    const { up } = await roundTrip(
      own,
      `${own} alter table p add primary key (id, k); create index p_k on p (k);`,
    )
    expect(up).not.toContain('mine')
  })

  test('is made after those of its partitions that have a name of their own', async () => {
    await roundTrip(
      '',
      `${parent}${part} alter table p1 add constraint mine primary key (id, k); alter table p add primary key (id, k);`,
    )
  })

  test('comes to the partitions of partitions', async () => {
    const deep = `${parent} create table p1 partition of p for values in ('a') partition by range (id); create table p11 partition of p1 for values from (1) to (9);`
    const { up } = await roundTrip(
      deep,
      `${deep} alter table p add primary key (id, k); create index on p (k, id);`,
    )
    expect(up).not.toContain('p1')
    await roundTrip('', `${deep} alter table p add primary key (id, k);`)
  })

  test('and changes takes the indexes of its partitions along', async () => {
    const own = (key: string): string =>
      `${parent}${part} create index mine on p1 (${key}); create index p_k on p (${key});`
    const { up } = await roundTrip(own('k'), own('id'))
    expect(up.match(/createIndex/g)).toHaveLength(2)
  })
})

describe('a key of a partition below a plain index', () => {
  const unique = `${parent}${part} create unique index p1_u on p1 (id, k); create unique index p_u on p (id, k);`
  const key = 'alter table p1 add constraint p1_u primary key using index p1_u;'

  test('comes and goes', async () => {
    await roundTrip(`${parent}${part}`, `${unique}${key}`)
    await roundTrip(unique, `${unique}${key}`)
  })

  test('gives way to a key of the partitioned table', async () => {
    await roundTrip(`${unique}${key}`, `${parent}${part} alter table p add constraint p_u unique (id, k);`)
  })
})

describe('the names of indexes of partitions', () => {
  test('are no difference where the index above them stays', async () => {
    const own = `${parent}${part} create index mine on p1 (k); create index p_k on p (k);`
    expect(await differencesBetween(own, `${parent}${part} create index p_k on p (k);`)).toEqual([])
  })

  test('may be as long as PostgreSQL cuts them', async () => {
    const long = 'a_rather_long_name_of_a_column_that_does_not_fit'
    const wide = `create table parted (${long} int, ünïcödé_${long} int) partition by list (${long}); create index i on parted (${long}, ünïcödé_${long}); create table part_with_a_long_name_ö_too partition of parted for values in (1);`
    const { up } = await roundTrip('', wide)
    expect(up).not.toContain('_idx')
  })
})
