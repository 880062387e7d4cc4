/** The graph of revisions as a flowchart of Mermaid. */
import { INK, LINE } from '../diagram/palette.ts'
import { mermaidString } from '../formats/mermaid.ts'
import { cut, visible } from '../formats/visible.ts'
import { COLOURS, LONGEST_MESSAGE, STATES } from './colours.ts'
import { tooLargeForMermaid } from './errors.ts'
import { foldLines, type HistoryPicture, type RevisionBox, titleOf } from './picture.ts'

/** What Mermaid takes where nobody has told it otherwise; a diagram cannot. The rest of 50,000 is for the line that says what writes it. */
const MOST_LINES = 500
const MOST_CHARACTERS = 49_900

/** @throws DIAGRAM_TOO_LARGE */
export function historyMermaid(picture: HistoryPicture): string {
  const { boxes, lines } = foldLines(picture)
  const names = new Map(boxes.map(({ revision }, index) => [revision, `r${index}`]))
  const used = new Set(boxes.map(({ state }) => state))
  const text = `${[
    'flowchart TB',
    ...STATES.filter((state) => used.has(state)).map((state) => {
      const { fill, border } = COLOURS[state]
      const more =
        state === 'current' ? ',stroke-width:2px' : state === 'elsewhere' ? ',stroke-dasharray:4' : ''
      return `  classDef ${state} fill:${fill},stroke:${border},color:${INK}${more}`
    }),
    `  linkStyle default stroke:${LINE}`,
    ...boxes.map((box) => `  ${names.get(box.revision)}["${labelOf(box)}"]:::${box.state}`),
    ...lines.map(({ from, to, kind }) =>
      kind === 'needs'
        ? `  ${names.get(from)} -. needed by .-> ${names.get(to)}`
        : `  ${names.get(from)} --> ${names.get(to)}`,
    ),
  ].join('\n')}\n`
  if (lines.length > MOST_LINES || text.length > MOST_CHARACTERS)
    throw tooLargeForMermaid(picture.boxes.length)
  return text
}

function labelOf(box: RevisionBox): string {
  const labels = box.labels.map((label) => ` <i>${inner(label)}</i>`)
  return [
    `<b>${inner(titleOf(box))}</b>${labels.join('')}`,
    ...(visible(box.message).trim() === '' ? [] : [inner(cut(box.message, LONGEST_MESSAGE))]),
    ...(box.words.length === 0 ? [] : [`<small>${inner(box.words.join(', '))}</small>`]),
  ].join('<br/>')
}

/** Without its quotes. */
function inner(text: string): string {
  return mermaidString(text).slice(1, -1)
}
