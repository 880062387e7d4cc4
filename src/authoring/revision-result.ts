/** What the commands that write one revision give back. */
import type { ReportedChange } from '../diff/report.ts'
import type { HookResult } from './hooks.ts'
import type { NewRevision } from './new-revision.ts'

/** A new revision file. */
export interface NewFile {
  readonly revision: string
  readonly downRevision: readonly string[]
  readonly message: string
  /** Absolute; null when it was not written. */
  readonly path: string | null
  /** The text as dbmig wrote it, before any hook. */
  readonly source: string
}

export interface RevisionResult {
  /** Absolute path of the file, where several were written of the last; null when none was. */
  readonly path: string | null
  /** The id, where there are several of the last, which stands for all. */
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
  /** The text of the file at `path`; null when there is nothing to do. */
  readonly source: string | null
  /** In a dry run, the schema's SQL before and after as a unified diff. */
  readonly schemaDiff: string | null
  readonly proved: boolean
  /** All new files, each following the one before it. */
  readonly revisions: readonly NewFile[]
  /** What became of the post-write hooks. */
  readonly hooks: readonly HookResult[]
}

/** What is told of a new file. */
export function newFile({ header, path }: NewRevision, source: string): NewFile & { readonly path: string } {
  const { revision, downRevisions, message } = header
  return { revision, downRevision: downRevisions, message, path, source }
}

/** As if no file had been written. */
export function withoutPaths(result: RevisionResult): RevisionResult {
  return { ...result, path: null, revisions: result.revisions.map((file) => ({ ...file, path: null })) }
}

/** The result for a file that nothing was compared for. */
export function plainResult({ header, path }: NewRevision, source: string): RevisionResult {
  return {
    path,
    revision: header.revision,
    downRevision: header.downRevisions,
    revisions: [newFile({ header, path }, source)],
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
