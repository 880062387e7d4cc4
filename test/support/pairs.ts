/** Tables of schemas, each pair a test: from one to the other and back, and each of the two from nothing. */
import { inject, test } from 'vitest'
import { roundTrip } from './schemas.ts'

/** What is there before and after, rows included. */
export type Pair = readonly [before: string, after: string]

/**
 * A test for each pair.
 *
 * @param pairs by the fact that each shows
 * @param since the first version of PostgreSQL that has what the pairs use, 150000 for 15
 */
export function testPairs(pairs: Readonly<Record<string, Pair>>, since = 0): void {
  test.skipIf(inject('serverVersion') < since).each(Object.entries(pairs))('%s', async (_name, pair) => {
    await roundTrip(...pair, { fromNothing: true })
  })
}
