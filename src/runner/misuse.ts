/** What a revision may do with its connection that nobody can put right. */

/** A revision has not waited for the outcome of a statement. Its cause is what became of that, where it failed. */
export class StatementNotAwaited extends Error {
  readonly sql: string

  constructor(sql: string, error: unknown) {
    super(`nothing waited for: ${sql}`, error === undefined ? undefined : { cause: error })
    this.sql = sql
  }
}

/** All statements share one connection, where two transactions at once are one. */
export class TransactionsAtOnce extends Error {
  constructor() {
    super(
      'a transaction was begun while another was open, and on the one connection of a run the two would be one; wait for the first to end before the second begins',
    )
  }
}
