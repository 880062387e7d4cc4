/** What the rows of the ledger say is applied in full. A file outside a transaction may be under way, or have ended half-way. */
import { appliedHeads } from '../graph/applied.ts'
import type { LedgerRow } from './read.ts'

export function appliedRows(rows: readonly LedgerRow[]): LedgerRow[] {
  return rows.filter(({ status }) => status === 'applied')
}

export function appliedIds(rows: readonly LedgerRow[]): Set<string> {
  return new Set(appliedRows(rows).map(({ revision }) => revision))
}

/** The heads of a database, from its rows alone. */
export function headsOfRows(rows: readonly LedgerRow[]): string[] {
  return appliedHeads(appliedRows(rows))
}
