/** Text that fits into a width. */
import type { Paint, Style } from './style.ts'

export interface Part {
  readonly text: string
  readonly paint?: Paint
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
export function joinWithin(parts: readonly Part[], room: number, style: Pick<Style, 'unicode'>): string {
  let left = room
  let result = ''
  for (const { text, paint } of parts) {
    const shown = cut(text, left, style)
    result += paint ? paint(shown) : shown
    if (shown !== text) break
    left -= text.length
  }
  return result
}
