/** Laying out long SQL over lines: a clause on each, and conditions at their outermost `and` and `or`. */
import { type Token, tokensOf } from '../sql/lexer.ts'

const WIDTH = 88

/** What a statement begins with → the words that begin its clauses, outside of parentheses. */
const CLAUSES: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^create( or replace)?( constraint)? trigger /i,
    /^(before|after|instead|from|referencing|for|when|execute)$/i,
  ],
  [/^(create|alter) policy /i, /^(as|for|to|using|with)$/i],
  [/^create( unique)? index /i, /^(on|include|nulls|with|tablespace|where)$/i],
  [/^alter table /i, /^(add|drop|attach|references|for)$/i],
  [/^create( unlogged)? table .* partition of /i, /^(partition|for|with|tablespace)$/i],
  [/^alter text search /i, /^(add|with)$/i],
  [/^create statistics /i, /^(on|from)$/i],
  [/^create publication /i, /^(for|with)$/i],
  [/^create type .* as /i, /^as$/i],
  [/^create rule /i, /^(as|where|do)$/i],
  [/^comment on /i, /^is$/i],
]

/** A statement of one line over several, where it is long; one that has lines is somebody's own. */
export function layOutStatement(sql: string): string {
  if (sql.length <= WIDTH || sql.includes('\n')) return sql
  const words = CLAUSES.find(([head]) => head.test(sql))?.[1]
  if (words === undefined) return sql
  // The name may be one of these words.
  const [head = '', ...clauses] = split(sql, 0, (word, place) => place > 2 && words.test(word))
  return [head, ...clauses.map((clause) => `  ${breakCondition(clause, 2)}`)].join('\n')
}

/** A condition over lines where it is long. */
export function layOutCondition(sql: string): string {
  return sql.length <= WIDTH || sql.includes('\n') ? sql : breakCondition(sql, 0)
}

/** Before each of the outermost conjunctions, then within what is still too long. */
function breakCondition(sql: string, indent: number): string {
  if (sql.length + indent <= WIDTH) return sql
  const [depth, word] = outermost(sql) ?? []
  if (depth === undefined || word === undefined) return fillList(sql, indent)
  const inner = indent + 2
  return split(sql, depth, (other) => other.toLowerCase() === word)
    .map((part) => breakCondition(part, inner))
    .join(`\n${' '.repeat(inner)}`)
}

/** A long list, outermost first, in lines that are as full as they may be. */
function fillList(sql: string, indent: number): string {
  const commas = commasOf(sql)
  const depth = Math.min(...commas.map((comma) => comma.depth))
  const lines: string[] = []
  let line = ''
  let from = 0
  for (const end of [...commas.flatMap((comma) => (comma.depth === depth ? comma.end : [])), sql.length]) {
    const part = sql.slice(from, end)
    from = end
    const joined = line + part
    if (line !== '' && joined.trim().length + indent + 2 > WIDTH) {
      lines.push(line.trim())
      line = part
    } else line = joined
  }
  return [...lines, line.trim()].join(`\n${' '.repeat(indent + 2)}`)
}

function commasOf(sql: string): { readonly depth: number; readonly end: number }[] {
  const commas: { depth: number; end: number }[] = []
  let depth = 0
  for (const { start, end } of tokensOf(sql)) {
    const text = sql.slice(start, end)
    if (text === '(' || text === '[') depth++
    if (text === ')' || text === ']') depth--
    if (text === ',') commas.push({ depth, end })
  }
  return commas
}

/** How deep in parentheses the outermost conjunction stands, and which it is: an `or` holds together less than an `and`. */
function outermost(sql: string): readonly [depth: number, word: 'and' | 'or'] | null {
  let found: readonly [number, 'and' | 'or'] | null = null
  for (const { text, depth, start } of wordsOf(sql)) {
    const word = text.toLowerCase()
    if (start === 0 || (word !== 'and' && word !== 'or')) continue
    if (found === null || depth < found[0] || (depth === found[0] && word === 'or')) found = [depth, word]
  }
  return found
}

interface Word {
  /** Empty for a quoted name, and for the `and` of a `between`. */
  readonly text: string
  readonly start: number
  readonly depth: number
  /** How many words come before it. */
  readonly place: number
}

function wordsOf(sql: string): Word[] {
  const words: Word[] = []
  let depth = 0
  // The `and` that is due to each `between`, by the depth at which it stands.
  const due: number[] = []
  const take = ({ kind, start, end }: Token): void => {
    const text = sql.slice(start, end)
    if (text === '(' || text === '[') depth++
    if (text === ')' || text === ']') depth--
    if (kind === 'quoted') words.push({ text: '', start, depth, place: words.length })
    if (kind !== 'word') return
    const closes = /^and$/i.test(text) && due.at(-1) === depth
    if (closes) due.pop()
    if (/^between$/i.test(text)) due.push(depth)
    words.push({ text: closes ? '' : text, start, depth, place: words.length })
  }
  for (const token of tokensOf(sql)) take(token)
  return words
}

/** The text in parts, each but the first beginning with a chosen word at a depth. */
function split(sql: string, depth: number, begins: (word: string, place: number) => boolean): string[] {
  const parts: string[] = []
  let from = 0
  for (const word of wordsOf(sql)) {
    if (word.start === 0 || word.depth !== depth || !begins(word.text, word.place)) continue
    parts.push(sql.slice(from, word.start).trimEnd())
    from = word.start
  }
  return [...parts, sql.slice(from)]
}
