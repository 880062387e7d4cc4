import { describe, expect, it } from 'vitest'
import { appliedAt, selectRange } from '../../src/graph/range.ts'
import { graphOf } from '../support/graphs.ts'

const line = graphOf('a', 'b(a)', 'c(b)', 'd(c)', 'e(d)')
const branched = graphOf('a', 'b(a)', 'c1(b)[left]', 'c2(b)[right]', 'd1(c1)', 'd2(c2)')
const applied = new Set(['a', 'b', 'c', 'd'])

function select(text: string, graph = line, set: ReadonlySet<string> = applied): string {
  return selectRange(graph, set, text)
    .map(({ revision }) => revision)
    .join(' ')
}

describe('a range on a line', () => {
  it.each([
    ['b:d', 'd c b'],
    ['b:', 'e d c b'],
    [':b', 'b a'],
    [':', 'e d c b a'],
    ['base:b', 'b a'],
    ['base:head', 'e d c b a'],
    ['current:', 'e d'],
    [':current', 'd c b a'],
    ['-1:current', 'd c'],
    ['-3:current', 'd c b a'],
    ['-9:current', 'd c b a'],
    ['-2:', 'e d c'],
    ['b:+1', 'c b'],
    [':+2', 'b a'],
    ['b:+9', 'e d c b'],
    ['-1:+1', 'e d c'],
    ['head-1:head', 'e d'],
    ['c:c', 'c'],
  ])('%s with a to d applied: %s', (text, expected) => {
    expect(select(text)).toBe(expected)
  })

  it('current of an empty database is the base', () => {
    expect(select('current:b', line, new Set())).toBe('b a')
    expect(select(':current', line, new Set())).toBe('')
  })

  it('is refused upside down', () => {
    expect(() => select('d:b')).toThrow(
      'No way leads from "d" up to "b". A range starts at an ancestor of its end.',
    )
  })
})

describe('a range on branches', () => {
  it.each([
    ['b:', 'd1 c1 d2 c2 b'],
    ['left@b:', 'd1 c1 b'],
    ['left@base:', 'd1 c1 b a'],
    ['left@-1:', 'd1 c1'],
    [':right@head', 'd2 c2 b a'],
    ['c1:d1', 'd1 c1'],
  ])('%s: %s', (text, expected) => {
    expect(select(text, branched, new Set())).toBe(expected)
  })

  it('is refused from one branch to another', () => {
    expect(() => select('c1:d2', branched, new Set())).toThrow('No way leads from "c1" up to "d2".')
  })

  it('does not count down from two heads', () => {
    expect(() => select('-1:', branched, new Set())).toThrow(
      '"-1:" is ambiguous, as there are 2 heads: d1, d2. Name the one that you mean by its id.',
    )
  })
})

describe('appliedAt', () => {
  it('is the target and all below it', () => {
    expect([...appliedAt(branched, new Set(), 'c1')].sort()).toEqual(['a', 'b', 'c1'])
    expect([...appliedAt(branched, new Set(), 'base')]).toEqual([])
  })
})
