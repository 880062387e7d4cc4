/** The command `current`: where the database is. */
import type { Project } from '../config/config.ts'
import { appliedWithoutFile, missingBelowApplied } from '../graph/applied.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { revisionsOf } from '../graph/query.ts'
import { appliedIds, headsOfRows } from './applied.ts'
import { entriesOf, type HistoryEntry } from './entry.ts'
import { readGraphAnd } from './state.ts'
import { type Inside, insideOf, readRows, readRowsAndOrigins } from './views.ts'

export interface Current {
  /** Applied revisions that no applied revision follows or depends on. */
  readonly heads: readonly string[]
  /** How many revision files are not applied. */
  readonly pending: number
  /** Applied revisions that no file declares. */
  readonly unknown: readonly string[]
  /** Revisions that never ran although one above them is applied: spliced in later, or put there by an edited header. */
  readonly outOfOrder: readonly string[]
  /** Squashes of which only a part is applied. */
  readonly inside: readonly Inside[]
  /** Revisions outside a transaction that are under way, or failed half-way. */
  readonly unfinished: readonly string[]
  /** The heads that have a file. */
  readonly entries: readonly HistoryEntry[]
}

export interface CurrentOptions {
  /** Whether the entries tell from where they were applied, which only the log knows. Default: no. */
  readonly origins?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * @param given the graph of the project's files, where they are read already
 * @throws CONFIG_NO_URL, and whatever reading the files and the ledger throws
 */
export async function current(
  project: Project,
  options: CurrentOptions = {},
  given?: RevisionGraph,
): Promise<Current> {
  const read = options.origins ? readRowsAndOrigins : readRows
  const [graph, rows] = await readGraphAnd(project, (signal) => read(project, signal), options.signal, {
    graph: given,
  })
  const ids = appliedIds(rows)
  const heads = headsOfRows(rows)
  return {
    heads,
    pending: [...graph.revisions.keys()].filter((id) => !ids.has(id)).length,
    unknown: appliedWithoutFile(graph, ids),
    outOfOrder: missingBelowApplied(graph, ids).map(({ revision }) => revision),
    inside: insideOf(graph, rows),
    unfinished: rows.filter((row) => row.status !== 'applied').map((row) => row.revision),
    entries: entriesOf(graph, revisionsOf(graph, heads), rows),
  }
}
