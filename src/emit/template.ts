/** The text that revision files are written from, as Alembic's script.py.mako: tokens in it stand for what differs. */

/** What a revision file is written in. JavaScript has no types, so `{{header}}`, `{{imports}}` and the bodies have none. */
export type Language = 'typescript' | 'javascript'

export interface RevisionTemplate {
  readonly language: Language
  /** With line feeds alone. */
  readonly text: string
}

export const TOKENS = ['message', 'createDate', 'revision', 'header', 'imports', 'up', 'down'] as const
export type Token = (typeof TOKENS)[number]

/** What a project without a template of its own has. */
export const builtInTemplate: RevisionTemplate = {
  language: 'typescript',
  text: `/**
 * {{message}}
 *
 * Create date: {{createDate}}
 */
{{imports}}

{{header}}

export async function up(db: Kysely<any>): Promise<void> {
  {{up}}
}

export async function down(db: Kysely<any>): Promise<void> {
  {{down}}
}
`,
}

/** Any word in two pairs of braces. */
const TOKEN = /\{\{[ \t]*([A-Za-z]\w*)[ \t]*\}\}/g
const NOTHING_ELSE = /^[ \t]*\{\{[ \t]*([A-Za-z]\w*)[ \t]*\}\}[ \t]*$/

/** The words that stand in a template as tokens, each with its line, from 1. */
export function tokensIn(text: string): { readonly word: string; readonly line: number }[] {
  return text
    .split('\n')
    .flatMap((line, index) => [...line.matchAll(TOKEN)].map(([, word = '']) => ({ word, line: index + 1 })))
}

/** @returns whether a word is one of the tokens that a template may hold */
export function isToken(word: string): word is Token {
  return TOKENS.some((token) => token === word)
}

/**
 * Puts values in the place of tokens. A value of several lines is indented to where its token stands; a line with nothing
 * but a token goes where the value is empty.
 */
export function fillIn(text: string, values: Readonly<Record<Token, string>>): string {
  const valueFor = (word: string): string => (isToken(word) ? values[word] : '')
  return text
    .split('\n')
    .flatMap((line) => {
      const [, only] = NOTHING_ELSE.exec(line) ?? []
      if (only !== undefined && valueFor(only) === '') return []
      const [indent = ''] = /^[ \t]*/.exec(line) ?? []
      return [line.replace(TOKEN, (_, word: string) => indentCode(valueFor(word), indent))]
    })
    .join('\n')
}

/** A comment, a string or a template, whose line feeds are no ends of lines of code; or such ends, and the white space after. */
const LINE_ENDS = /\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|(\n+)([ \t]*)(?=[^\n])/g

/**
 * Indents every line of code but the first. The lines inside of an `sql` template are SQL, and stay as they are.
 *
 * @param less how many characters of its own indentation each line gives up
 */
export function indentCode(code: string, indent: string, less = 0): string {
  return code.replace(LINE_ENDS, (found, ends?: string, own = '') =>
    ends === undefined ? found : `${ends}${indent}${own.slice(less)}`,
  )
}
