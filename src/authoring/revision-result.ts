/** What the commands that write one revision give back. */
import type { ReportedChange } from '../diff/report.ts'
import type { HookResult } from './hooks.ts'
import type { NewRevision } from './new-revision.ts'

export interface RevisionResult {
  /** Absolute path of the file; null when none was written. */
  readonly path: string | null
  readonly revision: string | null
  /** What it follows; empty for a base. */
  readonly downRevision: readonly string[]
  /** Autogenerate found nothing to do. */
  readonly upToDate: boolean
  readonly changes: readonly ReportedChange[]
  /** Sentences about data that `up` would destroy. */
  readonly losses: readonly string[]
  /** Sentences about rows on which `up` would fail, which the proof, without rows, cannot meet. */
  readonly risks: readonly string[]
  /** The text of the file as dbmig wrote it, before any hook; null when there is nothing to do. */
  readonly source: string | null
  /** In a dry run, the schema's SQL before and after as a unified diff. */
  readonly schemaDiff: string | null
  readonly proved: boolean
  /** What became of the post-write hooks. */
  readonly hooks: readonly HookResult[]
}

/** The result for a file that nothing was compared for. */
export function plainResult({ header, path }: NewRevision, source: string): RevisionResult {
  return {
    path,
    revision: header.revision,
    downRevision: header.downRevisions,
    upToDate: false,
    changes: [],
    losses: [],
    risks: [],
    source,
    schemaDiff: null,
    proved: false,
    hooks: [],
  }
}
