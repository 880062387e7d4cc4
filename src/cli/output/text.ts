/** Text that fits into a width, letter by letter as a terminal shows it. */
import type { Paint, Style } from './style.ts'

export interface Part {
  readonly text: string
  readonly paint?: Paint | undefined
}

const NARROW = /^[\x20-\x7e]*$/
/** Two columns each: Chinese, Japanese, Korean, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
/** None: accents that sit on the letter before, joiners. */
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u

/** How many columns a text takes on a terminal. */
export function widthOf(text: string): number {
  // Nearly every text is ASCII.
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const letter of text) width += letterWidth(letter)
  return width
}

function letterWidth(letter: string): number {
  if (NONE.test(letter)) return 0
  return WIDE.test(letter) ? 2 : 1
}

/** The text, or its beginning with dots, in at most so many columns. */
export function cut(text: string, room: number, style: Pick<Style, 'unicode'>): string {
  if (widthOf(text) <= room) return text
  const dots = dotsOf(style)
  return `${split(text, room - dots.length)[0]}${dots}`
}

/** Parts one after the other, painted, and cut where the room ends. */
export function joinWithin(parts: readonly Part[], room: number, style: Pick<Style, 'unicode'>): string {
  const fits =
    room === Number.POSITIVE_INFINITY ||
    widthOf(
      parts
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    ) <= room
  if (fits) return parts.map(painted).join('').trimEnd()
  const dots = dotsOf(style)
  const [line = ''] = wrapWithin(parts, room - dots.length)
  return `${line}${dots}`
}

/** Parts one after the other, painted, on as many lines as it takes; at least one. */
export function wrapWithin(parts: readonly Part[], room: number): string[] {
  const lines: string[] = []
  // A wide letter must find a line that it fits on.
  const width = Math.max(room, 2)
  let line = ''
  let left = width
  for (const { text, paint } of parts) {
    let rest = text
    while (widthOf(rest) > left) {
      const [start, end] = split(rest, left)
      lines.push(line + painted({ text: start, paint }))
      // White space was to part two words, and they are on two lines now.
      rest = end.startsWith(' ') ? end.slice(1) : end
      line = ''
      left = width
    }
    line += painted({ text: rest, paint })
    left -= widthOf(rest)
  }
  return [...lines, line]
}

/** A sentence on as many lines as it takes, broken between words; a word alone may be too long. */
export function wrapWords(text: string, room: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.trim().split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer) > room) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

/** The beginning of a text that takes at most so many columns, and what is left. */
function split(text: string, room: number): [start: string, rest: string] {
  let width = 0
  let end = 0
  for (const letter of text) {
    width += letterWidth(letter)
    if (width > room) break
    end += letter.length
  }
  return [text.slice(0, end), text.slice(end)]
}

function dotsOf({ unicode }: Pick<Style, 'unicode'>): string {
  return unicode ? '…' : '...'
}

/** A file's message must not command the terminal: what is no letter is a question mark. */
function painted({ text, paint }: Part): string {
  const shown = NARROW.test(text) ? text : text.replaceAll(/\p{Cc}/gu, '?')
  return paint && shown !== '' ? paint(shown) : shown
}
