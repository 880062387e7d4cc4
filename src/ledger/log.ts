/** The command `log`: the record of all that ever ran, and whether it is still as it was written. */
import type { Project } from '../config/config.ts'
import { parseLimit, parsePeriod, type SelectionOptions } from '../graph/select.ts'
import { badHash } from './errors-log.ts'
import { ledgerLocation } from './location.ts'
import { type LogFilter, type LogRow, readLog } from './read-log.ts'
import { type LogVerification, verifyChain } from './verify-log.ts'
import { withSession } from './views.ts'

export interface LogOptions extends SelectionOptions {
  /** Only rows of these revisions: ids, or how they begin. */
  readonly revision?: string | readonly string[] | undefined
  /** Only failures. */
  readonly failed?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the log, newest first. `since` and `until` are about when a row was written: when what it tells of ended.
 *
 * @returns nothing where there is no log
 * @throws GRAPH_BAD_DATE, GRAPH_BAD_LIMIT, CONFIG_NO_URL, DATABASE_…, LEDGER_…
 */
export async function log(project: Project, options: LogOptions = {}): Promise<LogRow[]> {
  const filter = logFilter(options)
  return withSession(project, options.signal, (session) => readLog(session, ledgerLocation(project), filter))
}

/** @throws GRAPH_BAD_DATE, GRAPH_BAD_LIMIT */
export function logFilter(options: LogOptions): LogFilter {
  const { revision, failed = false } = options
  const revisions = typeof revision === 'string' ? [revision] : (revision ?? null)
  const limit = parseLimit(options.limit, 'rows') ?? null
  return { ...parsePeriod(options), limit, revisions, failed }
}

export interface VerifyLogOptions {
  /** The hash of a row that was noted before: it must be there still. */
  readonly expect?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Computes the hash of each row of the log again, and compares the log with what is applied.
 *
 * @throws LEDGER_BAD_HASH, CONFIG_NO_URL, DATABASE_…, LEDGER_…
 */
export async function verifyLog(project: Project, options: VerifyLogOptions = {}): Promise<LogVerification> {
  const { expect, signal } = options
  if (expect !== undefined && !/^[0-9a-f]{64}$/i.test(expect)) throw badHash(expect)
  const hash = expect?.toLowerCase() ?? null
  return withSession(project, signal, (session) => verifyChain(session, ledgerLocation(project), hash))
}
