/** Options: what is told in any order, and kept by PostgreSQL in the order in which it was told. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differencesBetween, roundTrip } from '../support/schemas.ts'

/** Everything that takes options, by what may be said of it. */
const OPTIONS = {
  view: ['security_barrier', 'check_option=local'],
  'materialized view': ['fillfactor=70', 'autovacuum_enabled=off', 'toast.autovacuum_enabled=off'],
  'column of a materialized view': ['n_distinct=3', 'n_distinct_inherited=4'],
  table: ['fillfactor=70', 'autovacuum_enabled=off', 'toast.autovacuum_enabled=off'],
  column: ['n_distinct=5', 'n_distinct_inherited=6'],
  index: ['deduplicate_items=off', 'fillfactor=50'],
  key: ['deduplicate_items=off', 'fillfactor=60'],
  wrapper: [`x '1'`, `y '2'`, `z '3'`],
  server: [`host 'a'`, `port '2'`, `"My option" 'b = ''c'', d'`],
  mapping: [`"user" 'a'`, `note 'b'`],
  'foreign table': [`m '1'`, `n '2'`],
  'foreign column': [`k '1'`, `l '2'`],
  dictionary: [`language = english`, `stopwords = english`],
} as const

type Options = { readonly [K in keyof typeof OPTIONS]: readonly string[] }

function schemaWith(options: Options): string {
  const clause = (word: string, of: keyof Options): string =>
    options[of].length === 0 ? '' : `${word} (${options[of].join(', ')})`
  const set = (head: string, of: keyof Options): string =>
    options[of].length === 0 ? '' : `${head} set ${clause('', of)};`
  return `
    create table t (a int, b text, constraint k unique (a) ${clause('with', 'key')}) ${clause('with', 'table')};
    ${set('alter table t alter a', 'column')}
    create index i on t (b) ${clause('with', 'index')};
    create view v ${clause('with', 'view')} as select a from t where a > 0;
    create materialized view m ${clause('with', 'materialized view')} as select a, b from t;
    ${set('alter materialized view m alter a', 'column of a materialized view')}
    create foreign data wrapper w ${clause('options', 'wrapper')};
    create server s foreign data wrapper w ${clause('options', 'server')};
    create user mapping for public server s ${clause('options', 'mapping')};
    create foreign table f (a int ${clause('options', 'foreign column')}) server s ${clause('options', 'foreign table')};
    create text search dictionary d (${['template = snowball', ...options.dictionary].join(', ')});`
}

/** Options in an order of their own, all of them or some. */
function optionsOf(some: boolean): fc.Arbitrary<Options> {
  const record = Object.fromEntries(
    Object.entries(OPTIONS).map(([kind, all]) => [
      kind,
      // A dictionary of this template must be told its language.
      fc.shuffledSubarray([...all], some && kind !== 'dictionary' ? {} : { minLength: all.length }),
    ]),
  )
  return fc.record(record) as fc.Arbitrary<Options>
}

test('options in any order are no difference', { timeout: 120_000 }, async () => {
  const declared = schemaWith(OPTIONS)
  await fc.assert(
    fc.asyncProperty(optionsOf(false), async (options) => {
      expect(await differencesBetween(declared, schemaWith(options))).toEqual([])
    }),
    { numRuns: 6 },
  )
})

test('some options, in any order, lead to others and back', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(optionsOf(true), optionsOf(true), async (before, after) => {
      await roundTrip(schemaWith(before), schemaWith(after))
    }),
    { numRuns: 6 },
  )
})

test('only the options that differ are said', async () => {
  const { up } = await roundTrip(
    `create table t (a int); alter table t alter a set (n_distinct=5, n_distinct_inherited=6)`,
    `create table t (a int); alter table t alter a set (n_distinct_inherited=7, n_distinct=5)`,
  )
  expect(up).toContain('alter column a set (n_distinct_inherited = 7)')
})

test('options of a dictionary that are said again in another order stay as they are', async () => {
  const dictionary = (options: string): string =>
    `create text search dictionary d (template = snowball, ${options})`
  const { up } = await roundTrip(
    dictionary('language = english'),
    dictionary('stopwords = english, language = english'),
  )
  expect(up).toContain(`alter text search dictionary d (stopwords = 'english')`)
})
