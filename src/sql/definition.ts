/** Whether a statement only defines objects, so that what it gives back is known before it runs: no rows, and no count of them. */
import { tokensOf } from './lexer.ts'

const DEFINES =
  /^(?:create (?:table|index|unique index|view|or replace view|type|domain|sequence|schema)|alter (?:table|index|view|sequence|domain)|drop (?:table|index|view|type|domain|sequence|schema)|comment on) /

/**
 * Judges one statement, and rather too strictly: a comment, which could swallow what follows the statement, makes it another.
 *
 * @param sql with or without a semicolon at its end
 */
export function isDefinition(sql: string): boolean {
  const words: string[] = []
  let depth = 0
  let ended = false
  for (const { kind, start, end, unterminated } of tokensOf(sql)) {
    if (kind === 'space') continue
    if (kind === 'comment' || kind === 'parameter' || unterminated || ended) return false
    const text = sql.slice(start, end)
    // It gives the whole message.
    if (kind === 'word' && /^current_query$/i.test(text)) return false
    if (text === '(') depth++
    else if (text === ')') depth--
    else if (text === ';') ended = true
    else if (depth === 0) words.push(kind === 'word' ? text.toLowerCase() : text)
  }
  if (!DEFINES.test(`${words.slice(0, 4).join(' ')} `)) return false
  // `create table … as` is filled with rows and counts them; what is done `concurrently` has rules of its own.
  const isFilled =
    words[0] === 'create' && words[1] === 'table' && words.some((word) => word === 'as' || word === 'execute')
  return depth === 0 && !words.includes('concurrently') && !isFilled
}
