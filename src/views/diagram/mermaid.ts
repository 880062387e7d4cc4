/** A diagram in Mermaid's entity-relationship syntax. */
import { mermaidString, mermaidWord } from '../formats/mermaid.ts'
import { cut } from '../formats/visible.ts'
import type { Box, Diagram, DrawnColumn, Link, Relation } from './diagram.ts'
import { bySchema } from './order.ts'
import { MARKED } from './palette.ts'
import { isEntity, keyWords, kindWords, labelsOf, markWords } from './words.ts'

const LONGEST_COMMENT = 80

/** The diagram as Mermaid source, of versions from 10.5 on; a difference needs 11.3 for its colours. */
export function mermaidDiagram(diagram: Diagram): string {
  const { withoutColumns, compared, relations, links } = diagram
  const labelOf = labelsOf(diagram)
  const nameOf = (identity: string): string => mermaidString(labelOf(identity))
  const lines = ['erDiagram']
  if (compared !== null) lines.push(...comparedLines(diagram))
  for (const boxes of bySchema(diagram).values()) {
    for (const box of boxes) {
      const rows = withoutColumns ? [] : rowsOf(box)
      const head = `${nameOf(box.identity)}${shownAs(box, labelOf(box.identity))}${box.mark === null ? '' : `:::${box.mark}`}`
      lines.push(...(rows.length === 0 ? [head] : [`${head} {`, ...rows.map((row) => `  ${row}`), '}']))
    }
  }
  for (const relation of relations) {
    const { from, to, optional, many } = relation
    lines.push(
      `${nameOf(to)} ${optional ? '|o' : '||'}--${many ? 'o{' : 'o|'} ${nameOf(from)} : ${lineLabel(relation, relation.name)}`,
    )
  }
  // Mermaid has no arrows between entities, and no lines without ends: dots, plain ends and words tell these from foreign keys.
  for (const link of links)
    lines.push(`${nameOf(link.to)} ||..|| ${nameOf(link.from)} : ${lineLabel(link, linkWord(link))}`)
  return `${lines.map((line, i) => (i === 0 ? line : `  ${line}`)).join('\n')}\n`
}

function linkWord({ kind }: Link): string {
  return kind === 'reads' ? 'is read by' : 'is inherited by'
}

function comparedLines({ compared }: Diagram): string[] {
  if (compared === null) return []
  const { from, to, elsewhere } = compared
  return [
    // A comment, so that nothing in it is read.
    ...[`${from} → ${to}`, ...elsewhere].map((words) => `%% ${cut(words, 200).replaceAll(/[{}]/g, ' ')}`),
    ...(['added', 'removed', 'changed'] as const).map(
      (mark) => `classDef ${mark} fill:${MARKED[mark].fill},stroke:${MARKED[mark].ink}`,
    ),
  ]
}

/** What stands above the columns where that is more than the name: `["users (view)"]`. */
function shownAs(box: Box, name: string): string {
  const words = [kindWords(box), markWords(box)].filter((each) => each !== null)
  if (words.length === 0 && box.comment === null) return ''
  const head = words.length === 0 ? name : `${name} (${cut(words.join('; '), 2 * LONGEST_COMMENT)})`
  const about = box.comment === null ? '' : `: ${cut(box.comment, LONGEST_COMMENT)}`
  return `[${mermaidString(head + about)}]`
}

function rowsOf(box: Box): string[] {
  if (isEntity(box)) return box.columns.map(columnRow)
  return box.labels.map((label) => {
    const word = mermaidWord(label.name)
    const comment = [
      ...(word === label.name ? [] : [label.name]),
      ...(label.mark === null ? [] : [label.mark]),
    ]
    return `value ${word}${comment.length === 0 ? '' : ` ${mermaidString(comment.join('; '))}`}`
  })
}

function columnRow(column: DrawnColumn): string {
  const { name, type, notNull, primaryKey, comment } = column
  const word = mermaidWord(name)
  const keys = keyWords(column)
  const said = [
    ...(word === name ? [] : [name]),
    ...(notNull && !primaryKey ? ['not null'] : []),
    ...[markWords(column), comment].filter((each) => each !== null),
  ]
  return [
    `${mermaidWord(type)} ${word}`,
    ...(keys.length === 0 ? [] : [keys.join(', ')]),
    ...(said.length === 0 ? [] : [mermaidString(cut(said.join('; '), LONGEST_COMMENT))]),
  ].join(' ')
}

function lineLabel(line: Relation | Link, name: string): string {
  const words = markWords(line)
  return mermaidString(words === null ? name : `${name}, ${words}`)
}
