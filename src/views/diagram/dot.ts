/** A diagram in Graphviz's language, which an SVG is laid out from too. */
import { type Identity, nameOfIdentity } from '../../catalog/object.ts'
import { dotHtml, dotString } from '../formats/dot.ts'
import { cut } from '../formats/visible.ts'
import type { Arrangement } from './arrange.ts'
import type { Compared, Diagram, Link, Relation } from './diagram.ts'
import { boxTable } from './dot-box.ts'
import { type Feet, feetIn } from './dot-feet.ts'
import { type Ends, endsIn, startPort } from './dot-ports.ts'
import { spread } from './dot-spread.ts'
import { groupsOf, inRows, looseBoxes } from './order.ts'
import { BORDER, FAINT, GROUP, INK, LINE, MARKED, MUTED, PAPER } from './palette.ts'
import { labelsOf, markWords, relationWords } from './words.ts'

/** Whose widths Graphviz knows. */
const FONT = 'Arial'

const LAID_OUT = 'rankdir=LR nodesep=0.3 ranksep=0.9'
/** More boxes and points than these take many seconds to lead lines around: straight ones go behind. */
const MANY = 300

/**
 * The diagram as a `digraph`: tables from left to right, those that are referenced first.
 *
 * @param arrangement where its boxes stand, for `neato -n`; without it `dot` lays it out
 */
export function dotDiagram(diagram: Diagram, arrangement: Arrangement | null = null): string {
  const { compared, relations, links } = diagram
  const ends = endsIn(diagram, arrangement !== null)
  const feet = arrangement === null ? null : feetIn(diagram, ends, arrangement, nodeId, footOf)
  const lines = [
    `digraph ${dotString(compared === null ? 'schema' : `${compared.from} → ${compared.to}`)} {`,
    `  graph [${arrangement === null ? LAID_OUT : arranged(diagram, feet)} bgcolor="${PAPER}" pad=0.3 fontname=${FONT} fontsize=13 fontcolor="${INK}" labelloc=t labeljust=l${compared === null ? '' : ` label=<${legend(compared)}>`}]`,
    `  node [shape=plain fontname=${FONT} fontsize=11 fontcolor="${INK}"]`,
    `  edge [color="${LINE}" fontname=${FONT} fontsize=9 fontcolor="${MUTED}" arrowsize=0.75 dir=both weight=4]`,
  ]
  for (const { schema, boxes, isFramed } of groupsOf(diagram)) {
    const nodes = boxes.map(
      (box) =>
        `${nodeId(box.identity)} [label=<${boxTable(box, diagram, ends, arrangement !== null)}>${tooltip(box.comment)}${placeOf(box.identity, arrangement)}]`,
    )
    if (isFramed)
      lines.push(
        `  subgraph ${dotString(`cluster ${schema}`)} {`,
        `    graph [label=<<B>${dotHtml(schema)}</B>> style=rounded color="${BORDER}" bgcolor="${GROUP}" margin=14${boundsOf(schema, arrangement)}]`,
        ...nodes.map((node) => `    ${node}`),
        '  }',
      )
    else lines.push(...nodes.map((node) => `  ${node}`))
  }
  const labelOf = labelsOf(diagram)
  const lengths = spread(diagram)
  for (const relation of relations) {
    const length = lengths.get(relation) ?? 1
    lines.push(`  ${relationEdge(relation, { ends, feet }, labelOf, length)}`)
  }
  if (feet !== null) lines.push(...feet.lines.map((line) => `  ${line}`))
  for (const link of links) lines.push(`  ${linkEdge(link, lengths.get(link) ?? 1)}`)
  for (const edge of enumEdges(diagram)) lines.push(`  ${edge}`)
  if (arrangement === null) lines.push(...gridEdges(diagram).map((edge) => `  ${edge}`))
  return `${[...lines, '}'].join('\n')}\n`
}

function arranged({ entities, enums }: Diagram, feet: Feet | null): string {
  return `splines=${entities.length + enums.length + (feet?.points ?? 0) > MANY ? 'line' : 'true'} outputorder=edgesfirst`
}

function placeOf(identity: Identity, arrangement: Arrangement | null): string {
  const place = arrangement?.places.get(identity)
  return place === undefined ? '' : ` pos="${point(place.x)},${point(place.y)}"`
}

function boundsOf(schema: string, arrangement: Arrangement | null): string {
  const block = arrangement?.blocks.find((each) => each.schema === schema)
  if (block === undefined) return ''
  const { left, bottom, right, top } = block
  return ` bb="${[left, bottom, right, top].map(point).join(',')}"`
}

function point(number: number): string {
  return String(Math.round(number))
}

function nodeId(identity: Identity): string {
  return dotString(nameOfIdentity(identity))
}

function tooltip(text: string | null): string {
  return text === null ? '' : ` tooltip=${dotString(text)}`
}

/** Crow's feet: what is referenced stands at the tail. */
function relationEdge(
  relation: Relation,
  { ends, feet }: { readonly ends: Ends; readonly feet: Feet | null },
  labelOf: (identity: Identity) => string,
  length: number,
): string {
  const { from, to } = relation
  const attributes = [
    `tooltip=${dotString(relationWords(relation, labelOf))}`,
    ...marked(relation),
    ...minimum(length),
  ]
  const points = feet?.pointsOf(relation) ?? null
  if (points !== null) return `${points.tail} -> ${points.head} [dir=none ${attributes.join(' ')}]`
  // A loop from row to row would go around the next boxes.
  const rows = from === to ? null : ends.rowsOf(relation)
  const tail = rows === null ? '' : `:${startPort(relation, rows.to, ends)}:e`
  const head = rows === null ? '' : `:l${rows.from}:w`
  return `${nodeId(to)}${tail} -> ${nodeId(from)}${head} [arrowtail=${tailShape(relation)} arrowhead=${headShape(relation)} ${attributes.join(' ')}]`
}

function tailShape({ optional }: Relation): string {
  return optional ? 'teeodot' : 'teetee'
}

function headShape({ many }: Relation): string {
  return many ? 'crowodot' : 'teeodot'
}

function footOf(relation: Relation, end: 'tail' | 'head'): string {
  const colour = relation.mark === null ? [] : [`color="${MARKED[relation.mark].ink}"`, 'penwidth=1.6']
  const shape = end === 'tail' ? tailShape(relation) : headShape(relation)
  return [`dir=forward arrowhead=${shape}`, ...colour].join(' ')
}

function linkEdge(link: Link, length: number): string {
  const { kind, from, to } = link
  const attributes = [
    ...(kind === 'reads' ? ['style=dashed', 'arrowtail=vee'] : ['arrowtail=empty']),
    'dir=back weight=1',
    `color="${FAINT}"`,
    `tooltip=${dotString(kind)}`,
    ...marked(link),
    ...minimum(length),
  ]
  return `${nodeId(to)} -> ${nodeId(from)} [${attributes.join(' ')}]`
}

/** Which columns have the type. */
function enumEdges({ entities, withoutColumns }: Diagram): string[] {
  return entities.flatMap(({ identity, columns }) => {
    const edges = columns.flatMap(({ enumType }, i) =>
      enumType === null
        ? []
        : [
            `${nodeId(enumType)} -> ${nodeId(identity)}${withoutColumns ? '' : `:l${i}:w`} [style=dotted dir=none weight=1 color="${LINE}"]`,
          ],
    )
    return [...new Set(edges)]
  })
}

/** What is joined to nothing would stand in one tower: edges that are not seen make it a square. */
function gridEdges(diagram: Diagram): string[] {
  return looseBoxes(diagram).flatMap((boxes) =>
    inRows(boxes)
      .filter((row) => row.length > 1)
      .map((row) => `${row.map(({ identity }) => nodeId(identity)).join(' -> ')} [style=invis]`),
  )
}

function marked(line: Relation | Link): string[] {
  const words = markWords(line)
  if (line.mark === null || words === null) return []
  const { ink } = MARKED[line.mark]
  return [`label=${dotString(words)}`, `color="${ink}"`, `fontcolor="${ink}"`, 'penwidth=1.6']
}

function minimum(length: number): string[] {
  return length === 1 ? [] : [`minlen=${length}`]
}

const MOST_ELSEWHERE = 12

/** What the colours mean, and what has changed beside the picture. */
function legend({ from, to, elsewhere }: Compared): string {
  const sample = (mark: 'added' | 'removed' | 'changed'): string =>
    `<TD BGCOLOR="${MARKED[mark].fill}"><FONT COLOR="${MARKED[mark].ink}">${mark}</FONT></TD>`
  const shown = elsewhere.slice(0, MOST_ELSEWHERE)
  const more = elsewhere.length - shown.length
  const rows = [...shown.map((words) => cut(words, 80)), ...(more > 0 ? [`and ${more} more`] : [])]
  return [
    '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="4" CELLPADDING="3">',
    `<TR><TD ALIGN="LEFT"><B>${dotHtml(from)} → ${dotHtml(to)}</B></TD>${sample('added')}${sample('removed')}${sample('changed')}</TR>`,
    ...rows.map(
      (words) =>
        `<TR><TD COLSPAN="4" ALIGN="LEFT"><FONT POINT-SIZE="10" COLOR="${MUTED}">${dotHtml(words)}</FONT></TD></TR>`,
    ),
    '</TABLE>',
  ].join('')
}
