/** A migration of another tool, and what a database says of it. */

import type { Session } from '../../database/session.ts'
import type { RevisionHeader } from '../../emit/revision.ts'

export interface ImportSource {
  /** What the tool calls it; the id is made of it. */
  readonly name: string
  /** What the tool's table calls it: its name, its version, or its hash. */
  readonly key: string
  readonly message: string
  /** Absolute path of the (first) file that it comes from. */
  readonly origin: string
  /** Absolute path of the revision file that it becomes; the same as `origin` where that becomes one in place. */
  readonly target: string
  /** The text of the revision file. */
  render(header: RevisionHeader): string
}

/** What a tool's table says is applied. */
export interface AppliedMigration {
  readonly key: string
  /** A timestamp in PostgreSQL's words; null where the tool keeps none. */
  readonly at: string | null
  /** What people call it, where that is not the key. */
  readonly name?: string
}

/** Where a tool keeps what is applied, and how that reads. */
export interface AppliedTable {
  readonly tool: string
  /** Null: the first of that name on the search path. */
  readonly schema: string | null
  readonly name: string
  /**
   * @param table its name in SQL
   * @param keys of the migrations that have a file, in order
   */
  read(session: Session, table: string, keys: readonly string[]): Promise<readonly AppliedMigration[]>
}
