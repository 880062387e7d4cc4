/** Writing enums. */
import type { Catalog } from '../catalog/catalog.ts'
import type { Enum } from '../catalog/enum.ts'
import type { AlterStep } from '../diff/change.ts'
import { addedValues } from '../diff/enum.ts'
import {
  aspectsOf,
  builder,
  builderName,
  isBuilderName,
  type KindEmitter,
  raw,
  type Statement,
  sqlName,
} from './emitter.ts'
import { isRemake, remake, renameType, type TypeWriter, throughText } from './remake.ts'
import { quoteString, quoteStrings } from './source.ts'
import { quoteLiteral } from './sql.ts'

export const enumEmitter: KindEmitter<Enum> = {
  create: ({ object, sides }) => [create(object, sides.target)],
  drop: ({ object, sides }) => [drop(object, object.name, sides.live)],
  alter: (step) => (isRemake(step) ? remake(step, writer) : aspectsOf(step).has('values') ? add(step) : []),
  commentTarget: (type, catalog) => `type ${sqlName(type, catalog)}`,
}

const writer: TypeWriter<Enum> = {
  rename: renameType,
  create: (type, catalog) => [create(type, catalog)],
  drop: (type, name, catalog) => [drop(type, name, catalog)],
  convert: throughText,
}

function create(type: Enum, catalog: Catalog): Statement {
  if (!isBuilderName(type.schema, type.name, catalog)) {
    return raw(`create type ${sqlName(type, catalog)} as enum (${type.labels.map(quoteLiteral).join(', ')})`)
  }
  return builder(
    `.createType(${quoteString(builderName(type.schema, type.name, catalog))})`,
    `.asEnum(${quoteStrings(type.labels)})`,
  )
}

function drop(type: Enum, name: string, catalog: Catalog): Statement {
  if (!isBuilderName(type.schema, name, catalog))
    return raw(`drop type ${sqlName({ ...type, name }, catalog)}`)
  return builder(`.dropType(${quoteString(builderName(type.schema, name, catalog))})`)
}

function add({ before, after, sides }: AlterStep<Enum>): Statement[] {
  return addedValues(before, after).map((value) => {
    const place = value.before === null ? '' : ` before ${quoteLiteral(value.before)}`
    return raw(`alter type ${sqlName(after, sides.target)} add value ${quoteLiteral(value.label)}${place}`)
  })
}
