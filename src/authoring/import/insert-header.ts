/** Making a revision of a migration's source: a comment with its message on top, the header after its imports. */
import { commentText, headerSource, type RevisionHeader } from '../../emit/revision.ts'
import { isModuleFile } from '../../loader/syntax.ts'
import { type ScriptToken, scriptTokens } from './script-tokens.ts'

/** Comments that belong at the top of a file, whatever follows them. */
const OF_THE_FILE =
  /^(?:#!|\/\/\/\s*<)|@ts-(?:no)?check|eslint-disable|eslint-env|biome-ignore-all|tslint:|copyright|licen[sc]e|spdx-|@file/i

/**
 * Adds a header to a source that has none. Every line that was there stays as it was.
 *
 * @param path decides whether `as const` can be read
 */
export function insertHeader(source: string, path: string, header: RevisionHeader): string {
  const newline = source.includes('\r\n') ? '\r\n' : '\n'
  const top = startOf(source)
  const comment = `${commentSource(header)}\n`
  const before = source.slice(0, top)
  if (!isModuleFile(path, source)) {
    const end = source.endsWith('\n') ? '' : '\n'
    const lines = headerSource(header, 'javascript').replaceAll(/^export const /gm, 'module.exports.')
    const semicolons = lines.replaceAll(/$/gm, ';')
    return (
      before + inLines(comment, newline) + source.slice(top) + inLines(`${end}\n${semicolons}\n`, newline)
    )
  }
  const tokens = scriptTokens(source)
  const lines = headerSource(header, /\.[cm]?ts$/.test(path) ? 'typescript' : 'javascript')
  const at = Math.max(top, endOfPreamble(source, tokens))
  const rest = source.slice(at)
  const block = usesSemicolons(source) || continuesStatement(rest) ? lines.replaceAll(/$/gm, ';') : lines
  const gap = at > top ? '\n\n' : '\n'
  return (
    before +
    inLines(comment, newline) +
    source.slice(top, at) +
    inLines(gap + block + gapBefore(rest), newline) +
    rest
  )
}

/** What is missing of a blank line, or of the file's last line break. */
function gapBefore(rest: string): string {
  if (/^\s*$/.test(rest)) return rest.includes('\n') ? '' : '\n'
  const breaks = /^[ \t]*(\r?\n)?[ \t]*(\r?\n)?/.exec(rest)
  if (breaks?.[1] === undefined) return '\n\n'
  return breaks[2] === undefined ? '\n' : ''
}

/** The comment on top of an imported revision: its message, and its date where the name has one. */
export function commentSource({ message, createDate }: RevisionHeader): string {
  const date = createDate === '' ? '' : ` *\n * Create date: ${createDate}\n`
  return `/**\n * ${commentText(message)}\n${date} */`
}

function inLines(text: string, newline: string): string {
  return newline === '\n' ? text : text.replaceAll('\n', newline)
}

/** Behind a byte order mark and a `#!` line, which must come first. */
function startOf(source: string): number {
  const found = /^\uFEFF?(?:#!.*(?:\r?\n|$))?/.exec(source)
  return found?.[0].length ?? 0
}

function usesSemicolons(source: string): boolean {
  return /;[ \t]*\r?$/m.test(source)
}

/** Whether what follows would be read as a part of the header's last line. */
function continuesStatement(rest: string): boolean {
  return /^[([`+\-*/.,]/.test(rest.replace(/^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)+/, ''))
}

/** Where the imports end, with the line that the last one stands on; without imports, where the file's own comments and directives end. */
function endOfPreamble(source: string, all: readonly ScriptToken[]): number {
  const tokens = all.filter(({ kind }) => kind !== 'comment')
  let next = 0
  let end = 0
  for (; tokens[next]?.kind === 'string'; next++) {
    end = tokens[next]?.end ?? end
    if (isClosed(source, tokens, next)) end = tokens[++next]?.end ?? end
  }
  for (
    let last = endOfImport(source, tokens, next);
    last !== null;
    last = endOfImport(source, tokens, next)
  ) {
    end = tokens[last]?.end ?? end
    next = last + 1
  }
  return endOfLine(source, end === 0 ? endOfOwnComments(source, all) : end)
}

/** @returns the index of the last token of the import declaration that starts at `first`; null when none does */
function endOfImport(source: string, tokens: readonly ScriptToken[], first: number): number | null {
  const follower = tokens[first + 1]
  if (tokens[first]?.text !== 'import' || follower === undefined || /^[(.]$/.test(follower.text)) return null
  let at = first + 1
  const assigns = tokens.slice(first, first + 4).some(({ text }) => text === '=')
  if (assigns) {
    if (!tokens.slice(first, first + 6).some(({ text }) => text === 'require')) return null
    while (tokens[at] !== undefined && tokens[at]?.text !== ')') at++
  } else {
    while (tokens[at] !== undefined && tokens[at]?.kind !== 'string') at++
    if (/^(?:with|assert)$/.test(tokens[at + 1]?.text ?? '')) {
      while (tokens[at] !== undefined && tokens[at]?.text !== '}') at++
    }
  }
  if (tokens[at] === undefined) return null
  return isClosed(source, tokens, at) ? at + 1 : at
}

/** Whether a semicolon follows; one that begins the next line belongs to that. */
function isClosed(source: string, tokens: readonly ScriptToken[], at: number): boolean {
  const next = tokens[at + 1]
  return next?.text === ';' && !source.slice(tokens[at]?.end, next.start).includes('\n')
}

/** A comment that nothing separates from what follows belongs to that, unless it speaks for the whole file. */
function endOfOwnComments(source: string, tokens: readonly ScriptToken[]): number {
  let end = 0
  for (const [index, { kind, text, end: here }] of tokens.entries()) {
    if (kind !== 'comment') break
    const gap = source.slice(here, tokens[index + 1]?.start)
    if (OF_THE_FILE.test(text) || /\n\s*\n/.test(gap)) end = here
  }
  return end
}

/** The end of the line when nothing but white space and a comment is left of it, else the same place. */
function endOfLine(source: string, at: number): number {
  if (at === 0) return 0
  const rest = /^[ \t]*(?:\/\/.*|\/\*(?:(?!\*\/).)*\*\/[ \t]*)?(?=\r?\n|$)/.exec(source.slice(at))?.[0]
  return at + (rest?.length ?? 0)
}
