import { describe, expect, test } from 'vitest'
import type { Revision } from '../../src/graph/revision.ts'
import { isDated, parseSelection, type SelectionOptions } from '../../src/graph/select.ts'
import { revisionOf } from '../support/graphs.ts'

const dated = (id: string, createDate: string | null): Revision => ({ ...revisionOf(id), createDate })

/** Newest first. */
const revisions = [
  dated('e', '2026-11-22T12:31:25Z'),
  dated('d', '2026-11-22T08:00:00+01:00'),
  dated('c', '2026-11-20 23:59:59Z'),
  dated('b', '2026-11-01T00:00:00Z'),
  dated('a', '2026-10-31T23:59:59Z'),
]

function select(options: SelectionOptions, from: readonly Revision[] = revisions): string {
  return parseSelection(options)(from)
    .map(({ revision }) => revision)
    .join(' ')
}

describe('a selection', () => {
  test.each<[SelectionOptions, string]>([
    [{}, 'e d c b a'],
    [{ since: '2026-11-20T23:59:59Z' }, 'e d c'],
    [{ since: '2026-11-21T00:00:00Z' }, 'e d'],
    [{ until: '2026-11-22T07:00:00Z' }, 'd c b a'],
    [{ until: '2026-11-22T06:59:59Z' }, 'c b a'],
    // The minute counts to its end.
    [{ until: '2026-11-22T12:31Z' }, 'e d c b a'],
    [{ since: '2026-11-01T00:00Z', until: '2026-11-20T23:59Z' }, 'c b'],
    [{ limit: 2 }, 'e d'],
    [{ limit: '2' }, 'e d'],
    [{ limit: 99 }, 'e d c b a'],
    [{ until: '2026-11-20T23:59Z', limit: 1 }, 'c'],
  ])('%j: %s', (options, expected) => {
    expect(select(options)).toBe(expected)
  })

  test('by a day takes the whole day of the reader', () => {
    const noon = (date: number): string => new Date(2026, 10, date, 12).toISOString()
    const three = [23, 22, 21].map((date) => dated(String(date), noon(date)))
    expect(select({ since: '2026-11-22', until: '2026-11-22' }, three)).toBe('22')
  })

  test('keeps a revision without a create date that can be read', () => {
    const undated = [dated('x', null), dated('y', 'last Tuesday')]
    expect(select({ since: '2030-01-01' }, [...revisions, ...undated])).toBe('x y')
    expect([...revisions, ...undated].filter((revision) => !isDated(revision))).toEqual(undated)
  })

  test.each(['--since', '--until'] as const)('refuses a %s that is no date', (flag) => {
    const options = flag === '--since' ? { since: 'yesterday' } : { until: 'yesterday' }
    expect(() => parseSelection(options)).toThrow(
      `"yesterday" of ${flag} is not a date. Write a day such as 2026-11-22, or a time such as`,
    )
  })

  test('refuses a start that is later than the end', () => {
    expect(() => parseSelection({ since: '2026-11-22', until: '2026-11-21' })).toThrow(
      '--since 2026-11-22 is later than --until 2026-11-21, so that nothing lies between. Swap the two.',
    )
  })

  test.each([0, -1, 1.5, Number.NaN, '', 'x', '1e3', '-3'])('refuses %j as a limit', (limit) => {
    expect(() => parseSelection({ limit })).toThrow(
      `"${limit}" of --limit is not a number of revisions. Write a whole number, 1 or more.`,
    )
  })
})
