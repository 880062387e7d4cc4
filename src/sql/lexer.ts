/** PostgreSQL's lexical rules (manual, section 4.1), as far as it takes to know where a string, a name or a comment ends. */

export type TokenKind =
  | 'space'
  | 'comment'
  | 'word'
  | 'number'
  /** `'…'`, `E'…'`, `$tag$…$tag$` */
  | 'string'
  /** `"…"` */
  | 'quoted'
  /** `$1` */
  | 'parameter'
  /** One character of anything else. */
  | 'symbol'

export interface Token {
  readonly kind: TokenKind
  readonly start: number
  /** One past its last character. */
  readonly end: number
  /** The text ends before the token does. */
  readonly unterminated?: true
}

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /[ \t\n\r\f\v]+/y],
  ['comment', /--[^\n\r]*/y],
  ['word', /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y],
  ['number', /\d+/y],
  ['parameter', /\$\d+/y],
]
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y
/** A string constant goes on after a line break (section 4.1.2.1), with the same escapes. */
const continued = /[ \t\f\v]*[\n\r][ \t\n\r\f\v]*'/y
const commentMark = /\/\*|\*\//g

/** The token that starts at `start`, which must lie inside the text. */
export function tokenAt(sql: string, start: number): Token {
  const first = sql[start]
  if (first === "'") return quotedUntil(sql, start, start + 1, "'", 'string')
  if (first === '"') return quotedUntil(sql, start, start + 1, '"', 'quoted')
  if ((first === 'e' || first === 'E') && sql[start + 1] === "'") return escapeString(sql, start)
  if (first === '/' && sql[start + 1] === '*') return blockComment(sql, start)
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start
    if (pattern.test(sql)) return { kind, start, end: pattern.lastIndex }
  }
  if (first === '$') {
    dollarTag.lastIndex = start
    const tag = dollarTag.exec(sql)?.[0]
    if (tag !== undefined) return quotedUntil(sql, start, start + tag.length, tag, 'string')
  }
  return { kind: 'symbol', start, end: start + 1 }
}

/** All tokens of a text: together they are the text. */
export function* tokensOf(sql: string): Generator<Token> {
  for (let at = 0; at < sql.length; ) {
    const token = tokenAt(sql, at)
    yield token
    at = token.end
  }
}

/** A doubled quote ends one token and starts the next, which for our purpose is the same. */
function quotedUntil(sql: string, start: number, from: number, end: string, kind: TokenKind): Token {
  const at = sql.indexOf(end, from)
  return at < 0 ? { kind, start, end: sql.length, unterminated: true } : { kind, start, end: at + end.length }
}

function escapeString(sql: string, start: number): Token {
  let at = start + 2
  while (at < sql.length) {
    const char = sql[at]
    if (char === '\\') at += 2
    else if (char !== "'") at++
    else if (sql[at + 1] === "'") at += 2
    else {
      continued.lastIndex = at + 1
      if (!continued.test(sql)) return { kind: 'string', start, end: at + 1 }
      at = continued.lastIndex
    }
  }
  return { kind: 'string', start, end: sql.length, unterminated: true }
}

/** Block comments nest. */
function blockComment(sql: string, start: number): Token {
  let depth = 0
  commentMark.lastIndex = start
  for (let mark = commentMark.exec(sql); mark !== null; mark = commentMark.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return { kind: 'comment', start, end: commentMark.lastIndex }
  }
  return { kind: 'comment', start, end: sql.length, unterminated: true }
}
