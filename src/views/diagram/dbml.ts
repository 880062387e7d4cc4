/** A diagram in DBML, for dbdiagram.io and what reads its language. */
import type { Identity } from '../../catalog/object.ts'
import { dbmlName, dbmlString, dbmlType } from '../formats/dbml.ts'
import { visible } from '../formats/visible.ts'
import type { Diagram, DrawnColumn, DrawnEnum, Entity, Marked, Relation } from './diagram.ts'
import { bySchema } from './order.ts'
import { MARKED } from './palette.ts'
import { kindWords, labelsOf, markWords, relationWords } from './words.ts'

interface Named {
  readonly schema: string
  readonly name: string
}

/**
 * The diagram as DBML. Views are tables with a note. Where columns are left out, those of keys stay: the language joins columns, and
 * knows no table without one.
 */
export function dbmlDiagram(diagram: Diagram): string {
  const { entities, enums, compared, defaultSchema } = diagram
  const boxes = new Map<Identity, Named>([...entities, ...enums].map((box) => [box.identity, box]))
  const joined = joinedColumns(diagram)
  const blocks: string[] = []
  if (compared !== null)
    blocks.push([`${compared.from} → ${compared.to}`, ...compared.elsewhere].map(commentLine).join('\n'))
  for (const each of enums) blocks.push(enumBlock(each))
  for (const entity of entities) blocks.push(tableBlock(entity, diagram, boxes, joined.get(entity.identity)))
  const drawn = new Set(entities.filter(({ columns }) => columns.length > 0).map(({ identity }) => identity))
  const labelOf = labelsOf(diagram)
  const refs = diagram.relations
    .filter(({ from, to }) => drawn.has(from) && drawn.has(to))
    .filter(({ from, fromColumns, to, toColumns }) => from !== to || fromColumns.join() !== toColumns.join())
    .map((relation) => refLine(relation, boxes, labelOf))
  if (refs.length > 0) blocks.push(refs.join('\n'))
  for (const [schema, group] of bySchema(diagram)) {
    const tables = group.filter(({ identity }) => drawn.has(identity))
    if (schema !== defaultSchema && tables.length > 0)
      blocks.push(block(`TableGroup ${dbmlName(schema)}`, tables.map(qualified)))
  }
  return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`
}

function commentLine(text: string): string {
  return `// ${visible(text)}`
}

function block(head: string, lines: readonly string[]): string {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), '}'].join('\n')
}

function qualified({ schema, name }: Named): string {
  return `${dbmlName(schema)}.${dbmlName(name)}`
}

function joinedColumns({ relations }: Diagram): Map<Identity, Set<string>> {
  const joined = new Map<Identity, Set<string>>()
  const join = (table: Identity, columns: readonly string[]): void => {
    joined.set(table, new Set([...(joined.get(table) ?? []), ...columns]))
  }
  for (const { from, fromColumns, to, toColumns } of relations) {
    join(from, fromColumns)
    join(to, toColumns)
  }
  return joined
}

function tableBlock(
  entity: Entity,
  { withoutColumns, links }: Diagram,
  boxes: ReadonlyMap<Identity, Named>,
  joined: ReadonlySet<string> = new Set(),
): string {
  const { columns, keys, mark, identity, comment } = entity
  if (columns.length === 0)
    return commentLine(`${qualified(entity)} has no columns, and DBML knows no such table.`)
  const kept = withoutColumns
    ? columns.filter(
        ({ name, primaryKey }, i) => primaryKey || joined.has(name) || (i === 0 && joined.size === 0),
      )
    : columns
  const shown = new Set(kept.map(({ name }) => name))
  const reads = links
    .filter(({ from }) => from === identity)
    .map(({ kind, to }) => `${kind === 'reads' ? 'reads' : 'inherits from'} ${nameOf(boxes.get(to))}`)
  const note = [kindWords(entity), ...reads, markWords(entity), comment].filter((each) => each !== null)
  const settings = [
    ...(mark === null ? [] : [`headercolor: ${MARKED[mark].ink}`]),
    ...(note.length === 0 ? [] : [`note: ${dbmlString(note.join('; '))}`]),
  ]
  const primary = keys.find((key) => key.primary)
  const composite = keys.filter(
    (key) => key.columns.length > 1 && key.columns.every((name) => shown.has(name)),
  )
  const indexes = composite.map(
    (key) => `(${key.columns.map(dbmlName).join(', ')}) [${key.primary ? 'pk' : 'unique'}]`,
  )
  return block(`Table ${qualified(entity)}${bracketed(settings)}`, [
    ...kept.map((column) => columnLine(column, primary?.columns.length === 1, boxes)),
    ...(indexes.length === 0 ? [] : ['', ...block('indexes', indexes).split('\n')]),
  ])
}

function nameOf(box: Named | undefined): string {
  return box === undefined ? '' : `${box.schema}.${box.name}`
}

function columnLine(column: DrawnColumn, isKeyAlone: boolean, boxes: ReadonlyMap<Identity, Named>): string {
  const { name, type, primaryKey, unique, notNull, comment, enumType } = column
  const drawnType = enumType === null || type.endsWith(']') ? undefined : boxes.get(enumType)
  const note = [markWords(column), comment].filter((each) => each !== null)
  const settings = [
    ...(primaryKey && isKeyAlone ? ['pk'] : []),
    ...(unique ? ['unique'] : []),
    ...(notNull ? ['not null'] : []),
    ...(note.length === 0 ? [] : [`note: ${dbmlString(note.join('; '))}`]),
  ]
  const shown = drawnType === undefined ? dbmlType(type) : qualified(drawnType)
  return `${dbmlName(name)} ${shown}${bracketed(settings)}`
}

function bracketed(settings: readonly string[]): string {
  return settings.length === 0 ? '' : ` [${settings.join(', ')}]`
}

function enumBlock(each: DrawnEnum): string {
  const note = (marked: Marked): string[] => {
    const words = markWords(marked)
    return words === null ? [] : [`note: ${dbmlString(words)}`]
  }
  const about = [markWords(each), each.comment].filter((words) => words !== null)
  const lines = each.labels.map((label) => `${dbmlName(label.name)}${bracketed(note(label))}`)
  const text = block(`Enum ${qualified(each)}`, lines)
  return about.length === 0 ? text : `${about.map(commentLine).join('\n')}\n${text}`
}

/** `>` and `-` are understood by every version; that an end is optional is read off the column that may be null. */
function refLine(
  relation: Relation,
  boxes: ReadonlyMap<Identity, Named>,
  labelOf: (identity: Identity) => string,
): string {
  const { name, from, fromColumns, to, toColumns, many, onDelete, mark } = relation
  const end = (table: Identity, columns: readonly string[]): string => {
    const box = boxes.get(table)
    const names = columns.map(dbmlName)
    return `${box === undefined ? '' : qualified(box)}.${names.length === 1 ? names[0] : `(${names.join(', ')})`}`
  }
  const settings = [
    ...(onDelete === null ? [] : [`delete: ${onDelete}`]),
    ...(mark === null ? [] : [`color: ${MARKED[mark].ink}`]),
  ]
  const line = `Ref ${dbmlName(name)}: ${end(from, fromColumns)} ${many ? '>' : '-'} ${end(to, toColumns)}${bracketed(settings)}`
  const words = markWords(relation)
  return words === null ? line : `${commentLine(`${words}: ${relationWords(relation, labelOf)}`)}\n${line}`
}
