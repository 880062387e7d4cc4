/** What patterns of `include`, `exclude` and `--only` name. */
import { expect, test } from 'vitest'
import { identityOf } from '../../src/catalog/object.ts'
import { matchesAny } from '../../src/catalog/scope.ts'

function named(kind: string, schema: string | null, name: string) {
  return { kind, schema, name, identity: identityOf(kind, schema, name) }
}

test.each([
  ['users', true],
  ['us*', true],
  ['?sers', true],
  ['*', true],
  ['public.users', true],
  ['public.*', true],
  ['*.users', true],
  ['table:*', true],
  ['table:public.us*', true],
  ['*:public.users', true],
  ['ta*', false],
  ['*table*', false],
  ['pub*', false],
  ['*public*', false],
  ['user', false],
  ['view:*', false],
  ['audit.*', false],
])('the table public.users by %s: %s', (pattern, expected) => {
  expect(matchesAny(named('table', 'public', 'users'), [pattern])).toBe(expected)
})

test.each([
  ['view', 'public', 'totals', '*view*', false],
  ['view', 'public', 'totals', 'view:public.*', true],
  ['schema', null, 'audit', 'audit', true],
  ['schema', null, 'audit', 'schema:*', true],
  ['table', 'public', 'v1.users', 'v1.*', true],
  ['table', 'public', 'a:b', 'a:*', true],
  ['table', 'public', 'Odd Name', 'public.Odd*', true],
  ['table', 'public', 'Odd Name', 'table:public."Odd Name"', true],
])('the %s %s.%s by %s: %s', (kind, schema, name, pattern, expected) => {
  expect(matchesAny(named(kind, schema, name), [pattern])).toBe(expected)
})
