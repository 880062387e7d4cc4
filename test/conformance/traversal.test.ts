/** Alembic's recorded walks against dbmig's plans: also a part of `npm run conformance`. */
import { describe, expect, it } from 'vitest'
import { type Group, groupOf, judge, present, readWalks, statedQuirks } from './traversal.ts'

const walks = readWalks()

const facts: Readonly<Record<Group, string>> = {
  forced: 'with one order give the same steps, and the same heads after each',
  tiebreak: 'with several orders give the same set of steps, and the same heads',
  error: 'that fail do so with the same kind of error',
  quirk: 'that are quirks end better',
  stamp: 'that are stamps give the same rows, or the same kind of error',
}

describe.skipIf(!present).each(Object.entries(facts))('the recorded walks of Alembic: %s', (group, fact) => {
  describe(fact, () => {
    it.each(walks.filter((walk) => groupOf(walk) === group))('$name', (walk) => {
      const { expected, found } = judge(walk)
      expect(found).toEqual(expected)
    })
  })
})

it.skipIf(!present)('every quirk has a better outcome that is stated', () => {
  const quirks = walks.filter((walk) => groupOf(walk) === 'quirk').map(({ name }) => name)
  expect(quirks.filter((name) => !statedQuirks.has(name))).toEqual([])
})
