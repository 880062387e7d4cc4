/** Text that fits into a width. */
import type { Paint, Style } from './style.ts'

export interface Part {
  readonly text: string
  readonly paint?: Paint | undefined
}

/** The text, or its beginning with dots, in at most so many letters. */
export function cut(text: string, room: number, { unicode }: Pick<Style, 'unicode'>): string {
  // Most texts joinWithin, and need not be split into letters.
  if (text.length <= room) return text
  const letters = [...text]
  const dots = unicode ? '…' : '...'
  return letters.length <= room
    ? text
    : `${letters.slice(0, Math.max(room - dots.length, 0)).join('')}${dots}`
}

/** Parts one after the other, painted, and cut where the room ends. */
export function joinWithin(
  parts: readonly Part[],
  room: number,
  { unicode }: Pick<Style, 'unicode'>,
): string {
  if (room === Number.POSITIVE_INFINITY || textOf(parts).trimEnd().length <= room) {
    return parts.map(painted).join('').trimEnd()
  }
  const dots = unicode ? '…' : '...'
  const [line = ''] = wrapWithin(parts, Math.max(room - dots.length, 1))
  return `${line}${dots}`
}

/** Parts one after the other, painted, on as many lines as it takes; at least one. */
export function wrapWithin(parts: readonly Part[], room: number): string[] {
  const lines: string[] = []
  let line = ''
  let left = room
  for (const { text, paint } of parts) {
    // Most texts fit, and need not be split into letters.
    if (text.length <= left) {
      line += painted({ text, paint })
      left -= text.length
      continue
    }
    let letters = [...text]
    while (letters.length > left) {
      lines.push(line + painted({ text: letters.slice(0, left).join(''), paint }))
      letters = letters.slice(left)
      // White space was to part two words, and they are on two lines now.
      if (letters[0] === ' ') letters.shift()
      line = ''
      left = room
    }
    line += painted({ text: letters.join(''), paint })
    left -= letters.length
  }
  return [...lines, line]
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join('')
}

function painted({ text, paint }: Part): string {
  return paint && text !== '' ? paint(text) : text
}
