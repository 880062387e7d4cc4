/** A recorded statement as text that psql sends on unchanged in meaning, and what cannot be told to psql. */
import type { Revision } from '../../graph/revision.ts'
import { tokensOf } from '../../sql/lexer.ts'
import { splitSql } from '../../sql/split-sql.ts'
import { transactionMove } from '../../sql/transaction-move.ts'
import { transactionLeftOpen } from '../errors.ts'
import { endsTransactionOffline, notForPsql } from './errors.ts'

/** What psql would take for one of its variables after a colon. */
const variable = /[A-Za-z0-9_\u0080-\uffff'"{]/

/**
 * Writes a statement for psql: a colon that psql could take for the start of a variable is set apart from what follows, and a semicolon ends it.
 *
 * @returns '' for a text without a statement
 * @throws RUNNER_NOT_FOR_PSQL
 */
export function statementForPsql(revision: Revision, sql: string): string {
  let text = ''
  let parentheses = 0
  let words: string[] = []
  let empty = true
  let inLineComment = false
  let paired = false
  const refuse = (why: string) => notForPsql(revision, why, sql)

  for (const token of tokensOf(sql)) {
    const part = sql.slice(token.start, token.end)
    text += part
    if (token.unterminated) throw refuse('a string, a quoted name or a comment in it never ends')
    if (token.kind === 'comment') inLineComment = part.startsWith('--')
    if (token.kind === 'space' && part.includes('\n')) inLineComment = false
    if (token.kind === 'space' || token.kind === 'comment') continue
    inLineComment = false
    empty = false
    const next = sql[token.end] ?? ''
    if (token.kind === 'word') words.push(part.toLowerCase())
    else if (part === '\\') throw refuse('a backslash outside of a string starts a command of psql')
    else if (part === '(') parentheses++
    else if (part === ')') parentheses--
    else if (part === ';') {
      if (copiesFromStdin(words)) throw refuse(stdinReason)
      words = []
    } else if (part === ':') {
      // `::` and `:=` are one token to psql, and what follows is no variable.
      if (paired) paired = false
      else if (next === ':') paired = true
      else if (variable.test(next)) text += ' '
    }
  }
  if (parentheses !== 0) throw refuse('its parentheses do not match')
  if (copiesFromStdin(words)) throw refuse(stdinReason)
  if (empty) return ''
  return inLineComment ? `${text}\n;` : `${text};`
}

const stdinReason = 'after COPY … FROM STDIN it would take the rest of the script for rows'

function copiesFromStdin(words: readonly string[]): boolean {
  return words[0] === 'copy' && words.some((word, index) => word === 'from' && words[index + 1] === 'stdin')
}

/**
 * Refuses a transaction that is ended where the script's own is open, or begun and never ended where none is.
 *
 * @param statements of one revision, fit for psql
 * @throws RUNNER_TRANSACTION_ENDED, RUNNER_TRANSACTION_OPEN
 */
export function requireOwnTransactions(
  revision: Revision,
  statements: readonly string[],
  transaction: boolean,
): void {
  let open = false
  for (const { sql } of statements.flatMap((statement) => splitSql(statement, null))) {
    const move = transactionMove(sql)
    if (move === null) continue
    if (transaction && move !== 'begin') throw endsTransactionOffline(revision, sql)
    open = move !== 'end'
  }
  if (open && !transaction) throw transactionLeftOpen(revision)
}
