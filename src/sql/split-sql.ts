/** Splitting an SQL script into its statements, as psql does. */
import { metaCommand, unterminated } from './errors.ts'
import { type Token, tokenAt } from './lexer.ts'

export interface ScriptStatement {
  /** Without the semicolon, and without comments before and after it. */
  readonly sql: string
  /** The line of the script on which it starts, from 1. */
  readonly line: number
}

/** psql's commands that pg_dump writes, and that change nothing here. */
const harmless = /^\\(?:restrict|unrestrict|set +(?:ON_ERROR_STOP|QUIET)|echo|qecho|timing|pset)\b/i

/**
 * Splits a script. The data of `COPY … FROM stdin` is left out with its statement: a target declares no rows.
 *
 * @param file for messages
 * @throws SQL_UNTERMINATED, SQL_META_COMMAND
 */
export function splitSql(script: string, file: string | null): ScriptStatement[] {
  const statements: ScriptStatement[] = []
  const lines = lineCounter(script)
  let statement = noStatement()
  let at = script.charCodeAt(0) === 0xfeff ? 1 : 0

  const finish = () => {
    if (statement.start >= 0) {
      const sql = script.slice(statement.start, statement.end)
      if (!copiesFromStdin(sql)) statements.push({ sql, line: lines(statement.start) })
      else at = endOfCopyData(script, at)
    }
    statement = noStatement()
  }

  while (at < script.length) {
    const token = tokenAt(script, at)
    if (token.unterminated) throw unterminated(file, lines(token.start), script.slice(token.start, token.end))
    at = token.end
    if (token.kind === 'space' || token.kind === 'comment') continue
    const text = script.slice(token.start, token.end)
    if (text === '\\') {
      at = endOfLine(script, at)
      const command = script.slice(token.start, at).trim()
      if (!harmless.test(command)) throw metaCommand(file, lines(token.start), command)
    } else if (text === ';' && statement.parentheses === 0 && statement.blocks === 0) {
      finish()
    } else {
      follow(statement, token, text)
    }
  }
  finish()
  return statements
}

interface OpenStatement {
  start: number
  /** One past its last token: a comment at its end is not part of it. */
  end: number
  parentheses: number
  /** How deep in `begin atomic … end` (with `case … end` inside) it is. */
  blocks: number
  /** Its first words, which tell whether it has such a body. */
  readonly words: string[]
}

function noStatement(): OpenStatement {
  return { start: -1, end: -1, parentheses: 0, blocks: 0, words: [] }
}

function follow(statement: OpenStatement, token: Token, text: string): void {
  if (statement.start < 0) statement.start = token.start
  statement.end = token.end
  if (text === '(') statement.parentheses++
  else if (text === ')') statement.parentheses = Math.max(0, statement.parentheses - 1)
  else if (token.kind === 'word') followWord(statement, text.toLowerCase())
}

/** Bodies written in plain SQL hold semicolons (manual, CREATE FUNCTION, `sql_body`); psql tells them in the same way. */
function followWord(statement: OpenStatement, word: string): void {
  if (statement.words.length < 4) statement.words.push(word)
  if (statement.parentheses > 0) return
  if (word === 'begin' && isRoutine(statement.words)) statement.blocks++
  else if (word === 'case' && statement.blocks > 0) statement.blocks++
  else if (word === 'end' && statement.blocks > 0) statement.blocks--
}

function isRoutine([first, second, third, fourth]: readonly string[]): boolean {
  const kind = second === 'or' && third === 'replace' ? fourth : second
  return first === 'create' && (kind === 'function' || kind === 'procedure')
}

function copiesFromStdin(sql: string): boolean {
  return /^copy\b/i.test(sql) && /\bfrom\s+stdin\b/i.test(sql)
}

/** The data starts on the line after the statement and ends with a line `\.`, or with the script. */
function endOfCopyData(script: string, at: number): number {
  const end = /^\\\.[ \t]*\r?$/gm
  end.lastIndex = endOfLine(script, at)
  return end.test(script) ? end.lastIndex : script.length
}

function endOfLine(script: string, at: number): number {
  const end = script.indexOf('\n', at)
  return end < 0 ? script.length : end
}

/** Line numbers of rising positions, in one walk over the script. */
function lineCounter(script: string): (position: number) => number {
  let line = 1
  let seen = 0
  return (position) => {
    for (let at = script.indexOf('\n', seen); at >= 0 && at < position; at = script.indexOf('\n', at + 1)) {
      line++
      seen = at + 1
    }
    return line
  }
}
