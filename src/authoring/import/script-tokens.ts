/** The tokens of a TypeScript or JavaScript source, as far as it takes to find its imports and where they end. */

export interface ScriptToken {
  /** A template's text counts up to its end or its next `${`. */
  readonly kind: 'comment' | 'string' | 'template' | 'regex' | 'word' | 'symbol'
  readonly text: string
  readonly start: number
  /** One past its last character. */
  readonly end: number
}

const SPACE = /\s+/y
const PATTERNS: readonly (readonly [ScriptToken['kind'], RegExp])[] = [
  ['comment', /\/\/.*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/y],
  ['string', /'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/y],
  ['word', /[\p{ID_Continue}$#@]+/uy],
]
const TEMPLATE = /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$(?![\s\S]))/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y
const SHEBANG = /#!.*/y

/** Words after which an expression starts, so that a slash opens a regular expression. */
const BEFORE_EXPRESSION =
  /^(?:return|typeof|instanceof|in|of|new|delete|void|throw|case|do|else|yield|await)$/

/**
 * Tokens without the white space between them.
 *
 * A regular expression is told from a division by the token before it, as editors do; one that follows `)` or `}` is read
 * as divisions.
 */
export function scriptTokens(source: string): ScriptToken[] {
  const tokens: ScriptToken[] = []
  // How many braces are open in the `${…}` of each open template.
  const braces: number[] = []
  let at = source.startsWith('\uFEFF') ? 1 : 0
  let before: ScriptToken | undefined

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  const take = (kind: ScriptToken['kind'], text: string): void => {
    const token = { kind, text, start: at, end: at + text.length }
    tokens.push(token)
    if (kind !== 'comment') before = token
    at = token.end
  }

  const shebang = match(SHEBANG)
  if (shebang !== undefined) take('comment', shebang)
  while (at < source.length) {
    at += match(SPACE)?.length ?? 0
    if (at >= source.length) break
    const character = source.charAt(at)
    if (character === '`' || (character === '}' && braces.at(-1) === 0)) {
      if (character === '}') braces.pop()
      const text = match(TEMPLATE) ?? character
      if (text.endsWith('${')) braces.push(0)
      take('template', text)
      continue
    }
    const found = PATTERNS.map(([kind, pattern]) => ({ kind, text: match(pattern) })).find(
      ({ text }) => text !== undefined,
    )
    const regex =
      found === undefined && character === '/' && opensExpression(before) ? match(REGEX) : undefined
    if (found?.text !== undefined) take(found.kind, found.text)
    else if (regex !== undefined) take('regex', regex)
    else {
      const depth = braces.length - 1
      if (character === '{' && depth >= 0) braces[depth] = (braces[depth] ?? 0) + 1
      if (character === '}' && depth >= 0) braces[depth] = (braces[depth] ?? 0) - 1
      take('symbol', character)
    }
  }
  return tokens
}

function opensExpression(before: ScriptToken | undefined): boolean {
  if (before === undefined) return true
  if (before.kind === 'word') return BEFORE_EXPRESSION.test(before.text)
  return before.kind === 'symbol' && !/[)\]}]/.test(before.text)
}
