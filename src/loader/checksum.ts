/** The checksum of what a revision file means: white space between tokens and comments do not count. */
import { createHash } from 'node:crypto'

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
  return createHash('sha256').update(essence(source)).digest('hex')
}

// Sticky: each is tried at one position. A template's text runs to its end or to the next `${`.
const SPACE = /(?:\s|\/\/.*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S])))+/y
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$(?![\s\S]))/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y
const WORD = /[\p{ID_Continue}$#@]+/uy

/** Words after which an expression starts, so that a slash opens a regular expression. */
const BEFORE_EXPRESSION = new Set(
  'return typeof instanceof in of new delete void throw case do else yield await'.split(' '),
)

/** The source with comments removed and white space reduced to the one space that two tokens need between them. */
function essence(source: string): string {
  let result = ''
  let last = ''
  let position = 0
  let spaced = false
  // One entry per open template: how many braces are open in its `${…}`.
  const braces: number[] = []

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position
    return pattern.exec(source)?.[0]
  }
  const take = (token: string): void => {
    if (spaced && needsSpace(last, token)) result += ' '
    spaced = false
    result += token
    last = token
    position += token.length
  }
  const takeTemplateText = (opener: string): void => {
    position += opener.length
    const text = match(TEMPLATE) ?? ''
    position -= opener.length
    take(opener + text)
    if (text.endsWith('${')) braces.push(0)
  }

  while (position < source.length) {
    const space = match(SPACE)
    if (space !== undefined) {
      spaced = true
      position += space.length
      continue
    }
    const character = source.charAt(position)
    const open = braces.at(-1)
    if (character === '`') takeTemplateText('`')
    else if (character === '}' && open === 0) {
      braces.pop()
      takeTemplateText('}')
    } else {
      if (open !== undefined && character === '{') braces[braces.length - 1] = open + 1
      if (open !== undefined && character === '}') braces[braces.length - 1] = open - 1
      take(
        match(STRING) ??
          (character === '/' && startsExpression(last) ? match(REGEX) : undefined) ??
          match(WORD) ??
          character,
      )
    }
  }
  return result
}

const WORDS_MEET = /[\p{ID_Continue}$#@]$/u
const WORD_STARTS = /^[\p{ID_Continue}$#@]/u

function needsSpace(before: string, after: string): boolean {
  if (WORDS_MEET.test(before) && WORD_STARTS.test(after)) return true
  return (before === '+' || before === '-') && after === before
}

function startsExpression(last: string): boolean {
  if (last === '') return true
  if (WORDS_MEET.test(last)) return BEFORE_EXPRESSION.has(last)
  return !/[)\]}'"`]$/.test(last)
}
