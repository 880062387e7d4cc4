/** Whether a revision file can touch nothing but the `db` that it is given, so that it may be called to see what it would send. */
import { codeTokens } from './checksum.ts'

const LITERAL = /^(?:null|undefined|true|false|as|const|string|readonly|\d.*)$/
const HEADER = new Set(['revision', 'downRevision', 'branchLabels', 'dependsOn', 'replaces', 'config'])

/** Globals that read nothing, change nothing and remember nothing. */
const PURE = new Set(
  'undefined NaN Infinity Promise Number String Boolean BigInt Array JSON parseInt parseFloat isNaN'.split(
    ' ',
  ),
)

/** Ways to what is outside of the file, or that remembers: as words of their own, and where they name a property. */
const WAYS_OUT = new Set(
  'new this import require module exports __filename __dirname arguments class delete with debugger super'.split(
    ' ',
  ),
)
const PROPERTIES_OUT = new Set(['constructor', '__proto__', 'prototype'])

/**
 * Judges by the source alone, and rather too strictly. A name that is none of JavaScript's or Node's globals is the file's own, an import
 * from Kysely, or nothing; so what is left for the file to do is what it does with `db`. What dbmig writes is harmless.
 *
 * @param source TypeScript or JavaScript
 */
export function isHarmless(source: string): boolean {
  const tokens = codeTokens(source)
  const start = endOfImports(tokens)
  return start !== null && hasOnlyFunctions(tokens, start) && reachesNothing(tokens, start)
}

/** Where the imports end; null where one is not of names from Kysely. */
function endOfImports(tokens: readonly string[]): number | null {
  let at = 0
  while (tokens[at] === 'import') {
    const from = tokens.indexOf('from', at)
    const open = tokens[at + 1] === 'type' ? at + 2 : at + 1
    const names = tokens.slice(open, from)
    if (from === -1 || names[0] !== '{' || names.indexOf('}') !== names.length - 1) return null
    if (!/^(['"])kysely\1$/.test(tokens[from + 1] ?? '')) return null
    at = tokens[from + 2] === ';' ? from + 3 : from + 2
  }
  return at
}

/** Whether nothing but the header and functions stands at the top: a variable there would remember one call in the next. */
function hasOnlyFunctions(tokens: readonly string[], start: number): boolean {
  let at = start
  while (at < tokens.length) {
    if (tokens[at] === ';') at++
    else if (tokens[at] === 'export' && tokens[at + 1] === 'const') {
      if (!HEADER.has(tokens[at + 2] ?? '')) return false
      at = endOfValue(tokens, at + 3)
    } else {
      if (tokens[at] === 'export') at++
      if (tokens[at] === 'async') at++
      if (tokens[at] !== 'function') return false
      at = endOfBody(tokens, at)
    }
    if (at === -1) return false
  }
  return true
}

/** Past the value of a header's constant, which is of literals alone; -1 where it is not. */
function endOfValue(tokens: readonly string[], start: number): number {
  let at = start
  let depth = 0
  for (; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    if (/^(?:export|async|function|;)$/.test(token)) return at
    if (/^[[{]$/.test(token)) depth++
    else if (/^[\]}]$/.test(token)) depth--
    // Without semicolons another statement could follow.
    else if (depth === 0 && /^\w/.test(token) && !LITERAL.test(token)) return -1
    else if (!/^(?:['"\w]|[,:=|]$)/.test(token)) return -1
  }
  return at
}

/** Past the body of a function; -1 where it has none. */
function endOfBody(tokens: readonly string[], start: number): number {
  let depth = 0
  let parentheses = 0
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === '(') parentheses++
    else if (token === ')') parentheses--
    else if (parentheses > 0) continue
    else if (token === '{') depth++
    else if (token === '}' && --depth === 0) return at + 1
  }
  return -1
}

function reachesNothing(tokens: readonly string[], start: number): boolean {
  const functions = new Set(tokens.filter((_, at) => tokens[at - 1] === 'function'))
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    const [before, after] = [tokens[at - 1], tokens[at + 1]]
    // An escape would spell a name in another way.
    if (token === '\\') return false
    // What is kept on an object of another, as `sql` and functions are, is there in the next call too.
    if (token === '=' && isAssigned(tokens, at)) return false
    // So is what the file itself has at its top: its functions, and the lists of its header.
    if (/^(?:=|of|in)$/.test(token) && functions.has(before ?? '') && after !== '=') return false
    if (/^[-+]$/.test(token) && tokens[at + 1] === token && isProperty(tokens, at - 1, at + 2)) return false
    // Who names a property by an expression may name any.
    if (token === '[' && isComputed(tokens, at)) return false
    if (/^(?:of|in)$/.test(token) && isTarget(tokens, at - 1)) return false
    if (!/^[\p{ID_Start}$_]/u.test(token)) continue
    if (PROPERTIES_OUT.has(token)) return false
    const isMember = before === '.' && tokens[at - 2] !== '.'
    const isKey = after === ':' && (before === '{' || before === ',')
    if (isMember || isKey) continue
    if (HEADER.has(token) && before !== 'const') return false
    if (WAYS_OUT.has(token) || (Object.hasOwn(globalThis, token) && !PURE.has(token))) return false
  }
  return true
}

/** Whether the `=` at this place writes to a property, and is not a part of `==` or `=>`. */
function isAssigned(tokens: readonly string[], at: number): boolean {
  const before = tokens[at - 1] ?? ''
  if (/^[=>]$/.test(tokens[at + 1] ?? '') || /^[=!]$/.test(before)) return false
  // `>=` compares, and `>>=` shifts.
  if (/^[<>]$/.test(before) && tokens[at - 2] !== before) return false
  let target = at - 1
  while (/^[-+*/%&|^?<>]$/.test(tokens[target] ?? '')) target--
  return isTarget(tokens, target)
}

/** Whether what ends here, and is written to, is a property, or has one among its parts. */
function isTarget(tokens: readonly string[], end: number): boolean {
  if (tokens[end - 1] === '.') return true
  if (!/^[\]}]$/.test(tokens[end] ?? '')) return false
  const start = openingOf(tokens, end)
  if (/^(?:const|let|var)$/.test(tokens[start - 1] ?? '')) return false
  // The pattern of a parameter names nothing but variables.
  return tokens[end] === ']' || tokens.slice(start, end).some((token) => token === '.' || token === '[')
}

/** Where the bracket stands that is closed here; -1 where none is. */
function openingOf(tokens: readonly string[], end: number): number {
  let depth = 0
  for (let at = end; at >= 0; at--) {
    if (/^[)\]}]$/.test(tokens[at] ?? '')) depth++
    else if (/^[([{]$/.test(tokens[at] ?? '') && --depth === 0) return at
  }
  return -1
}

/** Whether one of the operands of a `++` or `--` is a property. */
function isProperty(tokens: readonly string[], end: number, start: number): boolean {
  return tokens[end] === ']' || tokens[end - 1] === '.' || /^[.[]$/.test(tokens[start + 1] ?? '')
}

const BEFORE_LIST = /^(?:const|let|var|return|of|in|await|as|case|else|typeof|void|yield)$/

/** Whether a bracket opens a property's name that is more than a number. */
function isComputed(tokens: readonly string[], at: number): boolean {
  const before = tokens[at - 1] ?? ''
  const isAccess =
    /^[)\]]$/.test(before) || (/[\p{ID_Continue}$'"`]$/u.test(before) && !BEFORE_LIST.test(before))
  if (!isAccess || tokens[at + 1] === ']') return false
  return !(/^\d+$/.test(tokens[at + 1] ?? '') && tokens[at + 2] === ']')
}
