/** A diagram in PlantUML's entity syntax. */
import type { Identity } from '../../catalog/object.ts'
import { plantumlText } from '../formats/plantuml.ts'
import { asciiWord, cut, wrapped } from '../formats/visible.ts'
import type { Box, Compared, Diagram, DrawnColumn, DrawnEnum, Entity, Link, Relation } from './diagram.ts'
import { groupsOf, inRows, looseBoxes } from './order.ts'
import { BAND, BORDER, INK, KEY, LINE, MARKED, MUTED, PAPER } from './palette.ts'
import { isEntity, keyWords, kindWords, markWords } from './words.ts'

const LONGEST_COMMENT = 60

/** The diagram as a PlantUML file, of versions from 2020 on. */
export function plantumlDiagram(diagram: Diagram): string {
  const aliases = aliasesOf(diagram)
  const alias = (identity: Identity): string => aliases.get(identity) ?? asciiWord(identity)
  const lines = ['@startuml', ...settings(), ...(diagram.compared === null ? [] : legend(diagram.compared))]
  for (const { schema, boxes, isFramed } of groupsOf(diagram)) {
    const own = boxes.flatMap((box) => boxLines(box, alias(box.identity), diagram.withoutColumns))
    if (isFramed)
      lines.push('', `package "${plantumlText(schema)}" {`, ...own.map((line) => `  ${line}`), '}')
    else lines.push('', ...own)
  }
  const joins = [
    ...diagram.relations.map((relation) => relationLine(relation, alias)),
    ...diagram.links.map((link) => linkLine(link, alias)),
    ...enumLines(diagram, alias),
    ...gridLines(diagram, alias),
  ]
  if (joins.length > 0) lines.push('', ...joins)
  return `${[...lines, '@enduml'].join('\n')}\n`
}

function settings(): string[] {
  return [
    // A dot in an alias is the one between schema and name, and makes no package.
    'set namespaceSeparator none',
    'left to right direction',
    'hide circle',
    'hide empty members',
    'skinparam shadowing false',
    `skinparam backgroundColor ${PAPER}`,
    `skinparam defaultFontColor ${INK}`,
    `skinparam classBackgroundColor ${BAND.table}`,
    `skinparam classBorderColor ${BORDER}`,
    `skinparam classFontColor ${INK}`,
    `skinparam classAttributeFontColor ${INK}`,
    `skinparam arrowColor ${LINE}`,
    `skinparam packageBorderColor ${BORDER}`,
    `skinparam legendBackgroundColor ${PAPER}`,
    `skinparam legendBorderColor ${BORDER}`,
    'skinparam nodesep 30',
    'skinparam ranksep 60',
  ]
}

function legend({ from, to, elsewhere }: Compared): string[] {
  const mark = (name: 'added' | 'removed' | 'changed'): string =>
    `<back:${MARKED[name].fill}><color:${MARKED[name].ink}> ${name} </color></back>`
  return [
    'legend top left',
    `  **${plantumlText(from)} → ${plantumlText(to)}**  ${mark('added')} ${mark('removed')} ${mark('changed')}`,
    ...elsewhere.map((words) => `  ${plantumlText(words)}`),
    'endlegend',
  ]
}

/** Names to join boxes by: `public.order_line`, with `_` for what may not stand in one, and a number where two are the same. */
function aliasesOf({ entities, enums }: Diagram): Map<Identity, string> {
  const taken = new Set<string>()
  const aliases = new Map<Identity, string>()
  for (const { identity, schema, name } of [...entities, ...enums]) {
    const wish = `${asciiWord(schema)}.${asciiWord(name)}`
    let alias = wish
    for (let number = 2; taken.has(alias); number++) alias = `${wish}_${number}`
    taken.add(alias)
    aliases.set(identity, alias)
  }
  return aliases
}

function boxLines(box: Box, alias: string, withoutColumns: boolean): string[] {
  const kind = kindWords(box)
  const fill = box.mark === null ? (box.kind === 'table' ? null : BAND[box.kind]) : MARKED[box.mark].fill
  // Between asterisks: a name that ends in > would be taken for type parameters.
  const head = [
    `${box.kind === 'enum' ? 'enum' : 'entity'} "**${plantumlText(box.name)}**" as ${alias}`,
    ...(kind === null ? [] : [`<<${plantumlText(kind)}>>`]),
    ...(fill === null ? [] : [fill]),
  ].join(' ')
  const words = markWords(box)
  const above = [
    ...(words === null || box.mark === null ? [] : [coloured(words, MARKED[box.mark].ink)]),
    ...(box.comment === null
      ? []
      : wrapped(cut(box.comment, 3 * LONGEST_COMMENT), LONGEST_COMMENT).map(italic)),
  ].map((line) => `{field} ${line}`)
  const rows = withoutColumns ? [] : isEntity(box) ? columnLines(box) : labelLines(box)
  const separator = above.length > 0 && rows.length > 0 ? ['..'] : []
  return [`${head} {`, ...[...above, ...separator, ...rows].map((line) => `  ${line}`), '}']
}

/** A line stands below the primary key where that comes first. */
function columnLines({ columns }: Entity): string[] {
  const first = columns.findIndex(({ primaryKey }) => !primaryKey)
  const isFirst = first > 0 && columns.slice(first).every(({ primaryKey }) => !primaryKey)
  return columns.flatMap((column, i) => [...(isFirst && i === first ? ['--'] : []), columnLine(column)])
}

function columnLine(column: DrawnColumn): string {
  const { name, type, notNull, comment, mark } = column
  const words = markWords(column)
  const text = `${plantumlText(name)} : ${plantumlText(type)}`
  const shown = mark === 'removed' ? `<s>${text}</s>` : text
  return [
    // Round, as in PlantUML's own example: mandatory.
    `{field} ${notNull ? '*' : ''}`,
    mark === null ? shown : `<color:${MARKED[mark].ink}>${shown}</color>`,
    ...keyWords(column).map((key) => coloured(key, KEY)),
    ...(words === null || mark === null ? [] : [coloured(words, MARKED[mark].ink)]),
    ...(comment === null ? [] : [italic(cut(comment, LONGEST_COMMENT))]),
  ]
    .map((part) => part.trimEnd())
    .join(' ')
}

function labelLines({ labels }: DrawnEnum): string[] {
  return labels.map(({ name, mark }) =>
    mark === null
      ? `{field} ${plantumlText(name)}`
      : `{field} ${coloured(`${name}`, MARKED[mark].ink)} ${coloured(mark, MARKED[mark].ink)}`,
  )
}

function coloured(text: string, colour: string): string {
  return `<color:${colour}>${plantumlText(text)}</color>`
}

function italic(text: string): string {
  return `<i>${coloured(text, MUTED)}</i>`
}

function relationLine(relation: Relation, alias: (identity: Identity) => string): string {
  const { from, to, optional, many } = relation
  return `${alias(to)} ${optional ? '|o' : '||'}-${arrowStyle(relation)}-${many ? 'o{' : 'o|'} ${alias(from)}${label(relation)}`
}

function linkLine(link: Link, alias: (identity: Identity) => string): string {
  const { kind, from, to } = link
  const line = kind === 'reads' ? `<.${arrowStyle(link)}.` : `<|-${arrowStyle(link)}-`
  return `${alias(to)} ${line} ${alias(from)}${label(link)}`
}

function arrowStyle({ mark }: Relation | Link): string {
  return mark === null ? '' : `[${MARKED[mark].ink},bold]`
}

function label(line: Relation | Link): string {
  const words = markWords(line)
  return words === null ? '' : ` : ${plantumlText(words)}`
}

/** Which tables have columns of the type. */
function enumLines({ entities }: Diagram, alias: (identity: Identity) => string): string[] {
  return entities.flatMap(({ identity, columns }) => {
    const types = new Set(columns.flatMap(({ enumType }) => (enumType === null ? [] : [enumType])))
    return [...types].map((type) => `${alias(type)} .. ${alias(identity)}`)
  })
}

/** What is joined to nothing would stand in one row: lines that are not seen make it a square. */
function gridLines(diagram: Diagram, alias: (identity: Identity) => string): string[] {
  return looseBoxes(diagram).flatMap((boxes) =>
    inRows(boxes).flatMap((row) =>
      row
        .slice(1)
        .map(({ identity }, i) => `${alias(row[i]?.identity ?? identity)} -[hidden]- ${alias(identity)}`),
    ),
  )
}
