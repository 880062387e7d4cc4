/** Comparing materialized views: another query makes another view. */
import type { MaterializedView } from '../catalog/materialized-view.ts'
import {
  accessMethodDifference,
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
import { signature } from './view.ts'

/** The aspect of how its columns are stored and measured. */
export const COLUMN_SETTINGS = 'column settings'

export const materializedViewDiffer: KindDiffer<MaterializedView> = {
  ...plainDiffer,
  compare: (before, after, sides) => [
    ...difference('query', before.comparable, after.comparable, { replaces: true }),
    ...difference('columns', signature(before.columns), signature(after.columns), { replaces: true }),
    ...difference('storage parameters', listedOptions(before.options), listedOptions(after.options)),
    ...accessMethodDifference(before, after, sides),
    ...difference('tablespace', before.tablespace, after.tablespace),
    ...difference(COLUMN_SETTINGS, settings(before), settings(after)),
    ...columnComments(before.columns, after.columns),
  ],
  names: (view) => [relationName(view), typeName(view)],
  rebuiltBy: (_view, cause) => goesAway(cause) || convertsColumn(cause) || remakesType(cause),
  isFree: () => true,
  dropsEarly: true,
}

function settings(view: MaterializedView): string | null {
  return listed(
    view.columnSettings.map(({ name, storage, compression, statistics, options }) =>
      [name, storage, compression ?? 'default', statistics, ...options.toSorted()].join(' '),
    ),
  )
}
