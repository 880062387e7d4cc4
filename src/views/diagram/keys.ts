/** Which columns tell rows of a table apart, and what that says of a foreign key. */
import type { Column } from '../../catalog/column.ts'
import type { Constraint } from '../../catalog/constraint.ts'
import type { TableIndex } from '../../catalog/table-index.ts'
import type { DrawnKey } from './diagram.ts'

/** The keys of a table: its primary key, unique constraints, and unique indexes of plain columns over all rows. */
export function keysIn(constraints: readonly Constraint[], indexes: readonly TableIndex[]): DrawnKey[] {
  return [
    ...constraints
      .filter(({ type }) => type === 'primary key' || type === 'unique')
      .map(({ type, columns, definition }) => ({
        primary: type === 'primary key',
        ...(/ WITHOUT OVERLAPS\)/.test(definition) ? { temporal: true as const } : {}),
        columns,
      }))
      .filter(({ primary, temporal }) => primary || !temporal),
    ...indexes.filter(isKey).map(({ keys }) => ({
      primary: false,
      columns: keys.map(({ column }) => column ?? ''),
    })),
  ]
}

function isKey({ unique, valid, predicate, keys }: TableIndex): boolean {
  return unique && valid && predicate === null && keys.every(({ column }) => column !== null)
}

/** Whether several rows may have the same values in these columns: no key is made of them alone. */
export function mayRepeat(columns: readonly string[], keys: readonly DrawnKey[]): boolean {
  return !keys.some((key) => !key.temporal && key.columns.every((column) => columns.includes(column)))
}

/**
 * Whether a row may reference nothing. One null among the columns of a foreign key is enough; with `match full` all of them
 * have to be null.
 */
export function mayBeNull(columns: readonly Column[], matchFull: boolean): boolean {
  return matchFull ? columns.every(({ notNull }) => !notNull) : columns.some(({ notNull }) => !notNull)
}
