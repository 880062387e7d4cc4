/** The graph of revisions in Graphviz's language, which an SVG is laid out from too. */
import { INK, LINE, MUTED, PAPER } from '../diagram/palette.ts'
import { dotHtml } from '../formats/dot.ts'
import { cut, visible } from '../formats/visible.ts'
import { COLOURS, LONGEST_MESSAGE } from './colours.ts'
import { foldLines, type HistoryPicture, type RevisionBox, titleOf } from './picture.ts'

export function historyDot(picture: HistoryPicture): string {
  const { boxes, lines } = foldLines(picture)
  const names = new Map(boxes.map(({ revision }, index) => [revision, `r${index}`]))
  return `${[
    'digraph history {',
    `  graph [rankdir=TB nodesep=0.35 ranksep=0.35 pad=0.3 bgcolor="${PAPER}"]`,
    `  node [shape=box style="filled,rounded" margin="0.16,0.08" fontname=Arial fontsize=11 fontcolor="${INK}"]`,
    `  edge [color="${LINE}" arrowsize=0.7 fontname=Arial fontsize=9 fontcolor="${MUTED}"]`,
    ...boxes.map((box) => `  ${names.get(box.revision)} [${attributesOf(box)}]`),
    ...lines.map(
      ({ from, to, kind }) =>
        // What runs in its turn stands below; what is needed may stand anywhere above.
        `  ${names.get(from)} -> ${names.get(to)} [${kind === 'needs' ? 'style=dashed label=" needed by" weight=1' : 'weight=8'}]`,
    ),
    '}',
  ].join('\n')}\n`
}

function attributesOf(box: RevisionBox): string {
  const { fill, border } = COLOURS[box.state]
  const shape = box.state === 'elsewhere' ? ' style="filled,rounded,dashed"' : ''
  const width = box.state === 'current' ? 2 : 1
  const tooltip = [titleOf(box), box.message].filter((text) => text !== '').join(': ')
  return `label=<${labelOf(box)}> fillcolor="${fill}" color="${border}" penwidth=${width}${shape} tooltip=<${dotHtml(tooltip)}>`
}

function labelOf(box: RevisionBox): string {
  const labels = box.labels.map((label) => `  <FONT COLOR="${MUTED}"><B>${dotHtml(label)}</B></FONT>`)
  const rows = [
    `<B>${dotHtml(titleOf(box))}</B>${labels.join('')}`,
    ...(visible(box.message).trim() === '' ? [] : [dotHtml(cut(box.message, LONGEST_MESSAGE))]),
    ...(box.words.length === 0
      ? []
      : [`<FONT POINT-SIZE="9" COLOR="${COLOURS[box.state].ink}">${dotHtml(box.words.join(', '))}</FONT>`]),
  ]
  return rows.map((row) => `${row}<BR ALIGN="LEFT"/>`).join('')
}
