/** Comparing columns: nearly all is altered in place, so that the data stays. */
import type { Column, IdentityColumn } from '../catalog/column.ts'
import {
  convertsColumn,
  difference,
  goesAway,
  type KindDiffer,
  listed,
  plainDiffer,
  relationName,
} from './differ.ts'
import { optionsDifference } from './foreign-options.ts'
import { remakesType } from './remake.ts'

/** The aspect of what a column's foreign-data wrapper is told. */
export const FOREIGN_OPTIONS = 'foreign options'

export const columnDiffer: KindDiffer<Column> = {
  ...plainDiffer,
  compare: (before, after) => {
    const followsType = before.typed && after.typed
    return [
      ...(followsType ? [] : difference('type', before.type, after.type)),
      ...(followsType ? [] : difference('collation', before.collation, after.collation)),
      ...difference('generated', generated(before), generated(after), {
        replaces: after.generated !== null || before.generated?.stored === false,
      }),
      ...difference('default', before.default, after.default),
      ...difference('identity', identity(before.identityColumn), identity(after.identityColumn)),
      ...difference('not null', before.notNull, after.notNull),
      ...difference('storage', before.storage, after.storage),
      ...difference('compression', before.compression, after.compression),
      ...difference('statistics', before.statistics, after.statistics),
      ...difference('options', listed(before.options), listed(after.options)),
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
  interim: (column, cause) =>
    goesAway(cause) && cause.before.kind === 'function' && column.default !== null
      ? { ...column, default: null }
      : null,
  unnamed: (column) => ({ ...column, default: null, identityColumn: null }),
  createdWith: (column) => [column.parent],
  loss: (step) => {
    if (step.action === 'drop') {
      if (step.object.generated !== null || step.object.foreignOptions !== null) return null
      return `column ${step.object.table}.${step.object.name} is dropped with its data`
    }
    if (step.action === 'create' || !step.differences.some((d) => d.aspect === 'type')) return null
    const { before, after } = step
    return narrows(before, after, step.sides.live.assignmentCasts)
      ? `column ${after.table}.${after.name} goes from ${before.type} to ${after.type}: values that do not fit fail or are cut`
      : null
  },
}

const LENGTH = /\((\d+)(?:,(-?\d+))?\)/

/** Whether a conversion may meet values that the new type cannot hold. */
function narrows(before: Column, after: Column, casts: ReadonlySet<string>): boolean {
  if (before.baseType === after.baseType) {
    const [from, to] = [LENGTH.exec(before.type), LENGTH.exec(after.type)]
    if (to === null) return false
    if (from === null) return true
    const scale = Number(to[2] ?? 0) < Number(from[2] ?? 0)
    const digits = Number(to[1]) - Number(to[2] ?? 0) < Number(from[1]) - Number(from[2] ?? 0)
    return scale || digits
  }
  if (after.type === 'text' || after.type === 'character varying') return false
  return (
    !WIDENING.has(`${before.baseType}>${after.baseType}`) ||
    !casts.has(`${before.baseType}>${after.baseType}`)
  )
}

/** Conversions that every value survives. */
const WIDENING: ReadonlySet<string> = new Set([
  'smallint>integer',
  'smallint>bigint',
  'smallint>numeric',
  'integer>bigint',
  'integer>numeric',
  'bigint>numeric',
  'real>double precision',
  'date>timestamp without time zone',
  'date>timestamp with time zone',
  'timestamp without time zone>timestamp with time zone',
  'timestamp with time zone>timestamp without time zone',
  'json>jsonb',
  'cidr>inet',
])

function generated(column: Column): string | null {
  if (column.generated === null) return null
  return `${column.generated.expression} ${column.generated.stored ? 'stored' : 'virtual'}`
}

function identity(column: IdentityColumn | null): string | null {
  if (column === null) return null
  const cycle = column.cycle ? ' cycle' : ''
  return `${column.generation} (${column.sequenceName} start ${column.start} increment ${column.increment} minvalue ${column.min} maxvalue ${column.max} cache ${column.cache}${cycle})`
}
