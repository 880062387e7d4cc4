/** Random owners, grants, chains of grants and default privileges: from any state to any other and back. */
import fc from 'fast-check'
import { test } from 'vitest'
import { accessTrip, useRoles } from '../support/access.ts'

const { named } = useRoles()

/** Tables, views, sequences, a function, a type and a schema of both states. */
const common = `
  create schema app; create table t (a int, b int, id int generated always as identity); create view v as select a from t; create sequence s;
  create function f() returns int language sql as 'select 1'; create type mood as enum ('sad'); grant create on schema public, app to keeper, writer;`

/** What only one of the states has, and what is made again between them. */
const sides = [
  'create table app.left_only (id serial); create materialized view m as select a::text from t;',
  'create table right_only (id serial, x int); create function g() returns int language sql as $$ select 2 $$; create materialized view m as select a from t;',
] as const

const privileges: Readonly<Record<string, readonly string[]>> = {
  'table t': ['select', 'insert', 'update', 'select (a)', 'select (a, b)', 'update (b)', 'all'],
  'table v': ['select', 'update', 'select (a)', 'all'],
  'table m': ['select', 'all'],
  'sequence s': ['usage', 'select', 'all'],
  'sequence t_id_seq': ['usage', 'all'],
  'function f()': ['execute'],
  'type mood': ['usage'],
  'schema app': ['usage', 'create', 'all'],
}

const role = fc.constantFrom('reader', 'writer', 'keeper')
const grantee = fc.oneof({ weight: 4, arbitrary: role }, fc.constantFrom('public', 'current_user'))

const on = fc
  .constantFrom(...Object.keys(privileges))
  .chain((object) =>
    fc.record({ object: fc.constant(object), privilege: fc.constantFrom(...(privileges[object] ?? [])) }),
  )

const grant = fc
  .record({ what: on, to: grantee, option: fc.boolean(), by: fc.option(role, { freq: 2 }) })
  .map(({ what, to, option, by }) => {
    const rest = option ? ' with grant option' : ''
    const said = `grant ${what.privilege} on ${what.object} to ${to}${rest};`
    return by === null ? said : `set role ${by}; ${said} reset role;`
  })
const revocation = fc
  .record({ what: on, from: grantee })
  .map(({ what, from }) => `revoke ${what.privilege} on ${what.object} from ${from} cascade;`)
const owner = fc
  .record({
    target: fc.constantFrom('table t', 'view v', 'sequence s', 'function f()', 'type mood', 'schema app'),
    to: role,
  })
  .map(({ target, to }) => `alter ${target} owner to ${to};`)
const defaults = fc
  .record({
    what: fc.constantFrom(
      'select on tables',
      'all on tables',
      'usage on sequences',
      'execute on functions',
      'usage on types',
    ),
    to: grantee,
    of: fc.constantFrom('', ' for role keeper'),
    within: fc.constantFrom('', ' in schema public', ' in schema app'),
    revoked: fc.boolean(),
  })
  .map(
    ({ what, to, of, within, revoked }) =>
      `alter default privileges${of}${within} ${revoked ? 'revoke' : 'grant'} ${what} ${revoked ? 'from' : 'to'} ${to};`,
  )

/** Statements of which any may fail: then it has said nothing. */
const statements = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: grant },
      { weight: 2, arbitrary: revocation },
      { weight: 1, arbitrary: owner },
      { weight: 1, arbitrary: defaults },
    ),
    { maxLength: 14 },
  )
  .map((all) => all.map((one) => `do $$ begin ${one} exception when others then null; end $$;`).join('\n'))

test('any state of access is reached from any other', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(statements, statements, async (before, after) => {
      await accessTrip(named(`${common} ${sides[0]} ${before}`), named(`${common} ${sides[1]} ${after}`))
    }),
    { numRuns: Number(process.env['DBMIG_TEST_RUNS'] ?? 10) },
  )
})
