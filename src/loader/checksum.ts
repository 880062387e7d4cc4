/** The checksum of what a revision file means: white space between tokens and comments do not count. */
import { hash } from 'node:crypto'

/**
 * SHA-256 (hex) of a source without its comments and without the white space that separates nothing.
 *
 * Strings, templates and regular expressions count to the letter. Telling a regular expression from a division needs a
 * parser; the scanner goes by the token before the slash, as editors do, so after `)` or `}` a slash divides. A regular
 * expression there (`if (x) /'/.test(y)`) that holds a quote or `//` shifts what is seen as a string or comment: the
 * checksum is then still the same for the same text, but may also change with white space or miss a comment's edit.
 * Quotes, semicolons and trailing commas count: a formatter that changes those changes the checksum.
 */
export function checksumOf(source: string): string {
  return hash('sha256', essence(source))
}

// Sticky: each is tried at one position. A template's text runs to its end or to the next `${`.
const WIDE_SPACE = /\s+/y
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$(?![\s\S]))/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y
const WORD = /[\p{ID_Continue}$#@]+/uy

/** Words after which an expression starts, so that a slash opens a regular expression. */
const BEFORE_EXPRESSION = new Set(
  'return typeof instanceof in of new delete void throw case do else yield await'.split(' '),
)

// `history` hashes every applied file. ASCII goes by a table and not by patterns, which take three times as long.
const SPACE = 1
const LETTER = 2
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/\s/.test(character)) return SPACE
  return /[\w$#@]/.test(character) ? LETTER : 0
})
const code = {
  newline: 0x0a,
  return: 0x0d,
  doubleQuote: 0x22,
  quote: 0x27,
  star: 0x2a,
  plus: 0x2b,
  minus: 0x2d,
  slash: 0x2f,
  backslash: 0x5c,
  tick: 0x60,
  open: 0x7b,
  close: 0x7d,
  lineSeparator: 0x2028,
  paragraphSeparator: 0x2029,
} as const

interface Token {
  readonly start: number
  readonly end: number
}

/** The source with comments removed and white space reduced to the one space that two tokens need between them. */
function essence(source: string): string {
  let result = ''
  /** What is before is in the result, or left out of it. */
  let copied = 0
  let last: Token = { start: 0, end: 0 }
  // One entry per open template: how many braces are open in its `${…}`.
  const braces: number[] = []

  for (let start = endOfSpace(source, 0); start < source.length; start = endOfSpace(source, last.end)) {
    const token = { start, end: endOfToken(source, start, last, braces) }
    if (start > last.end) {
      result += source.slice(copied, last.end)
      if (needsSpace(source, last, token)) result += ' '
      copied = start
    }
    last = token
  }
  return result + source.slice(copied, last.end)
}

/** The tokens of a source without white space and comments, told apart as far as `checksumOf` does: a string, a word, or one character. */
export function codeTokens(source: string): string[] {
  const tokens: string[] = []
  const braces: number[] = []
  let last: Token = { start: 0, end: 0 }
  for (let start = endOfSpace(source, 0); start < source.length; start = endOfSpace(source, last.end)) {
    last = { start, end: endOfToken(source, start, last, braces) }
    tokens.push(source.slice(start, last.end))
  }
  return tokens
}

/** Where the white space and comments end that start here. */
function endOfSpace(source: string, start: number): number {
  let at = start
  while (at < source.length) {
    const first = source.charCodeAt(at)
    const second = first === code.slash ? source.charCodeAt(at + 1) : 0
    if (kinds[first] === SPACE) at++
    else if (second === code.slash) at = endOfLine(source, at)
    else if (second === code.star) {
      const end = source.indexOf('*/', at + 2)
      at = end === -1 ? source.length : end + 2
    } else {
      const end = first < 128 ? at : endOf(WIDE_SPACE, source, at)
      if (end === at) return at
      at = end
    }
  }
  return at
}

function endOfLine(source: string, start: number): number {
  let at = start
  for (; at < source.length; at++) {
    const each = source.charCodeAt(at)
    if (each === code.newline || each === code.return) break
    if (each === code.lineSeparator || each === code.paragraphSeparator) break
  }
  return at
}

/** @param braces is kept up to date */
function endOfToken(source: string, start: number, last: Token, braces: number[]): number {
  const first = source.charCodeAt(start)
  if (kinds[first] === LETTER) return endOfWord(source, start)
  const open = braces.at(-1)
  if (first === code.tick) return endOfTemplateText(source, start, braces)
  if (first === code.close && open === 0) {
    braces.pop()
    return endOfTemplateText(source, start, braces)
  }
  if (open !== undefined && first === code.open) braces[braces.length - 1] = open + 1
  if (open !== undefined && first === code.close) braces[braces.length - 1] = open - 1
  if (first === code.quote || first === code.doubleQuote) return endOfString(source, start)
  if (first === code.slash && startsExpression(source.slice(last.start, last.end))) {
    return Math.max(endOf(REGEX, source, start), start + 1)
  }
  return first < 128 ? start + 1 : Math.max(endOfWord(source, start), start + 1)
}

function endOfWord(source: string, start: number): number {
  let at = start
  while (kinds[source.charCodeAt(at)] === LETTER) at++
  return source.charCodeAt(at) > 127 ? endOf(WORD, source, start) : at
}

/** A string that is not closed ends with its line. */
function endOfString(source: string, start: number): number {
  const quote = source.charCodeAt(start)
  for (let at = start + 1; at < source.length; at++) {
    const each = source.charCodeAt(at)
    if (each === quote) return at + 1
    if (each === code.newline) return at
    if (each === code.backslash && ++at === source.length) return at - 1
  }
  return source.length
}

/** @param start of what comes before the text: a backtick, or the brace that closes a `${…}` */
function endOfTemplateText(source: string, start: number, braces: number[]): number {
  const end = endOf(TEMPLATE, source, start + 1)
  if (end > start + 1 && source.startsWith('${', end - 2)) braces.push(0)
  return end
}

/** Where a match of the pattern ends that starts here; here where there is none. */
function endOf(pattern: RegExp, source: string, start: number): number {
  pattern.lastIndex = start
  return pattern.test(source) ? pattern.lastIndex : start
}

const WORDS_MEET = /[\p{ID_Continue}$#@]$/u
const WORD_STARTS = /^[\p{ID_Continue}$#@]/u

function needsSpace(source: string, before: Token, after: Token): boolean {
  const left = source.charCodeAt(before.end - 1)
  const right = source.charCodeAt(after.start)
  const isSign = left === code.plus || left === code.minus
  if (isSign && before.end - before.start === 1 && left === right) return true
  if (left < 128 && right < 128) return kinds[left] === LETTER && kinds[right] === LETTER
  return (
    WORDS_MEET.test(source.slice(before.start, before.end)) &&
    WORD_STARTS.test(source.slice(after.start, after.end))
  )
}

function startsExpression(last: string): boolean {
  if (last === '') return true
  if (WORDS_MEET.test(last)) return BEFORE_EXPRESSION.has(last)
  return !/[)\]}'"`]$/.test(last)
}
