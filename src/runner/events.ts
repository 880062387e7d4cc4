/** What a run tells while it goes on. */
import type { Notice } from '../database/notice.ts'
import type { Revision } from '../graph/revision.ts'

/** Who has the migration lock. What the role may not see is null. */
export interface LockHolder {
  readonly pid: number
  readonly application: string | null
  readonly user: string | null
  /** Where that run's machine is, as the server sees it; null for a socket of the server's own machine. */
  readonly host: string | null
  /** When that connection began. */
  readonly since: Date | null
}

/** What is known of an error, whoever has thrown it; without passwords. */
export interface EventCause {
  readonly message: string
  /** PostgreSQL's code of it. */
  readonly sqlState: string | null
  readonly detail: string | null
  readonly hint: string | null
}

/** Who stands in the way of a statement that waits for a lock. What the role may not see is null. */
export interface Blocker {
  readonly pid: number
  readonly application: string | null
  readonly user: string | null
  /** Its statement, or the last one of an open transaction. */
  readonly query: string | null
  /** How long its transaction has been open. */
  readonly ageMs: number | null
}

export type RunEvent =
  /** Another run has the lock. Sent once per holder. */
  | { readonly type: 'waiting'; readonly holder: LockHolder; readonly limitMs: number }
  /** The server takes no connection yet, and the run waits for it. Sent once. */
  | { readonly type: 'connecting'; readonly reason: string; readonly limitMs: number }
  /** The steps that follow, known once the lock is held. */
  | { readonly type: 'planned'; readonly total: number }
  /** Applied files that are not what ran. */
  | { readonly type: 'edited'; readonly revisions: readonly Revision[] }
  /** Sent once for a step, however often its transaction is tried. */
  | ({ readonly type: 'start' } & StepEvent)
  /** A retry drops an index first that the revision has left invalid; `invalid` is its name in SQL. */
  | ({ readonly type: 'drop-index'; readonly invalid: string } & StepEvent)
  /** A statement of a revision is sent. */
  | ({ readonly type: 'statement'; readonly sql: string } & StepEvent)
  /** What the server said beside its answer to a statement of the revision: `raise notice`, `drop cascades to …`. */
  | ({ readonly type: 'notice' } & Notice & StepEvent)
  /** A statement did not get its lock: all of the transaction is undone and is tried again. */
  | ({
      readonly type: 'retry'
      /** From 1: the try that failed. */
      readonly attempt: number
      readonly retries: number
      readonly delayMs: number
      /** As it was thrown. */
      readonly error: unknown
      readonly cause: EventCause
      readonly blockers: readonly Blocker[]
    } & StepEvent)
  /** What the server says of a long statement (`pg_stat_progress_*`), or that it waits for a lock. */
  | ({
      readonly type: 'server-progress'
      /** PostgreSQL's words: `building index: scanning table`, with the process that it waits for, if any. */
      readonly phase: string
      /** In `unit`s; null where the server does not say. */
      readonly done: number | null
      readonly all: number | null
      readonly unit: 'blocks' | 'tuples' | null
    } & StepEvent)
  | ({ readonly type: 'done'; readonly durationMs: number } & StepEvent)
  | ({ readonly type: 'failed'; readonly error: unknown; readonly cause: EventCause } & StepEvent)

interface StepEvent {
  readonly revision: Revision
  readonly direction: 'up' | 'down'
  /** From 1. */
  readonly index: number
  readonly total: number
}

export type OnEvent = (event: RunEvent) => void
