/** Whether a statement begins or ends a transaction. */
import { splitSql } from './split-sql.ts'

/** `chain`: ends one and begins the next. */
export type TransactionMove = 'begin' | 'end' | 'chain'

/** Of one statement, without comments before it. */
export function transactionMove(sql: string): TransactionMove | null {
  if (/^(?:begin|start\s+transaction)\b/i.test(sql)) return 'begin'
  if (!ends.test(sql)) return null
  return /\band\s+chain\b/i.test(sql) && !/\band\s+no\s+chain\b/i.test(sql) ? 'chain' : 'end'
}

/** Of a text of any number of statements, in their order. */
export function transactionMoves(text: string): TransactionMove[] {
  if (!/\b(?:begin|start|commit|end|abort|rollback|prepare)\b/i.test(text)) return []
  try {
    return splitSql(text, null).flatMap(({ sql }) => transactionMove(sql) ?? [])
  } catch {
    // What cannot be read PostgreSQL refuses, and says why.
    return []
  }
}

/** Of a transaction, and not of a savepoint or of one that was prepared. */
const ends =
  /^(?:prepare\s+transaction\b|(?:commit|end|abort|rollback)\b(?!\s+(?:(?:work|transaction)\s+)?to\b)(?!\s+prepared\b))/i
