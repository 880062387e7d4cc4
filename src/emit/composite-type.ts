/** Writing composite types. */
import { type Catalog, dependentsIn, findObject } from '../catalog/catalog.ts'
import type { CompositeType } from '../catalog/composite-type.ts'
import type { RelationColumn } from '../catalog/relation-columns.ts'
import type { AlterStep } from '../diff/change.ts'
import { ATTRIBUTES, isRetyped } from '../diff/composite-type.ts'
import { attributeConversion } from '../diff/conversion.ts'
import { COLUMN_COMMENTS } from '../diff/relation-comments.ts'
import { freeName } from '../diff/remake.ts'
import { isOfReshaped, isReshaped } from '../diff/reshaped.ts'
import { isText, withoutModifiers } from '../diff/value-type.ts'
import { convertedValue } from './conversion.ts'
import { aspectsOf, type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import {
  type Bridge,
  converted,
  isRemake,
  type RemakeStep,
  remake,
  renameType,
  type TypeWriter,
} from './remake.ts'
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
  bridge,
  convert: converted,
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
  const typed = [...(dependentsIn(sides.live).get(before.identity) ?? [])].some(
    (identity) => findObject(sides.live, 'table', identity)?.ofType === sqlName(before, sides.live),
  )
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

/**
 * A cast from the old type to the new, which converts attribute by attribute: PostgreSQL takes it for arrays too, and for
 * domains. The whole is read as text at the end, so that what is too long for its attribute is refused, not cut.
 */
function bridge(step: RemakeStep<CompositeType>, old: string): Bridge | null {
  const { before, after, sides } = step
  if (!isReshaped(before.identity, sides)) return null
  const from = sqlName({ ...before, name: old }, sides.target)
  const to = sqlName(after, sides.target)
  const name = sqlName({ ...before, name: freeName(before, '_of_old', sides) }, sides.target)
  const known = new Map(before.attributes.map((attribute) => [attribute.name, attribute]))
  const fields = after.attributes.map((attribute) => {
    const now = known.get(attribute.name)
    return now === undefined ? 'null' : attributeValue(now, attribute, step)
  })
  const row = `row(${fields.join(', ')})::text::${to}`
  return {
    make: [
      raw(`create function ${name}(${from}) returns ${to} language sql strict\n  return ${row}`),
      raw(`create cast (${from} as ${to}) with function ${name}(${from})`),
    ],
    drop: [raw(`drop cast (${from} as ${to})`), raw(`drop function ${name}(${from})`)],
  }
}

function attributeValue(
  before: RelationColumn,
  after: RelationColumn,
  step: RemakeStep<CompositeType>,
): string {
  const { sides } = step
  const value = `($1).${quoteIdentifier(before.name)}`
  const conversion = attributeConversion(before, after, sides)
  if (conversion === null)
    return isOfReshaped(step.before.identity, before.type, sides) ? `${value}::${after.type}` : value
  const converted = convertedValue(conversion, {
    value,
    from: before.type,
    to: after.type,
    nullable: true,
    ofUsers: false,
  })
  // Read as text, 1.5 is no integer.
  return converted ?? (isText(withoutModifiers(after.type)) ? value : `${value}::${conversion.cast}`)
}
