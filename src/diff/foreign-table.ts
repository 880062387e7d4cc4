/** Comparing foreign tables. */
import type { ForeignTable } from '../catalog/foreign-table.ts'
import { nameOfIdentity } from '../catalog/object.ts'
import { difference, type KindDiffer, listed, plainDiffer, relationName, typeName } from './differ.ts'
import { optionsDifference } from './foreign-options.ts'
import { PARENTAGE } from './partings.ts'

export const foreignTableDiffer: KindDiffer<ForeignTable> = {
  ...plainDiffer,
  compare: (before, after) => [
    ...difference('server', before.server, after.server, { replaces: true }),
    ...difference('partition of', partition(before), partition(after)),
    ...difference(
      'inherits',
      listed(before.inherits.map(nameOfIdentity)),
      listed(after.inherits.map(nameOfIdentity)),
    ),
    ...optionsDifference(before.options, after.options),
  ],
  names: (table) => [relationName(table), typeName(table)],
  afterParts: PARENTAGE,
}

function partition(table: ForeignTable): string | null {
  if (table.partitionOf === null) return null
  return `${nameOfIdentity(table.partitionOf.table)} ${table.partitionOf.bound}`
}
