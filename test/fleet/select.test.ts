/** Which databases of a fleet are meant. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DatabaseTarget } from '../../src/config/databases.ts'
import { selectDatabases } from '../../src/fleet/select.ts'

const targetsOf = (names: readonly string[]): DatabaseTarget[] =>
  names.map((name) => ({
    name,
    url: `postgres://localhost/${name}`,
    tenantSchema: undefined,
    versionSchema: 'public',
    versionTable: 'dbmig_version',
  }))
const namesOf = (targets: readonly DatabaseTarget[]) => targets.map(({ name }) => name)

test('patterns choose by name, in the order of the list', () => {
  const targets = targetsOf(['eu_2', 'us_1', 'eu_1', 'test'])
  expect(namesOf(selectDatabases(targets, { only: ['eu_*', 't???'] }))).toEqual(['eu_2', 'eu_1', 'test'])
})

const fleet = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 50 })

test('the shards have every database once', () => {
  fc.assert(
    fc.property(fleet, fc.integer({ min: 1, max: 9 }), (names, count) => {
      const parts = Array.from({ length: count }, (_, index) =>
        namesOf(selectDatabases(targetsOf(names), { shard: `${index + 1}/${count}` })),
      )
      expect(parts.flat().sort()).toEqual([...names].sort())
    }),
  )
})

test('a new database moves no other one to another shard', () => {
  fc.assert(
    fc.property(fleet, fc.string({ minLength: 1 }), (names, added) => {
      const part = (of: readonly string[]) => namesOf(selectDatabases(targetsOf(of), { shard: '1/3' }))
      const others = names.filter((name) => name !== added)
      expect(part([...others, added]).filter((name) => name !== added)).toEqual(part(others))
    }),
  )
})
