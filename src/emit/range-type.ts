/** Writing range types. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RangeType } from '../catalog/range-type.ts'
import type { Sides } from '../diff/change.ts'
import { isRemade } from '../diff/remade.ts'
import { nameOfOld, printsAs } from '../diff/remake.ts'
import { type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import { isFarewell, isRemake, remake, renameType, type TypeWriter, throughText } from './remake.ts'
import { dropOldFunctions } from './routine.ts'
import { qualifiedName, quoteIdentifier } from './sql.ts'

export const rangeTypeEmitter: KindEmitter<RangeType> = {
  create: ({ object, sides }) => [create(object, sides.target)],
  // One with a canonical function goes with it: they need each other.
  drop: ({ object, parts, sides }) => [
    raw(`drop type ${sqlName(object, sides.live)}${parts.length > 0 ? ' cascade' : ''}`),
  ],
  alter: (step) => [
    ...(isRemake(step) ? remake(step, writer) : []),
    ...(isFarewell(step) ? dropOldFunctions(step.before, step.sides) : []),
  ],
  commentTarget: (type, catalog) => `type ${sqlName(type, catalog)}`,
}

const writer: TypeWriter<RangeType> = {
  rename: (type, old, { sides }) => [
    ...renameConstructors(type, old, sides),
    ...renameType(type, old, { sides }),
    raw(`alter type ${multirangeName(type, sides.live)} rename to ${quoteIdentifier(oldMultirange(old))}`),
  ],
  create: (type, catalog) => [create(type, catalog)],
  drop: (type, name, catalog) => [raw(`drop type ${sqlName({ ...type, name }, catalog)}`)],
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
function renameConstructors(type: RangeType, old: string, sides: Sides): Statement[] {
  const range = sqlName(type, sides.live)
  // PostgreSQL makes them in the schema of the range, wherever the multirange is.
  const multirange = qualifiedName(type.schema, type.multirangeName, sides.live)
  const subtype = subtypeName(type, sides)
  const oldRange = quoteIdentifier(old)
  const oldMulti = quoteIdentifier(oldMultirange(old))
  return [
    raw(`alter function ${range}(${subtype}, ${subtype}) rename to ${oldRange}`),
    raw(`alter function ${range}(${subtype}, ${subtype}, text) rename to ${oldRange}`),
    raw(`alter function ${multirange}() rename to ${oldMulti}`),
    raw(`alter function ${multirange}(${range}) rename to ${oldMulti}`),
    raw(`alter function ${multirange}(variadic ${range}[]) rename to ${oldMulti}`),
  ]
}

/** What the subtype is called by now: it may have stepped aside itself. */
function subtypeName(type: RangeType, sides: Sides): string {
  for (const identity of sides.live.dependencies.get(type.identity) ?? []) {
    const needed = sides.live.objects.get(identity)
    if (needed?.schema == null || !printsAs(type.subtype, needed, sides.live) || !isRemade(identity, sides))
      continue
    const schema = needed.schema
    return sqlName({ schema, name: nameOfOld({ schema, name: needed.name }, sides) }, sides.live)
  }
  return type.subtype
}
