/** Writing range types. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RangeType } from '../catalog/range-type.ts'
import type { Sides } from '../diff/change.ts'
import { isRemade } from '../diff/remade.ts'
import { freeName, nameOfOld, printsAs } from '../diff/remake.ts'
import { isReshaped } from '../diff/reshaped.ts'
import { type KindEmitter, raw, type Statement, sqlName } from './emitter.ts'
import {
  type Bridge,
  converted,
  isFarewell,
  isRemake,
  type RemakeStep,
  remake,
  renameType,
  type TypeWriter,
} from './remake.ts'
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
  bridge,
  convert: converted,
}

/** Casts from the old types to the new, where the subtype's values are converted attribute by attribute. */
function bridge({ before, after, sides }: RemakeStep<RangeType>, old: string): Bridge | null {
  if (!isReshaped(before.identity, sides)) return null
  const named = (name: string): string => sqlName({ ...before, name }, sides.target)
  const multi = qualifiedName(before.multirangeSchema, oldMultirange(old), sides.live)
  const [from, to, toMulti] = [named(old), sqlName(after, sides.target), multirangeName(after, sides.target)]
  const [one, many] = [
    named(freeName(before, '_of_old', sides)),
    named(freeName(before, '_of_old_multi', sides)),
  ]
  const bounds =
    "case when lower_inc($1) then '[' else '(' end || case when upper_inc($1) then ']' else ')' end"
  const ends = `lower($1)::${after.subtype}, upper($1)::${after.subtype}`
  return {
    make: [
      raw(
        `create function ${one}(${from}) returns ${to} language sql strict\n` +
          `  return case when isempty($1) then 'empty' else ${to}(${ends},\n    ${bounds}) end`,
      ),
      raw(`create cast (${from} as ${to}) with function ${one}(${from})`),
      raw(
        `create function ${many}(${multi}) returns ${toMulti} language sql strict\n` +
          `  return coalesce((select range_agg(r::${to}) from unnest($1) r), '{}')`,
      ),
      raw(`create cast (${multi} as ${toMulti}) with function ${many}(${multi})`),
    ],
    drop: [
      raw(`drop cast (${multi} as ${toMulti})`),
      raw(`drop function ${many}(${multi})`),
      raw(`drop cast (${from} as ${to})`),
      raw(`drop function ${one}(${from})`),
    ],
  }
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
