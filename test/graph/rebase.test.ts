import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildGraph, type RevisionGraph } from '../../src/graph/graph.ts'
import { lineBelow, withAncestors, withDescendants } from '../../src/graph/lineage.ts'
import { heads } from '../../src/graph/query.ts'
import { planRebase, type RebaseRequest } from '../../src/graph/rebase.ts'
import type { Revision } from '../../src/graph/revision.ts'
import { graphOf, revisionOf } from '../support/graphs.ts'

function plan(texts: readonly string[], request: RebaseRequest = {}, applied: readonly string[] = []) {
  return planRebase(graphOf(...texts), new Set(applied), request)
}

/** `f1(m2) f2(f1)`, in the order of moving. */
function moves(...args: Parameters<typeof plan>): string | null {
  const planned = plan(...args)
  const shown = planned?.moved.map(({ revision, downRevisions }) => `${revision}(${downRevisions.join(' ')})`)
  return shown?.join(' ') ?? null
}

const fork = ['a', 'm1(a)', 'm2(m1)', 'f1(a)', 'f2(f1)']

describe('which branch moves', () => {
  test('is the one that the database has not applied', () => {
    expect(moves(fork, {}, ['a', 'm1', 'm2'])).toBe('f1(m2) f2(f1)')
    expect(moves(fork, {}, ['a', 'f1', 'f2'])).toBe('m1(f2) m2(m1)')
  })
  test('is not one of which a part is applied', () => {
    expect(moves(fork, {}, ['a', 'f1'])).toBe('m1(f2) m2(m1)')
  })
  test('must be said when nothing is applied of either, and the message says what to type', () => {
    expect(() => plan(fork)).toThrow(
      'Several branches could be moved; their heads are m2, f2. Name the one to move, such as "dbmig rebase m2".',
    )
  })
  test('may be named by its head, any of its revisions, or a label', () => {
    expect(moves(fork, { branch: 'f2' })).toBe('f1(m2) f2(f1)')
    expect(moves(fork, { branch: 'f1' })).toBe('f1(m2) f2(f1)')
    const labelled = ['a', 'm1(a)', 'f1(a)[left]', 'f2(f1)']
    expect(moves(labelled, { branch: 'left@head' })).toBe('f1(m1) f2(f1)')
  })
  test('must be said when what is named is on several', () => {
    expect(() => plan(fork, { branch: 'a' })).toThrow('their heads are m2, f2.')
  })
  test('is the other one when what is named is below both, and one is the new parent', () => {
    expect(moves(fork, { branch: 'a', onto: 'm2' })).toBe('f1(m2) f2(f1)')
  })
  test('is none when there is one head', () => {
    expect(plan([])).toBeNull()
    expect(plan(['a', 'b(a)'])).toBeNull()
    expect(plan(['a', 'b(a)'], { branch: 'b' })).toBeNull()
  })
  test('is none when no heads have an ancestor in common', () => {
    expect(plan(['a', 'b'])).toBeNull()
  })
})

describe('the new parent', () => {
  const three = [...fork, 'x(a)']
  test('must be said when several heads have an ancestor in common with the branch', () => {
    expect(() => plan(three, { branch: 'f2' })).toThrow(
      'The branch of f2 (/migrations/f2.ts) could be put on several heads: m2, x. Say which, such as "dbmig rebase f2 --onto m2".',
    )
    expect(moves(three, { branch: 'f2', onto: 'x' })).toBe('f1(x) f2(f1)')
  })
  test('is not a head of a line of its own', () => {
    expect(moves([...fork, 'z'], { branch: 'f1' })).toBe('f1(m2) f2(f1)')
  })
  test('may be any revision', () => {
    expect(moves(fork, { branch: 'f2', onto: 'm1' })).toBe('f1(m1) f2(f1)')
  })
  test('cannot be the branch itself', () => {
    expect(() => plan(fork, { branch: 'f1', onto: 'f2' })).toThrow(
      'f2 (/migrations/f2.ts) is the head of the branch to move, and cannot be put on itself.',
    )
  })
  test('is there already when the branch stands on it', () => {
    expect(plan(fork, { branch: 'f2', onto: 'a' })).toMatchObject({ moved: [], onto: { revision: 'a' } })
  })
  test('must have an ancestor in common with the branch', () => {
    expect(() => plan(['a', 'b'], { branch: 'b' })).toThrow(
      'The branch of b (/migrations/b.ts) has no revision in common with a, so there is nothing to move it off. Join them with "dbmig merge b a", or name what a new revision needs with --depends-on.',
    )
    expect(() => plan(['a', 'b'], { branch: 'b', onto: 'a' })).toThrow('no revision in common with a')
  })
})

describe('what moves', () => {
  test('follows the new parent where it followed what does not move', () => {
    expect(moves(['a', 'b(a)', 'm(b)', 'f(a)', 'g(b)', 'h(f g)'], { branch: 'h' })).toBe('g(m) f(m) h(f g)')
  })
  test('is a merge with its inner parents, and the new one where none of these stands on it', () => {
    expect(moves(['a', 'm(a)', 'x', 'f(x a)'], { branch: 'f' })).toBe('x() f(x m)')
  })
  test('is a merge of the other branch without that, once its inner parent stands on it', () => {
    expect(moves(['a', 'm1(a)', 'f1(a)', 'f2(f1 m1)', 'm2(m1)'], { branch: 'f2' })).toBe('f1(m2) f2(f1)')
  })
  test('follows the new parent once where it followed two that do not move', () => {
    expect(moves(['a', 'b(a)', 'c(a)', 'm(b c)', 'f(b c)'], { branch: 'f' })).toBe('f(m)')
  })
  test('keeps its dependencies and labels', () => {
    const [f1] = plan(['a', 'm(a)', 'f(a)[left]>m'], { branch: 'f' })?.moved ?? []
    expect(f1).toEqual({ ...revisionOf('f(a)[left]>m'), downRevisions: ['m'] })
  })
  test('may name what was squashed', () => {
    expect(moves(['b~a', 'm(a)', 'f(a)'], { branch: 'f' })).toBe('f(m)')
    expect(plan(['b~a', 'f(a)', 'm(f)'], { branch: 'm', onto: 'b' })?.moved).toEqual([])
  })
})

describe('what speaks against it', () => {
  test('is a revision that is applied', () => {
    expect(() => plan(fork, { branch: 'f2' }, ['a', 'f1'])).toThrow(
      'The database has applied f1, and what is applied must not be moved. Join the branches with "dbmig merge f2 m2" instead, or downgrade the database until it is not applied.',
    )
  })
  test('is a revision that is applied on top of what moves', () => {
    expect(() => plan([...fork, 'f3(f1)'], { branch: 'f2', onto: 'm2' }, ['f3'])).toThrow(
      'The database has applied f3, and',
    )
  })
  test('is that something is applied of every branch', () => {
    expect(() => plan(fork, {}, ['a', 'm1', 'f1'])).toThrow(
      'The database has applied something of every branch (m2, f2), and what is applied must not be moved. Join them with "dbmig merge m2 f2" instead.',
    )
  })
  test('is that something is applied of the one that could be put on what is named', () => {
    expect(() => plan(fork, { onto: 'm2' }, ['a', 'f1'])).toThrow(
      'The database has applied f1, and what is applied must not be moved. Join the branches with "dbmig merge f2 m2" instead, or downgrade',
    )
    expect(() => plan(['a', 'b(a)', 'c(a)', 'd(b c)'], { onto: 'c' }, ['a', 'b'])).toThrow(
      'The one branch that could be moved is that of d, and the database has applied something of it: what is applied must not be moved. Leave it where it is, or downgrade the database until nothing of it is applied.',
    )
  })
  test('is a dependency of the new parent on what moves', () => {
    expect(() => plan(['a', 'f(a)', 'm1(a)>f', 'm2(m1)'], { branch: 'f' })).toThrow(
      'The branch of f cannot be put on m2, as m1 (/migrations/m1.ts) depends on f, which would then stand on it. Join them with "dbmig merge f m2" instead, or remove that entry of dependsOn.',
    )
    expect(() => plan(['a', 'f1(a)', 'f2(f1)', 'g(f1)', 'm(a)>g'], { branch: 'f2', onto: 'm' })).toThrow(
      'm (/migrations/m.ts) depends on g,',
    )
  })
})

describe('in every graph', () => {
  interface Node {
    readonly parents: readonly number[]
    readonly needs: readonly number[]
  }
  const node: fc.Arbitrary<Node> = fc.record({
    parents: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
    needs: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.nat({ max: 9 }), { maxLength: 1 }) },
    ),
  })
  /** Node 0 is the base of most, so that branches have something in common. */
  const graphs: fc.Arbitrary<RevisionGraph> = fc
    .array(node, { minLength: 3, maxLength: 18 })
    .map((nodes) => buildGraph(nodes.map(revisionAt)))

  function revisionAt({ parents, needs }: Node, index: number): Revision {
    const back = (steps: readonly number[]): string[] =>
      steps.map((step) => index - 1 - step).flatMap((at) => (at >= 0 ? [`r${at}`] : []))
    const found = [...new Set(back(parents))]
    const downRevisions = found.length > 0 || index === 0 || index % 7 === 6 ? found : ['r0']
    return { ...revisionOf(`r${index}`), downRevisions, dependsOn: back(needs) }
  }

  const situations = graphs.chain((graph) => {
    const ids = [...graph.revisions.keys()]
    const tips = heads(graph).map(({ revision }) => revision)
    return fc.record({
      graph: fc.constant(graph),
      branch: fc.constantFrom(...tips),
      onto: fc.constantFrom(...tips),
      applied: fc.subarray(ids, { maxLength: 2 }).map((some) => withAncestors(graph, some)),
    })
  })

  /** What could be planned, and null for what is refused. */
  function planned(graph: RevisionGraph, applied: ReadonlySet<string>, request: RebaseRequest) {
    try {
      return planRebase(graph, applied, request)
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^GRAPH_REBASE_/) })
      return null
    }
  }

  test('a head that is put on another leaves one head less', () => {
    let count = 0
    fc.assert(
      fc.property(situations, ({ graph, branch, onto }) => {
        const result = planned(graph, new Set(), { branch, onto })
        if (!result) return
        count++
        const before = heads(graph).map(({ revision }) => revision)
        const after = heads(result.graph).map(({ revision }) => revision)
        expect(after.sort()).toEqual(before.filter((id) => id !== onto).sort())
        expect(lineBelow(result.graph, [branch])).toContain(onto)
      }),
      { numRuns: 500 },
    )
    expect(count).toBeGreaterThan(50)
  })

  test('only parents change, only of what moves, and nothing is lost below it', () => {
    fc.assert(
      fc.property(situations, ({ graph, branch, onto }) => {
        const result = planned(graph, new Set(), { branch, onto })
        if (!result) return
        const moved = new Set(result.moved.map(({ revision }) => revision))
        for (const [id, revision] of graph.revisions) {
          const after = result.graph.revisions.get(id)
          if (!moved.has(id)) expect(after).toBe(revision)
          expect({ ...after, downRevisions: [] }).toEqual({ ...revision, downRevisions: [] })
          for (const below of withAncestors(graph, [id])) {
            expect(withAncestors(result.graph, [id])).toContain(below)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('nothing that is applied moves, nor anything below it', () => {
    fc.assert(
      fc.property(situations, fc.boolean(), ({ graph, branch, onto, applied }, byDefault) => {
        const result = planned(graph, applied, byDefault ? {} : { branch, onto })
        const moved = result?.moved.map(({ revision }) => revision) ?? []
        expect([...withDescendants(graph, moved)].filter((id) => applied.has(id))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('two lines on one parent become one line', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (left, right) => {
        const lineOn = (name: string, length: number) =>
          Array.from(
            { length },
            (_, index) => `${name}${index}(${index === 0 ? 'a' : `${name}${index - 1}`})`,
          )
        const graph = graphOf('a', ...lineOn('l', left), ...lineOn('r', right))
        const applied = withAncestors(graph, [`l${left - 1}`])
        const result = planRebase(graph, applied, {})
        expect(result?.graph.newestFirst).toHaveLength(1 + left + right)
        for (const parents of result?.graph.parents.values() ?? []) expect(parents).toHaveLength(1)
        for (const children of result?.graph.children.values() ?? []) expect(children).toHaveLength(1)
      }),
    )
  })

  test('what was done once is done: the same again moves nothing', () => {
    fc.assert(
      fc.property(situations, ({ graph, branch, onto }) => {
        const result = planned(graph, new Set(), { branch, onto })
        if (result) expect(planRebase(result.graph, new Set(), { branch, onto })?.moved).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
