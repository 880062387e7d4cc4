/** That renames run in an order in which no name is taken, whatever changes hands, and lead back. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Catalog } from '../../../src/catalog/catalog.ts'
import type { Enum } from '../../../src/catalog/enum.ts'
import type { RenameStep } from '../../../src/diff/change.ts'
import { areAlike, likeliest } from '../../../src/diff/renames/likeness.ts'
import { namedPart } from '../../../src/diff/renames/rename.ts'
import { parseRename } from '../../../src/diff/renames/requests.ts'
import { renameSteps, reversedSteps } from '../../../src/diff/renames/steps.ts'

const enumOf = (labels: readonly string[]): Enum => ({
  ...{ kind: 'enum', identity: 'enum:public.e', schema: 'public', name: 'e', parent: null, comment: null },
  labels,
})

const catalogOf = (type: Enum) =>
  ({ defaultSchema: 'public', objects: new Map([[type.identity, type]]) }) as unknown as Catalog

/** The values when the steps have run; PostgreSQL's complaint where a name is taken. */
function run(labels: readonly string[], steps: readonly RenameStep[]): string[] {
  return steps.reduce<string[]>(
    (now, { from, to }) => {
      if (now.includes(to)) throw new Error(`enum label "${to}" already exists`)
      if (!now.includes(from)) throw new Error(`"${from}" is not an existing enum label`)
      return now.map((label) => (label === from ? to : label))
    },
    [...labels],
  )
}

test('any renames of values run, and lead back', () => {
  const names = fc.uniqueArray(fc.constantFrom(...'abcdefgh', 'a_old', 'b_old'), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(names, names, (before, after) => {
      const count = Math.min(before.length, after.length)
      const [old, wanted] = [before.slice(0, count), after.slice(0, count)]
      const [from, to] = [enumOf(old), enumOf(wanted)]
      const [live, target] = [catalogOf(from), catalogOf(to)]
      const renames = old.map((label, i) => ({
        from: namedPart('value', from, label),
        to: namedPart('value', to, wanted[i] ?? ''),
      }))
      const steps = renameSteps(renames, { live, target })
      expect(run(old, steps)).toEqual(wanted)
      expect(run(wanted, reversedSteps(steps, live))).toEqual(old)
      // A circle costs one step more, and nothing else does.
      expect(steps.length).toBeLessThanOrEqual(count + Math.floor(count / 2))
    }),
  )
})

describe('likeness', () => {
  test.each([
    ['name', 'full_name', true],
    ['createdAt', 'created_at', true],
    ['mail', 'email', true],
    ['adress', 'address', true],
    ['fax', 'site', false],
    ['id', 'uuid', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(areAlike(one, other)).toBe(expected)
  })

  test('a pair without a better rival stays, and frees the rivals for others', () => {
    const pair = (from: string, to: string, score: number) => ({ from, to, score })
    const pairs = [pair('a', 'x', 9), pair('b', 'x', 5), pair('b', 'y', 3), pair('c', 'y', 3)]
    expect(likeliest(pairs)).toEqual([pair('a', 'x', 9), pair('b', 'y', 3), pair('c', 'y', 3)])
  })
})

describe('a request', () => {
  test.each([
    ['users.name=full_name', null, ['users', 'name'], ['full_name']],
    ['users=archive.people', null, ['users'], ['archive', 'people']],
    [' table:users = people ', ['table'], ['users'], ['people']],
    ['type:a=b', ['enum', 'composite type', 'domain', 'range type'], ['a'], ['b']],
    ['materialized view:a=b', ['materialized view'], ['a'], ['b']],
    ['"A.b"."c""d=e"="x y"', null, ['A.b', 'c"d=e'], ['x y']],
    ['status.in progress=working', null, ['status', 'in progress'], ['working']],
    ['users.fax', null, ['users', 'fax'], null],
  ])('%s', (text, kinds, from, to) => {
    expect(parseRename(text)).toEqual({ text: text.trim(), kinds, from, to })
  })

  test.each(['', '=b', 'a=', 'a=b=c', 'a..b=c', '"a=b'])('%s says nothing', (text) => {
    expect(() => parseRename(text)).toThrow(/says no rename/)
  })
})
