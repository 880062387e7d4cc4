/** Texts within Mermaid, of any version: newer ones take more characters, but what renders a README is often older. */
import { visible } from './visible.ts'

/** Marks of ASCII that mean nothing to Mermaid within quotes, neither to its grammar nor as Markdown or HTML. */
const HARMLESS = new Set(" _-.,()'/?")
/** What Markdown takes for a list, or for bold text. */
const MARKUP = /^\s*(?:\d+\.|-)|^_|_$|_(?=_)|(?<=_)_/g

/** A quoted text: the name of an entity, a label, a comment. Entities of HTML stand for what Mermaid would take for its own. */
export function mermaidString(text: string): string {
  const escaped = [...visible(text)]
    .map((each) => (/[A-Za-z0-9]/.test(each) || each > '\u007f' || HARMLESS.has(each) ? each : entity(each)))
    .join('')
    .replace(MARKUP, (mark) => mark.slice(0, -1) + entity(mark.slice(-1)))
    // Anywhere in a line these two words say which way the picture goes.
    .replace(/(direction)\s(?=\s*(?:tb|bt|rl|lr))/gi, '$1#32;')
  return `"${escaped === '' ? ' ' : escaped}"`
}

function entity(character: string): string {
  return `#${character.codePointAt(0)};`
}

/**
 * The name or type of an attribute, which takes no quotes: what may not stand in one becomes `_`. A comma becomes the mark that
 * looks like one (U+201A), as `numeric(10_2)` would be a riddle.
 */
export function mermaidWord(text: string): string {
  const word = visible(text)
    .replaceAll(',', '\u201a')
    .replace(/\s/g, '_')
    .replace(/[^A-Za-z0-9\-_[\]()\u00c0-\uffff]/g, '_')
  // At its beginning only a letter or `_`; the words for keys, in any case, are tokens wherever a word begins with them.
  return /^[A-Za-z_\u00c0-\uffff]/.test(word) && !/^[pfu]k\b/i.test(word) ? word : `_${word}`
}
