/** Writes down the SQL of a revision without running it. */
import type {
  CompiledQuery,
  DatabaseConnection,
  Driver,
  Kysely,
  QueryResult,
  TransactionSettings,
} from 'kysely'
import { quoteIdentifier } from '../database/quote.ts'
import type { DbmigError } from '../errors.ts'
import { parametersOffline, readsOffline } from './offline/errors.ts'
import { claim } from './unhandled.ts'

export interface RecordOptions {
  /** How a message names the migration. */
  readonly who?: string
  /** Whether it runs in a transaction that is not its own, so that it can begin none. */
  readonly transaction?: boolean
}

/**
 * Runs a migration function on a connection that records statements and runs none. Parameters are written into the SQL
 * as literals without a type, which PostgreSQL gives the types that it would have given the parameters.
 *
 * @returns each statement without its semicolon, in order; a transaction that the function opens, with its begin and commit
 * @throws RUNNER_READS when it uses rows or counts of rows, RUNNER_RAW_PARAMETERS, and what the function throws
 */
export async function recordSql(
  migration: (db: Kysely<unknown>) => Promise<void> | void,
  options: RecordOptions = {},
): Promise<string[]> {
  const { statements, stopped } = await recordUntilStopped(migration, options)
  if (stopped !== null) throw stopped.error
  return statements
}

/**
 * As `recordSql`, for who makes do with the beginning.
 *
 * @returns what was recorded, and what stopped it; `certain` is how many statements came before it asked for what nobody knows
 */
export async function recordUntilStopped(
  migration: (db: Kysely<unknown>) => Promise<void> | void,
  { who = 'A revision', transaction = false }: RecordOptions = {},
): Promise<{
  readonly statements: string[]
  readonly certain: number
  readonly stopped: { readonly error: unknown } | null
}> {
  const recording: Recording = { who, statements: [], refused: undefined, certain: undefined }
  const db = await recordingKysely(recording)
  const { statements } = recording
  try {
    if (transaction) {
      const open = await db.startTransaction().execute()
      // The begin is of whoever runs the statements.
      statements.length = 0
      await migration(open)
    } else await migration(db)
  } catch (error) {
    return { statements, certain: recording.certain ?? statements.length, stopped: { error } }
  }
  // The function may have caught it.
  const { refused, certain = statements.length } = recording
  return { statements, certain, stopped: refused === undefined ? null : { error: refused } }
}

/** What a migration function did so far. */
interface Recording {
  readonly who: string
  readonly statements: string[]
  /** Why its SQL cannot be written down, once that is so. */
  refused: DbmigError | undefined
  /** How many statements there were then. */
  certain: number | undefined
}

function refuse(recording: Recording, error: DbmigError): DbmigError {
  recording.refused ??= error
  recording.certain ??= recording.statements.length
  // Where nobody waits for the statement, it is not this that is wrong with the revision.
  claim(error, () => {})
  return error
}

async function recordingKysely(recording: Recording): Promise<Kysely<unknown>> {
  const { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } = await import('kysely')
  const { default: pg } = await import('pg')
  const { utils } = pg as typeof pg & { utils: { prepareValue(value: unknown): string | Buffer | null } }

  const literal = (value: unknown): string => {
    const text = utils.prepareValue(value)
    if (text === null) return 'null'
    return pg.escapeLiteral(Buffer.isBuffer(text) ? `\\x${text.toString('hex')}` : text)
  }

  class LiteralCompiler extends PostgresQueryCompiler {
    protected override appendValue(value: unknown): void {
      this.append(literal(value))
    }
  }

  return new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new RecordingDriver(recording),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new LiteralCompiler(),
    },
  })
}

class RecordingDriver implements Driver {
  readonly #recording: Recording

  constructor(recording: Recording) {
    this.#recording = recording
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const record = (sql: string) => this.#record(sql)
    const recording = this.#recording
    return {
      async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
        if (parameters.length > 0) throw refuse(recording, parametersOffline(recording.who, sql))
        record(sql)
        const rows = givesRows(query) ? unreadable<R[]>(recording, []) : []
        return { rows, numAffectedRows: unreadable<bigint>(recording, {}) }
      },
      streamQuery() {
        throw refuse(recording, readsOffline(recording.who))
      },
    }
  }

  async beginTransaction(
    _: DatabaseConnection,
    { isolationLevel, accessMode }: TransactionSettings,
  ): Promise<void> {
    const isolation = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`
    this.#record(`begin${isolation}${accessMode === undefined ? '' : ` ${accessMode}`}`)
  }

  async commitTransaction(): Promise<void> {
    this.#record('commit')
  }

  async rollbackTransaction(): Promise<void> {
    this.#record('rollback')
  }

  async savepoint(_: DatabaseConnection, name: string): Promise<void> {
    this.#record(`savepoint ${quoteIdentifier(name)}`)
  }

  async rollbackToSavepoint(_: DatabaseConnection, name: string): Promise<void> {
    this.#record(`rollback to ${quoteIdentifier(name)}`)
  }

  async releaseSavepoint(_: DatabaseConnection, name: string): Promise<void> {
    this.#record(`release ${quoteIdentifier(name)}`)
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}

  #record(sql: string): void {
    this.#recording.statements.push(sql.trim().replace(/;\s*$/, ''))
  }
}

/** What the schema builder writes gives no rows anywhere, so that a plugin may look at them. */
function givesRows(query: CompiledQuery['query']): boolean {
  const asks = query.kind === 'SelectQueryNode' || query.kind === 'RawNode'
  return asks || ('returning' in query && query.returning !== undefined)
}

/** What was never read. `select setval(…)` may run for its effect; whoever looks at what it gives is refused. */
function unreadable<T>(recording: Recording, target: object): T {
  return new Proxy(target, {
    get(_, key) {
      // A promise asks whatever it resolves to whether it is a promise.
      if (key === 'then') return undefined
      throw refuse(recording, readsOffline(recording.who))
    },
  }) as T
}
