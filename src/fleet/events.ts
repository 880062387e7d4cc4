/** What a run over many databases tells while it goes on. */
import type { RunEvent } from '../runner/events.ts'
import type { FleetError } from './fleet.ts'

/** What a command on one database tells. */
export type DatabaseEvent = RunEvent | { readonly type: 'progress'; readonly message: string }

export type FleetEvent =
  /** How many databases were chosen. Sent once, first. */
  | { readonly type: 'fleet'; readonly total: number; readonly database?: undefined }
  | { readonly type: 'database-start'; readonly database: string }
  | {
      readonly type: 'database-done'
      readonly database: string
      readonly ok: boolean
      readonly durationMs: number
      readonly failure: FleetError | null
    }
  /** What a command tells of the database that it works on; without a name where there is but one. */
  | (DatabaseEvent & { readonly database?: string | undefined })
