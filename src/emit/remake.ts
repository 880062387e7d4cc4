/** Writing a type that is made anew: the old one steps aside, the new one takes its name and its columns, the old one goes. */
import { type Catalog, dependentsIn } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { Identity } from '../catalog/object.ts'
import type { AlterStep, Sides } from '../diff/change.ts'
import { nameOfOld, OLD_TYPE } from '../diff/remake.ts'
import {
  alterTable,
  aspectsOf,
  builder,
  isBuilderName,
  raw,
  type Statement,
  sqlName,
  tableSqlName,
} from './emitter.ts'
import { quoteString, sqlTemplate } from './source.ts'
import { quoteIdentifier } from './sql.ts'
import { defaultValue } from './types.ts'

interface Type {
  readonly identity: Identity
  readonly schema: string
  readonly name: string
}

/** How a kind of type is written. */
export interface TypeWriter<T extends Type> {
  /** Out of the way, under the name `old`. */
  rename(type: T, old: string, catalog: Catalog): Statement[]
  create(type: T, catalog: Catalog): Statement[]
  drop(type: T, name: string, catalog: Catalog): Statement[]
  /** Whether a column that depends on it has it as its type, or array of it, and not only in an expression. */
  isOf(column: Column, type: T, catalog: Catalog): boolean
  /** The values of a column, given in SQL, as the new type; null where they are so already. */
  convert(
    value: string,
    column: Column,
    step: { readonly before: T; readonly after: T; readonly sides: Sides },
  ): string | null
}

/** Whether a step is part of a remake: its beginning or its end. */
export function isRemake(step: AlterStep): boolean {
  return step.differences.some((d) => d.remakes) || aspectsOf(step).has(OLD_TYPE)
}

/** The statements of such a step. */
export function remake<T extends Type>(
  step: { readonly before: T; readonly after: T; readonly sides: Sides } & Pick<AlterStep, 'differences'>,
  writer: TypeWriter<T>,
): Statement[] {
  const { before, after, sides } = step
  const old = nameOfOld(before, sides)
  if (step.differences.some((d) => d.aspect === OLD_TYPE)) return writer.drop(before, old, sides.live)
  return [
    ...writer.rename(before, old, sides.live),
    ...writer.create(after, sides.target),
    ...columnsOf(before, (column) => writer.isOf(column, before, sides.live), sides).flatMap((column) =>
      convert(column, writer.convert(quoteIdentifier(column.name), column, step), sides),
    ),
  ]
}

/** By way of text, which every type can be written to and read from. */
export function throughText(value: string, column: Column): string {
  return `${value}::${column.baseType.endsWith('[]') ? 'text[]' : 'text'}::${column.type}`
}

/** Whether the column's type is one of these, or an array of it. */
export function hasType(column: Column, ...names: readonly string[]): boolean {
  return names.some((name) => column.baseType === name || column.baseType === `${name}[]`)
}

/** The columns of the type that keep it. */
function columnsOf(type: Type, isOf: (column: Column) => boolean, { live, target }: Sides): Column[] {
  const columns: Column[] = []
  for (const identity of dependentsIn(live).get(type.identity) ?? []) {
    const [now, then] = [live.objects.get(identity), target.objects.get(identity)]
    if (
      now?.kind !== 'column' ||
      then?.kind !== 'column' ||
      now.inherited ||
      now.typed ||
      now.generated !== null
    )
      continue
    if (now.type === then.type && now.collation === then.collation && isOf(now)) columns.push(then)
  }
  return columns
}

function convert(column: Column, value: string | null, sides: Sides): Statement[] {
  const catalog = sides.target
  const now = sides.live.objects.get(column.identity)
  const hadDefault = now?.kind === 'column' && now.default !== null
  // Another default is set by the column's own alteration, which comes after.
  const keepsDefault = hadDefault && now.default === column.default
  const collation = column.collation === null ? '' : ` collate ${column.collation}`
  const using = column.foreignOptions === null && value !== null ? ` using ${value}` : ''
  const type = `${column.type}${collation}${using}`
  if (!isBuilderName(column.schema, column.table, catalog)) {
    const alter = `alter column ${quoteIdentifier(column.name)}`
    const moves = [
      ...(hadDefault ? [`${alter} drop default`] : []),
      `${alter} type ${type}`,
      ...(keepsDefault && column.default !== null ? [`${alter} set default ${column.default}`] : []),
    ]
    return [raw(`alter table ${tableSqlName(column, catalog)} ${moves.join(', ')}`)]
  }
  const alter = (what: string): string => `.alterColumn(${quoteString(column.name)}, (c) => c${what})`
  return [
    builder(
      alterTable(column, catalog),
      ...(hadDefault ? [alter('.dropDefault()')] : []),
      alter(`.setDataType(${sqlTemplate(type)})`),
      ...(keepsDefault && column.default !== null
        ? [alter(`.setDefault(${defaultValue(column.default, column.baseType)})`)]
        : []),
    ),
  ]
}

/** `alter type … rename to …`, for the kinds that have it so. */
export function renameType(type: Type, old: string, catalog: Catalog): Statement[] {
  return [raw(`alter type ${sqlName(type, catalog)} rename to ${quoteIdentifier(old)}`)]
}
