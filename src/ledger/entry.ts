/** One revision as `history`, `heads` and `show` give it: what its file says, and what the ledger says of it. */
import type { RevisionGraph } from '../graph/graph.ts'
import { isBase, isBranchPoint, isEffectiveHead, isHead, isMerge } from '../graph/query.ts'
import type { Revision } from '../graph/revision.ts'
import type { Attempt } from './attempt.ts'
import { matches } from './edited.ts'
import type { LedgerRow } from './read.ts'

export interface Applied {
  /** ISO 8601. */
  readonly at: string
  /** The database user. */
  readonly by: string
  /** The operating system's user; null where the log was not asked, or does not tell. */
  readonly osUser: string | null
  /** As `osUser`. */
  readonly host: string | null
  readonly durationMs: number
  /** Null where the revision was stamped without its file. */
  readonly checksum: string | null
  /** Whether the file is still what was applied: see `matches`. */
  readonly matches: boolean | null
  /** `running` and `failed`: a file outside a transaction that is under way, or ended half-way. */
  readonly status: LedgerRow['status']
  /** Of one that is not applied in full: what is known of the run that is under way, or ended half-way. */
  readonly attempt: AppliedAttempt | null
}

export interface AppliedAttempt extends Pick<Attempt, 'direction' | 'startedAt' | 'pid'> {
  /** Null where it is under way, or was killed. */
  readonly error: string | null
  /** The one that failed, where that is known. */
  readonly statement: string | null
}

export interface HistoryEntry {
  readonly revision: string
  /** Those of today: a revision that was squashed is named by the one that it became. */
  readonly downRevision: readonly string[]
  readonly branchLabels: readonly string[]
  readonly dependsOn: readonly string[]
  /** Ids of the revisions that were squashed into it, oldest first. */
  readonly replaces: readonly string[]
  readonly message: string
  /** Absolute. */
  readonly path: string
  readonly createDate: string | null
  readonly isHead: boolean
  /** A head that another revision depends on. */
  readonly isEffectiveHead: boolean
  readonly isBase: boolean
  readonly isBranchPoint: boolean
  readonly isMerge: boolean
  readonly applied: Applied | null
}

/** @param rows what the ledger holds; null when it was not asked */
export function entriesOf(
  graph: RevisionGraph,
  revisions: readonly Revision[],
  rows: readonly LedgerRow[] | null,
): HistoryEntry[] {
  const wanted = new Set(revisions.flatMap(({ revision, replaces }) => [revision, ...replaces]))
  const byId = new Map<string, LedgerRow>()
  for (const row of rows ?? []) if (wanted.has(row.revision)) byId.set(row.revision, row)
  return revisions.map((revision) => {
    const id = revision.revision
    const row = byId.get(id)
    return {
      revision: id,
      downRevision: graph.parents.get(id) ?? [],
      branchLabels: revision.branchLabels,
      dependsOn: revision.dependsOn,
      replaces: revision.replaces,
      message: revision.message,
      path: revision.path,
      createDate: revision.createDate,
      isHead: isHead(graph, id),
      isEffectiveHead: isEffectiveHead(graph, id),
      isBase: isBase(graph, id),
      isBranchPoint: isBranchPoint(graph, id),
      isMerge: isMerge(graph, id),
      applied: row === undefined ? null : appliedOf(row, revision, byId),
    }
  })
}

function appliedOf(row: LedgerRow, revision: Revision, rows: ReadonlyMap<string, LedgerRow>): Applied {
  // The log tells of what has ended; a row that has not would get the origin of an earlier run.
  const origin = row.status === 'applied' ? row.origin : undefined
  return {
    at: row.appliedAt,
    by: row.appliedBy,
    osUser: origin?.osUser ?? row.attempt?.osUser ?? null,
    host: origin?.host ?? row.attempt?.host ?? null,
    durationMs: row.durationMs,
    checksum: row.checksum,
    matches: matches(row, revision, (id) => rows.has(id)),
    status: row.status,
    attempt: row.attempt ? attemptOf(row.attempt) : null,
  }
}

function attemptOf({ direction, startedAt, pid, error, statement }: Attempt): AppliedAttempt {
  return { direction, startedAt, pid, error: error ?? null, statement: statement ?? null }
}
