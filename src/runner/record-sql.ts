/** Writes down the SQL of a revision without running it. */
import type {
  CompiledQuery,
  DatabaseConnection,
  Driver,
  Kysely,
  QueryResult,
  TransactionSettings,
} from 'kysely'
import { parametersOffline, readsOffline } from './errors.ts'

/**
 * Runs a migration function on a connection that records statements and runs none. Parameters are written into the SQL
 * as literals without a type, which PostgreSQL gives the types that it would have given the parameters.
 *
 * @returns each statement without its semicolon, in order; a transaction that the function opens, with its begin and commit
 * @throws RUNNER_READS when it uses rows, RUNNER_RAW_PARAMETERS
 */
export async function recordSql(migration: (db: Kysely<unknown>) => Promise<void> | void): Promise<string[]> {
  const statements: string[] = []
  await migration(await recordingKysely(statements))
  return statements
}

async function recordingKysely(statements: string[]): Promise<Kysely<unknown>> {
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
      createDriver: () => new RecordingDriver(statements),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new LiteralCompiler(),
    },
  })
}

class RecordingDriver implements Driver {
  readonly #statements: string[]

  constructor(statements: string[]) {
    this.#statements = statements
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const record = (sql: string) => this.#record(sql)
    return {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        if (parameters.length > 0) throw parametersOffline(sql)
        record(sql)
        return { rows: unreadable<R>() }
      },
      streamQuery() {
        throw readsOffline()
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

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}

  #record(sql: string): void {
    this.#statements.push(sql.trim().replace(/;\s*$/, ''))
  }
}

/** Rows that were never read. `select setval(…)` may run for its effect; whoever looks at what it gives is refused. */
function unreadable<R>(): R[] {
  return new Proxy<R[]>([], {
    get(_, key) {
      // A promise asks whatever it resolves to whether it is a promise.
      if (key === 'then') return undefined
      throw readsOffline()
    },
  })
}
