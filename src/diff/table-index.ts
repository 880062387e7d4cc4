/** Comparing indexes: another definition makes another index. */
import { canonicalExpression } from '../catalog/expression.ts'
import { identityOf } from '../catalog/object.ts'
import type { TableIndex } from '../catalog/table-index.ts'
import { attachmentDifferences, goesWith, isBesideTwin, staysAttached, survivesPart } from './attached.ts'
import type { Difference } from './change.ts'
import {
  difference,
  goesAway,
  type KindDiffer,
  listed,
  listedOptions,
  plainDiffer,
  relationName,
} from './differ.ts'
import { remakesType } from './remake.ts'
import { indexRisk } from './row-risks.ts'

export const tableIndexDiffer: KindDiffer<TableIndex> = {
  ...plainDiffer,
  compare: (before, after, sides) => [
    ...(staysAttached(before, after)
      ? []
      : [
          ...difference(
            'definition',
            canonicalExpression(withoutOptions(before)),
            canonicalExpression(withoutOptions(after)),
            { replaces: true },
          ),
          // PostgreSQL sets none on an index of a partitioned table.
          ...difference('storage parameters', listedOptions(before.options), listedOptions(after.options), {
            replaces: before.partitioned,
          }),
          ...validity(before, after),
          ...attachmentDifferences(before, after, sides),
          ...(isBesideTwin(after, sides)
            ? difference('below an index of the parent', 'it would be', 'another is', { replaces: true })
            : []),
        ]),
    ...difference('tablespace', before.tablespace, after.tablespace),
    ...difference('clustered', before.clustered, after.clustered),
    ...difference('statistics', listed(before.statistics), listed(after.statistics)),
  ],
  names: (index) => [relationName(index)],
  // PostgreSQL converts an index with its column; a predicate or expression over a type that is made anew it cannot.
  rebuiltBy: (index, cause, sides) =>
    (goesAway(cause) && !survivesPart(index, cause, sides)) ||
    (remakesType(cause) &&
      (index.predicate !== null || index.keys.some((key) => key.column === null || key.extras !== null))),
  droppedWith: (index, sides) => [
    index.parent,
    ...goesWith(index, sides),
    ...index.keys.flatMap((key) =>
      key.column === null ? [] : [identityOf('column', index.schema, index.table, key.column)],
    ),
  ],
  dropsEarly: true,
  risk: indexRisk,
}

/** The definition without `WITH (…)`, which is altered in place. */
function withoutOptions({ definition, options }: TableIndex): string {
  if (options.length === 0) return definition
  const value = `(?:'(?:[^']|'')*'|[^',)]*)`
  const clause = options.map((option) => `${option.slice(0, option.indexOf('='))}=${value}`).join(', ')
  return definition.replace(new RegExp(` WITH \\(${clause}\\)`), '')
}

/** A partitioned table's index becomes valid with those of its partitions; to leave some out it is made again. */
function validity(before: TableIndex, after: TableIndex): Difference[] {
  const isMadeAgain = after.partitioned ? !after.valid : after.valid
  return isMadeAgain ? difference('valid', before.valid, after.valid, { replaces: true }) : []
}
