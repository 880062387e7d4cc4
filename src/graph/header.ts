/** Reads the header of a revision file from its text, without running it. */

export interface ParsedHeader {
  readonly revision: string
  readonly downRevisions: readonly string[]
  readonly branchLabels: readonly string[]
  readonly dependsOn: readonly string[]
  /** The first line of the leading comment, or '' where there is none. */
  readonly message: string
  /** As written after `Create date:` in the leading comment. */
  readonly createDate: string | null
  /** False where the file says `export const config = { transaction: false }`. */
  readonly transaction: boolean
}

const DECLARATION = /^export[ \t]+const[ \t]+(revision|downRevision|branchLabels|dependsOn|config)\b/gm
/** From the name to the value: an optional type, and the equals sign. */
const TO_VALUE = /\s*(?::[^=\n]*)?=\s*/y
const STRING = /'([^'\\\n]*)'|"([^"\\\n]*)"|`([^`\\$]*)`/y
const NULL = /null\b/y
const GAP = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
const AFTER_VALUE = /(?:[ \t]+as[ \t]+const\b)?[ \t]*(?:;|(?=\r?\n|\/\/|\/\*|$))/y
/** What makes the next line a continuation of an expression that has no semicolon. */
const CONTINUATION = /[-+*%.,?&|^<>=([`]|(?:as|satisfies|in|instanceof)\b/y
const OBJECT = /\{([^{}]*)\}/y
const TRANSACTION = /(?:^|[\s,{'"/])transaction['"]?\s*:\s*(true|false)\s*(?:,|$|\/)/

type Literal = string | null | readonly string[]

/**
 * Reads `revision`, `downRevision`, `branchLabels`, `dependsOn` and `config` where they are literals, and the leading comment.
 *
 * @param source text of a TypeScript or JavaScript file
 * @returns null when the header cannot be read so: there is none, or a part of it is computed. Importing the file tells which.
 */
export function parseHeader(source: string): ParsedHeader | null {
  const values = new Map<string, Literal>()
  let transaction = true
  for (const match of source.matchAll(DECLARATION)) {
    const name = match[1] ?? ''
    if (values.has(name) || insideComment(source, match.index)) return null
    const at = skip(TO_VALUE, source, match.index + match[0].length)
    if (at === undefined) return null
    if (name === 'config') {
      const setting = readTransaction(source, at)
      if (setting === undefined) return null
      transaction = setting
      values.set(name, null)
      continue
    }
    const value = readLiteral(source, at)
    if (value === undefined) return null
    values.set(name, value)
  }
  const revision = values.get('revision')
  const downRevision = values.get('downRevision')
  if (typeof revision !== 'string' || downRevision === undefined) return null
  return {
    revision,
    downRevisions: toList(downRevision),
    branchLabels: toList(values.get('branchLabels') ?? null),
    dependsOn: toList(values.get('dependsOn') ?? null),
    ...parseComment(source),
    transaction,
  }
}

function toList(value: Literal): readonly string[] {
  if (value === null) return []
  return typeof value === 'string' ? [value] : value
}

/** A comment sign inside a string makes this true as well: then the file is imported, which is right too. */
function insideComment(source: string, index: number): boolean {
  const opened = source.lastIndexOf('/*', index)
  return opened !== -1 && source.lastIndexOf('*/', index) < opened
}

/** @returns where the sticky pattern's match at `at` ends */
function skip(pattern: RegExp, source: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(source) ? pattern.lastIndex : undefined
}

function readString(source: string, at: number): { value: string; end: number } | undefined {
  STRING.lastIndex = at
  const match = STRING.exec(source)
  return match ? { value: match[1] ?? match[2] ?? match[3] ?? '', end: STRING.lastIndex } : undefined
}

function readLiteral(source: string, at: number): Literal | undefined {
  if (source[at] === '[') {
    const array = readArray(source, at)
    return array && endsAt(source, array.end) ? array.values : undefined
  }
  const string = readString(source, at)
  if (string) return endsAt(source, string.end) ? string.value : undefined
  const end = skip(NULL, source, at)
  return end !== undefined && endsAt(source, end) ? null : undefined
}

function readArray(source: string, at: number): { values: string[]; end: number } | undefined {
  const values: string[] = []
  let position = skip(GAP, source, at + 1) ?? at + 1
  while (source[position] !== ']') {
    const string = readString(source, position)
    if (!string) return undefined
    values.push(string.value)
    position = skip(GAP, source, string.end) ?? string.end
    if (source[position] === ',') position = skip(GAP, source, position + 1) ?? position + 1
    else if (source[position] !== ']') return undefined
  }
  return { values, end: position + 1 }
}

/** Whether the expression ends here, so that what was read is all of it. */
function endsAt(source: string, at: number): boolean {
  const end = skip(AFTER_VALUE, source, at)
  if (end === undefined) return false
  if (source.slice(at, end).includes(';')) return true
  return skip(CONTINUATION, source, skip(GAP, source, end) ?? end) === undefined
}

function readTransaction(source: string, at: number): boolean | undefined {
  OBJECT.lastIndex = at
  const match = OBJECT.exec(source)
  if (!match || !endsAt(source, OBJECT.lastIndex)) return undefined
  const body = (match[1] ?? '').replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '')
  if (body.includes('...')) return undefined
  if (!body.includes('transaction')) return true
  const setting = TRANSACTION.exec(body)?.[1]
  return setting === undefined ? undefined : setting === 'true'
}

const LEADING_COMMENT = /\s*(?:\/\*([\s\S]*?)\*\/|((?:\/\/[^\n]*(?:\n[ \t]*|$))+))/y
/** Comments that speak to a tool, not to a reader. */
const DIRECTIVE =
  /^(?:@ts-|@jsx|@vitest|eslint|biome-|prettier-|oxlint|tslint|istanbul|c8 |v8 |\/? ?<reference|#)/

/** The message and the date of a source whose header is not static: see `ParsedHeader`. */
export function parseComment(source: string): { message: string; createDate: string | null } {
  let at = source.startsWith('\uFEFF') ? 1 : 0
  if (source.startsWith('#!', at)) at = (source.indexOf('\n', at) + 1 || source.length + 1) - 1
  LEADING_COMMENT.lastIndex = at
  for (let match = LEADING_COMMENT.exec(source); match; match = LEADING_COMMENT.exec(source)) {
    const lines = commentLines(match[1], match[2] ?? '').filter(
      (line) => line !== '' && !DIRECTIVE.test(line),
    )
    const first = lines[0]
    if (first !== undefined) {
      const created = lines.find((line) => line.startsWith('Create date:'))
      return {
        message: first === created ? '' : first,
        createDate: created?.slice('Create date:'.length).trim() || null,
      }
    }
  }
  return { message: '', createDate: null }
}

function commentLines(block: string | undefined, slashes: string): string[] {
  return block === undefined
    ? slashes.split('\n').map((line) =>
        line
          .trim()
          .replace(/^\/\/+/, '')
          .trim(),
      )
    : block.split('\n').map((line) => line.trim().replace(/^\*+/, '').trim())
}
