/** The comment by which dbmig knows a picture that it has written itself, in each format that has comments. */

type Marked = 'plantuml' | 'mermaid' | 'dot' | 'dbml' | 'svg'

/** What stands in it, whatever the format. */
export function markOf(command: 'diagram' | 'history'): string {
  return `Written by \`dbmig ${command}\``
}

/** Before the text, or behind its first line, which says what it is. */
const places: Readonly<Record<Marked, (comment: string, text: string) => string>> = {
  plantuml: (comment, text) => behindFirstLine(text, `' ${comment}`),
  mermaid: (comment, text) => behindFirstLine(text, `  %% ${comment}`),
  dot: (comment, text) => `// ${comment}\n${text}`,
  dbml: (comment, text) => `// ${comment}\n${text}`,
  svg: (comment, text) => behindFirstLine(text, `<!-- ${comment} -->`),
}

/** The text with a line that says what writes it. */
export function marked(text: string, format: Marked, command: 'diagram' | 'history'): string {
  return places[format](`${markOf(command)}, which replaces it.`, text)
}

function behindFirstLine(text: string, line: string): string {
  return text.replace('\n', () => `\n${line}\n`)
}
