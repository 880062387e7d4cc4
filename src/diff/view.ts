/** Comparing views: `create or replace` where PostgreSQL allows it, else dropped and made again. */
import type { RelationColumn } from '../catalog/relation-columns.ts'
import type { View } from '../catalog/view.ts'
import {
  convertsColumn,
  difference,
  goesAway,
  type KindDiffer,
  listed,
  listedOptions,
  plainDiffer,
  relationName,
  typeName,
} from './differ.ts'
import { columnComments } from './relation-comments.ts'
import { remakesType } from './remake.ts'

export const viewDiffer: KindDiffer<View> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('query', before.comparable, after.comparable, {
      replaces: !keepsColumns(before.columns, after.columns),
    }),
    ...(before.comparable === after.comparable && signature(before.columns) !== signature(after.columns)
      ? difference('columns', signature(before.columns), signature(after.columns), { replaces: true })
      : []),
    ...difference('options', listedOptions(before.options), listedOptions(after.options)),
    ...difference('defaults', defaults(before), defaults(after)),
    ...columnComments(before.columns, after.columns),
  ],
  names: (view) => [relationName(view), typeName(view)],
  rebuiltBy: (_view, cause) => goesAway(cause) || convertsColumn(cause) || remakesType(cause),
  // `create or replace` leaves the columns that others read as they are.
  isFree: () => true,
  dropsEarly: true,
}

/** `create or replace view` may add columns at the end and change nothing about the others (manual, CREATE VIEW). */
function keepsColumns(before: readonly RelationColumn[], after: readonly RelationColumn[]): boolean {
  return before.every((column, i) => {
    const same = after[i]
    return (
      same !== undefined &&
      same.name === column.name &&
      same.type === column.type &&
      same.collation === column.collation
    )
  })
}

export function signature(columns: readonly RelationColumn[]): string {
  return columns.map((column) => `${column.name} ${column.type}${column.collation ?? ''}`).join(', ')
}

function defaults(view: View): string | null {
  return listed(view.defaults.map(([column, expression]) => `${column} = ${expression}`))
}
