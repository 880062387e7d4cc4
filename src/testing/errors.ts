/** What can go wrong with databases for tests. */
import { summarizePgError } from '../database/pg-error.ts'
import { describeServer } from '../database/url.ts'
import { DbmigError } from '../errors.ts'

export function mayNotCreate(url: string, role: string, cause: unknown): DbmigError {
  return new DbmigError(
    'TESTING_NOT_ALLOWED',
    `The role "${role}" may not create a database for a test on ${describeServer(url)}. Run \`alter role "${role}" createdb\` there, or give testDatabase the \`url\` of another server, or "pglite:memory".`,
    { cause },
  )
}

export function behindPooler(url: string): DbmigError {
  return new DbmigError(
    'TESTING_POOLED',
    `Databases for tests are copies, which PostgreSQL makes only of a database that nobody is connected to, and a pooler such as PgBouncer stands before ${describeServer(url)} and stays connected. Give testDatabase the \`url\` of the server itself.`,
    { exitCode: 2 },
  )
}

export function cloneFailed(url: string, cause: unknown): DbmigError {
  return new DbmigError(
    'TESTING_CREATE_FAILED',
    `No database for a test can be created on ${describeServer(url)}: ${summarizePgError(cause)}.`,
    { cause },
  )
}

export function dropFailed(name: string, url: string, cause: unknown): DbmigError {
  return new DbmigError(
    'TESTING_DROP_FAILED',
    `The test's database "${name}" on ${describeServer(url)} cannot be dropped: ${summarizePgError(cause)}. Run \`drop database "${name}" with (force)\`, or leave it to a later run of the tests.`,
    { cause },
  )
}
