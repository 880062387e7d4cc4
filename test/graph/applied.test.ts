import { describe, expect, it } from 'vitest'
import {
  appliedHeads,
  appliedWithoutFile,
  expandHeads,
  headsOfApplied,
  missingBelowApplied,
} from '../../src/graph/applied.ts'
import { graphOf } from '../support/graphs.ts'

const deps = graphOf('a1', 'a2(a1)', 'n1', 'n2(n1)>a2')
const row = (revision: string, downRevisions: string[] = [], dependsOn: string[] = []) => ({
  revision,
  downRevisions,
  dependsOn,
})

describe('appliedHeads', () => {
  it('are the rows that no row follows or depends on', () => {
    const rows = [row('a1'), row('a2', ['a1']), row('n1'), row('n2', ['n1'], ['a2'])]
    expect(appliedHeads(rows)).toEqual(['n2'])
    expect(appliedHeads(rows.slice(0, 3))).toEqual(['a2', 'n1'])
    expect(appliedHeads([])).toEqual([])
  })
})

describe('headsOfApplied', () => {
  it('looks past a revision that never ran', () => {
    const graph = graphOf('a', 's(a)', 'b(s)')
    expect(headsOfApplied(graph, new Set(['a', 'b'])).map(({ revision }) => revision)).toEqual(['b'])
  })

  it('leaves out what has no file', () => {
    expect(headsOfApplied(deps, new Set(['a1', 'gone'])).map(({ revision }) => revision)).toEqual(['a1'])
  })
})

describe('missingBelowApplied', () => {
  it('finds what was spliced in, in the order of an upgrade', () => {
    const graph = graphOf('a', 's(a)', 't(s)', 'b(t)', 'c(b)')
    const missing = missingBelowApplied(graph, new Set(['a', 'b']))
    expect(missing.map(({ revision }) => revision)).toEqual(['s', 't'])
  })

  it('finds a dependency that was added later', () => {
    expect(missingBelowApplied(deps, new Set(['n1', 'n2'])).map(({ revision }) => revision)).toEqual([
      'a1',
      'a2',
    ])
  })

  it('finds nothing in a database that ran everything in order', () => {
    expect(missingBelowApplied(deps, new Set(['a1', 'n1']))).toEqual([])
  })

  it('is not confused by revisions without a file', () => {
    expect(missingBelowApplied(deps, new Set(['gone']))).toEqual([])
    expect(appliedWithoutFile(deps, ['a1', 'gone'])).toEqual(['gone'])
  })
})

describe('expandHeads', () => {
  it('adds what the rows imply', () => {
    expect([...expandHeads(deps, ['n2'])].sort()).toEqual(['a1', 'a2', 'n1', 'n2'])
    expect([...expandHeads(deps, [])]).toEqual([])
  })

  it.each([
    [
      ['n2', 'a1'],
      'The version table holds both "n2" and "a1", and the second is below the first. Delete the row of "a1".',
    ],
    [['a1', 'a1'], 'The version table holds "a1" more than once. Delete all but one of these rows.'],
    [
      ['a3'],
      'The version table holds "a3", and no file declares that. Did you mean "a1"? Restore the file, or correct the row.',
    ],
  ])('refuses %j', (rows, message) => {
    expect(() => expandHeads(deps, rows)).toThrow(message)
  })
})
