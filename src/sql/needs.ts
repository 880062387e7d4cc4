/** What statements need of the role that runs them, as far as that can be said for certain without a database. */
import { type Token, tokensOf } from './lexer.ts'

export interface Name {
  /** Null: the name is found, or made, as the search path says. */
  readonly schema: string | null
  readonly name: string
}

export type Need =
  /** To make a schema: the right to create in the database. */
  | { readonly kind: 'database' }
  /** To make something in a schema: the right to create there. */
  | { readonly kind: 'schema'; readonly schema: string | null; readonly what: string }
  /** To own a table, index, view or sequence; to drop it, it is enough to own its schema. */
  | { readonly kind: 'owner'; readonly of: Name; readonly verb: 'alter' | 'drop' | 'index' }

/** What a walk over statements has seen, so that what they make themselves is asked of nobody. */
export interface Seen {
  readonly schemas: Set<string>
  readonly names: Set<string>
  /** Something ran that may have given the role any right. */
  over: boolean
}

export function nothingSeen(): Seen {
  return { schemas: new Set(), names: new Set(), over: false }
}

/**
 * What the statements of one revision need, up to the first of which that cannot be said.
 *
 * @param statements each may be several, separated by semicolons
 * @param seen is kept up to date; settings and roles are the next revision's no more, all else stays
 */
export function needsOf(statements: readonly string[], seen: Seen): Need[] {
  const needs: Need[] = []
  for (const words of statements.flatMap(splitStatements)) {
    if (seen.over) break
    const found = needOf(words, seen)
    if (found === 'unknown') seen.over = true
    // Under another role or search path, or after a count of rows that the revision may have looked at, the rest is another matter.
    if (found === 'rest unknown') break
    if (typeof found === 'object') needs.push(...found.filter((need) => !isMade(need, seen)))
    if (typeof found === 'object') noteMade(words, seen)
  }
  return needs
}

export interface Word {
  readonly kind: Token['kind']
  /** In lower case, unless it is quoted. */
  readonly text: string
}

/** The words of each of the statements of a script. */
export function splitStatements(sql: string): Word[][] {
  const statements: Word[][] = [[]]
  for (const { kind, start, end } of tokensOf(sql)) {
    if (kind === 'space' || kind === 'comment') continue
    const text = sql.slice(start, end)
    if (text === ';') statements.push([])
    else statements.at(-1)?.push({ kind, text: kind === 'word' ? text.toLowerCase() : text })
  }
  return statements.filter((words) => words.length > 0)
}

const MADE_IN_SCHEMAS =
  /^(?:unlogged )?(table|view|materialized view|sequence|type|domain|function|procedure) /
const RELATIONS =
  /^(table|view|materialized view|index|sequence|foreign table) (?:concurrently )?(?:if exists )?(?:only )?/
const HARMLESS = /^(?:comment on|analyze|begin|start transaction|commit|end|savepoint|release|lock) ?/
const HARMLESS_CREATE = /^(?:constraint )?trigger |^policy |^rule |^statistics /

/** @returns the needs; `unknown` for what may do anything, `rest unknown` where that is so for this revision alone */
function needOf(words: readonly Word[], seen: Seen): readonly Need[] | 'unknown' | 'rest unknown' {
  const text = `${words.map((word) => word.text).join(' ')} `
  const after = (start: string) => text.slice(start.length)
  if (/^(?:set|reset) /.test(text)) {
    if (/^set (?:local |session )?(?:lock|statement)_timeout /.test(text)) return []
    return 'rest unknown'
  }
  if (/^(?:insert|update|delete) /.test(text)) return 'rest unknown'
  if (HARMLESS.test(text)) return []
  if (text.startsWith('create ')) return needOfCreate(words.slice(1), after('create '), seen)
  const verb = /^(alter|drop) /.exec(text)?.[1]
  if (verb === undefined) return 'unknown'
  const [head = '', kind] = RELATIONS.exec(after(`${verb} `)) ?? []
  if (kind === undefined) return isSchemaChange(text) ? 'unknown' : []
  if (verb === 'alter') {
    if (/ owner to /.test(text) || /^all /.test(after(`alter ${head}`))) return 'unknown'
    const of = nameAt(words, wordsIn(head) + 1)
    return of === null ? 'unknown' : [{ kind: 'owner', of: of.name, verb: 'alter' }]
  }
  const names = namesAt(words, wordsIn(head) + 1)
  return names === null ? 'unknown' : names.map((of) => ({ kind: 'owner', of, verb: 'drop' }))
}

function needOfCreate(words: readonly Word[], text: string, seen: Seen): readonly Need[] | 'unknown' {
  // What is there already may be replaced or left, which is another matter.
  if (/^or replace | if not exists /.test(text)) return []
  if (text.startsWith('schema ')) return [{ kind: 'database' }]
  if (/^(?:(?:global|local) )?temp(?:orary)? /.test(text) || HARMLESS_CREATE.test(text)) return []
  if (/^(?:unique )?index /.test(text)) {
    const on = words.findIndex(({ text }) => text === 'on')
    const of = nameAt(words, words[on + 1]?.text === 'only' ? on + 2 : on + 1)
    return of === null ? 'unknown' : [{ kind: 'owner', of: of.name, verb: 'index' }]
  }
  const [head = '', what] = MADE_IN_SCHEMAS.exec(text) ?? []
  if (what === undefined) return 'unknown'
  const made = nameAt(words, wordsIn(head))
  if (made === null) return 'unknown'
  // Which schema comes first in the path may have changed with one that was made.
  if (made.name.schema === null && seen.schemas.size > 0) return []
  return [{ kind: 'schema', schema: made.name.schema, what }]
}

/** Which schemas there are, and whose, is asked before anything runs. */
function isSchemaChange(text: string): boolean {
  return /^(?:alter|drop) (?:schema|role|user|group|database|default|owned|extension|system|event) /.test(
    text,
  )
}

function wordsIn(head: string): number {
  return head.trim().split(' ').length
}

/** What a statement makes is the role's own. */
function noteMade(words: readonly Word[], seen: Seen): void {
  if (words[0]?.text !== 'create') return
  const at = words.findIndex(({ text }) => /^(?:schema|table|view|sequence|index)$/.test(text))
  if (at < 0) return
  let next = at + 1
  while (/^(?:concurrently|if|not|exists)$/.test(words[next]?.text ?? '')) next++
  const found = nameAt(words, next)
  if (found === null) return
  if (words[at]?.text === 'schema') seen.schemas.add(found.name.name)
  else seen.names.add(found.name.name)
}

/** Goes by the name alone: that of another schema is left out, too. */
function isMade(need: Need, seen: Seen): boolean {
  if (need.kind === 'database') return false
  if (need.kind === 'schema') return need.schema !== null && seen.schemas.has(need.schema)
  const { schema, name } = need.of
  return seen.names.has(name) || (schema !== null && seen.schemas.has(schema))
}

function namesAt(words: readonly Word[], start: number): Name[] | null {
  const names: Name[] = []
  for (let at = start; ; ) {
    const found = nameAt(words, at)
    if (found === null) return null
    names.push(found.name)
    if (words[found.next]?.text !== ',') return names
    at = found.next + 1
  }
}

/** A name, with or without a schema; null where there is none, or one of more parts. */
export function nameAt(
  words: readonly Word[],
  at: number,
): { readonly name: Name; readonly next: number } | null {
  const first = identifierAt(words, at)
  if (first === null) return null
  if (words[first.next]?.text !== '.') return { name: { schema: null, name: first.text }, next: first.next }
  const second = identifierAt(words, first.next + 1)
  if (second === null || words[second.next]?.text === '.') return null
  return { name: { schema: first.text, name: second.text }, next: second.next }
}

function identifierAt(
  words: readonly Word[],
  at: number,
): { readonly text: string; readonly next: number } | null {
  const word = words[at]
  if (word?.kind === 'word') return { text: word.text, next: at + 1 }
  if (word?.kind !== 'quoted') return null
  let text = word.text.slice(1, -1)
  let next = at + 1
  // A doubled quote is the end of one token and the start of the next.
  while (words[next]?.kind === 'quoted') text += `"${words[next++]?.text.slice(1, -1)}`
  return { text, next }
}
