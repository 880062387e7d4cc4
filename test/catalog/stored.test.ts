/** A catalog that is kept as text comes back as it was. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { restoreCatalog, storeCatalog } from '../../src/catalog/stored.ts'
import { catalogOf } from '../support/schemas.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', "it's", 'a"b', '\0', '\n'),
)

/** As PostgreSQL's rows become: with the usual prototype. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { noNullPrototype: true })

/** Made up, but of the shape that every catalog has: plain objects by identity, sets of identities, other maps and sets. */
const catalogs = fc
  .record({
    objects: fc.uniqueArray(
      record({ identity: text, name: text, comment: fc.option(text), options: fc.array(text) }),
      {
        selector: (object) => object.identity,
        maxLength: 20,
      },
    ),
    needs: fc.infiniteStream(fc.array(fc.nat(), { maxLength: 4 })),
    access: fc.uniqueArray(fc.tuple(text, record({ owner: fc.option(text), grants: fc.constant(null) })), {
      selector: ([identity]) => identity,
    }),
    casts: fc.uniqueArray(text),
    defaultSchema: text,
    serverVersion: fc.nat(),
  })
  .map(({ objects, needs, access, casts, ...rest }) => {
    const identities = objects.map(({ identity }) => identity)
    const someOf = (numbers: readonly number[]): Set<string> =>
      new Set(numbers.flatMap((number) => identities[number % identities.length] ?? []))
    return {
      ...rest,
      objects: new Map(objects.map((object) => [object.identity, object])),
      dependencies: new Map(identities.map((identity) => [identity, someOf(needs.next().value)])),
      access: new Map(access),
      casts: new Set(casts),
      assignmentCasts: new Set(casts.slice(1)),
    } as unknown as Catalog
  })

test('any catalog is read back as it was written, in the same order', () => {
  fc.assert(
    fc.property(catalogs, (catalog) => {
      const back = restoreCatalog(storeCatalog(catalog))
      expect(back).toStrictEqual(catalog)
      expect([...back.objects.keys()]).toEqual([...catalog.objects.keys()])
      expect([...back.dependencies]).toStrictEqual([...catalog.dependencies])
    }),
  )
})

test('so is the catalog of a database with many kinds of objects', async () => {
  const catalog = await catalogOf(`
    create schema s; create type s.mood as enum ('a', 'b'); create domain d as int check (value > 0);
    create sequence free; create type pair as (a int, b text); create type span as range (subtype = int4);
    create table t (id bigint generated always as identity primary key, n int default 3 check (n > 0), m s.mood, g int generated always as (n + 1) stored);
    create table u (id bigint primary key references t on delete cascade deferrable, ex int4range, exclude using gist (ex with &&));
    create table p (a int, b text) partition by range (a); create table p1 partition of p for values from (1) to (9) with (fillfactor = 50);
    create index on p (b desc nulls first) include (a) where a > 2; create statistics st on a, b from p;
    create view v as select id, n from t where n > 1; create materialized view mv as select n from t with no data;
    create function f(a int) returns int language sql begin atomic select a + 1; end;
    create procedure pr() language sql as ''; create aggregate agg(int) (sfunc = int4pl, stype = int);
    create trigger tr before update on t for each row when (new.n > 1) execute function suppress_redundant_updates_trigger();
    create rule r as on delete to v do instead nothing; alter table t enable row level security; create policy po on t using (n > 0);
    create publication pub for table t; grant select on t to public; comment on table t is 'it''s t';
    create text search dictionary dict (template = simple); create collation c from "C"; create operator === (leftarg = int, rightarg = int, function = int4eq)`)
  expect(restoreCatalog(storeCatalog(catalog))).toStrictEqual(catalog)
})
