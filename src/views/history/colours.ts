/** The colours of the graph of revisions, with a word beside each: nobody has to tell them apart. */
import { BAND, BORDER, MARKED, MUTED } from '../diagram/palette.ts'
import type { State } from './picture.ts'

export interface Colours {
  readonly fill: string
  readonly border: string
}

export const COLOURS: Readonly<Record<State, Colours>> = {
  applied: { fill: MARKED.added.fill, border: MARKED.added.ink },
  current: { fill: '#a9dfb6', border: MARKED.added.ink },
  pending: { fill: MARKED.changed.fill, border: MARKED.changed.ink },
  unfinished: { fill: MARKED.removed.fill, border: MARKED.removed.ink },
  unknown: { fill: MARKED.removed.fill, border: MARKED.removed.ink },
  unasked: { fill: BAND.table, border: BORDER },
  elsewhere: { fill: '#ffffff', border: MUTED },
}

export const STATES = Object.keys(COLOURS) as State[]

/** How much of a message a box has room for. */
export const LONGEST_MESSAGE = 48
