import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { missingBelowApplied, partsOfSquashes } from '../../src/graph/applied.ts'
import { planDowngrade } from '../../src/graph/downgrade.ts'
import { buildGraph } from '../../src/graph/graph.ts'
import { withAncestors } from '../../src/graph/lineage.ts'
import { appliedAt, selectRange } from '../../src/graph/range.ts'
import { findRevision } from '../../src/graph/resolve.ts'
import type { Revision } from '../../src/graph/revision.ts'
import { planSquash } from '../../src/graph/squash.ts'
import { planStamp } from '../../src/graph/stamp.ts'
import { planUpgrade } from '../../src/graph/upgrade.ts'
import { graphOf, revisionOf } from '../support/graphs.ts'

const ids = (revisions: readonly Revision[]) => revisions.map(({ revision }) => revision)
const none = new Set<string>()

function planned(text: string, ...graph: string[]) {
  const { range, end, below, ...header } = planSquash(graphOf(...graph), none, text)
  return { range: ids(range), end: end.revision, below: ids(below), ...header }
}

describe('planSquash', () => {
  it('takes a line from its first to its last revision, and keeps the id of the last', () => {
    expect(planned('b:d', 'a', 'b(a)', 'c(b)', 'd(c)', 'e(d)')).toEqual({
      range: ['b', 'c', 'd'],
      end: 'd',
      below: ['a'],
      downRevisions: ['a'],
      dependsOn: [],
      branchLabels: [],
      replaces: ['b', 'c'],
    })
  })

  it('goes from the base to the head where the ends are open', () => {
    expect(planned(':', 'a', 'b(a)', 'c(b)')).toMatchObject({
      end: 'c',
      downRevisions: [],
      replaces: ['a', 'b'],
    })
  })

  it('takes in branches that part and meet again inside', () => {
    expect(planned('a:m', 'a', 'l(a)', 'r(a)', 'm(l r)')).toMatchObject({
      end: 'm',
      downRevisions: [],
      replaces: expect.arrayContaining(['a', 'l', 'r']),
    })
  })

  it('follows what its revisions follow outside, without what others stand on', () => {
    expect(planned('b:m', 'a', 'b(a)', 'z(a)', 'm(b z)')).toMatchObject({
      downRevisions: ['z'],
      replaces: ['b'],
    })
  })

  it('depends on what its revisions depend on outside, unless its parents do', () => {
    expect(planned('n2:n3', 'a1[lib]', 'a2(a1)', 'n1>a1', 'n2(n1)>lib', 'n3(n2)>a2')).toMatchObject({
      downRevisions: ['n1'],
      dependsOn: ['a2'],
    })
    expect(planned('n2:n3', 'a1[lib]', 'n1', 'n2(n1)>lib', 'n3(n2)')).toMatchObject({ dependsOn: ['lib'] })
  })

  it('keeps labels, and what earlier squashes replaced', () => {
    expect(planned('b:d', 'a', 'b(a)[left]~b1 b2', 'd(b)[right]~c')).toMatchObject({
      branchLabels: ['left', 'right'],
      replaces: ['b1', 'b2', 'b', 'c'],
    })
  })

  it.each([
    ['a:a', '"a:a" is one revision, a (/migrations/a.ts), and there is nothing to squash it with.'],
    ['b:a', 'No way leads from "b" up to "a".'],
    ['a:zz', 'No revision has an id or a branch label "zz"'],
    ['a:base', '"a:base" has no revision at its end. Name the last revision of the range.'],
    ['a:heads', '"a:heads" has 2 revisions at its end: c, x. A squash goes from one revision to one'],
    [
      'a:c',
      'Revision x (/migrations/x.ts) follows b, which is inside the range, and not its end c. Squash up to b alone, or put x on c first.',
    ],
    ['a', '"a" is not a range.'],
  ])('refuses %s', (text, message) => {
    const graph = graphOf('a', 'b(a)', 'c(b)', 'x(b)')
    expect(() => planSquash(graph, none, text)).toThrow(message)
  })
})

describe('a graph with a squash', () => {
  const graph = graphOf('a', 'd(a)~b c', 'e(c)', 'n>b')

  it('takes an id that was replaced for the squash, wherever it is named', () => {
    expect(graph.parents.get('e')).toEqual(['d'])
    expect(graph.dependencies.get('n')).toEqual(['d'])
    expect(findRevision(graph, 'b').revision).toBe('d')
    expect(findRevision(graphOf('a', 'd(a)~b7c'), 'b7').revision).toBe('d')
  })

  it.each([
    [
      ['a', 'b(a)', 'c(a)~a b'],
      'Revision c (/migrations/c.ts) replaces a, b, and the files of these are still here: /migrations/a.ts, /migrations/b.ts. "dbmig squash a:c" moves what is left to .dbmig/squashed; to undo the squash instead, restore /migrations/c.ts as it was before.',
    ],
    [['a~a'], 'Revision a (/migrations/a.ts) names itself in its replaces. Remove that entry.'],
    [
      ['b~a', 'c~a'],
      'Two revisions replace "a": b (/migrations/b.ts) and c (/migrations/c.ts). Keep one of the two squashes, and restore the files of the other from the repository or from .dbmig/squashed.',
    ],
    [['b(a)~a'], 'Revision b (/migrations/b.ts) names itself as its down revision.'],
    [['b>a~a'], 'Revision b (/migrations/b.ts) depends on itself.'],
    [
      ['b~a', 'c[a]'],
      'The branch label "a" of revision c (/migrations/c.ts) is the id of a revision in /migrations/b.ts.',
    ],
    [['b~a:c'], 'The replaced id "a:c" in /migrations/b.ts contains ":".'],
  ])('refuses %j', (texts, message) => {
    expect(() => graphOf(...texts)).toThrow(message)
  })
})

describe('a database that meets a squash', () => {
  const graph = graphOf('a', 'd(a)~b c', 'e(d)')
  const steps = (plan: readonly { revision: Revision }[]) => plan.map(({ revision }) => revision.revision)

  it('that has applied the whole range has applied the squash', () => {
    const applied = new Set(['a', 'b', 'c', 'd'])
    expect(partsOfSquashes(graph, applied)).toEqual([])
    expect(missingBelowApplied(graph, applied)).toEqual([])
    expect(steps(planUpgrade(graph, applied, 'head'))).toEqual(['e'])
    expect(steps(planDowngrade(graph, applied, 'a'))).toEqual(['d'])
  })

  it('that is new has applied the squash by its row alone', () => {
    expect(partsOfSquashes(graph, new Set(['a', 'd']))).toEqual([])
  })

  it('that is inside the range is told, and nothing is planned', () => {
    const inside = new Set(['a', 'b'])
    expect(partsOfSquashes(graph, inside)).toMatchObject([{ applied: ['b'], missing: ['c', 'd'] }])
    const message =
      'The database has applied only 1 of the 3 revisions that were squashed into d (/migrations/d.ts): b, without c, d. Check out the commit before the squash, run "dbmig upgrade d" there, and come back.'
    expect(() => planUpgrade(graph, inside, 'head')).toThrow(message)
    expect(() => planDowngrade(graph, inside, 'base')).toThrow(message)
    expect(() => planStamp(graph, inside, ['head'])).toThrow(message)
  })

  describe('cannot go to what was squashed, as no database can be there', () => {
    const said =
      'b is only a part of the squash d (/migrations/d.ts), so no database can be there. Name d, or what is below it: a.'
    const whole = new Set(['a', 'b', 'c', 'd'])

    it.each([
      ['upgrade', () => planUpgrade(graph, new Set(['a']), 'b')],
      ['upgrade, where the whole is applied', () => planUpgrade(graph, whole, 'b')],
      ['upgrade by a count', () => planUpgrade(graph, new Set(['a']), 'b+1')],
      ['downgrade', () => planDowngrade(graph, whole, 'b')],
      ['stamp', () => planStamp(graph, new Set(['a']), ['b'])],
      ['stamp --purge', () => planStamp(graph, whole, ['b'], { purge: true })],
      ['a script that starts there', () => appliedAt(graph, new Set(), 'b')],
    ])('with %s', (_, plan) => {
      expect(plan).toThrow(said)
    })

    it('by the start of its id either, unless that is one of a revision too', () => {
      const begun = graphOf('a', 'd(a)~d1 d2', 'f~g1 g2')
      expect(steps(planUpgrade(begun, new Set(['a']), 'd'))).toEqual(['d'])
      expect(() => planUpgrade(begun, new Set(), 'd1')).toThrow('d1 is only a part of the squash d')
      expect(() => planUpgrade(begun, new Set(), 'g')).toThrow(
        'g1, g2 are only a part of the squash f (/migrations/f.ts), so no database can be there. Name f, or what is below it: base.',
      )
    })

    it('though it says which branch is meant, and is found by the commands that show revisions', () => {
      expect(steps(planDowngrade(graph, whole, 'b@base'))).toEqual(['d', 'a'])
      expect(ids(selectRange(graph, none, 'b:e'))).toEqual(['e', 'd'])
    })
  })

  it('in which a replaced revision ended half-way is inside', () => {
    expect(partsOfSquashes(graph, new Set(['a']), ['b'])).toMatchObject([
      { applied: [], missing: ['b', 'c', 'd'] },
    ])
  })

  it('forgets with stamp --purge what was replaced, unless the squash stays applied', () => {
    const purge = (applied: string[], target: string) =>
      planStamp(graph, new Set(applied), [target], { purge: true })
    expect(purge(['a', 'b'], 'd').forgotten).toEqual(['b'])
    expect(steps(purge(['a', 'b'], 'd').steps)).toEqual(['d'])
    expect(purge(['a', 'b', 'c', 'd'], 'a').forgotten).toEqual(['b', 'c'])
    expect(purge(['a', 'b', 'c', 'd'], 'e').forgotten).toEqual([])
  })
})

describe('squashing a stretch of any line with merges', () => {
  const shapes = fc.array(fc.boolean(), { minLength: 3, maxLength: 12 }).chain((diamonds) =>
    fc.record({
      diamonds: fc.constant(diamonds),
      ends: fc.tuple(fc.nat(diamonds.length - 1), fc.nat(diamonds.length - 1)),
    }),
  )

  /** A line of revisions, some of which are followed by two that meet in the next. */
  function lineOf(diamonds: readonly boolean[]): Revision[] {
    return diamonds.flatMap((diamond, index) => {
      const parents =
        index === 0 ? [] : diamonds[index - 1] ? [`l${index - 1}`, `r${index - 1}`] : [`s${index - 1}`]
      const sides = diamond ? [`l${index}(s${index})`, `r${index}(s${index})`] : []
      return [`s${index}${parents.length > 0 ? `(${parents.join(' ')})` : ''}`, ...sides].map(revisionOf)
    })
  }

  it('leaves a graph in which everything else stands on the same as before', () => {
    fc.assert(
      fc.property(shapes, ({ diamonds, ends }) => {
        const [from, to] = [Math.min(...ends), Math.max(...ends)]
        fc.pre(from < to)
        const before = lineOf(diamonds)
        const graph = buildGraph(before)
        const plan = planSquash(graph, none, `s${from}:s${to}`)
        const { range, end, downRevisions, dependsOn, branchLabels, replaces } = plan
        const squash = { ...end, downRevisions, dependsOn, branchLabels, replaces }
        const gone = new Set(replaces)
        const after = buildGraph([...before.filter((each) => !range.includes(each)), squash])
        for (const { revision } of before) {
          if (gone.has(revision)) continue
          const expected = [...withAncestors(graph, [revision])].filter((id) => !gone.has(id))
          expect([...withAncestors(after, [revision])].sort()).toEqual(expected.sort())
        }
      }),
    )
  })
})
