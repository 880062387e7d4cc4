/** Writing regular expressions. */

/** What matches the text as it is, anywhere in a regular expression, in brackets too. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
