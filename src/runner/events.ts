/** What a run tells while it goes on. */
import type { Revision } from '../graph/revision.ts'

/** Who has the migration lock. What the role may not see is null. */
export interface LockHolder {
  readonly pid: number
  readonly application: string | null
  readonly user: string | null
  /** When that connection began. */
  readonly since: Date | null
}

export type RunEvent =
  /** Another run has the lock. Sent once per holder. */
  | { readonly type: 'waiting'; readonly holder: LockHolder; readonly limitMs: number }
  /** The steps that follow, known once the lock is held. */
  | { readonly type: 'planned'; readonly total: number }
  | ({ readonly type: 'start' } & StepEvent)
  | ({ readonly type: 'done'; readonly durationMs: number } & StepEvent)
  | ({ readonly type: 'failed'; readonly error: unknown } & StepEvent)

interface StepEvent {
  readonly revision: Revision
  readonly direction: 'up' | 'down'
  /** From 1. */
  readonly index: number
  readonly total: number
}

export type OnEvent = (event: RunEvent) => void
