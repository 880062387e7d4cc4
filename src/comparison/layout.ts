/** Laying out a statement for reading: plain names without quotes, a line for each part of a table or type. */
import { quoteIdentifier } from '../emit/sql.ts'
import { dedentSql } from '../sql/dedent.ts'
import { type Token, tokensOf } from '../sql/lexer.ts'

/** A statement as a reader would lay it out; it means the same. */
export function layOut(statement: string): string {
  const sql = dedentSql(withoutQuotes(statement))
  return /^create (?:(?:unlogged |foreign )?table|type) /.test(sql) ? withLines(sql) : sql
}

/** Names without the quotes that they do not need: Kysely puts all in quotes. */
function withoutQuotes(sql: string): string {
  let text = ''
  for (const { kind, start, end } of tokensOf(sql)) {
    const part = sql.slice(start, end)
    // A quote beside is a doubled one, and what follows an ampersand may be U&"…".
    const alone = !/["&]/.test(sql[start - 1] ?? '') && sql[end] !== '"'
    text += kind === 'quoted' && alone ? quoteIdentifier(part.slice(1, -1)) : part
  }
  return text
}

/** The items of the list that the statement declares, each on a line; a partition's bound is no such list. */
function withLines(sql: string): string {
  const tokens = [...tokensOf(sql)]
  const textOf = ({ start, end }: Token): string => sql.slice(start, end)
  const open = tokens.findIndex((token) => textOf(token) === '(')
  const head = tokens.slice(0, Math.max(open, 0))
  if (open < 0 || head.some((token) => token.kind === 'word' && /^(?:values|by)$/i.test(textOf(token))))
    return sql
  const items: string[] = []
  let item = ''
  let depth = 0
  for (const token of tokens.slice(open + 1)) {
    const text = textOf(token)
    if (depth === 0 && text === ')') {
      const lines = [...items, item].map((one) => `  ${one.trim()}`).filter((one) => one.trim() !== '')
      const list = lines.length === 0 ? '()' : `(\n${lines.join(',\n')}\n)`
      return `${head.map(textOf).join('')}${list}${sql.slice(token.end)}`
    }
    if (text === '(') depth++
    else if (text === ')') depth--
    if (depth === 0 && text === ',') {
      items.push(item)
      item = ''
    } else item += text
  }
  return sql
}
