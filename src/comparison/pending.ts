/** What must be so before a comparison makes sense: the database has applied every revision. */
import type { Project } from '../config/config.ts'
import { answered } from '../database/cancel.ts'
import type { Session } from '../database/session.ts'
import { missingBelowApplied, requireFiles } from '../graph/applied.ts'
import type { RevisionGraph } from '../graph/graph.ts'
import { appliedIds } from '../ledger/applied.ts'
import { ledgerLocation } from '../ledger/location.ts'
import { type LedgerRow, readLedger } from '../ledger/read.ts'
import { notAtHead } from './errors.ts'

/**
 * @returns what the ledger holds
 * @throws AUTHORING_NOT_AT_HEAD with the revisions that the database has not applied; GRAPH_APPLIED_FILES_GONE, as what a lost
 *   file made would be taken for a difference
 */
export async function requireAtHead(
  project: Project,
  graph: RevisionGraph,
  live: Session,
  signal?: AbortSignal | undefined,
): Promise<LedgerRow[]> {
  const read = () => readLedger(live, ledgerLocation(project))
  const rows = (await answered(live, signal, read)) ?? []
  const applied = appliedIds(rows)
  requireFiles(graph, applied)
  const pending = [...graph.revisions.values()].filter(({ revision }) => !applied.has(revision))
  if (pending.length > 0) {
    const halfWay = rows.filter(({ status }) => status !== 'applied').map(({ revision }) => revision)
    throw notAtHead(pending, missingBelowApplied(graph, applied), halfWay)
  }
  return rows
}
