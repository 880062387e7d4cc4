/** Editing the header of a revision file: only the literal changes, and all else stays to the letter. */
import { isDeepStrictEqual } from 'node:util'
import { type LiteralPlace, locateLiteral, parseHeader, type Span } from '../../graph/header.ts'

interface Edit extends Span {
  readonly text: string
}

/**
 * Writes other parents into `export const downRevision = …`. A list stays a list, and keeps its comments, its lay-out and the
 * parents that stay; else one parent is a text, and none is null. Quotes are those of the header.
 *
 * @param source of a revision file
 * @returns null when the header is computed, or the ids cannot be written as literals, so that the edit is left to a person
 */
export function withDownRevisions(source: string, ids: readonly string[]): string | null {
  const header = parseHeader(source)
  const place = locateLiteral(source, 'downRevision')
  const literals = place && ids.map((id) => quoted(id, quoteOf(source, place)))
  if (header === null || place === null || literals === null) return null
  const list = source[place.start] === '['
  const edits = list
    ? listEdits(source, place, ids, literals)
    : [{ start: place.start, end: place.end, text: written(literals) }]
  const edited = applyEdits(source, edits)
  return isDeepStrictEqual(parseHeader(edited), { ...header, downRevisions: ids }) ? edited : null
}

function written(literals: readonly string[]): string {
  const [only, ...more] = literals
  if (only === undefined) return 'null'
  return more.length === 0 ? only : `[${literals.join(', ')}]`
}

/** The quote that the parents have now, or else the one of the id. */
function quoteOf(source: string, place: LiteralPlace): string {
  const start = place.strings[0]?.start ?? locateLiteral(source, 'revision')?.start ?? -1
  return source[start] ?? "'"
}

function quoted(id: string, preferred: string): string {
  const quote = [preferred, "'", '"', '`'].find((each) => !id.includes(each)) ?? preferred
  return `${quote}${id}${quote}`
}

/** The strings of a list one by one, so that what stands between them stays. */
function listEdits(
  source: string,
  { start, strings }: LiteralPlace,
  ids: readonly string[],
  literals: readonly string[],
): Edit[] {
  const edits: Edit[] = []
  let kept: LiteralPlace['strings'][number] | undefined
  let next = 0
  for (const [index, item] of strings.entries()) {
    const later = strings.slice(index + 1).map((other) => idAt(source, other))
    const wanted = ids[next]
    const literal = literals[next]
    if (
      wanted === undefined ||
      literal === undefined ||
      (wanted !== idAt(source, item) && later.includes(wanted))
    ) {
      edits.push(...removal(source, item, kept))
      continue
    }
    if (wanted !== idAt(source, item)) edits.push({ start: item.start, end: item.end, text: literal })
    kept = item
    next++
  }
  const added = literals.slice(next)
  if (added.length > 0) {
    const at = kept?.end ?? start + 1
    edits.push({ start: at, end: at, text: `${kept ? ', ' : ''}${added.join(', ')}` })
  }
  return edits
}

function idAt(source: string, { start, end }: Span): string {
  return source.slice(start + 1, end - 1)
}

/** A string with its comma, and its line where nothing else is on that. The last one takes the comma before it. */
function removal(
  source: string,
  { start, end, comma }: LiteralPlace['strings'][number],
  before: LiteralPlace['strings'][number] | undefined,
): Edit[] {
  if (comma === null) {
    const edit = { start, end, text: '' }
    if (before?.comma === null || before === undefined) return [edit]
    const between = source.slice(before.comma + 1, start)
    if (between.trim() === '') return [{ start: before.comma, end, text: '' }]
    const spaces = between.length - between.replace(/^[ \t]+/, '').length
    return [{ start: before.comma, end: before.comma + 1 + spaces, text: '' }, edit]
  }
  if (source.slice(end, comma).trim() !== '') {
    return [
      { start, end, text: '' },
      { start: comma, end: comma + 1, text: '' },
    ]
  }
  const lineStart = start - (/[ \t]*$/.exec(source.slice(0, start))?.[0].length ?? 0)
  const rest = /^[ \t]*(?:\r?\n)?/.exec(source.slice(comma + 1))?.[0] ?? ''
  const isLine = source[lineStart - 1] === '\n' && rest.endsWith('\n')
  return isLine
    ? [{ start: lineStart, end: comma + 1 + rest.length, text: '' }]
    : [{ start, end: comma + 1 + (rest.endsWith('\n') ? 0 : rest.length), text: '' }]
}

function applyEdits(source: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), source)
}
