/** Writing composite types. */
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { CompositeType } from '../catalog/composite-type.ts'
import type { RelationColumn } from '../catalog/relation-columns.ts'
import type { AlterStep, Sides } from '../diff/change.ts'
import { ATTRIBUTES, isRetyped } from '../diff/composite-type.ts'
import { COLUMN_COMMENTS } from '../diff/relation-comments.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import { isRemake, remake, renameType, type TypeWriter, throughText } from './remake.ts'
import { quoteIdentifier } from './sql.ts'
import { relationColumnComments } from './view.ts'

export const compositeTypeEmitter: KindEmitter<CompositeType> = {
  create: ({ object, sides }) => create(object, sides.target),
  drop: ({ object, sides }) => [raw(`drop type ${sqlName(object, sides.live)}`)],
  alter: (step) => {
    if (isRemake(step)) return remake(step, writer)
    const { before, after, sides } = step
    const aspects = aspectsOf(step)
    const comments = relationColumnComments(sqlName(after, sides.target), before.attributes, after.attributes)
    return [
      ...(aspects.has(ATTRIBUTES) ? [alterAttributes(step)] : []),
      ...(aspects.has(COLUMN_COMMENTS) ? comments : []),
    ]
  },
  commentTarget: (type, catalog) => `type ${sqlName(type, catalog)}`,
}

const writer: TypeWriter<CompositeType> = {
  rename: renameType,
  create,
  drop: (type, name, catalog) => [raw(`drop type ${sqlName({ ...type, name }, catalog)}`)],
  convert,
}

function create(type: CompositeType, catalog: Catalog): Statement[] {
  const name = sqlName(type, catalog)
  const attributes = type.attributes.map(attributeSql)
  const list = attributes.length > 3 ? `\n  ${attributes.join(',\n  ')}\n` : attributes.join(', ')
  return [raw(`create type ${name} as (${list})`), ...relationColumnComments(name, [], type.attributes)]
}

function attributeSql(attribute: RelationColumn): string {
  return `${quoteIdentifier(attribute.name)} ${typeSql(attribute)}`
}

function typeSql(attribute: RelationColumn): string {
  return `${attribute.type}${attribute.collation === null ? '' : ` collate ${attribute.collation}`}`
}

/** Tables of the type follow with `cascade`. */
function alterAttributes({ before, after, sides }: AlterStep<CompositeType>): Statement {
  const typed = objectsOf(sides.live, 'table').some((table) => table.ofType === sqlName(before, sides.live))
  const cascade = typed ? ' cascade' : ''
  const known = new Map(before.attributes.map((attribute) => [attribute.name, attribute]))
  const wanted = new Set(after.attributes.map((attribute) => attribute.name))
  const moves = [
    ...before.attributes
      .filter((attribute) => !wanted.has(attribute.name))
      .map((attribute) => `drop attribute ${quoteIdentifier(attribute.name)}`),
    ...after.attributes.flatMap((attribute) => {
      const old = known.get(attribute.name)
      if (old === undefined) return [`add attribute ${attributeSql(attribute)}`]
      if (!isRetyped(old, attribute)) return []
      return [`alter attribute ${quoteIdentifier(attribute.name)} type ${typeSql(attribute)}`]
    }),
  ].map((move) => `${move}${cascade}`)
  return raw(`alter type ${sqlName(after, sides.target)} ${moves.join(', ')}`)
}

/** Attribute by attribute where there are others than before; an array can only go as it is written. */
function convert(
  value: string,
  column: Column,
  { before, after }: { readonly before: CompositeType; readonly after: CompositeType; readonly sides: Sides },
): string {
  const names = (type: CompositeType): string => JSON.stringify(type.attributes.map((one) => one.name))
  if (names(before) === names(after) || column.baseType.endsWith('[]')) return throughText(value, column)
  const known = new Map(before.attributes.map((attribute) => [attribute.name, attribute]))
  const fields = after.attributes.map((attribute) =>
    known.has(attribute.name)
      ? `(${value}).${quoteIdentifier(attribute.name)}::text::${attribute.type}`
      : `null::${attribute.type}`,
  )
  return `case when ${value} is distinct from null then row(${fields.join(', ')})::${column.type} end`
}
