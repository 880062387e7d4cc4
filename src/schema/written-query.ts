/** Taking the query out of a `create view` statement, as its author wrote it. */
import { dedentSql } from '../sql/dedent.ts'
import { tokensOf } from '../sql/lexer.ts'

export interface CreatedView {
  readonly kind: 'view' | 'materialized view'
  /** Null where the search path decides. */
  readonly schema: string | null
  readonly name: string
  /** The names of `create view v (a, b)`. */
  readonly columns: readonly string[]
  readonly query: string
}

/** A token that is no white space, with a symbol or a word in lower case. */
interface Part {
  readonly text: string
  readonly kind: 'word' | 'name' | 'other'
  readonly start: number
  readonly end: number
}

/** @returns null for all other statements, and for temporary and recursive views */
export function createdView(sql: string): CreatedView | null {
  if (!/^create\s/i.test(sql) || !/\bview\b/i.test(sql)) return null
  const reader = new Reader(sql)
  reader.take('create')
  const replaces = reader.take('or') && reader.take('replace')
  const materialized = !replaces && reader.take('materialized')
  if (!reader.take('view')) return null
  if (reader.take('if')) for (const word of ['not', 'exists']) reader.take(word)
  const [first, second] = [reader.name(), reader.take('.') ? reader.name() : null]
  if (first === null) return null
  const columns = reader.take('(') ? reader.names() : []
  const end = reader.skipToQuery()
  if (columns === null || end === null) return null
  return {
    kind: materialized ? 'materialized view' : 'view',
    schema: second === null ? null : first,
    name: second ?? first,
    columns,
    query: dedentSql(sql.slice(end, reader.endOfQuery())),
  }
}

/** Whether a query says `every column` somewhere, so that the order of a table's columns matters to it. */
export function namesAllColumns(query: string): boolean {
  return new Reader(query).some(
    ({ kind, text }, before) =>
      (kind === 'other' && text === '*' && before !== '(') || (kind === 'word' && text === 'table'),
  )
}

/** A place in the parts of a statement. */
class Reader {
  readonly #parts: Part[] = []
  #at = 0

  constructor(sql: string) {
    for (const { kind, start, end } of tokensOf(sql)) {
      if (kind === 'space' || kind === 'comment') continue
      const text = sql.slice(start, end)
      const last = this.#parts.at(-1)
      // A doubled quote ends one token and begins the next.
      if (kind === 'quoted' && last?.kind === 'name' && last.end === start)
        this.#parts[this.#parts.length - 1] = {
          ...last,
          text: `${last.text}"${text.slice(1, -1)}`,
          end,
        }
      else if (kind === 'quoted') this.#parts.push({ kind: 'name', text: text.slice(1, -1), start, end })
      else
        this.#parts.push({
          kind: kind === 'word' ? 'word' : 'other',
          text: kind === 'word' ? foldCase(text) : text,
          start,
          end,
        })
    }
  }

  /** Goes on where this word or symbol stands. @returns whether it does */
  take(text: string): boolean {
    const part = this.#parts[this.#at]
    if (part === undefined || part.kind === 'name' || part.text !== text) return false
    this.#at++
    return true
  }

  name(): string | null {
    const part = this.#parts[this.#at]
    if (part === undefined || part.kind === 'other') return null
    this.#at++
    return part.text
  }

  /** The names up to a closing parenthesis; null where something else stands there. */
  names(): string[] | null {
    const names: string[] = []
    do {
      const name = this.name()
      if (name === null) return null
      names.push(name)
    } while (this.take(','))
    return this.take(')') ? names : null
  }

  /** Goes on behind the `as` in front of the query. @returns where that ends */
  skipToQuery(): number | null {
    let depth = 0
    for (; this.#at < this.#parts.length; this.#at++) {
      const part = this.#parts[this.#at]
      if (part === undefined || part.kind === 'name') continue
      if (part.text === '(') depth++
      else if (part.text === ')') depth--
      else if (depth === 0 && part.text === 'as') {
        this.#at++
        return part.end
      }
    }
    return null
  }

  /** Where the query ends: before `with check option`, `with no data` and their like. */
  endOfQuery(): number {
    const tail = this.#parts.slice(-4).map(({ kind, text }) => (kind === 'word' ? text : ' '))
    const clause = TAILS.find((words) =>
      words.every((word, i) => word === tail[tail.length - words.length + i]),
    )
    return this.#parts[this.#parts.length - (clause?.length ?? 0) - 1]?.end ?? 0
  }

  some(test: (part: Part, before: string) => boolean): boolean {
    return this.#parts.some((part, i) => test(part, this.#parts[i - 1]?.text ?? ''))
  }
}

const TAILS = [
  ['with', 'check', 'option'],
  ['with', 'local', 'check', 'option'],
  ['with', 'cascaded', 'check', 'option'],
  ['with', 'data'],
  ['with', 'no', 'data'],
]

/** As PostgreSQL folds names: the letters of ASCII alone. */
function foldCase(word: string): string {
  return word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
