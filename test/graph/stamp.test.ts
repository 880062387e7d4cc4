import { describe, expect, it } from 'vitest'
import { withAncestors } from '../../src/graph/lineage.ts'
import { planStamp } from '../../src/graph/stamp.ts'
import { graphOf } from '../support/graphs.ts'

const branched = graphOf('a', 'b(a)', 'c1(b)[left]', 'c2(b)[right]', 'd1(c1)', 'd2(c2)')
const deps = graphOf('a1', 'a2(a1)', 'a3(a2)', 'n1', 'n2(n1)>a2', 'n3(n2)')
const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

function stamp(heads: string, targets: string, graph = branched): string {
  return planStamp(graph, withAncestors(graph, words(heads)), words(targets))
    .steps.map(({ direction, revision }) => (direction === 'up' ? '+' : '-') + revision.revision)
    .join(' ')
}

describe('planStamp', () => {
  it.each([
    ['', 'c1', '+a +b +c1'],
    ['d1', 'b', '-d1 -c1'],
    ['d1', 'heads', '+c2 +d2'],
    ['d1 c2', 'right@head', '+d2'],
    ['d1 d2', 'base', '-d1 -c1 -d2 -c2 -b -a'],
    ['d1 d2', 'left@base', '-d1 -c1'],
    ['d1', 'd1', ''],
    ['', 'c1 c2', '+a +b +c2 +c1'],
    ['d1 d2', 'base c1', '-d1 -d2 -c2'],
    ['c1', '+1', '+d1'],
    ['c1', 'current', ''],
  ])('from %j to %s: %s', (heads, targets, steps) => {
    expect(stamp(heads, targets)).toBe(steps)
  })

  it('refuses a step that could go several ways', () => {
    expect(() => stamp('b', '+1')).toThrow('"+1" is ambiguous, as c1, c2 all follow b.')
  })

  it('moves every head that stands on the target, as Alembic does', () => {
    expect(stamp('n3 a3', 'a1', deps)).toBe('-a3 -n3 -n2 -n1 -a2')
  })

  it('forgets one line for a walk to its base, and leaves what it depends on', () => {
    expect(stamp('n3 a3', 'n1-1', deps)).toBe('-n3 -n2 -n1')
    expect(stamp('n2', '-2', deps)).toBe('-n2 -n1')
  })

  it('does not claim a revision that never ran below a head that stays', () => {
    const graph = graphOf('a', 's(a)', 'b(s)', 'x')
    const { steps } = planStamp(graph, new Set(['a', 'b']), ['x'])
    expect(steps.map(({ revision }) => revision.revision)).toEqual(['x'])
  })

  it('claims what never ran below its own target', () => {
    const graph = graphOf('a', 's(a)', 'b(s)')
    const { steps } = planStamp(graph, new Set(['a', 'b']), ['b'])
    expect(steps.map(({ revision }) => revision.revision)).toEqual(['s'])
  })

  it('refuses while a revision without a file is applied', () => {
    expect(() => planStamp(branched, new Set(['gone']), ['b'])).toThrow('The database has applied gone')
  })

  it('forgets everything else with purge', () => {
    const { steps, forgotten } = planStamp(branched, new Set(['a', 'b', 'c2', 'gone']), ['c1'], {
      purge: true,
    })
    expect(steps.map(({ direction, revision }) => `${direction} ${revision.revision}`)).toEqual([
      'down c2',
      'up c1',
    ])
    expect(forgotten).toEqual(['gone'])
  })
})
