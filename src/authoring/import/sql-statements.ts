/** The statements of an SQL migration, with the comments in front of them, without a transaction that dbmig makes itself. */
import { skeletonOf } from '../../schema/classify-statement.ts'
import { tokenAt } from '../../sql/lexer.ts'
import { splitSql } from '../../sql/split-sql.ts'
import { copiesRows } from './errors.ts'

export interface MigrationStatement {
  readonly sql: string
  /** The text of the comments before it, a line each. */
  readonly comments: readonly string[]
}

export interface MigrationScript {
  readonly statements: readonly MigrationStatement[]
  /** False where it handles transactions itself, or does what PostgreSQL does in none. */
  readonly transaction: boolean
}

/**
 * @param script with as many lines in front as there are in its file
 * @param file for messages
 * @throws SQL_UNTERMINATED, SQL_META_COMMAND, IMPORT_COPY
 */
export function readScript(script: string, file: string): MigrationScript {
  const statements: MigrationStatement[] = []
  let done = 0
  for (const { sql } of splitSql(script, file)) {
    const { comments, end } = readGap(script, done, sql, file)
    statements.push({ sql, comments })
    done = end + sql.length
  }
  readGap(script, done, null, file)
  return withoutOuterTransaction(statements)
}

/**
 * What stands between two statements.
 *
 * @param next the statement behind it; null at the end of the script
 * @throws IMPORT_COPY: of `COPY … FROM stdin`, `splitSql` leaves out the statement and its rows
 */
function readGap(
  script: string,
  from: number,
  next: string | null,
  file: string,
): { comments: string[]; end: number } {
  const comments: string[] = []
  let end = from
  while (end < script.length) {
    const token = tokenAt(script, end)
    const text = script.slice(token.start, token.end)
    if (token.kind === 'comment') comments.push(...linesOfComment(text))
    else if (token.kind !== 'space') {
      if (next !== null && script.startsWith(next, end)) break
      if (text.toLowerCase() === 'copy') throw copiesRows(file, script.slice(0, end).split('\n').length)
    }
    end = token.end
  }
  return { comments, end }
}

function linesOfComment(comment: string): string[] {
  const inner = comment.startsWith('--') ? comment.slice(2) : comment.slice(2, -2)
  return inner
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*\*?\s*|\s+$/g, ''))
    .filter((line) => line !== '')
}

const BEGINS = /^(?:begin|start transaction)\b/
const COMMITS = /^(?:commit|end)\b/
const ENDS = /^(?:commit|end|rollback(?! to)|abort|prepare transaction)\b/
/** PostgreSQL's "cannot run inside a transaction block". */
const ALONE =
  /^(?:(?:create (?:unique )?|drop )index concurrently|reindex\b.*\bconcurrently|vacuum|(?:create|drop) (?:database|tablespace)|alter system|alter database .* set tablespace|alter table .* detach partition .* concurrently|cluster$)/

/** One transaction around everything is what dbmig makes; any other is left to the file. */
function withoutOuterTransaction(statements: readonly MigrationStatement[]): MigrationScript {
  const words = statements.map(({ sql }) => skeletonOf(sql))
  const first = words[0] ?? ''
  const last = words.at(-1) ?? ''
  const inner = words.slice(1, -1)
  if (words.length > 1 && BEGINS.test(first) && COMMITS.test(last)) {
    if (!inner.some((each) => BEGINS.test(each) || ENDS.test(each))) {
      const [begin, ...rest] = statements
      const [next, ...others] = rest.slice(0, -1)
      if (next === undefined) return { statements: [], transaction: true }
      const comments = [...(begin?.comments ?? []), ...next.comments]
      return { statements: [{ ...next, comments }, ...others], transaction: true }
    }
  }
  const alone = words.some((each) => BEGINS.test(each) || ENDS.test(each) || ALONE.test(each))
  return { statements, transaction: !alone }
}
