import { describe, expect, it } from 'vitest'
import { planDowngrade } from '../../src/graph/downgrade.ts'
import type { RevisionGraph } from '../../src/graph/graph.ts'
import { withAncestors } from '../../src/graph/lineage.ts'
import { planUpgrade } from '../../src/graph/upgrade.ts'
import { graphOf } from '../support/graphs.ts'

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

/** @param heads what is applied, with all below it */
function up(graph: RevisionGraph, heads: string, target: string): string {
  const applied = withAncestors(graph, words(heads))
  return planUpgrade(graph, applied, target)
    .map(({ revision }) => revision.revision)
    .join(' ')
}

function down(graph: RevisionGraph, heads: string, target: string): string {
  const applied = withAncestors(graph, words(heads))
  return planDowngrade(graph, applied, target)
    .map(({ revision }) => revision.revision)
    .join(' ')
}

describe('on a line', () => {
  const graph = graphOf('a', 'b(a)', 'c(b)', 'd(c)')

  it.each([
    ['', 'head', 'a b c d'],
    ['b', 'head', 'c d'],
    ['b', '+1', 'c'],
    ['', 'c', 'a b c'],
    ['c', 'b', ''],
    ['d', 'head', ''],
    ['b', 'base', ''],
    ['b', 'current', ''],
  ])('upgrade from %j to %s runs: %s', (heads, target, steps) => {
    expect(up(graph, heads, target)).toBe(steps)
  })

  it.each([
    ['d', 'base', 'd c b a'],
    ['d', '-1', 'd'],
    ['d', '-4', 'd c b a'],
    ['d', 'b', 'd c'],
    ['d', 'd-2', 'd c'],
    ['d', 'base+1', 'd c b'],
    ['c', 'c', ''],
    ['c', 'current', ''],
    ['', 'base', ''],
  ])('downgrade from %j to %s undoes: %s', (heads, target, steps) => {
    expect(down(graph, heads, target)).toBe(steps)
  })

  it('a downgrade to what is not applied is refused', () => {
    expect(() => down(graph, 'b', 'c')).toThrow(
      'Revision c (/migrations/c.ts) is not applied, so there is no way down to it. "dbmig current" shows what is.',
    )
  })

  it('a command that goes the other way names the right one', () => {
    expect(() => up(graph, 'c', '-1')).toThrow(
      '"-1" goes down from what is applied, which upgrade cannot do. Use "dbmig downgrade -1".',
    )
    expect(() => down(graph, 'c', '+1')).toThrow(
      '"+1" goes up from what is applied, which downgrade cannot do. Use "dbmig upgrade +1".',
    )
  })

  it('an upgrade to a number of steps below a revision ends above the base', () => {
    expect(() => up(graph, '', 'd-4')).toThrow(
      '"d-4" goes beyond the base: from d there are 3 steps that way. Use a smaller number, or name the revision.',
    )
  })

  it('an applied revision without a file stops both', () => {
    const applied = new Set(['a', 'gone'])
    const message =
      'The database has applied gone, and no file declares that. Restore the file (look at the other branches of the repository), or make the ledger forget with "dbmig stamp --purge <revision>".'
    expect(() => planUpgrade(graph, applied, 'head')).toThrow(message)
    expect(() => planDowngrade(graph, applied, '-1')).toThrow(message)
  })
})

describe('on two branches with a trunk', () => {
  const graph = graphOf('a', 'b(a)', 'c1(b)[left]', 'c2(b)[right]', 'd1(c1)', 'd2(c2)')

  it.each([
    ['', 'heads', 'a b c2 d2 c1 d1'],
    ['d1', 'right@head', 'c2 d2'],
    ['d1', 'right@+1', 'c2'],
    ['', 'left@+3', 'a b c1'],
  ])('upgrade from %j to %s runs: %s', (heads, target, steps) => {
    expect(up(graph, heads, target)).toBe(steps)
  })

  it.each([
    ['d1 d2', 'b', 'd1 c1 d2 c2'],
    ['d1 d2', 'base', 'd1 c1 d2 c2 b a'],
    ['d1 d2', 'left@base', 'd1 c1'],
    ['d1 d2', 'left@a', 'd1 c1'],
    ['d1 d2', 'left@b', 'd1 c1'],
    ['d1 d2', 'c2@b', 'd2 c2'],
    ['d1 d2', 'left@-2', 'd1 c1'],
    ['d1 d2', 'c1', 'd1'],
    ['d1', 'left@base', 'd1 c1 b a'],
    ['d1', 'left@a', 'd1 c1 b'],
    ['d1', '-3', 'd1 c1 b'],
    ['d1', 'right@base', ''],
    ['b', 'right@base', ''],
    ['b', 'right@-1', 'b'],
    ['d1 c2', 'right@c2', ''],
  ])('downgrade from %j to %s undoes: %s', (heads, target, steps) => {
    expect(down(graph, heads, target)).toBe(steps)
  })

  it.each([
    [
      'd1',
      'right@b',
      '"right@b" has nothing to undo: nothing of "right" is applied above b. "dbmig current" shows what is applied.',
    ],
    ['d1 d2', '-1', '"-1" is ambiguous, as the database is at 2 heads. Say which one: d1@-1, d2@-1.'],
    [
      'd1 d2',
      'left@-3',
      '"left@-3" asks for 3 revisions from what belongs to "left" alone, and there are only 2.',
    ],
    [
      'd1 d2',
      'left@c2',
      'Revision c2 (/migrations/c2.ts) is neither above nor below "left". Leave out "left@", or name a revision of that branch.',
    ],
    [
      'd1 d2',
      'heads',
      '"heads" is ambiguous, as there are 2 heads: d1, d2. Name the one that you mean by its id.',
    ],
    [
      'd1 d2',
      'head',
      '"head" is ambiguous, as there are 2 heads: d1, d2. Name the one that you mean by its id.',
    ],
    [
      'd1 d2',
      'nosuch@base',
      'There is no branch label or revision "nosuch", as "nosuch@" names. "dbmig history" lists what there is.',
    ],
  ])('downgrade from %j to %s is refused', (heads, target, message) => {
    expect(() => down(graph, heads, target)).toThrow(message)
  })

  it('upgrade +1 at two heads says what to type', () => {
    expect(() => up(graph, 'c1 c2', '+1')).toThrow('Say which one: c1@+1, c2@+1.')
  })
})

describe('on a diamond', () => {
  const graph = graphOf('a', 'b(a)', 'c1(b)', 'c2(b)[right]', 'd1(c1)', 'd2(c2)', 'e(d1 d2)', 'f(e)')

  it.each([
    ['f', 'c1', 'f e d1'],
    ['f', 'right@base', 'f e d2 c2'],
    ['f', 'right@b', 'f e d2 c2'],
    ['f', 'right@-1', 'f'],
    ['f', 'e@base', 'f e d1 c1 d2 c2 b a'],
  ])('downgrade from %j to %s undoes: %s', (heads, target, steps) => {
    expect(down(graph, heads, target)).toBe(steps)
  })

  it('an upgrade runs what the other side still lacks', () => {
    expect(up(graph, 'c2', 'head')).toBe('d2 c1 d1 e f')
  })
})

describe('on a merge of several bases', () => {
  const graph = graphOf('a1', 'a2', 'b1(a1)', 'b2(a2)', 'm(b1 b2)[top]', 'x(b2)')

  it('X@base leaves what another branch stands on', () => {
    expect(down(graph, 'm x', 'top@base')).toBe('m b1 a1')
  })

  it('X@base takes all that only X stands on', () => {
    expect(down(graph, 'm', 'top@base')).toBe('m b1 a1 b2 a2')
  })
})

describe('with dependencies across branches', () => {
  const graph = graphOf('a1[acct]', 'a2(a1)', 'a3(a2)', 'n1[net]', 'n2(n1)>a2', 'n3(n2)')

  it.each([
    ['', 'n1', 'n1'],
    ['', 'net@head', 'a1 a2 n1 n2 n3'],
    ['n1', 'net@+1', 'a1 a2 n2'],
    ['n2', 'a2', ''],
  ])('upgrade from %j to %s runs: %s', (heads, target, steps) => {
    expect(up(graph, heads, target)).toBe(steps)
  })

  it.each([
    ['n3', 'net@base', 'n3 n2 n1'],
    ['n3 a3', 'acct@base', 'a3 n3 n2 a2 a1'],
    ['n3', 'acct@-1', 'n3 n2 a2'],
    ['n3', '-3', 'n3 n2 n1'],
    ['n3', 'a2', ''],
    ['n3', 'acct@a2', ''],
    // A walk that comes to the base of one line leaves the lines with a base of their own.
    ['n3 a3', 'n1-1', 'n3 n2 n1'],
    ['n3 a3', 'n2-2', 'n3 n2 n1'],
    ['n3 a3', 'a1-1', 'a3 n3 n2 a2 a1'],
    ['a3', 'n1-1', ''],
  ])('downgrade from %j to %s undoes: %s', (heads, target, steps) => {
    expect(down(graph, heads, target)).toBe(steps)
  })
})

describe('a revision that was spliced in below an applied one', () => {
  const graph = graphOf('a', 's(a)', 'b(s)', 'c(b)', 't(s)')
  const applied = new Set(['a', 'b'])
  const plan = (target: string, outOfOrder: boolean): string =>
    planUpgrade(graph, applied, target, { outOfOrder })
      .map(({ revision }) => revision.revision)
      .join(' ')

  it('is left out of an upgrade', () => {
    expect(plan('c', false)).toBe('c')
  })

  it('runs out of order when asked, before what stands on it', () => {
    expect(plan('heads', true)).toBe('s t c')
  })

  it('is named when a step needs it', () => {
    expect(() => plan('t', false)).toThrow(
      'Revision s (/migrations/s.ts), which t (/migrations/t.ts) needs, never ran, though a revision above it is applied. Add --out-of-order to run it now.',
    )
  })

  it('is named when it is the target', () => {
    expect(() => plan('s', false)).toThrow(
      'Revision s (/migrations/s.ts) never ran, though a revision above it is applied. Add --out-of-order to run it now.',
    )
  })

  it('is no target of a downgrade', () => {
    expect(() => planDowngrade(graph, applied, 's')).toThrow('Revision s (/migrations/s.ts) is not applied')
  })

  it('does not hide what is above it from a downgrade', () => {
    expect(planDowngrade(graph, applied, 'a').map(({ revision }) => revision.revision)).toEqual(['b'])
  })
})
