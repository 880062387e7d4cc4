import { describe, expect, test } from 'vitest'
import { parseStates } from '../../src/comparison/states.ts'

const revision = (target: string) => ({ kind: 'revision', target })

describe('the two states of a diff', () => {
  test('are the live database and the declared schema unless told', () => {
    expect(parseStates({})).toEqual({ from: { kind: 'live' }, to: { kind: 'target', file: null } })
  })

  test.each([
    ['3f2a..label@head', revision('3f2a'), revision('label@head')],
    ['head-1..', revision('head-1'), revision('heads')],
    ['..3f2a', revision('base'), revision('3f2a')],
    ['..', revision('base'), revision('heads')],
    ['live..head', { kind: 'live' }, revision('head')],
    ['target..live', { kind: 'target', file: null }, { kind: 'live' }],
  ])('are those of the range %s', (range, from, to) => {
    expect(parseStates({ range })).toEqual({ from, to })
  })

  test.each([
    ['postgresql://u:p@h/d', { kind: 'database', url: 'postgresql://u:p@h/d' }],
    ['pglite:dir', { kind: 'database', url: 'pglite:dir' }],
    ['old/schema.sql', { kind: 'target', file: '/work/old/schema.sql' }],
  ])('are the database and %s with --against', (against, to) => {
    expect(parseStates({ against, cwd: '/work' })).toEqual({ from: { kind: 'live' }, to })
  })

  test.each(['head', 'a:b', 'a...b', 'live..live'])('are not named by %s', (range) => {
    expect(() => parseStates({ range })).toThrow(
      expect.objectContaining({
        code: 'COMPARISON_STATES',
        exitCode: 2,
        message: `"${range}" names no two states. Write A..B, with a revision, "live" (the database) or "target" (the schema) on each side; leave it out for live..target.`,
      }),
    )
  })

  test('are told once', () => {
    expect(() => parseStates({ range: 'a..b', against: 'x.sql' })).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message:
          '--against says what the database is compared with, and so does a..b. Leave out one of the two.',
      }),
    )
  })
})
