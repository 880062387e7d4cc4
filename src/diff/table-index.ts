/** Comparing indexes: another definition makes another index. */
import { canonicalExpression } from '../catalog/expression.ts'
import { identityOf } from '../catalog/object.ts'
import type { TableIndex } from '../catalog/table-index.ts'
import { difference, goesAway, type KindDiffer, listed, plainDiffer, relationName } from './differ.ts'
import { remakesType } from './remake.ts'

export const tableIndexDiffer: KindDiffer<TableIndex> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference(
      'definition',
      canonicalExpression(before.definition),
      canonicalExpression(after.definition),
      { replaces: true },
    ),
    ...(before.valid || !after.valid ? [] : difference('valid', false, true, { replaces: true })),
    ...difference('tablespace', before.tablespace, after.tablespace),
    ...difference('clustered', before.clustered, after.clustered),
    ...difference('statistics', listed(before.statistics), listed(after.statistics)),
  ],
  names: (index) => [relationName(index)],
  // PostgreSQL converts an index with its column; a predicate or expression over a type that is made anew it cannot.
  rebuiltBy: (index, cause) =>
    goesAway(cause) ||
    (remakesType(cause) && (index.predicate !== null || index.keys.some((key) => key.column === null))),
  droppedWith: (index) => [
    index.parent,
    ...index.keys.flatMap((key) =>
      key.column === null ? [] : [identityOf('column', index.schema, index.table, key.column)],
    ),
  ],
  dropsEarly: true,
}
