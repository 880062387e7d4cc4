import { describe, expect, it } from 'vitest'
import { DbmigError } from '../../src/errors.ts'
import { buildGraph } from '../../src/graph/graph.ts'
import { labelsOfLineage, lineOf, withAncestors, withDescendants } from '../../src/graph/lineage.ts'
import {
  bases,
  every,
  heads,
  isBranchPoint,
  isEffectiveHead,
  isMerge,
  realHeads,
} from '../../src/graph/query.ts'
import type { Revision } from '../../src/graph/revision.ts'
import { graphOf, revisionOf } from '../support/graphs.ts'

const ids = (revisions: readonly Revision[]): string => revisions.map(({ revision }) => revision).join(' ')

function fault(...texts: readonly string[]): DbmigError {
  try {
    graphOf(...texts)
  } catch (error) {
    if (error instanceof DbmigError) return error
    throw error
  }
  throw new Error('the graph is accepted')
}

describe('no revisions', () => {
  const graph = graphOf()

  it('have neither heads nor bases', () => {
    expect(ids(heads(graph)) + ids(realHeads(graph)) + ids(bases(graph))).toBe('')
  })
})

describe('a line', () => {
  const graph = graphOf('a', 'b(a)', 'c(b)')

  it('has one head and one base', () => {
    expect(ids(heads(graph))).toBe('c')
    expect(ids(bases(graph))).toBe('a')
  })

  it('is listed from the head down', () => {
    expect(graph.newestFirst).toEqual(['c', 'b', 'a'])
  })

  it('is the same whatever the order of files', () => {
    expect(graphOf('c(b)', 'a', 'b(a)').newestFirst).toEqual(['c', 'b', 'a'])
  })
})

describe('two branches', () => {
  const graph = graphOf('a', 'b(a)', 'c1(b)[left]', 'c2(b)[right]', 'd1(c1)', 'd2(c2)')

  it('have two heads and one branch point', () => {
    expect(ids(heads(graph))).toBe('d1 d2')
    expect(ids(every(graph, isBranchPoint))).toBe('b')
  })

  it('are listed one after the other', () => {
    expect(graph.newestFirst).toEqual(['d1', 'c1', 'd2', 'c2', 'b', 'a'])
  })

  it('keep their labels above the branch point', () => {
    expect(Object.fromEntries(labelsOfLineage(graph))).toEqual({
      c1: ['left'],
      d1: ['left'],
      c2: ['right'],
      d2: ['right'],
    })
  })

  it('have lines of their own, which share what is below', () => {
    expect([...lineOf(graph, 'c1')].sort()).toEqual(['a', 'b', 'c1', 'd1'])
  })
})

describe('a diamond', () => {
  const graph = graphOf('a', 'b(a)', 'c1(b)', 'c2(b)', 'd1(c1)', 'd2(c2)', 'e(d1 d2)[top]', 'f(e)')

  it('has one merge', () => {
    expect(ids(every(graph, isMerge))).toBe('e')
  })

  it('is listed one side after the other', () => {
    expect(graph.newestFirst).toEqual(['f', 'e', 'd1', 'c1', 'd2', 'c2', 'b', 'a'])
  })

  it('keeps a label of the merge above the merge', () => {
    expect([...labelsOfLineage(graph).keys()].sort()).toEqual(['e', 'f'])
  })
})

describe('several bases', () => {
  const graph = graphOf('a1[one]', 'a2', 'b1(a1)', 'b2(a2)[two]', 'c1(b1)', 'c2(b2)')

  it('are all bases', () => {
    expect(ids(bases(graph))).toBe('a1 a2')
  })

  it('give a label down to the base', () => {
    expect(labelsOfLineage(graph).get('a2')).toEqual(['two'])
    expect(labelsOfLineage(graph).get('c1')).toEqual(['one'])
  })
})

describe('a dependency across branches', () => {
  const graph = graphOf('a1[acct]', 'a2(a1)', 'n1[net]', 'n2(n1)>a2', 'n3(n2)>acct')

  it('makes a head effective, and only the other one real', () => {
    expect(ids(heads(graph))).toBe('a2 n3')
    expect(ids(every(graph, isEffectiveHead))).toBe('a2')
    expect(ids(realHeads(graph))).toBe('n3')
  })

  it('is by id or by label', () => {
    expect(graph.dependencies.get('n2')).toEqual(['a2'])
    expect(graph.dependencies.get('n3')).toEqual(['a1'])
  })

  it('counts as below and above', () => {
    expect([...withAncestors(graph, ['n2'])].sort()).toEqual(['a1', 'a2', 'n1', 'n2'])
    expect([...withDescendants(graph, ['a2'])].sort()).toEqual(['a2', 'n2', 'n3'])
  })

  it('does not join two lines', () => {
    expect([...lineOf(graph, 'n2')].sort()).toEqual(['n1', 'n2', 'n3'])
  })
})

describe('a revision that names a parent or a dependency twice', () => {
  it('has it once', () => {
    const graph = graphOf('a', 'b(a a)>a a')
    expect(graph.parents.get('b')).toEqual(['a'])
    expect(graph.children.get('a')).toEqual(['b'])
    expect(graph.dependencies.get('b')).toEqual(['a'])
  })
})

describe('a fault names what is wrong, the files, and what to do', () => {
  it.each([
    [
      ['z', 'a(z c)', 'b(a)', 'c(b)', 'd(c)'],
      'GRAPH_CYCLE',
      'The revisions form a cycle, where each follows the next: c, b, a, c. Correct a downRevision in one of these files: /migrations/c.ts, /migrations/b.ts, /migrations/a.ts.',
    ],
    [
      ['a1', 'a2(a1)>b2', 'b1', 'b2(b1)>a2'],
      'GRAPH_CYCLE',
      'The revisions form a cycle, where each needs the next: b2, a2, b2. Correct a downRevision or a dependsOn in one of these files: /migrations/b2.ts, /migrations/a2.ts.',
    ],
    [
      ['a', 'b(b)'],
      'GRAPH_SELF_PARENT',
      'Revision b (/migrations/b.ts) names itself as its down revision. Name the revision that it follows, or null.',
    ],
    [
      ['a', 'b(a)>b'],
      'GRAPH_SELF_DEPENDENCY',
      'Revision b (/migrations/b.ts) depends on itself. Remove that entry of its dependsOn.',
    ],
    [
      ['3f2a9c1b', 'b(3f2a9c1d)'],
      'GRAPH_MISSING_PARENT',
      'Revision b (/migrations/b.ts) follows "3f2a9c1d", and no file declares that. Did you mean "3f2a9c1b"? Restore the file, or correct downRevision.',
    ],
    [
      ['a', 'b(gone)'],
      'GRAPH_MISSING_PARENT',
      'Revision b (/migrations/b.ts) follows "gone", and no file declares that. Restore the file, or correct downRevision.',
    ],
    [
      ['a[accounts]', 'b>acounts'],
      'GRAPH_MISSING_DEPENDENCY',
      'Revision b (/migrations/b.ts) depends on "acounts", and no file has that id or branch label. Did you mean "accounts"? Restore the file, or correct dependsOn.',
    ],
    [
      ['a[left]', 'b(a)[left]'],
      'GRAPH_DUPLICATE_LABEL',
      'The branch label "left" is declared by two revisions: a (/migrations/a.ts) and b (/migrations/b.ts). Remove it from one of them.',
    ],
    [
      ['a[b]', 'b(a)'],
      'GRAPH_LABEL_IS_ID',
      'The branch label "b" of revision a (/migrations/a.ts) is the id of a revision in /migrations/b.ts. Choose another label.',
    ],
    [
      ['a:b'],
      'GRAPH_ILLEGAL_NAME',
      'The revision id "a:b" in /migrations/a:b.ts contains ":". Leave out @ : + - commas and white space: targets are written with them.',
    ],
    [
      ['a[x@y]'],
      'GRAPH_ILLEGAL_NAME',
      'The branch label "x@y" in /migrations/a.ts contains "@". Leave out @ : + - commas and white space: targets are written with them.',
    ],
    [
      ['a\tb'],
      'GRAPH_ILLEGAL_NAME',
      'The revision id "a\tb" in /migrations/a\tb.ts contains white space. Leave out @ : + - commas and white space: targets are written with them.',
    ],
    [[''], 'GRAPH_ILLEGAL_NAME', 'A revision id in /migrations/.ts is empty. Give it a name.'],
    [
      ['a[head]'],
      'GRAPH_RESERVED_NAME',
      'The branch label "head" in /migrations/a.ts is a word that targets use (head, heads, base, current). Choose another.',
    ],
  ])('%j: %s', (texts, code, message) => {
    expect(fault(...texts)).toMatchObject({ code, message, exitCode: 1 })
  })

  it.each(['@', ':', '+', '-', ',', ' '])('an id with %j is refused', (character) => {
    expect(fault(`a${character}b`).code).toBe('GRAPH_ILLEGAL_NAME')
  })

  it.each(['head', 'heads', 'base', 'current'])('the id %s is refused', (word) => {
    expect(fault(word).code).toBe('GRAPH_RESERVED_NAME')
  })

  it('an id in two files names both', () => {
    const first = revisionOf('a')
    expect(() => buildGraph([first, { ...first, path: '/migrations/again.ts' }])).toThrow(
      'Two files declare revision "a": /migrations/a.ts and /migrations/again.ts. Give one of them another id.',
    )
  })

  it('a long cycle is cut short in the message', () => {
    const texts = Array.from({ length: 10_000 }, (_, index) => `r${index}(r${(index + 1) % 10_000})`)
    expect(fault(...texts).message.length).toBeLessThan(800)
  })
})
