/** What can be wrong with a selection of revisions. */
import { DbmigError } from '../errors.ts'

export function badDate(flag: string, text: string): DbmigError {
  return new DbmigError(
    'GRAPH_BAD_DATE',
    `"${text}" of ${flag} is not a date. Write a day such as 2026-11-22, or a time such as 2026-11-22T12:31, 2026-11-22T12:31:25Z or 2026-11-22T12:31+01:00.`,
    { exitCode: 2 },
  )
}

export function sinceAfterUntil(since: string, until: string): DbmigError {
  return new DbmigError(
    'GRAPH_BAD_DATE',
    `--since ${since} is later than --until ${until}, so that nothing lies between. Swap the two.`,
    { exitCode: 2 },
  )
}

export function badLimit(text: string, of: string): DbmigError {
  return new DbmigError(
    'GRAPH_BAD_LIMIT',
    `"${text}" of --limit is not a number of ${of}. Write a whole number, 1 or more.`,
    { exitCode: 2 },
  )
}
