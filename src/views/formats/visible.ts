/** Names and comments as one line of characters that can be seen: pictures know no others. */

const LINE_BREAK = /\r\n?|[\n\v\f\u0085\u2028\u2029]/g
/** What no picture shows, or turns the text around it: other controls, marks of direction, what Unicode leaves free for private use by XML. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g

/** The text with a sign for each line break and each character that cannot be seen. */
export function visible(text: string): string {
  return text.replace(LINE_BREAK, '↵').replaceAll('\t', ' ').replace(UNSEEN, '\ufffd')
}

/** At most so many characters of a visible text; what is cut off leaves an ellipsis. */
export function cut(text: string, most: number): string {
  const characters = [...visible(text)]
  return characters.length <= most ? characters.join('') : `${characters.slice(0, most - 1).join('')}…`
}

/** Words in lines of about so many characters. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of visible(text).split(/ +/)) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line]
}

/** A name that may stand anywhere in a format, made of letters of ASCII, digits and `_`. */
export function asciiWord(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/gu, '_')
}
