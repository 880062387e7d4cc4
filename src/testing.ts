/** What `dbmig/testing` gives: a database at head for a test, in milliseconds. */
import type { Kysely } from 'kysely'
import type { Config } from './config/config.ts'
import { DbmigError } from './errors.ts'
import type { Clone } from './testing/clone.ts'

export { DbmigError } from './errors.ts'

export interface TestDatabaseOptions {
  /** Where the configuration is looked for. Default: the process's working directory. */
  readonly cwd?: string | undefined
  /** A configuration file, or a configuration itself. Default: the nearest file from `cwd` up. */
  readonly config?: string | Config | undefined
  /** Wins over the configuration's: a database beside which test databases are made, or `pglite:memory`. */
  readonly url?: string | undefined
  /** Wins over the configuration's: folder or folders of revision files. */
  readonly migrations?: string | readonly string[] | undefined
  /** What the database is at. Default: `heads`. */
  readonly target?: string | undefined
  /** For a configuration that is a function, and `DATABASE_URL`: `process.env`, or nothing. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  readonly args?: Readonly<Record<string, string>> | undefined
}

export interface TestDatabase extends AsyncDisposable {
  /** For any client; `pglite:memory` where it is in this process, and only `kysely` leads to it. */
  readonly url: string
  /** A Kysely on it, the same each time. `drop` ends it. */
  // biome-ignore lint/suspicious/noExplicitAny: as Kysely's own `Migration`, for who has no types of his tables
  kysely<Tables = any>(): Promise<Kysely<Tables>>
  /** Drops the database, whoever is connected to it. A second time it does nothing. */
  drop(): Promise<void>
}

/**
 * Makes a database for a test: a copy of a template, which the first who asks has migrated to head. A change of any revision
 * file makes another template, and drops the former one.
 *
 * @example
 * ```ts
 * await using database = await testDatabase({ env: process.env })
 * const db = await database.kysely<Tables>()
 * ```
 * @throws DbmigError `CONFIG_…`, `DATABASE_…`, `TESTING_…`, and what an upgrade throws
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { makeClone } = await import('./testing/clone.ts')
  try {
    return handleOf(await makeClone(options))
  } catch (error) {
    throw error instanceof DbmigError ? toldInFull(error) : error
  }
}

/** Test runners print the message alone. */
function toldInFull(error: DbmigError): DbmigError {
  const { code, message, detail, exitCode } = error
  if (detail === undefined) return error
  return new DbmigError(code, `${message}\n${detail.trimEnd()}`, { exitCode, cause: error })
}

function handleOf({ url, open, drop }: Clone): TestDatabase {
  let opened: Promise<Kysely<unknown>> | undefined
  let dropped: Promise<void> | undefined
  const end = async (): Promise<void> => {
    // A Kysely that could not be made needs no end.
    await opened?.then(
      (db) => db.destroy(),
      () => {},
    )
    await drop()
  }
  const database = {
    url,
    kysely<Tables>() {
      opened ??= open()
      return opened as Promise<Kysely<Tables>>
    },
    drop() {
      dropped ??= end()
      return dropped
    },
  }
  return { ...database, [Symbol.asyncDispose]: database.drop }
}
