/** Texts within DBML, which gives back every character of a name. */

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\\': '\\\\',
}

function escaped(text: string, quote: string): string {
  return text.replace(/[\n\r\t\b\f\v\\]/g, (each) => ESCAPES[each] ?? each).replaceAll(quote, `\\${quote}`)
}

/** The name of a schema, table, column, type or key. */
export function dbmlName(text: string): string {
  return `"${escaped(text, '"')}"`
}

/** A note, in one line. */
export function dbmlString(text: string): string {
  return `'${escaped(text, "'")}'`
}

/** A type: as it is where it is a plain word with numbers, else in quotes. */
export function dbmlType(type: string): string {
  return /^[a-z_][a-z0-9_]*(?:\(\d+(?:, ?\d+)?\))?$/.test(type) ? type : dbmlName(type)
}
