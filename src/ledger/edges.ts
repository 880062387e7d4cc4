/** Keeping the edges in the ledger's rows right where a revision runs below one that is applied. */
import type { AppliedRow } from '../graph/applied.ts'
import { parametersOf, type Recorder } from './record.ts'
import { edgesSql } from './statements.ts'

/**
 * Writes into the rows of applied revisions what their files say today that they follow and depend on, so that the heads can
 * go on being read off the rows alone. Rows that say so already, and revisions without a row, are left as they are.
 */
export async function recordEdges(
  { session, location }: Recorder,
  revisions: readonly AppliedRow[],
): Promise<void> {
  for (const row of revisions) {
    const { write, bound } = parametersOf({ ...row })
    await session.query(edgesSql(location, write), bound)
  }
}
