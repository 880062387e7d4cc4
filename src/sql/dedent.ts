/** Taking the common indentation off an SQL text. */
import { tokensOf } from './lexer.ts'

/**
 * The text without the white space that all its lines begin with, without white space at the ends of lines, and with line
 * feeds alone. Strings, quoted names and bodies stay to the letter. A first line that something stood in front of does not
 * count: begin the text with that line's line feed where nothing did.
 */
export function dedentSql(sql: string): string {
  const common = commonIndent(sql)
  let text = ''
  for (const token of tokensOf(sql)) {
    const part = sql.slice(token.start, token.end)
    if (token.kind === 'space' || token.kind === 'comment') text += withoutIndent(part, common)
    else text += part
  }
  return text.trim()
}

function withoutIndent(part: string, common: string): string {
  return part
    .replaceAll('\r\n', '\n')
    .replace(/[ \t]+(?=\n)/g, '')
    .replaceAll(`\n${common}`, '\n')
}

/** The longest white space that every line begins with which is not empty, and not inside of a token. */
function commonIndent(sql: string): string {
  let common: string | null = null
  for (const { kind, start, end } of tokensOf(sql)) {
    const lineFeed = kind === 'space' ? sql.lastIndexOf('\n', end - 1) : -1
    if (lineFeed < start || end === sql.length) continue
    const indent = sql.slice(lineFeed + 1, end)
    common = common === null ? indent : sharedStart(common, indent)
  }
  return common ?? ''
}

function sharedStart(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}
