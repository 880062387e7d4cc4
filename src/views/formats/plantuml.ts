/** Texts within PlantUML, whose lines mean something else wherever a character is one of its own. */
import { visible } from './visible.ts'

/** Letters, digits, what lies above U+FFFF, and the few marks that mean nothing in a line where they stand alone. */
const HARMLESS = /[\p{L}\p{N}\p{M} _.,()[\]\u{10000}-\u{10FFFF}]/u
/** Two of these are markup: `__underlined__`, `[[link]]`. */
const PAIR = /([_.[\]])\1+/g

/**
 * A text as PlantUML shows it unchanged: between quotes, in a member's line, behind a colon. It must not be all of a name in
 * quotes where it may end in `>`, which PlantUML takes for type parameters: surround it with `**`.
 */
export function plantumlText(text: string): string {
  const escaped = (part: string): string =>
    [...part].map((each) => (HARMLESS.test(each) ? each : codePoint(each))).join('')
  let done = ''
  let from = 0
  const line = visible(text)
  for (const { 0: pair, index } of line.matchAll(PAIR)) {
    done += escaped(line.slice(from, index)) + [...pair].map(codePoint).join('')
    from = index + pair.length
  }
  return done + escaped(line.slice(from))
}

function codePoint(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`
}
