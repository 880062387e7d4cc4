/** Reads the header of a revision file from its text, without running it. */

export interface ParsedHeader {
  readonly revision: string
  readonly downRevisions: readonly string[]
  readonly branchLabels: readonly string[]
  readonly dependsOn: readonly string[]
  readonly replaces: readonly string[]
  /** The first line of the leading comment, or '' where there is none. */
  readonly message: string
  /** As written after `Create date:` in the leading comment. */
  readonly createDate: string | null
  /** False where the file says `export const config = { transaction: false }`. */
  readonly transaction: boolean
}

// Nothing in these patterns can match one text in two ways, so that they fail as fast as they succeed.
const GAP = String.raw`(?:\s|//[^\n]*(?:\n|$)|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)*`
const TICK = '`'
const STRING = String.raw`'[^'\\\n]*'|"[^"\\\n]*"|${TICK}[^${TICK}\\$]*${TICK}`
const ARRAY = String.raw`\[${GAP}(?:(?:${STRING})${GAP}(?:,${GAP}|(?=\])))*\]`
const NAME = String.raw`export[ \t]+const[ \t]+(revision|downRevision|branchLabels|dependsOn|replaces|config)\b`
const TYPE = String.raw`(?::[^=\n]*)?`
const END = String.raw`(?:[ \t]+as[ \t]+const\b)?[ \t]*(;|(?=\r?\n|//|/\*|$))`
const LITERAL = new RegExp(String.raw`${NAME}\s*${TYPE}=\s*(${STRING}|null\b|${ARRAY}|\{[^{}]*\})${END}`, 'y')
const DECLARATION = new RegExp(NAME, 'y')
/** What makes the next line a part of an expression that has no semicolon. */
const CONTINUATION = new RegExp(
  String.raw`${GAP}(?:[-+*%.,?&|^<>=([${TICK}]|(?:as|satisfies|in|instanceof)\b)`,
  'y',
)
const COMMENT_OR_STRING = new RegExp(String.raw`//[^\n]*|/\*[\s\S]*?\*/|(${STRING})`, 'g')
const TRANSACTION = /(?:^|[\s,'"])transaction['"]?\s*:\s*(true|false)\s*(?:,|$)/

const QUOTED = String.raw`(?:'[^'\\\n]*'|"[^"\\\n]*")`
const QUOTED_LIST = String.raw`\[(?:${QUOTED}(?:, ${QUOTED})*)?\]`
/** The header as dbmig writes it and formatters leave it, which takes a third of the time when it is read at one go. */
const WRITTEN = new RegExp(
  [
    `export const revision = (${QUOTED});?`,
    `export const downRevision = (${QUOTED}|null|${QUOTED_LIST});?`,
    `export const branchLabels = (${QUOTED_LIST}) as const;?`,
    `export const dependsOn = (${QUOTED_LIST}) as const(;?)(?=[\\r\\n])`,
  ].join('\\r?\\n'),
  'y',
)

type Literal = string | null | readonly string[]
const NONE: readonly string[] = []

/**
 * Reads `revision`, `downRevision`, `branchLabels`, `dependsOn`, `replaces` and `config` where they are literals, and the leading comment.
 *
 * @param source text of a TypeScript or JavaScript file
 * @returns null when the header cannot be read so: there is none, or a part of it is computed. Importing the file tells which.
 */
export function parseHeader(source: string): ParsedHeader | null {
  const values = new Map<string, Literal>()
  let transaction = true
  const written = readWritten(source, values)
  for (let start = nextExport(source, written); start !== -1; start = nextExport(source, start + 1)) {
    LITERAL.lastIndex = start
    const match = LITERAL.exec(source)
    if (!match) {
      DECLARATION.lastIndex = start
      if (DECLARATION.test(source)) return null
      continue
    }
    const [, name = '', text = '', end] = match
    if (values.has(name) || insideComment(source, start)) return null
    if (end !== ';' && continues(source, LITERAL.lastIndex)) return null
    if ((name === 'config') !== text.startsWith('{')) return null
    if (name === 'config') {
      const setting = readTransaction(text)
      if (setting === undefined) return null
      transaction = setting
    }
    values.set(name, name === 'config' ? null : literal(text))
  }
  const revision = values.get('revision')
  const downRevision = values.get('downRevision')
  if (typeof revision !== 'string' || downRevision === undefined) return null
  const { message, createDate } = parseComment(source)
  return {
    revision,
    downRevisions: toList(downRevision),
    branchLabels: toList(values.get('branchLabels') ?? null),
    dependsOn: toList(values.get('dependsOn') ?? null),
    replaces: toList(values.get('replaces') ?? null),
    message,
    createDate,
    transaction,
  }
}

/** @returns where the header ends that is written like `WRITTEN`; 0 where there is none, and nothing is read */
function readWritten(source: string, values: Map<string, Literal>): number {
  const start = nextExport(source, 0)
  if (start === -1) return 0
  WRITTEN.lastIndex = start
  const match = WRITTEN.exec(source)
  if (!match || insideComment(source, start)) return 0
  const [{ length }, revision = '', downRevision = '', branchLabels = '', dependsOn = '', end] = match
  if (end !== ';' && continues(source, start + length)) return 0
  values.set('revision', literal(revision))
  values.set('downRevision', literal(downRevision))
  values.set('branchLabels', literal(branchLabels))
  values.set('dependsOn', literal(dependsOn))
  return start + length
}

/** From the first character up to and without the last. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface LiteralPlace extends Span {
  /** The strings in it with their quotes, each with where the comma behind it is. */
  readonly strings: readonly (Span & { readonly comma: number | null })[]
}

/**
 * Where the literal of `export const <name> = …` stands, for editing it.
 *
 * @param source a text that `parseHeader` reads
 * @param name of the declaration: `downRevision`
 * @returns null when there is no such declaration
 */
export function locateLiteral(source: string, name: string): LiteralPlace | null {
  const places = new RegExp(LITERAL.source, 'dy')
  for (let at = nextExport(source, 0); at !== -1; at = nextExport(source, at + 1)) {
    places.lastIndex = at
    const match = places.exec(source)
    const [start, end] = match?.indices?.[2] ?? []
    if (match?.[1] !== name || start === undefined || end === undefined) continue
    const strings: { start: number; end: number; comma: number | null }[] = []
    const tokens = new RegExp(`${COMMENT_OR_STRING.source}|(,)`, 'g')
    for (const { index, 0: token, 1: string, 2: comma } of source.slice(start, end).matchAll(tokens)) {
      const last = strings.at(-1)
      if (string !== undefined) {
        strings.push({ start: start + index, end: start + index + token.length, comma: null })
      } else if (comma !== undefined && last) last.comma = start + index
    }
    return { start, end, strings }
  }
  return null
}

/** Where the next line that begins with `export` begins, or -1. A search for a fixed text is several times as fast as a pattern. */
function nextExport(source: string, from: number): number {
  if (from === 0 && source.startsWith('export')) return 0
  const lineEnd = source.indexOf('\nexport', Math.max(0, from - 1))
  return lineEnd === -1 ? -1 : lineEnd + 1
}

/** A copy of its own. What V8 cuts from a text, from 13 letters on, keeps the whole text in memory, here that of every revision file. */
function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1)
}

function toList(value: Literal): readonly string[] {
  if (value === null) return NONE
  return typeof value === 'string' ? [value] : value
}

/** A comment sign inside a string makes this true as well: then the file is imported, which is right too. */
function insideComment(source: string, index: number): boolean {
  const closed = source.lastIndexOf('*/', index)
  const opened = source.indexOf('/*', closed === -1 ? 0 : closed + 2)
  return opened !== -1 && opened < index
}

function continues(source: string, at: number): boolean {
  CONTINUATION.lastIndex = at
  return CONTINUATION.test(source)
}

/** @param text of what `LITERAL` takes for a value */
function literal(text: string): Literal {
  if (text === 'null') return null
  if (text === '[]') return NONE
  if (!text.startsWith('[')) return detached(text.slice(1, -1))
  const values: string[] = []
  for (const [, string] of text.matchAll(COMMENT_OR_STRING)) {
    if (string !== undefined) values.push(detached(string.slice(1, -1)))
  }
  return values
}

/** @returns undefined when the setting is there and not a literal */
function readTransaction(object: string): boolean | undefined {
  const body = object.slice(1, -1).replace(COMMENT_OR_STRING, (_, string?: string) => string ?? ' ')
  if (body.includes('...')) return undefined
  if (!body.includes('transaction')) return true
  const setting = TRANSACTION.exec(body)?.[1]
  return setting === undefined ? undefined : setting === 'true'
}

const LEADING_COMMENT = /\s*(?:\/\*[\s\S]*?\*\/|(?:\/\/[^\n]*(?:\n[ \t]*|$))+)/y
const OPENING_SIGNS = /^(?:\/\/+|\/?\*+(?!\/))\s*/
const CLOSING_SIGNS = /\s*\*+\/$/
/** Comments that speak to a tool, not to a reader. */
const DIRECTIVE =
  /^(?:@ts-|@jsx|@vitest|(?:es|ox|ts)lint[-:]|(?:biome|prettier)-ignore|(?:istanbul|c8|v8) ignore|\/? ?<reference|# ?source|#(?:end)?region)/
const CREATE_DATE = 'Create date:'

/**
 * Reads the leading comment of a revision file: its first line, and its `Create date:`.
 *
 * @param source text of a TypeScript or JavaScript file
 */
export function parseComment(source: string): Pick<ParsedHeader, 'message' | 'createDate'> {
  let at = source.startsWith('\uFEFF') ? 1 : 0
  if (source.startsWith('#!', at)) at = (source.indexOf('\n', at) + 1 || source.length + 1) - 1
  LEADING_COMMENT.lastIndex = at
  for (let match = LEADING_COMMENT.exec(source); match; match = LEADING_COMMENT.exec(source)) {
    const comment = match[0]
    const message = firstLine(comment)
    if (message === undefined) continue
    const created = comment.indexOf(CREATE_DATE)
    return {
      message: message.startsWith(CREATE_DATE) ? '' : detached(message),
      createDate: created === -1 ? null : detached(lineAt(comment, created + CREATE_DATE.length)) || null,
    }
  }
  return { message: '', createDate: null }
}

/** The first line with something in it that is meant for a reader. */
function firstLine(comment: string): string | undefined {
  for (let at = 0; at < comment.length; at = comment.indexOf('\n', at) + 1 || comment.length + 1) {
    const text = lineAt(comment, at)
    if (text !== '' && !DIRECTIVE.test(text)) return text
  }
  return undefined
}

function lineAt(comment: string, at: number): string {
  const end = comment.indexOf('\n', at)
  const line = comment.slice(at, end === -1 ? undefined : end)
  const text = line.trim().replace(OPENING_SIGNS, '')
  return text.endsWith('*/') ? text.replace(CLOSING_SIGNS, '') : text
}
