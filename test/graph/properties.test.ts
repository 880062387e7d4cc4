/** What holds for every graph: random ones, with merges, several bases, labels and dependencies. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appliedHeads, expandHeads, headsOfApplied, missingBelowApplied } from '../../src/graph/applied.ts'
import { planDowngrade } from '../../src/graph/downgrade.ts'
import { buildGraph, type RevisionGraph } from '../../src/graph/graph.ts'
import { lineOf, withAncestors } from '../../src/graph/lineage.ts'
import { whyImpossible } from '../../src/graph/possible.ts'
import type { Step } from '../../src/graph/revision.ts'
import { planStamp } from '../../src/graph/stamp.ts'
import { planUpgrade } from '../../src/graph/upgrade.ts'
import { afterSteps } from '../support/graphs.ts'
import { revisionLists } from '../support/random-graphs.ts'

const graphs: fc.Arbitrary<RevisionGraph> = revisionLists.map(buildGraph)

/** A graph, one of its revisions, and the applied set of an upgrade to some others. */
const situations = graphs.chain((graph) => {
  const ids = [...graph.revisions.keys()]
  return fc.record({
    graph: fc.constant(graph),
    id: fc.constantFrom(...ids),
    applied: fc
      .subarray(ids, { maxLength: Math.min(4, ids.length) })
      .map((tips) => withAncestors(graph, tips)),
  })
})

const idsOf = (steps: readonly Step[]): string[] => steps.map(({ revision }) => revision.revision)
const belowOf = (graph: RevisionGraph, id: string): string[] => [
  ...(graph.parents.get(id) ?? []),
  ...(graph.dependencies.get(id) ?? []),
]

const aboveOf = (graph: RevisionGraph, id: string): string[] => [
  ...(graph.children.get(id) ?? []),
  ...(graph.dependants.get(id) ?? []),
]

/** The ledger's rows for an applied set. */
const rowsOf = (graph: RevisionGraph, applied: ReadonlySet<string>) =>
  [...applied].map((revision) => ({
    revision,
    downRevisions: graph.parents.get(revision) ?? [],
    dependsOn: graph.dependencies.get(revision) ?? [],
  }))

function check<T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, property), { numRuns: 300 })
}

describe('in every graph', () => {
  it('the order has each revision once, descendants first', () => {
    check(graphs, (graph) => {
      const position = new Map(graph.newestFirst.map((id, index) => [id, index]))
      expect(position.size).toBe(graph.revisions.size)
      for (const [id, index] of position) {
        for (const below of belowOf(graph, id)) expect(position.get(below)).toBeGreaterThan(index)
      }
    })
  })

  it('an upgrade runs nothing twice, nothing applied, and everything after what it stands on', () => {
    check(situations, ({ graph, id, applied }) => {
      const done = new Set(applied)
      for (const step of idsOf(planUpgrade(graph, applied, id))) {
        expect(done).not.toContain(step)
        for (const below of belowOf(graph, step)) expect(done).toContain(below)
        done.add(step)
      }
      expect(done).toContain(id)
    })
  })

  it('an upgrade runs nothing that the target does not stand on', () => {
    check(situations, ({ graph, id, applied }) => {
      const needed = withAncestors(graph, [id])
      for (const step of idsOf(planUpgrade(graph, applied, id))) expect(needed).toContain(step)
    })
  })

  it('what an upgrade or a downgrade plans is possible, and of more than one step not backwards nor without the first', () => {
    check(situations, ({ graph, id, applied }) => {
      const plans = [
        planUpgrade(graph, applied, id),
        applied.has(id) ? planDowngrade(graph, applied, id) : [],
      ]
      for (const steps of plans) {
        const [first] = steps
        if (first === undefined) continue
        const why = (some: readonly Step[]) => whyImpossible(graph, applied, some, first.direction)
        expect(why(steps)).toBeNull()
        expect(why([...steps, first])).toMatch(/although/)
        const linked = steps.some(({ revision }) =>
          [...belowOf(graph, revision.revision), ...aboveOf(graph, revision.revision)].includes(
            first.revision.revision,
          ),
        )
        if (!linked) continue
        expect(why(steps.toReversed())).toMatch(/ before /)
        expect(why(steps.slice(1))).toMatch(/ before /)
      }
    })
  })

  it('a downgrade leaves everything that is applied with what it stands on', () => {
    check(situations, ({ graph, id, applied }) => {
      fc.pre(applied.has(id))
      const steps = planDowngrade(graph, applied, id)
      const left = new Set(applied)
      for (const step of idsOf(steps)) {
        expect(left).toContain(step)
        left.delete(step)
        for (const other of left) expect(belowOf(graph, other)).not.toContain(step)
      }
      expect(left).toContain(id)
      expect((graph.children.get(id) ?? []).filter((child) => left.has(child))).toEqual([])
    })
  })

  it('upgrade heads and downgrade base return to nothing, in opposite orders', () => {
    check(graphs, (graph) => {
      const up = planUpgrade(graph, new Set(), 'heads')
      const applied = afterSteps(new Set(), up)
      expect(applied.size).toBe(graph.revisions.size)
      expect(idsOf(planDowngrade(graph, applied, 'base'))).toEqual(idsOf(up).reverse())
    })
  })

  it('an upgrade of one step, and back by a step of that line, returns to where it was', () => {
    check(situations, ({ graph, id, applied }) => {
      const [parent, ...more] = graph.parents.get(id) ?? []
      fc.pre(!applied.has(id) && more.length === 0)
      const before = new Set(applied)
      for (const below of withAncestors(graph, belowOf(graph, id))) before.add(below)
      const after = afterSteps(before, planUpgrade(graph, before, id))
      expect(after.size).toBe(before.size + 1)
      fc.pre(parent === undefined || headsOfApplied(graph, after).length === 1)
      const target = parent === undefined ? `${id}@base` : '-1'
      expect(afterSteps(after, planDowngrade(graph, after, target))).toEqual(before)
    })
  })

  it('any way to a state gives the same ledger', () => {
    check(situations, ({ graph, id, applied }) => {
      const direct = afterSteps(new Set(), planUpgrade(graph, new Set(), id))
      const around = afterSteps(applied, planUpgrade(graph, applied, 'heads'))
      const back = planStamp(graph, around, ['base', id]).steps
      expect(afterSteps(around, back)).toEqual(direct)
    })
  })

  it('the heads of the ledger are those of the graph, and imply the ledger', () => {
    check(situations, ({ graph, applied }) => {
      const heads = headsOfApplied(graph, applied).map(({ revision }) => revision)
      expect(appliedHeads(rowsOf(graph, applied)).sort()).toEqual([...heads].sort())
      expect(expandHeads(graph, heads)).toEqual(applied)
    })
  })

  it('nothing is missing below what was applied in order', () => {
    check(situations, ({ graph, applied }) => {
      expect(missingBelowApplied(graph, applied)).toEqual([])
    })
  })

  it('with --out-of-order, an upgrade fills every gap below its target', () => {
    check(situations, ({ graph, id, applied }) => {
      const gappy = new Set(applied)
      gappy.delete(id)
      const steps = planUpgrade(graph, gappy, 'heads', { outOfOrder: true })
      expect(afterSteps(gappy, steps).size).toBe(graph.revisions.size)
    })
  })

  it('downgrade X@base undoes, outside the line of X, only what needs something of it', () => {
    check(situations, ({ graph, id, applied }) => {
      const line = lineOf(graph, id)
      const dropped = new Set(idsOf(planDowngrade(graph, applied, `${id}@base`)))
      for (const step of dropped) {
        const needed = withAncestors(graph, [step])
        expect([...needed].some((below) => line.has(below) && dropped.has(below))).toBe(true)
      }
      for (const other of applied) {
        if (dropped.has(other)) continue
        for (const below of belowOf(graph, other)) expect(dropped).not.toContain(below)
      }
    })
  })

  it('stamp leaves a set that is whole, with the target in it and nothing above', () => {
    check(situations, ({ graph, id, applied }) => {
      const after = afterSteps(applied, planStamp(graph, applied, [id]).steps)
      expect(missingBelowApplied(graph, after)).toEqual([])
      expect(headsOfApplied(graph, after).map(({ revision }) => revision)).toContain(id)
    })
  })
})
