/** Writing the parameters of a compiled statement into it: DDL takes no `$1`. */
import { tokensOf } from './lexer.ts'

/**
 * Replaces every `$n` outside of strings, names and comments by the literal of its parameter.
 *
 * ```ts
 * inlineParameters('check (kind <> $1)', ["it's"])  // check (kind <> 'it''s')
 * ```
 *
 * @throws TypeError for a value that has no literal
 */
export function inlineParameters(sql: string, parameters: readonly unknown[]): string {
  if (parameters.length === 0) return sql
  let text = ''
  for (const token of tokensOf(sql)) {
    const part = sql.slice(token.start, token.end)
    text += token.kind === 'parameter' ? literalOf(parameters[Number(part.slice(1)) - 1]) : part
  }
  return text
}

/** A value as an SQL literal that PostgreSQL reads as the same value, whatever `standard_conforming_strings` says. */
export function literalOf(value: unknown): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'string':
      return stringLiteral(value)
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'number':
      return Number.isFinite(value) ? String(value) : `'${String(value)}'`
  }
  if (value instanceof Date) return stringLiteral(value.toISOString())
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`
  if (Array.isArray(value)) return arrayLiteral(value)
  throw new TypeError(`a parameter (${typeof value}) that has no SQL literal`)
}

function arrayLiteral(values: readonly unknown[]): string {
  return values.length === 0 ? `'{}'` : `array[${values.map(literalOf).join(', ')}]`
}

function stringLiteral(text: string): string {
  const quoted = text.replaceAll("'", "''")
  // An E string reads backslashes the same way whatever the session's settings; the space parts it from a word before.
  return text.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`
}
