/** The colours of the graph of revisions, with a word beside each: nobody has to tell them apart. */
import { BAND, BORDER, MARKED, MUTED } from '../diagram/palette.ts'
import type { State } from './picture.ts'

export interface Colours {
  readonly fill: string
  readonly border: string
  /** Of the words that say the state. */
  readonly ink: string
}

const { added, removed, changed } = MARKED

export const COLOURS: Readonly<Record<State, Colours>> = {
  applied: { fill: added.fill, border: added.ink, ink: added.ink },
  current: { fill: '#a9dfb6', border: added.ink, ink: '#12602b' },
  pending: { fill: changed.fill, border: changed.ink, ink: changed.ink },
  unfinished: { fill: removed.fill, border: removed.ink, ink: removed.ink },
  unknown: { fill: removed.fill, border: removed.ink, ink: removed.ink },
  unasked: { fill: BAND.table, border: BORDER, ink: MUTED },
  elsewhere: { fill: '#ffffff', border: MUTED, ink: MUTED },
}

export const STATES = Object.keys(COLOURS) as State[]

/** How much of a message a box has room for. */
export const LONGEST_MESSAGE = 48
