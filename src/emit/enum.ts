/** Writing enums. */
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Enum } from '../catalog/enum.ts'
import type { AlterStep, Sides } from '../diff/change.ts'
import { addedValues, ENUM_REMADE } from '../diff/enum.ts'
import { alterTable } from './column.ts'
import {
  aspectsOf,
  builder,
  builderName,
  isBuilderName,
  type KindEmitter,
  raw,
  type Statement,
  sqlName,
  tableSqlName,
} from './emitter.ts'
import { quoteString, quoteStrings, sqlTemplate } from './source.ts'
import { quoteIdentifier, quoteLiteral } from './sql.ts'
import { defaultValue } from './types.ts'

export const enumEmitter: KindEmitter<Enum> = {
  create: ({ object, sides }) => [create(object, sides.target)],
  drop: ({ object, sides }) => [drop(object, object.name, sides.live)],
  alter: (step) =>
    aspectsOf(step).has(ENUM_REMADE) ? remake(step) : aspectsOf(step).has('values') ? add(step) : [],
  commentTarget: (type, catalog) => `type ${sqlName(type, catalog)}`,
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

/** The old type steps aside, the new one takes its name and its columns, the old one goes. */
function remake({ before, after, sides }: AlterStep<Enum>): Statement[] {
  const old = unusedName(before, sides)
  return [
    raw(`alter type ${sqlName(before, sides.live)} rename to ${quoteIdentifier(old)}`),
    create(after, sides.target),
    ...columnsOf(before, sides).flatMap((column) => convert(column, sides)),
    drop(before, old, sides.live),
  ]
}

function unusedName(type: Enum, { live, target }: Sides): string {
  const taken = new Set<string>()
  for (const object of [...live.objects.values(), ...target.objects.values()])
    if (object.schema === type.schema) taken.add(object.name)
  let name = `${type.name.slice(0, 50)}_old`
  for (let i = 2; taken.has(name); i++) name = `${type.name.slice(0, 50)}_old${i}`
  return name
}

/** The columns of the type, and of arrays of it, that keep it. */
function columnsOf(type: Enum, { live, target }: Sides): Column[] {
  const columns: Column[] = []
  for (const identity of dependentsIn(live).get(type.identity) ?? []) {
    const [now, then] = [live.objects.get(identity), target.objects.get(identity)]
    if (now?.kind !== 'column' || then?.kind !== 'column' || now.inherited || now.generated !== null) continue
    const own = sqlName(type, live)
    if (now.type === then.type && (now.baseType === own || now.baseType === `${own}[]`)) columns.push(then)
  }
  return columns
}

function convert(column: Column, sides: Sides): Statement[] {
  const catalog = sides.target
  const now = sides.live.objects.get(column.identity)
  const hadDefault = now?.kind === 'column' && now.default !== null
  const text = column.baseType.endsWith('[]') ? 'text[]' : 'text'
  const type = `${column.type} using ${quoteIdentifier(column.name)}::${text}::${column.type}`
  if (!isBuilderName(column.schema, column.table, catalog)) {
    const alter = `alter column ${quoteIdentifier(column.name)}`
    const moves = [
      ...(hadDefault ? [`${alter} drop default`] : []),
      `${alter} type ${type}`,
      ...(hadDefault && column.default !== null ? [`${alter} set default ${column.default}`] : []),
    ]
    return [raw(`alter table ${tableSqlName(column, catalog)} ${moves.join(', ')}`)]
  }
  const alter = (what: string): string => `.alterColumn(${quoteString(column.name)}, (c) => c${what})`
  return [
    builder(
      alterTable(column, catalog),
      ...(hadDefault ? [alter('.dropDefault()')] : []),
      alter(`.setDataType(${sqlTemplate(type)})`),
      ...(hadDefault && column.default !== null
        ? [alter(`.setDefault(${defaultValue(column.default, column.baseType)})`)]
        : []),
    ),
  ]
}
