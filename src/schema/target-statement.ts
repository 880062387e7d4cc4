/** One statement of a target schema, ready to run. */

export interface TargetStatement {
  /** One statement without its semicolon. */
  readonly sql: string
  /** Absolute path of the file that it comes from, where known. */
  readonly file: string | null
  /** The line of that file, where known. */
  readonly line?: number
  /** It runs after all others: a foreign key that was taken out of its table. */
  readonly last?: true
  /** A builder made its text, which nobody has written. */
  readonly compiled?: true
}
