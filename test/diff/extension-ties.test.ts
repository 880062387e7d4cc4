/** Functions, triggers, materialized views and indexes that are dropped with an extension. */
import { describe, expect, test } from 'vitest'
import { roundTrip } from '../support/schemas.ts'
import { testStates } from '../support/states.ts'

const objects = (body: string): string => `create table t (a int, b text); create index i on t (b);
  create function f() returns int language sql as 'select ${body}'; create procedure p(n int) language sql as 'select ${body}';
  create function g() returns trigger language plpgsql as $$begin return new; end$$; create trigger tr before update on t for each row execute function g();
  create materialized view m as select a from t; create index j on m (a);`
const tied = (extension: string): string =>
  ['function f()', 'procedure p(int)', 'trigger tr on t', 'materialized view m', 'index i', 'index j']
    .map((object) => `alter ${object} depends on extension ${extension}`)
    .join('; ')

describe('depends on extension', () => {
  testStates({
    none: objects('1'),
    'none, with the extension': `create extension citext; ${objects('1')}`,
    one: `create extension citext; ${objects('1')} ${tied('citext')}`,
    another: `create extension pg_trgm; ${objects('1')} ${tied('pg_trgm')}`,
    two: `create extension citext; create extension pg_trgm; ${objects('1')} ${tied('citext')}; ${tied('pg_trgm')}`,
    'one, with other bodies': `create extension citext; ${objects('2')} ${tied('citext')}`,
    'one, on a table whose column has another type': `create extension citext; ${objects('1').replace('a int', 'a bigint')} ${tied('citext')}`,
  })

  test('is said again when a function is replaced, which lets go of it', async () => {
    const before = `create extension citext; ${objects('1')} ${tied('citext')}`
    const { up } = await roundTrip(
      before,
      before.replace(
        'create function f() returns int language sql as',
        'create function f() returns int language sql stable as',
      ),
    )
    expect(up).toContain('alter function f() depends on extension citext')
  })
})
