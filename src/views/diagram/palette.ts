/** The colours of diagrams: muted, dark on light, with a background of their own so that they can be read on a dark page too. */
import type { Box, Mark } from './diagram.ts'

export const PAPER = '#fbfcfe'
export const INK = '#1f2937'
/** Types and other words that are not names. */
export const MUTED = '#64748b'
export const KEY = '#9a6700'
export const LINE = '#8592a8'
/** Of lines that are no foreign keys. */
export const FAINT = '#bcc6d4'
export const BORDER = '#a9b4c4'
export const GROUP = '#f1f4f9'

/** The band of the header. */
export const BAND: Readonly<Record<Box['kind'], string>> = {
  table: '#dbe5f3',
  'foreign table': '#e6e0f2',
  view: '#dcefe6',
  'materialized view': '#cfe8dd',
  enum: '#f3ead6',
}

/** Of a difference: behind a row, and for words and lines. */
export const MARKED: Readonly<Record<Mark, { readonly fill: string; readonly ink: string }>> = {
  added: { fill: '#d5f0db', ink: '#1a7f37' },
  removed: { fill: '#fbdcdc', ink: '#b42318' },
  changed: { fill: '#fdecc8', ink: '#9a5b00' },
}
