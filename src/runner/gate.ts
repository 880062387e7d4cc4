/** What a revision sends to the server goes through a gate, which shuts when the revision has returned. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Around, QueryResult } from '../database/kysely.ts'
import { transactionMoves } from '../sql/transaction-move.ts'
import { StatementNotAwaited, TransactionsAtOnce } from './misuse.ts'
import { claim } from './unhandled.ts'

export interface GateOptions {
  /** Told when a statement is sent. */
  readonly onStatement?: ((sql: string) => void) | undefined
  /** Stands around each statement that is sent. */
  readonly around: Around
  /** Told of a statement that comes when the gate is shut; throws when nobody is there any more who could tell of it. */
  readonly onLate: (sql: string) => void
}

interface Pending {
  readonly sql: string
  error?: unknown
}

const nothing: QueryResult = { command: '', rowCount: null, rows: [] }

/** One for each call of a revision's function. */
export class Gate {
  readonly #options: GateOptions
  /** What is on its way, in order. */
  readonly #pending = new Set<Pending>()
  #state: 'beginning' | 'open' | 'shut' = 'open'
  #last: Promise<unknown> = Promise.resolve()
  #late: string | undefined
  #unhandled: Required<Pending> | undefined
  #failure: unknown
  /** Whether the transactions are the caller's own. */
  #ownTransactions = true
  #transactionOpen = false
  #overlap: TransactionsAtOnce | undefined

  constructor(options: GateOptions) {
    this.#options = options
  }

  /** What the server said first of what went wrong, and has not been put right, whatever the revision has made of it. */
  get failure(): unknown {
    return this.#failure
  }

  /** One at a time: a revision may start several at once with `Promise.all`. */
  readonly around: Around = (sql, send) => {
    if (this.#state === 'beginning') return Promise.resolve(nothing)
    if (this.#state === 'shut') return this.#refuse(sql)
    const statement: Pending = { sql }
    this.#pending.add(statement)
    const sent = this.#last.then(async () => {
      if (this.#state === 'shut') return nothing
      this.#options.onStatement?.(sql)
      try {
        const result = await this.#inOrder(sql, () => this.#options.around(sql, send))
        // What went wrong before did so inside of a savepoint.
        this.#failure = undefined
        return result
      } catch (error) {
        statement.error = error
        this.#failure ??= error
        claim(error, () => {
          this.#unhandled ??= { sql, error }
        })
        throw error
      }
    })
    this.#last = sent.catch(() => {})
    // Whoever has returned waits for nothing more: a rejection would have no one to handle it.
    return sent.then(
      (result) => {
        if (this.#state === 'shut') return never()
        this.#pending.delete(statement)
        return result
      },
      (error: unknown) => {
        if (this.#state === 'shut') return never()
        this.#pending.delete(statement)
        throw error
      },
    )
  }

  /** Lets Kysely believe that it begins the transaction that is open already. */
  async begin<T>(work: () => Promise<T>): Promise<T> {
    this.#state = 'beginning'
    this.#ownTransactions = false
    try {
      return await work()
    } finally {
      this.#state = 'open'
    }
  }

  /**
   * Shuts the gate behind a revision that has returned, and waits for what was sent.
   *
   * @throws StatementNotAwaited, and TransactionsAtOnce, whatever has been made of it
   */
  async shut(): Promise<void> {
    this.#state = 'shut'
    const [first] = this.#pending
    await this.#last
    // Kysely sends a statement a few microtasks after it is told to; what nobody handles is told of after those.
    await turn()
    const open = first ?? (this.#late === undefined ? this.#unhandled : { sql: this.#late })
    if (this.#overlap !== undefined) throw this.#overlap
    if (open !== undefined) throw new StatementNotAwaited(open.sql, open.error)
  }

  /** As `shut`, behind one that has failed: waits for nothing. */
  close(): void {
    this.#state = 'shut'
  }

  /** @throws TransactionsAtOnce */
  async #inOrder(sql: string, send: () => Promise<QueryResult>): Promise<QueryResult> {
    const moves = this.#ownTransactions ? transactionMoves(sql) : []
    if (moves.length === 0) return send()
    if (moves[0] === 'begin' && this.#transactionOpen) {
      this.#overlap ??= new TransactionsAtOnce()
      throw this.#overlap
    }
    // Where it fails: of a begin nothing is open, and a commit that fails rolls back.
    this.#transactionOpen = false
    const result = await send()
    this.#transactionOpen = moves.at(-1) !== 'end'
    return result
  }

  #refuse(sql: string): Promise<never> {
    this.#late ??= sql
    try {
      this.#options.onLate(sql)
    } catch (error) {
      return Promise.reject(error)
    }
    return never()
  }
}

function never(): Promise<never> {
  return new Promise(() => {})
}
