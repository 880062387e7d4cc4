/** PostgreSQL's errors: what it said about a statement, and where in the statement. */
import { DbmigError, messageOf } from '../errors.ts'
import { redactSecrets } from './secrets.ts'

/** What both drivers throw when the server reports an error. */
export interface PgError extends Error {
  /** The SQLSTATE. */
  readonly code: string
  readonly severity?: string
  readonly detail?: string
  readonly hint?: string
  /** Where in the statement, counted in characters from 1. */
  readonly position?: string
  readonly where?: string
  readonly constraint?: string
  readonly schema?: string
  readonly table?: string
}

/** Whether PostgreSQL (rather than the driver or the network) reported this error. */
export function isPgError(error: unknown): error is PgError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(error.code)
  )
}

/** The code of the error of a session whose connection has gone. */
export const CONNECTION_LOST = 'DATABASE_CONNECTION_LOST'

/** Of an error that says that the connection is lost, what the server or the network said last; any other error as it is. */
export function saidLast(error: unknown): unknown {
  return error instanceof DbmigError && error.code === CONNECTION_LOST ? error.cause : error
}

/**
 * Whether an error has ended its connection: shutdown (57P01, 57P02), a timeout of an idle session or a transaction (57P05, 25P03, 25P04),
 * class 08, or what the driver and the network say.
 */
export function endsConnection(error: unknown): boolean {
  if (isPgError(error)) return /^(?:08|57P0[125]|25P0[34])/.test(error.code)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return (
    ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code) || /^Connection terminated/.test(messageOf(error))
  )
}

/** The SQLSTATE of an error, or undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  const said = saidLast(error)
  return isPgError(said) ? said.code : undefined
}

/** The drivers' errors do not hold their statement, so the session notes it here. */
const statements = new WeakMap<object, string>()

/** Notes which statement an error belongs to; the first note counts. */
export function noteStatement(error: unknown, sql: string): void {
  if (typeof error === 'object' && error !== null && !statements.has(error)) statements.set(error, sql)
}

const completed = new WeakMap<object, number>()

/** Keeps how many statements of a message were done before the one that failed. */
export function noteCompleted(error: unknown, statements: number): void {
  if (typeof error === 'object' && error !== null) completed.set(error, statements)
}

/** How many statements of its message were done before an error of a session, as far as the server has said. */
export function completedBefore(error: unknown): number {
  const said = saidLast(error)
  return (typeof said === 'object' && said !== null ? completed.get(said) : undefined) ?? 0
}

/** For an error of a statement that is dbmig's own, which says nothing to a user. */
export function forgetStatement(error: unknown): void {
  const said = saidLast(error)
  if (typeof said === 'object' && said !== null) statements.delete(said)
}

/** The statement that an error of a session belongs to, or undefined. */
export function statementOf(error: unknown): string | undefined {
  const said = saidLast(error)
  return typeof said === 'object' && said !== null ? statements.get(said) : undefined
}

/** An error as an event tells it. */
export function factsOf(error: unknown) {
  const said = saidLast(error)
  const { detail = null, hint = null } = isPgError(said) ? said : {}
  const safe = (text: string | null) => text && redactSecrets(text)
  return {
    message: redactSecrets(messageOf(error)),
    sqlState: sqlStateOf(error) ?? null,
    detail: safe(detail),
    hint: safe(hint),
  }
}

/** One line: the message and the SQLSTATE. */
export function summarizePgError(error: unknown): string {
  const [said, code] = [messageOf(saidLast(error)), sqlStateOf(error)]
  return code === undefined ? said : `${said} (SQLSTATE ${code})`
}

/**
 * All that PostgreSQL said, over several lines: message, SQLSTATE, detail, hint, and the line of SQL with a mark under
 * the place that it means.
 *
 * @param sql the statement, where the error is not from a session that noted it
 */
export function describePgError(error: unknown, sql: string | undefined = statementOf(error)): string {
  const lines = [summarizePgError(error)]
  if (isPgError(error)) {
    if (error.detail) lines.push(`Detail: ${error.detail}`)
    if (error.hint) lines.push(`Hint: ${error.hint}`)
    if (error.where) lines.push(`Where: ${error.where}`)
  }
  if (sql !== undefined && sql.trim() !== '') {
    const position = isPgError(error) ? Number(error.position ?? 0) : 0
    // Before anything is cut: a password is known by what stands before it.
    const [safe, before] = [redactSecrets(sql), redactSecrets([...sql].slice(0, position - 1).join(''))]
    lines.push(...(position > 0 ? markPosition(safe, [...before].length + 1) : shorten(safe)))
  }
  return lines.join('\n')
}

/**
 * The line of a statement that holds a position, with a mark under it.
 *
 * @param position counted in characters (not UTF-16 units) from 1
 */
function markPosition(sql: string, position: number): string[] {
  const before = [...sql].slice(0, position - 1).join('')
  const lineNumber = before.split('\n').length
  const line = sql.split('\n')[lineNumber - 1] ?? ''
  const column = before.length - (before.lastIndexOf('\n') + 1)
  // A long line is cut around the mark.
  const from = Math.max(0, column - 60)
  const excerpt = line.slice(from, column + 60)
  const prefix = `${lineNumber} | ${from > 0 ? '…' : ''}`
  const pad = ' '.repeat(prefix.length + [...line.slice(from, column)].length)
  return [`${prefix}${excerpt}${column + 60 < line.length ? '…' : ''}`, `${pad}^`]
}

/** The first lines of a statement. */
export function shorten(sql: string): string[] {
  const lines = sql.trim().split('\n')
  return lines.length > 8 ? [...lines.slice(0, 8), `… ${lines.length - 8} more lines`] : lines
}
