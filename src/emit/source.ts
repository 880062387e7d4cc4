/** Writing TypeScript: string literals, `sql` templates, call chains, in the form a formatter would leave them in. */

const LINE_WIDTH = 100

/** A string as a TypeScript literal. */
export function quoteString(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
  return `'${escaped}'`
}

/** A list of strings as a TypeScript array; a long one over lines, as the argument of a call in a chain. */
export function quoteStrings(texts: readonly string[]): string {
  const line = `[${texts.map(quoteString).join(', ')}]`
  if (line.length <= LINE_WIDTH - 20) return line
  return `[\n${texts.map((text) => `      ${quoteString(text)},\n`).join('')}    ]`
}

/** An SQL text as a Kysely template: `` sql`…` ``. A carriage return would be read as a line feed, so it is escaped. */
export function sqlTemplate(text: string, type?: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${')
    .replaceAll('\r', '\\r')
  return `sql${type === undefined ? '' : `<${type}>`}\`${escaped}\``
}

/**
 * A chain of calls: on one line where it is short, else a call per line.
 *
 * @param root what the calls hang on, `await db.schema`
 * @param calls each with its leading dot
 * @param indent the white space in front of the statement
 */
export function chain(root: string, calls: readonly string[], indent: string): string {
  const line = `${indent}${root}${calls.join('')}`
  const short = line.length <= LINE_WIDTH && !line.includes('\n') && calls.length <= 3
  return short ? line : `${indent}${root}${calls.map((call) => `\n${indent}  ${call}`).join('')}`
}

/** A call with its arguments; long arguments go on lines of their own. */
export function call(name: string, args: readonly string[], indent = '    '): string {
  const line = `.${name}(${args.join(', ')})`
  if (args.length < 2 || (line.length + indent.length <= LINE_WIDTH && !line.includes('\n'))) return line
  return `.${name}(${args.map((arg) => `\n${indent}  ${arg}`).join(',')},\n${indent})`
}
