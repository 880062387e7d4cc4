/** Which of the listed revisions are shown: by when they were created, and how many. */
import { badDate, badLimit, sinceAfterUntil } from './errors-select.ts'
import { type Moment, parseMoment } from './moment.ts'
import type { Revision } from './revision.ts'

/** As typed. */
export interface SelectionOptions {
  /** A day, or a date and time: only revisions created then or later. */
  readonly since?: string | undefined
  /** Only revisions created then or before; a day counts to its end. */
  readonly until?: string | undefined
  /** Only the newest so many of those that are left. */
  readonly limit?: number | string | undefined
}

export type Selection = (newestFirst: readonly Revision[]) => readonly Revision[]

/**
 * Reads what is to be selected. A revision without a readable create date is kept whatever the dates: it may be one of those that are
 * looked for.
 *
 * @throws GRAPH_BAD_DATE, GRAPH_BAD_LIMIT
 */
export function parseSelection({ since, until, limit }: SelectionOptions): Selection {
  const { first, end } = parsePeriod({ since, until })
  const most = parseLimit(limit)
  return (revisions) => {
    if (first === null && end === null) return revisions.slice(0, most)
    const created = revisions.filter((revision) => {
      const at = createdAt(revision)
      return at === null || ((first === null || at >= first) && (end === null || at < end))
    })
    return created.slice(0, most)
  }
}

/** What `--since` and `--until` leave, in milliseconds: from `first`, and before `end`. Null: no limit. */
export interface Period {
  readonly first: number | null
  readonly end: number | null
}

/** @throws GRAPH_BAD_DATE */
export function parsePeriod({ since, until }: Pick<SelectionOptions, 'since' | 'until'>): Period {
  const first = since === undefined ? null : momentOf('--since', since).start
  const end = until === undefined ? null : momentOf('--until', until).end
  if (first !== null && end !== null && first >= end) throw sinceAfterUntil(since ?? '', until ?? '')
  return { first, end }
}

/** Whether a file has a create date that can be read. */
export function isDated(revision: Revision): boolean {
  return createdAt(revision) !== null
}

/** In milliseconds; null where the file has no create date, or one that cannot be read. */
function createdAt({ createDate }: Revision): number | null {
  return createDate === null ? null : (parseMoment(createDate)?.start ?? null)
}

function momentOf(flag: string, text: string): Moment {
  const moment = parseMoment(text)
  if (moment === null) throw badDate(flag, text)
  return moment
}

/**
 * @param of what is counted, in the message
 * @throws GRAPH_BAD_LIMIT
 */
export function parseLimit(limit: number | string | undefined, of = 'revisions'): number | undefined {
  if (limit === undefined) return undefined
  const count = Number(limit)
  if (!/^\d+$/.test(String(limit)) || !Number.isSafeInteger(count) || count < 1)
    throw badLimit(String(limit), of)
  return count
}
