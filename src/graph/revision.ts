/** A revision as its header declares it: a node of the graph. */

export interface Revision {
  readonly revision: string
  /** Empty for a base, several for a merge. */
  readonly downRevisions: readonly string[]
  readonly branchLabels: readonly string[]
  /** Ids or branch labels, as written. */
  readonly dependsOn: readonly string[]
  /** Ids of the revisions that were squashed into this one, oldest first; empty for all others. */
  readonly replaces: readonly string[]
  /** The first line of the file's comment. */
  readonly message: string
  /** ISO 8601 as in the file's comment, or null where the comment has none. */
  readonly createDate: string | null
  /** Absolute path of the file. */
  readonly path: string
}

/** One move of the database along the graph. */
export interface Step {
  readonly revision: Revision
  readonly direction: 'up' | 'down'
}
