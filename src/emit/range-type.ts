/** Writing range types. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RangeType } from '../catalog/range-type.ts'
import { type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import { hasType, isRemake, remake, renameType, type TypeWriter, throughText } from './remake.ts'
import { qualifiedName, quoteIdentifier } from './sql.ts'

export const rangeTypeEmitter: KindEmitter<RangeType> = {
  create: ({ object, sides }) => [create(object, sides.target)],
  drop: ({ object, sides }) => [raw(`drop type ${sqlName(object, sides.live)}`)],
  alter: (step) => (isRemake(step) ? remake(step, writer) : []),
  commentTarget: (type, catalog) => `type ${sqlName(type, catalog)}`,
}

const writer: TypeWriter<RangeType> = {
  rename: (type, old, catalog) => [
    ...renameConstructors(type, old, catalog),
    ...renameType(type, old, catalog),
    raw(`alter type ${multirangeName(type, catalog)} rename to ${quoteIdentifier(oldMultirange(old))}`),
  ],
  create: (type, catalog) => [create(type, catalog)],
  drop: (type, name, catalog) => [raw(`drop type ${sqlName({ ...type, name }, catalog)}`)],
  isOf: (column, type, catalog) => hasType(column, sqlName(type, catalog), multirangeName(type, catalog)),
  convert: throughText,
}

function create(type: RangeType, catalog: Catalog): Statement {
  const usual = type.multirangeSchema === type.schema && type.multirangeName === usualMultirange(type.name)
  const options = [
    `subtype = ${type.subtype}`,
    ...(type.operatorClass === null ? [] : [`subtype_opclass = ${type.operatorClass}`]),
    ...(type.collation === null ? [] : [`collation = ${type.collation}`]),
    ...(type.canonical === null ? [] : [`canonical = ${type.canonical}`]),
    ...(type.subtypeDiff === null ? [] : [`subtype_diff = ${type.subtypeDiff}`]),
    ...(usual ? [] : [`multirange_type_name = ${multirangeName(type, catalog)}`]),
  ]
  return raw(`create type ${sqlName(type, catalog)} as range (${options.join(', ')})`)
}

/** The name that PostgreSQL chooses (manual, CREATE TYPE). */
function usualMultirange(name: string): string | null {
  const at = name.indexOf('range')
  const chosen = at === -1 ? `${name}_multirange` : `${name.slice(0, at)}multi${name.slice(at)}`
  return Buffer.byteLength(chosen) < 64 ? chosen : null
}

function multirangeName(type: RangeType, catalog: Catalog): string {
  return qualifiedName(type.multirangeSchema, type.multirangeName, catalog)
}

function oldMultirange(old: string): string {
  return `${old}_multi`
}

/** The functions that make values bear the types' names, and stay in the way of the new type's when those are renamed. */
function renameConstructors(type: RangeType, old: string, catalog: Catalog): Statement[] {
  const [range, multirange] = [sqlName(type, catalog), multirangeName(type, catalog)]
  const oldRange = quoteIdentifier(old)
  const oldMulti = quoteIdentifier(oldMultirange(old))
  return [
    raw(`alter function ${range}(${type.subtype}, ${type.subtype}) rename to ${oldRange}`),
    raw(`alter function ${range}(${type.subtype}, ${type.subtype}, text) rename to ${oldRange}`),
    raw(`alter function ${multirange}() rename to ${oldMulti}`),
    raw(`alter function ${multirange}(${range}) rename to ${oldMulti}`),
    raw(`alter function ${multirange}(variadic ${range}[]) rename to ${oldMulti}`),
  ]
}
