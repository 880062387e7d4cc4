/** Which failures of a transaction are tried again, and when. */
import { sqlStateOf } from '../database/pg-error.ts'

/** A lock that was not to be had, a deadlock, a transaction that was in the way of another: the same may work a moment later. */
const passing = new Set(['55P03', '40P01', '40001'])

/** The SQLSTATE that makes a failure worth another try, whatever the revision has wrapped it in; null where none does. */
export function passingStateOf(error: unknown): string | null {
  const seen = new Set<unknown>()
  for (let each = error; each instanceof Error && !seen.has(each); each = each.cause) {
    const state = sqlStateOf(each)
    if (state !== undefined && passing.has(state)) return state
    seen.add(each)
  }
  return null
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
