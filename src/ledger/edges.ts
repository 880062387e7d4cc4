/** Keeping the edges in the ledger's rows right where a revision runs below one that is applied. */
import type { AppliedRow } from '../graph/applied.ts'
import { tableName } from './location.ts'
import type { Recorder } from './record.ts'

/**
 * Writes into the rows of applied revisions what their files say today that they follow and depend on, so that the heads can
 * go on being read off the rows alone. Rows that say so already, and revisions without a row, are left as they are.
 */
export async function recordEdges(
  { session, location }: Recorder,
  revisions: readonly AppliedRow[],
): Promise<void> {
  for (const { revision, downRevisions, dependsOn } of revisions) {
    await session.query(
      `update ${tableName(location)} set down_revisions = $2::text[], depends_on = $3::text[]
       where revision = $1 and (down_revisions, depends_on) is distinct from ($2::text[], $3::text[])`,
      [revision, downRevisions, dependsOn],
    )
  }
}
