/** Which failures of a transaction are tried again, and when. */
import { isPgError, type PgError, saidLast } from '../../database/pg-error.ts'

/** What may pass: a lock that was not to be had, a deadlock, a transaction in the way of another, two that change one row of the catalog. */
export type Passing = 'lock' | 'deadlock' | 'serialization' | 'catalog'

const passingStates: Readonly<Record<string, Passing>> = {
  '55P03': 'lock',
  '40P01': 'deadlock',
  '40001': 'serialization',
}

/** What makes a failure worth another try, whatever the revision has wrapped it in; null where nothing does. */
export function passingOf(error: unknown): Passing | null {
  const seen = new Set<unknown>()
  for (let each = error; each instanceof Error && !seen.has(each); each = each.cause) {
    const said = saidLast(each)
    const passing = isPgError(said)
      ? (passingStates[said.code] ?? (isInCatalog(said) ? 'catalog' : null))
      : null
    if (passing !== null) return passing
    seen.add(each)
  }
  return null
}

/**
 * PostgreSQL takes no lock on what `grant` or `create … if not exists` is about: of two that do the same at once, as the revisions of
 * tenants in one database do, one fails.
 */
function isInCatalog({ code, message, schema }: PgError): boolean {
  // Such messages are in no other language.
  if (code === 'XX000') return /^tuple concurrently (?:updated|deleted)$/.test(message)
  return code === '23505' && schema === 'pg_catalog'
}

const firstMs = 100
const longestMs = 5000

/**
 * How long to wait after a try that failed: anything up to a limit that doubles, so that runs that hinder each other do not meet
 * again.
 *
 * @param attempt from 1
 * @param random from 0 to below 1
 */
export function retryDelay(attempt: number, random: number): number {
  return Math.round(random * Math.min(longestMs, firstMs * 2 ** (attempt - 1)))
}
