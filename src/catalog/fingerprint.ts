/** What tells whether queries still have the rows that they had, computed where the rows are: none of them travels. */
import type { Row } from '../database/session.ts'

/**
 * SQL: one row that stands for all rows of a query, in whatever order they come: how many they are, and the sums of two hashes
 * of each. `offset 0` keeps the planner from printing every row twice.
 */
export function digestQuery(query: string): string {
  return `select count(*)::text as rows, sum(hashtextextended(printed, 0))::text as first, sum(hashtextextended(printed, 1))::text as second
    from (select t::text collate "C" as printed from (${query}) t offset 0) printed_rows`
}

/** The rows of some `digestQuery` each, as one text. */
export function fingerprintOf(digests: readonly (readonly Row[])[]): string {
  return digests
    .flat()
    .map(({ rows, first, second }) => `${rows}:${first}:${second}`)
    .join(' ')
}
