/** The graph of revisions for PlantUML. */
import { INK, LINE, MUTED, PAPER } from '../diagram/palette.ts'
import { plantumlText } from '../formats/plantuml.ts'
import { cut, visible } from '../formats/visible.ts'
import { COLOURS, LONGEST_MESSAGE, STATES } from './colours.ts'
import { foldLines, type HistoryPicture, type RevisionBox, titleOf } from './picture.ts'

/** A PlantUML file, of versions from 2020 on. */
export function historyPlantuml(picture: HistoryPicture): string {
  const { boxes, lines } = foldLines(picture)
  const names = new Map(boxes.map(({ revision }, index) => [revision, `r${index}`]))
  const used = new Set(boxes.map(({ state }) => state))
  return `${[
    '@startuml',
    'hide stereotype',
    'skinparam shadowing false',
    'skinparam roundCorner 8',
    'skinparam defaultTextAlignment left',
    `skinparam backgroundColor ${PAPER}`,
    `skinparam defaultFontColor ${INK}`,
    `skinparam arrowColor ${LINE}`,
    `skinparam arrowFontColor ${MUTED}`,
    'skinparam nodesep 30',
    'skinparam ranksep 30',
    'skinparam rectangle {',
    ...STATES.filter((state) => used.has(state)).flatMap((state) => {
      const { fill, border } = COLOURS[state]
      const more =
        state === 'current'
          ? [`  borderThickness<<${state}>> 2`]
          : state === 'elsewhere'
            ? [`  borderStyle<<${state}>> dashed`]
            : []
      return [`  backgroundColor<<${state}>> ${fill}`, `  borderColor<<${state}>> ${border}`, ...more]
    }),
    '}',
    ...boxes.map((box) => `rectangle "${labelOf(box)}" as ${names.get(box.revision)} <<${box.state}>>`),
    ...lines.map(({ from, to, kind }) =>
      kind === 'needs'
        ? `${names.get(from)} ..> ${names.get(to)} : needed by`
        : `${names.get(from)} --> ${names.get(to)}`,
    ),
    '@enduml',
  ].join('\n')}\n`
}

function labelOf(box: RevisionBox): string {
  const labels = box.labels.map((label) => `  <color:${MUTED}>**${plantumlText(label)}**</color>`)
  return [
    `**${plantumlText(titleOf(box))}**${labels.join('')}`,
    ...(visible(box.message).trim() === '' ? [] : [plantumlText(cut(box.message, LONGEST_MESSAGE))]),
    ...(box.words.length === 0
      ? []
      : [`<size:10><color:${COLOURS[box.state].ink}>${plantumlText(box.words.join(', '))}</color></size>`]),
  ].join('\\n')
}
