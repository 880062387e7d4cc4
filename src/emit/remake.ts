/** Writing a type that is made anew: the old one steps aside, the new one takes its name and its columns, the old one goes. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { AlterStep, Sides } from '../diff/change.ts'
import { isReplaced, lastingOrigins } from '../diff/descent.ts'
import { columnsWithType, nameOfOld, OLD_TYPE } from '../diff/remake.ts'
import { isReshaped } from '../diff/reshaped.ts'
import { alterTable, builder, isBuilderName, raw, type Statement, sqlName, tableSqlName } from './emitter.ts'
import { quoteString, sqlTemplate } from './source.ts'
import { quoteIdentifier } from './sql.ts'
import { defaultValue } from './types.ts'

type Type = CatalogObject & { readonly schema: string }

/** How a kind of type is written. */
export interface TypeWriter<T extends Type> {
  /** Out of the way, under the name `old`. */
  rename(type: T, old: string, step: { readonly sides: Sides }): Statement[]
  create(type: T, catalog: Catalog): Statement[]
  drop(type: T, name: string, catalog: Catalog): Statement[]
  /** The values of a column, given in SQL, as the new type; null where they are so already. */
  convert(value: string, column: Column, step: RemakeStep<T>): string | null
  /** What converts the values of the old type, called `old`, to the new one for as long as both are there; null where nothing need. */
  bridge?(step: RemakeStep<T>, old: string): Bridge | null
}

export interface RemakeStep<T extends Type = Type> {
  readonly before: T
  readonly after: T
  readonly sides: Sides
}

export interface Bridge {
  readonly make: readonly Statement[]
  readonly drop: readonly Statement[]
}

/** Whether a step is part of a remake: its beginning or its end. */
export function isRemake(step: AlterStep): boolean {
  return step.differences.some((d) => d.remakes) || isFarewell(step)
}

/** Whether it is the end. */
export function isFarewell(step: Pick<AlterStep, 'differences'>): boolean {
  return step.differences.some((d) => d.aspect === OLD_TYPE)
}

/** The statements of such a step. */
export function remake<T extends Type>(
  step: RemakeStep<T> & Pick<AlterStep, 'differences'>,
  writer: TypeWriter<T>,
): Statement[] {
  const { before, after, sides } = step
  const old = nameOfOld(before, sides)
  const bridge = writer.bridge?.(step, old) ?? null
  if (isFarewell(step)) return [...(bridge?.drop ?? []), ...writer.drop(before, old, sides.live)]
  return [
    ...writer.rename(before, old, step),
    ...writer.create(after, sides.target),
    ...(bridge?.make ?? []),
    ...columnsOf(before, sides).flatMap((column) =>
      convert(column, writer.convert(quoteIdentifier(column.name), column, step), sides),
    ),
  ]
}

/** By the cast that there is for what is converted attribute by attribute, else by way of text. */
export function converted(value: string, column: Column, { before, sides }: RemakeStep): string {
  return isReshaped(before.identity, sides) ? `${value}::${column.type}` : throughText(value, column)
}

/** By way of text, which every type can be written to and read from. */
export function throughText(value: string, column: Column): string {
  return `${value}::${column.baseType.endsWith('[]') ? 'text[]' : 'text'}::${column.type}`
}

/** The columns of the type that keep it. */
function columnsOf(type: CatalogObject, sides: Sides): Column[] {
  const { live, target } = sides
  return columnsWithType(type, live).flatMap((now) => {
    const then = findObject(target, 'column', now.identity)
    if (then === undefined || now.generated !== null || isReplaced(now.parent, sides)) return []
    // What a parent hands down is converted with the parent's own.
    if (now.inherited && lastingOrigins(now, sides).length > 0) return []
    return now.type === then.type && now.collation === then.collation ? [then] : []
  })
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
export function renameType(type: Type, old: string, { sides }: { readonly sides: Sides }): Statement[] {
  return [raw(`alter type ${sqlName(type, sides.live)} rename to ${quoteIdentifier(old)}`)]
}
