import { describe, expect, it } from 'vitest'
import { resolveRevision, resolveRevisions, resolveTarget } from '../../src/graph/resolve.ts'
import { parseRange, parseTarget } from '../../src/graph/target.ts'
import { graphOf } from '../support/graphs.ts'

const branched = graphOf('a', 'b(a)', 'c1(b)[left]', 'c2(b)[right]', 'd1(c1)', 'd2(c2)')
const hex = graphOf('abc123000001', 'abc124000002(abc123000001)', 'def456000003(abc124000002)[defbranch]')

function ids(text: string, applied: readonly string[] = [], graph = branched): string {
  return resolveRevisions(graph, new Set(applied), text)
    .map(({ revision }) => revision)
    .join(' ')
}

describe('parseTarget', () => {
  it.each([
    ['head', null, 'head', null],
    ['3f2a', null, '3f2a', null],
    ['+2', null, null, 2],
    ['-1', null, null, -1],
    ['head-1', null, 'head', -1],
    ['left@head', 'left', 'head', null],
    ['left@+1', 'left', null, 1],
    ['left@c1-2', 'left', 'c1', -2],
    ['current', null, 'current', null],
    ['current-1', null, null, -1],
    [' head ', null, 'head', null],
    ['naïve_id.1', null, 'naïve_id.1', null],
  ])('%j is read', (text, branch, symbol, offset) => {
    expect(parseTarget(text)).toEqual({ text: text.trim(), branch, symbol, offset })
  })

  it.each(['', ' ', '@head', 'left@', 'a@b@c', 'a+', '+', '+x', 'a+1x', 'a b', 'a,b', '--1'])(
    '%j is no target',
    (text) => {
      expect(() => parseTarget(text)).toThrow(
        `"${text.trim()}" is not a target. Write an id or the start of one, a branch label, head, heads, base or current, optionally with +N or -N behind and label@ in front.`,
      )
    },
  )

  it('says that a range has no place', () => {
    expect(() => parseTarget('a:b')).toThrow(
      '"a:b" is a range, and one target is needed here. Ranges are for history -r and for --sql.',
    )
  })
})

describe('parseRange', () => {
  it('leaves an end open', () => {
    expect(parseRange('a:')).toMatchObject({ from: { symbol: 'a' }, to: null })
    expect(parseRange('-3:current')).toMatchObject({ from: { offset: -3 }, to: { symbol: 'current' } })
    expect(parseRange(':')).toMatchObject({ from: null, to: null })
  })

  it.each(['a', 'a:b:c'])('%j is no range', (text) => {
    expect(() => parseRange(text)).toThrow(
      `"${text}" is not a range. Write start:end, start: or :end, with one colon.`,
    )
  })
})

describe('a target means', () => {
  it.each([
    ['d1', [], 'd1'],
    ['left', [], 'c1'],
    ['heads', [], 'd1 d2'],
    ['base', [], ''],
    ['current', ['a', 'b', 'c1', 'c2'], 'c1 c2'],
    ['left@current', ['a', 'b', 'c1', 'c2'], 'c1'],
    ['current', [], ''],
    ['left@head', [], 'd1'],
    ['d2@head', [], 'd2'],
    ['b@heads', [], 'd1 d2'],
    ['left@base', [], ''],
    ['left@b', [], 'b'],
    ['+1', [], 'a'],
    ['+2', [], 'b'],
    ['+1', ['a'], 'b'],
    ['-1', ['a', 'b'], 'a'],
    ['-2', ['a', 'b'], ''],
    ['left@+1', ['a', 'b'], 'c1'],
    ['left@+2', ['a', 'b', 'c2'], 'd1'],
    ['left@-1', ['a', 'b', 'c1', 'c2'], 'b'],
    ['b-1', [], 'a'],
    ['base+2', [], 'b'],
    ['left@base+3', [], 'c1'],
    ['left@b+1', [], 'c1'],
    ['left@head-1', [], 'c1'],
  ])('%s with %j applied: %s', (text, applied, expected) => {
    expect(ids(text, applied)).toBe(expected)
  })

  it('an id by any unique start of it', () => {
    expect(ids('d', [], hex)).toBe('def456000003')
    expect(ids('abc123', [], hex)).toBe('abc123000001')
    expect(ids('abc124@head-1', [], hex)).toBe('abc124000002')
  })

  it('the whole id rather than the start of another', () => {
    expect(ids('a', [], graphOf('a', 'ab(a)'))).toBe('a')
  })

  it('the base only where it says so, not where nothing is applied', () => {
    expect(resolveTarget(branched, new Set(), parseTarget('base')).base).toBe(true)
    expect(resolveTarget(branched, new Set(), parseTarget('current')).base).toBe(false)
  })
})

describe('a target that means nothing says why', () => {
  it('takes a mistyped word of the grammar, and what git would say, for what was meant', () => {
    expect(() => ids('hed')).toThrow('Did you mean "head"?')
    expect(() => ids('haeds')).toThrow('Did you mean "heads"?')
    expect(() => ids('head~1')).toThrow('Did you mean "head-1"?')
    expect(() => ids('head^')).toThrow('Did you mean "head-1"?')
  })

  it.each([
    [
      'abc',
      hex,
      '"abc" is the start of 2 revisions: abc123000001, abc124000002. Write more of the one that you mean.',
    ],
    [
      'abc+1',
      hex,
      '"abc" is the start of 2 revisions: abc123000001, abc124000002. Write more of the one that you mean.',
    ],
    [
      'abc123000002',
      hex,
      'No revision has an id or a branch label "abc123000002", and no id starts so. Did you mean "abc123000001"? "dbmig history" lists what there is.',
    ],
    [
      'defb',
      hex,
      'No revision has an id or a branch label "defb", and no id starts so. Did you mean "defbranch"? "dbmig history" lists what there is.',
    ],
    [
      'zzz',
      hex,
      'No revision has an id or a branch label "zzz", and no id starts so. "dbmig history" lists what there is.',
    ],
    [
      'lefd@head',
      branched,
      'There is no branch label or revision "lefd", as "lefd@" names. Did you mean "left"? "dbmig history" lists what there is.',
    ],
    [
      'lefd@base',
      branched,
      'There is no branch label or revision "lefd", as "lefd@" names. Did you mean "left"? "dbmig history" lists what there is.',
    ],
    [
      'left@c2',
      branched,
      'Revision c2 (/migrations/c2.ts) is neither above nor below "left". Leave out "left@", or name a revision of that branch.',
    ],
    [
      'head',
      branched,
      '"head" is ambiguous, as there are 2 heads: d1, d2. Name one by its id, or write "heads" for all of them; "dbmig rebase" or "dbmig merge heads" makes them one.',
    ],
    [
      'b@head',
      branched,
      '"b@head" is ambiguous, as there are 2 heads: d1, d2. Name one by its id, or write "b@heads" for all of them; "dbmig rebase" or "dbmig merge b@heads" makes them one.',
    ],
    [
      'heads-1',
      branched,
      '"heads-1" is ambiguous, as there are 2 heads: d1, d2. Name the one that you mean by its id.',
    ],
    [
      'b+1',
      branched,
      '"b+1" is ambiguous, as c1, c2 all follow b. Say which line: name a revision, or write "c1@" in front for the line of c1.',
    ],
    [
      'd1+1',
      branched,
      '"d1+1" goes beyond the head: from d1 there are 0 steps that way. Use a smaller number, or name the revision.',
    ],
    [
      'c1-9',
      branched,
      '"c1-9" goes beyond the base: from c1 there are 3 steps that way. Use a smaller number, or name the revision.',
    ],
    [
      'base-1',
      branched,
      '"base-1" goes beyond the base: from base there are 0 steps that way. Use a smaller number, or name the revision.',
    ],
    ['+9', hex, '"+9" asks for 9 revisions from base, and there are only 3.'],
    ['-1', hex, '"-1" asks for 1 revision from base, and there is none.'],
    ['+0', hex, '"+0" is no step at all. Write +1 or more to go up, -1 or less to go down.'],
  ])('%s', (text, graph, message) => {
    expect(() => ids(text, [], graph)).toThrow(message)
  })

  it('at several applied heads, with what to type instead', () => {
    expect(() => ids('+1', ['a', 'b', 'c1', 'c2'])).toThrow(
      '"+1" is ambiguous, as the database is at 2 heads. Say which one: c1@+1, c2@+1.',
    )
  })

  it('on the way down at a merge', () => {
    expect(() => ids('c-1', [], graphOf('a', 'b', 'c(a b)'))).toThrow(
      '"c-1" is ambiguous, as c has several parents: a, b. Name the revision to go to by its id.',
    )
  })

  it('with the messages of the revisions that a prefix could mean', () => {
    expect(() => ids('abc', [], hex)).toThrow(
      expect.objectContaining({
        detail: '  abc123000001  message of abc123000001\n  abc124000002  message of abc124000002',
      }),
    )
  })
})

describe('resolveRevision', () => {
  it('gives the one revision', () => {
    expect(resolveRevision(branched, new Set(), 'left@head').revision).toBe('d1')
  })

  it.each([
    ['heads', '"heads" names 2 revisions, and one is needed here. Name one by its id.'],
    ['base', '"base" names no revision, and one is needed here. Name one by its id.'],
  ])('refuses %s', (text, message) => {
    expect(() => resolveRevision(branched, new Set(), text)).toThrow(message)
  })
})

describe('a head that another revision depends on', () => {
  const graph = graphOf('a1', 'a2(a1)', 'n1>a2')

  it('is among what makes head ambiguous', () => {
    expect(() => ids('head', [], graph)).toThrow('"head" is ambiguous, as there are 2 heads: a2, n1.')
  })

  it('is not among heads', () => {
    expect(ids('heads', [], graph)).toBe('n1')
  })

  it('is among the heads of its own branch', () => {
    expect(ids('a1@heads', [], graph)).toBe('a2')
  })
})
