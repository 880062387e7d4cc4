/** Masking the passwords in a text of whatever origin: a message of a driver, of the user's own code, or SQL. */
import { tokenAt } from '../sql/lexer.ts'
import { redactUrls } from './url.ts'

const NAME = /(?:password|passwd|passcode|pwd)\b/gi
const MASK = '***'

/**
 * The text with every password in it masked that can be told by what stands before it: those of addresses, of roles and options in SQL
 * (in SQL inside of strings and bodies, too), and of connection strings. What is masked already stays as it is.
 */
export function redactSecrets(text: string): string {
  const given = redactUrls(text)
  let safe = ''
  let at = 0
  for (const { 0: name, index } of given.matchAll(NAME)) {
    if (index < at) continue
    const secret = secretAfter(given, index + name.length)
    if (secret === null || secret.start >= secret.end || isMasked(given, secret)) continue
    safe += given.slice(at, secret.start) + MASK
    at = secret.end
  }
  return safe + given.slice(at)
}

interface Secret {
  readonly start: number
  readonly end: number
}

/** A text that was masked is often cut then. */
function isMasked(text: string, { start, end }: Secret): boolean {
  return /^\*{1,3}(?:…|$)/.test(text.slice(start, end))
}

/** The value that follows the word `password`, as SQL, a connection string or a program writes it; null where none does. */
function secretAfter(text: string, from: number): Secret | null {
  // The word may be quoted.
  const before = skipped(text, /["'`]/.test(text[from] ?? '') ? from + 1 : from)
  const sign = matchAt(/:?=|:/y, text, before)
  return joined(text, from) ?? valueAt(text, skipped(text, before + sign.length), sign)
}

/** Past white space and comments. */
function skipped(text: string, from: number): number {
  let at = from
  while (at < text.length) {
    const { kind, end } = tokenAt(text, at)
    if (kind !== 'space' && kind !== 'comment') break
    at = end
  }
  return at
}

function valueAt(text: string, start: number, sign: string): Secret | null {
  const prefix = matchAt(/(?:e|n|u&)(?=\\?')/iy, text, start)
  const at = start + prefix.length
  // In a string of a program.
  const escaped = matchAt(/\\+'/y, text, at)
  if (escaped !== '') return until(text, at + escaped.length, text.indexOf(escaped, at + escaped.length))
  const quotes = matchAt(/'+/y, text, at)
  if (quotes !== '') return inQuotes(text, at, quotes.length)
  // In a template literal of a program each may have a backslash.
  const dollars = matchAt(/\\?\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\\?\$/y, text, at)
  if (dollars !== '') return until(text, at + dollars.length, text.indexOf(dollars, at + dollars.length))
  if (text.startsWith('${', at)) return until(text, at + 2, text.indexOf('}', at))
  const other = sign === '' ? '' : matchAt(/\\*["`]/y, text, at)
  if (other !== '') return until(text, at + other.length, text.indexOf(other, at + other.length))
  if (!sign.endsWith('=')) return null
  return { start: at, end: at + matchAt(/[^\s'"&]+/y, text, at).length }
}

/** To the end of the text where it does not end before. */
function until(text: string, start: number, end: number): Secret {
  return { start, end: end < 0 ? text.length : end }
}

/**
 * Inside of a string each quote is doubled, in a string within that doubled again: a run of quotes ends the value unless all of them
 * are doubled once more.
 */
function inQuotes(text: string, at: number, count: number): Secret | null {
  const level = count & -count
  const start = at + level
  // `''` may also be all of it.
  if (count === 2 && /^(?:[\s;,)]|$)/.test(text.slice(start, start + 1))) return null
  const quote = /\\.|'+/gs
  quote.lastIndex = start
  for (let run = quote.exec(text); run !== null; run = quote.exec(text)) {
    const over = run[0].startsWith('\\') ? 0 : run[0].length % (2 * level)
    if (over >= level) return { start, end: run.index + run[0].length - over }
  }
  return { start, end: text.length }
}

/** `'… password ' || quote_literal('x')`: the quote after the word ends a string, and the value stands in the next. */
function joined(text: string, from: number): Secret | null {
  const glue = matchAt(/\s*'+\s*(?:\|\||\+)\s*(?:[\w.]+\(\s*)*(?=e?'|\\?\$)/iy, text, from)
  return glue === '' ? null : valueAt(text, from + glue.length, '')
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}
