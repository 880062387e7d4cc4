/** Comparing columns: nearly all is altered in place, so that the data stays. */
import { type Catalog, findObject } from '../catalog/catalog.ts'
import type { Column, IdentityColumn } from '../catalog/column.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Identity } from '../catalog/object.ts'
import type { AlterStep, CreateStep, DropStep } from './change.ts'
import { type Conversion, conversionOf } from './conversion.ts'
import { goneWith, madeWith } from './descent.ts'
import {
  convertsColumn,
  difference,
  goesAway,
  type KindDiffer,
  listedOptions,
  plainDiffer,
  relationName,
} from './differ.ts'
import { optionsDifference } from './foreign-options.ts'
import { shortName } from './names.ts'
import { forbidsMore, notNullDifferences } from './not-null.ts'
import { followsType } from './remade.ts'
import { holdsType, remakesType } from './remake.ts'

/** The aspect of what a column's foreign-data wrapper is told. */
export const FOREIGN_OPTIONS = 'foreign options'

/** What reads a column's values and minds nothing about it but their type and collation. */
const READERS: ReadonlySet<string> = new Set<CatalogObject['kind']>([
  'view',
  'materialized view',
  'rule',
  'policy',
  'trigger',
  'function',
  'procedure',
])

export const columnDiffer: KindDiffer<Column> = {
  ...plainDiffer,
  compare: (before, after, sides) => {
    const { live, target } = sides
    const follows = followsType(before, after, sides)
    const bound = boundTo(before, live)
    const replaces = bound.length > 0
    return [
      ...(follows ? [] : difference('type', before.type, after.type, { replaces })),
      ...(follows ? [] : difference('collation', before.collation, after.collation, { replaces })),
      ...difference('generated', generated(before), generated(after), {
        replaces:
          !isRegenerated(before, after, target) || bound.some((needed) => !target.objects.has(needed)),
      }),
      ...difference('default', before.default, after.default),
      ...difference('identity', identity(before.identityColumn), identity(after.identityColumn)),
      ...notNullDifferences(before, after),
      ...difference('storage', before.storage, after.storage),
      ...difference('compression', before.compression, after.compression),
      ...difference('statistics', before.statistics, after.statistics),
      ...difference('options', listedOptions(before.options), listedOptions(after.options)),
      ...optionsDifference(before.foreignOptions ?? [], after.foreignOptions ?? [], FOREIGN_OPTIONS),
    ]
  },
  names: (column) =>
    column.identityColumn === null
      ? []
      : [
          relationName({
            ...column,
            schema: column.identityColumn.sequenceSchema,
            name: column.identityColumn.sequenceName,
          }),
        ],
  rebuiltBy: (column, cause) => {
    if (goesAway(cause) && cause.before.identity === column.parent) return true
    // A plain column holds data: what its default or type needs is converted around it, never by dropping it.
    if (column.generated === null) return false
    return goesAway(cause) || convertsColumn(cause) || remakesType(cause)
  },
  // A type that only the default names is none that the column's conversion takes along.
  interim: (column, cause, { live }) => {
    const asks =
      goesAway(cause) && cause.before.kind === 'function'
        ? true
        : cause.action === 'alter' && remakesType(cause) && !holdsType(column, cause.before, live)
    return asks && column.default !== null ? { ...column, default: null } : null
  },
  unnamed: (column) => ({ ...column, default: null, identityColumn: null }),
  createdWith: (column, sides) => [column.parent, ...madeWith(column, sides)],
  droppedWith: (column, sides) => [column.parent, ...goneWith(column, sides)],
  isFree: (aspect, { kind }) => aspect !== 'type' && aspect !== 'collation' && READERS.has(kind),
  loss: (step) => {
    if (step.action === 'drop') {
      const { object } = step
      if (object.inherited || object.foreignOptions !== null) return null
      if (object.generated !== null) return becomesPlain(step) ? valuesGo(step) : null
      return `column ${shortName(object.identity, step.sides.live)} is dropped with its data`
    }
    const { loss } = conversion(step)
    const said = [
      ...(loss === null ? [] : [`${movement(step)}: ${loss}`]),
      ...(losesIdentity(step)
        ? [
            `column ${shortName(step.after.identity, step.sides.target)} is no identity any more: the number that its sequence has come to goes`,
          ]
        : []),
    ]
    return said.length === 0 ? null : said.join('; ')
  },
  risk: (step) => {
    if (step.action === 'drop') return null
    if (step.action === 'create') {
      const { object } = step
      const needsValue = object.notNull && object.default === null && object.generated === null
      if (!needsValue || object.identityColumn !== null || object.inherited || step.parts.length > 0)
        return null
      return `column ${shortName(object.identity, step.sides.target)} is not null and has no default: adding it fails while the table has rows`
    }
    const { risk } = conversion(step)
    if (risk !== null) return `${movement(step)}: ${risk}`
    const { after, sides } = step
    return forbidsMore(step.before, after)
      ? `column ${shortName(after.identity, sides.target)} becomes not null: that fails while rows hold null`
      : null
  },
  caution: (step) => {
    if (step.action !== 'alter' || step.after.foreignOptions !== null) return null
    if (!step.differences.some(({ aspect }) => aspect === 'type')) return null
    const [from, to] = [step.before, step.after].map(({ baseType }) => baseType.replace(/(\[\])+$/, ''))
    return BY_TIME_ZONE.has(`${from}>${to}`)
      ? `${movement(step)}: the TimeZone of the session that runs it says which moment a value is`
      : null
  },
}

/** Whether nothing counts on: what is handed down goes with the parent's own. */
function losesIdentity(step: AlterStep<Column> | CreateStep<Column>): step is AlterStep<Column> {
  if (step.action === 'create' || !step.differences.some((d) => d.aspect === 'identity')) return false
  const { before, after } = step
  if (before.identityColumn === null || after.identityColumn !== null || after.inherited) return false
  // As a serial column it goes on counting from its rows.
  return !(after.default ?? '').startsWith('nextval(')
}

/** Conversions that read a value by the clock of the session's time zone. */
const BY_TIME_ZONE: ReadonlySet<string> = new Set([
  'timestamp without time zone>timestamp with time zone',
  'date>timestamp with time zone',
  'time without time zone>time with time zone',
])

const UNCONVERTED: Pick<Conversion, 'loss' | 'risk'> = { loss: null, risk: null }

function conversion(step: AlterStep<Column> | CreateStep<Column>): Pick<Conversion, 'loss' | 'risk'> {
  if (step.action === 'create' || !step.differences.some((d) => d.aspect === 'type')) return UNCONVERTED
  if (step.after.foreignOptions !== null) return UNCONVERTED
  return conversionOf(step.before, step.after, step.sides)
}

function movement(step: AlterStep<Column> | CreateStep<Column>): string {
  if (step.action === 'create') return ''
  return `column ${shortName(step.after.identity, step.sides.target)} goes from ${step.before.type} to ${step.after.type}`
}

/** Whether what was computed would have become data: see `columnDiffer.compare` for what is made again for that. */
function becomesPlain({ object, replaced, sides }: DropStep<Column>): boolean {
  const after = replaced ? findObject(sides.target, 'column', object.identity) : undefined
  return after !== undefined && after.generated === null
}

function valuesGo({ object, sides }: DropStep<Column>): string {
  return `column ${shortName(object.identity, sides.live)} is made anew without the values that were computed for it`
}

/**
 * What of the user's the expression of a generated column names: before version 15 PostgreSQL does not convert such a
 * column, and drops it with what it named, even when it has long become a plain one.
 */
function boundTo(column: Column, live: Catalog): Identity[] {
  if (column.generated === null || live.serverVersion >= 150000) return []
  return [...(live.dependencies.get(column.identity) ?? [])].filter((needed) => {
    const object = live.objects.get(needed)
    if (object === undefined || object.kind === 'column' || needed === column.parent) return false
    return !holdsType(column, object, live)
  })
}

/** Whether PostgreSQL alters in place what a column is generated from: it computes stored values anew from version 17 on. */
function isRegenerated(before: Column, after: Column, { serverVersion }: Catalog): boolean {
  if (before.generated?.stored !== true) return false
  return after.generated === null || (after.generated.stored && serverVersion >= 170000)
}

function generated(column: Column): string | null {
  if (column.generated === null) return null
  return `${column.generated.expression} ${column.generated.stored ? 'stored' : 'virtual'}`
}

function identity(column: IdentityColumn | null): string | null {
  if (column === null) return null
  const cycle = column.cycle ? ' cycle' : ''
  return `${column.generation} (${column.sequenceName} start ${column.start} increment ${column.increment} minvalue ${column.min} maxvalue ${column.max} cache ${column.cache}${cycle})`
}
