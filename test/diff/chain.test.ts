/** Chains of revisions: what may not share a transaction, and what is asked for in several. */
import { describe, expect, test } from 'vitest'
import { chainTrip } from '../support/chains.ts'
import { useTestDatabase, useTestRole } from '../support/database.ts'

describe('a new enum value that is used at once', () => {
  const before = `create type mood as enum ('sad', 'ok'); create table t (id int, m mood default 'ok'); insert into t values (1, 'sad')`

  test('is added by a revision of its own, and no row is converted', async () => {
    const links = await chainTrip(
      before,
      before.replace("'ok')", "'ok', 'glad')").replace("default 'ok'", "default 'glad'"),
    )
    expect(links.map(({ title, up }) => [title, up])).toEqual([
      ['new enum values', `await sql\`alter type mood add value 'glad'\`.execute(db)`],
      ['changes', "await db.schema.alterTable('t').alterColumn('m', (c) => c.setDefault('glad')).execute()"],
    ])
  })

  test('shares the revision of the rest where all revisions share a transaction', async () => {
    const links = await chainTrip(
      before,
      before.replace("'ok')", "'ok', 'glad')").replace("default 'ok'", "default 'glad'"),
      { oneTransaction: true },
    )
    expect(links).toHaveLength(1)
  })

  test.each([
    ['a check', "alter table t add check (m <> 'glad')"],
    ['an index', "create index on t (id) where m = 'glad'"],
    ['a view', "create view v as select id from t where m = 'glad'"],
    ['a function', "create function f() returns text language sql as $$ select 'glad'::mood::text $$"],
    [
      'a partition',
      "create table p (m mood) partition by list (m); create table p1 partition of p for values in ('glad')",
    ],
    ['a policy', "create policy p on t using (m = 'glad')"],
    ['a domain', "create domain d as mood default 'glad'"],
  ])('%s may use it', async (_, user) => {
    const links = await chainTrip(before, `${before.replace("'ok')", "'ok', 'glad')")}; ${user}`)
    expect(links.map(({ title }) => title)).toEqual(['new enum values', 'changes'])
  })

  test('a column whose texts become values may hold it', async () => {
    const links = await chainTrip(
      `create type mood as enum ('sad'); create table t (m text); insert into t values ('glad')`,
      `create type mood as enum ('sad', 'glad'); create table t (m mood)`,
    )
    expect(links.map(({ title }) => title)).toEqual(['new enum values', 'changes'])
  })

  test('one that is not used is added beside the rest', async () => {
    const links = await chainTrip(
      before,
      `${before.replace("'ok')", "'ok', 'glad')")}; create table u (id int)`,
    )
    expect(links).toHaveLength(1)
  })
})

describe('indexes made concurrently', () => {
  const table = 'create table t (a int, b text); insert into t select 1, null'
  const concurrently = { concurrently: true }

  test('an index of a table that is there comes in a revision of its own', async () => {
    const links = await chainTrip(
      table,
      `${table.replace('b text', 'b text, c int')}; create index t_c on t (c)`.replace(
        '1, null',
        '1, null, 2',
      ),
      concurrently,
    )
    expect(links.map(({ title }) => title)).toEqual(['changes', 'indexes'])
    expect(links[1]?.up).toContain('create index concurrently t_c on t using btree (c)')
    expect(links[1]?.down).toContain('drop index concurrently if exists t_c')
  })

  test('an index of a new table is made with it', async () => {
    const links = await chainTrip('', `create table t (a int); create index t_a on t (a)`, concurrently)
    expect(links).toHaveLength(1)
  })

  test('an index that is replaced serves until the new one can', async () => {
    const [link] = await chainTrip(
      `${table}; create index i on t (a)`,
      `${table}; create index i on t (b)`,
      concurrently,
    )
    expect(link?.up).toContain(`await sql\`drop index concurrently if exists i_new\`.execute(db)
await sql\`create index concurrently i_new on t using btree (b)\`.execute(db)
await sql\`drop index concurrently if exists i\`.execute(db)
await sql\`alter index i_new rename to i\`.execute(db)`)
  })

  test('a new one is there before an old one goes', async () => {
    const [link, ...others] = await chainTrip(
      `${table}; create index i on t (a)`,
      `${table}; create index j on t (b)`,
      concurrently,
    )
    expect(others).toEqual([])
    expect(link?.up.indexOf('CONCURRENTLY j')).toBeLessThan(link?.up.indexOf('exists i') ?? 0)
  })

  test('an index over a column that goes does not wait', async () => {
    const links = await chainTrip(
      `${table}; create index i on t (b)`,
      table.replace(', b text', '').replace(', null', ''),
      concurrently,
    )
    expect(links.map(({ title }) => title)).toEqual(['changes'])
  })

  test('an index over a column whose default changes is replaced beside running work', async () => {
    const links = await chainTrip(
      `${table.replace('a int', 'a int default 1')}; create index i on t (a)`,
      `${table.replace('a int', 'a int default 2')}; create index i on t (a, b)`,
      concurrently,
    )
    expect(links.map(({ title }) => title)).toEqual(['changes', 'indexes'])
  })

  test('an index of a partitioned table is made partition by partition', async () => {
    const tables = `create table p (a int, b int) partition by range (a); create table p1 partition of p for values from (0) to (9);
      create table p2 partition of p for values from (9) to (99) partition by list (b); create table p2a partition of p2 for values in (1)`
    const [link, ...others] = await chainTrip(tables, `${tables}; create index p_b on p (b)`, concurrently)
    expect(others).toEqual([])
    expect(link?.up).toContain('create index p_b on only p using btree (b)')
    expect(link?.up).toContain('create index concurrently p2a_b_idx on p2a using btree (b)')
    expect(link?.up).toContain('alter index p_b attach partition p2_b_idx')
    await chainTrip(`${tables}; create index p_b on p (b)`, tables, concurrently)
  })

  test('a unique constraint is made of an index, and what refers to it comes after', async () => {
    const links = await chainTrip(
      table,
      `${table}; alter table t add constraint t_key unique (a); create table u (a int references t (a)); comment on constraint t_key on t is 'x'`,
      concurrently,
    )
    expect(links.map(({ title }) => title)).toEqual(['changes', 'indexes', 'foreign keys'])
    expect(links[1]?.up).toContain('add constraint t_key unique using index t_key')
    expect(links[1]?.down).toContain('drop constraint if exists t_key')
  })

  test('a primary key is made of an index', async () => {
    const links = await chainTrip(
      'create table t (a int not null)',
      'create table t (a int primary key)',
      concurrently,
    )
    expect(links.map(({ title }) => title)).toEqual(['indexes'])
  })

  test('an index that a foreign key or the replica identity stands on stays where it is', async () => {
    const unique = `${table.replace('a int', 'a int not null')}`
    expect(
      await chainTrip(
        unique,
        `${unique}; create unique index i on t (a); create table u (a int references t (a))`,
        concurrently,
      ),
    ).toHaveLength(1)
    expect(
      await chainTrip(
        unique,
        `${unique}; create unique index i on t (a); alter table t replica identity using index i`,
        concurrently,
      ),
    ).toHaveLength(1)
  })

  test('an index whose name a key takes goes before it', async () => {
    const before = `${table}; create unique index i on t (a)`
    const after = `${table}; alter table t add constraint i unique (b)`
    await chainTrip(before, after, concurrently)
    await chainTrip(after, before, concurrently)
  })

  test('hostile names', async () => {
    const tick = '`$'.concat('{x}')
    const table = `create table "T ""t" ("a${tick}" int, "B.b" text)`
    const index = `create index "I ""i ON x" on "T ""t" ("a${tick}")`
    const key = `alter table "T ""t" add constraint "${tick}" unique ("B.b")`
    await chainTrip(table, `${table}; ${index}; ${key}`, concurrently)
  })

  test('the statements can run again after they were broken off', async () => {
    const links = await chainTrip(
      `${table}; create index i on t (a)`,
      `${table}; create index i on t (b); create index j on t (a, b); alter table t add constraint k unique (b, a)`,
      { ...concurrently, twice: true },
    )
    expect(links).toHaveLength(1)
  })
})

describe('cuts', () => {
  const schema = `create schema app; create schema log;
    create type app.mood as enum ('a', 'b');
    create function app.now_ms() returns bigint language sql as $$ select 1::bigint $$;
    create table app.users (id int primary key, at bigint default app.now_ms(), m app.mood);
    create table log.entries (id serial primary key, who int references app.users);
    create index on log.entries (who);
    create view app.busy as select u.id, count(*) from app.users u join log.entries e on e.who = u.id group by u.id;
    create function log.touch() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger t before update on app.users for each row execute function log.touch();
    create policy p on log.entries using (true)`

  test('by stage', async () => {
    const links = await chainTrip('', schema, { split: 'stage' })
    expect(links.map(({ title }) => title)).toEqual([
      'types',
      'tables',
      'keys and indexes',
      'functions and views',
      'triggers and policies',
    ])
    const back = await chainTrip(schema, '', { split: 'stage' })
    expect(back.at(-1)?.title).toBe('drops')
  })

  test('by schema, as few as the dependencies allow', async () => {
    const links = await chainTrip('', schema, { split: 'schema' })
    expect(links.map(({ title }) => title)).toEqual(['app', 'log', 'app'])
  })

  test('a primary key gives way to another', async () => {
    const before = 'create table t (a int not null, b int not null, constraint one primary key (a))'
    const after = 'create table t (a int not null, b int not null, constraint two primary key (b))'
    await chainTrip(before, after, { split: 'stage' })
    await chainTrip(before, after, { concurrently: true })
  })

  test('a view in the way goes and comes back', async () => {
    const before =
      'create table t (a int, b int); create view v as select a from t; create table gone (a int); insert into t values (1, 2)'
    const after =
      'create table t (a bigint, b int); create index i on t (b); create view v as select a from t; create table fresh (id int)'
    await chainTrip(before, after, { split: 'stage' })
    await chainTrip(before, after, { split: 'schema' })
  })

  test('a type that is made anew is not cut', async () => {
    const users = `create table t (m mood default 'x'); create index on t (m) where m = 'x'; create view v as select m from t where m = 'x'`
    await chainTrip(
      `create type mood as enum ('x', 'y'); ${users}; insert into t values ('x')`,
      `create type mood as enum ('y', 'x'); ${users}`,
      { split: 'stage' },
    )
  })

  test('partitions keep their indexes', async () => {
    const before =
      'create table p (a int, b int) partition by range (a); create table p1 partition of p for values from (0) to (9)'
    const after = `${before}; create index p_b on p (b); create table p2 partition of p for values from (9) to (99); alter table p add primary key (a)`
    await chainTrip(before, after, { split: 'stage' })
    await chainTrip(after, before, { split: 'stage' })
    await chainTrip(after, '', { split: 'stage' })
    await chainTrip('', after, { split: 'stage' })
  })

  test.each([
    ['not null', 'a int not null', 'a int'],
    ['another type', 'a int', 'a bigint'],
    ['another default', 'a int default 1', 'a int default 2'],
    ['a generation expression', 'a int, g int generated always as (a) stored', 'a int, g int'],
    ['statistics', 'a int', 'a int); alter table p alter a set statistics 50; create table x (a int'],
  ])('what goes with its table later follows a column above: %s', async (_, from, to) => {
    const below = 'create table c (x int) inherits (p); create table d (y int) inherits (c)'
    const before = `create table p (${from}); ${below}; insert into d (a) values (1)`
    await chainTrip(before, `create table p (${to})`, { split: 'stage' })
    await chainTrip(`create table p (${to})`, before.replace(/;[^;]*$/, ''), { split: 'stage' })
  })

  test('owners and privileges are those of before and after', async () => {
    const { name: role } = await useTestRole(await useTestDatabase())
    const schema = (type: string) => `create table t (a ${type}); create view v as select a from t`
    const grants = `grant select on t, v to ${role}; grant update (a) on v to ${role}`
    const before = `${schema('int')}; create table gone (a int); ${grants}, public`
    const after = `${schema('bigint')}; ${grants}; alter view v owner to ${role}; create table fresh (a int); create index on t (a);
      alter default privileges grant select on tables to ${role}; create table later (a int)`
    for (const managed of [true, false])
      for (const split of ['stage', 'schema'] as const) {
        await chainTrip(before, after, { split, managed })
        await chainTrip(after, before, { split, managed })
      }
  })
})
