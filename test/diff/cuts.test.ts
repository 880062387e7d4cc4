/** Cutting plans: whatever needs what, no cut comes before one that it needs. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyCatalog } from '../../src/catalog/catalog.ts'
import type { CatalogObject } from '../../src/catalog/kinds.ts'
import type { Step } from '../../src/diff/change.ts'
import { cutsOf, type Split } from '../../src/diff/cuts.ts'
import { noNotes } from '../../src/diff/differ.ts'
import type { PlanWithNeeds } from '../../src/diff/plan.ts'
import { catalogOf } from '../support/schemas.ts'

const KINDS = [
  'enum',
  'sequence',
  'table',
  'column',
  'index',
  'function',
  'view',
  'trigger',
  'extension',
] as const

/** A plan of made-up steps, each of which may need any before it. */
function planned(catalog: ReturnType<typeof emptyCatalog>): fc.Arbitrary<PlanWithNeeds> {
  const sides = { live: catalog, target: catalog }
  const one = fc.record({
    kind: fc.constantFrom(...KINDS),
    schema: fc.constantFrom('a', 'b', 'c'),
    action: fc.constantFrom('create', 'drop', 'alter'),
    replaced: fc.boolean(),
    needs: fc.array(fc.nat(), { maxLength: 3 }),
  })
  return fc.array(one, { maxLength: 40 }).map((specs) => {
    const steps = specs.map(({ kind, schema, action, replaced }, i): Step => {
      // Nothing but these is read of an object.
      const object = {
        kind,
        schema,
        name: `n${i}`,
        identity: `${kind}:${i}`,
        parent: null,
      } as unknown as CatalogObject
      if (action === 'create') return { action, object, parts: [], sides, notes: noNotes }
      if (action === 'drop') return { action, object, parts: [], replaced, sides, notes: noNotes }
      return { action: 'alter', before: object, after: object, differences: [], sides, notes: noNotes }
    })
    const needs = new Map(
      specs.map((spec, i) => [
        steps[i] as Step,
        new Set(i === 0 ? [] : spec.needs.flatMap((n) => steps[n % i] ?? [])),
      ]),
    )
    return { plan: { steps, uncheckedBodies: false, losses: [], risks: [] }, needs }
  })
}

describe.each<Split>(['stage', 'schema'])('by %s', (split) => {
  test('every step is in one cut, after all that it needs', async () => {
    const catalog = emptyCatalog(await catalogOf(''))
    fc.assert(
      fc.property(planned(catalog), (given) => {
        const cuts = cutsOf(given, split)
        const order = cuts.flatMap(({ steps }) => steps)
        expect(order).toHaveLength(given.plan.steps.length)
        const place = new Map(order.map((step, i) => [step, i]))
        expect(place.size).toBe(order.length)
        for (const [step, needs] of given.needs)
          for (const needed of needs) expect(place.get(needed)).toBeLessThan(place.get(step) ?? -1)
      }),
      { numRuns: 500 },
    )
  })

  test('neighbouring cuts are about different things', async () => {
    const catalog = emptyCatalog(await catalogOf(''))
    fc.assert(
      fc.property(planned(catalog), (given) => {
        const titles = cutsOf(given, split).map(({ title }) => title)
        titles.slice(1).forEach((title, i) => {
          expect(title).not.toBe(titles[i])
        })
        if (split === 'stage') expect(titles.length).toBeLessThanOrEqual(6)
      }),
    )
  })
})
