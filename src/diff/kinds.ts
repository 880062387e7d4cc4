/** The table of kinds: how each is compared. */
import type { CatalogObject, Kind, Kinds } from '../catalog/kinds.ts'
import { columnDiffer } from './column.ts'
import { constraintDiffer } from './constraint.ts'
import type { KindDiffer } from './differ.ts'
import { enumDiffer } from './enum.ts'
import { extensionDiffer } from './extension.ts'
import { materializedViewDiffer } from './materialized-view.ts'
import { schemaDiffer } from './schema.ts'
import { sequenceDiffer } from './sequence.ts'
import { tableDiffer } from './table.ts'
import { tableIndexDiffer } from './table-index.ts'
import { viewDiffer } from './view.ts'

const differs: { readonly [K in Kind]: KindDiffer<Kinds[K]> } = {
  schema: schemaDiffer,
  extension: extensionDiffer,
  enum: enumDiffer,
  sequence: sequenceDiffer,
  table: tableDiffer,
  column: columnDiffer,
  constraint: constraintDiffer,
  view: viewDiffer,
  'materialized view': materializedViewDiffer,
  index: tableIndexDiffer,
}

/** The differ of an object's kind. */
export function differOf(object: CatalogObject): KindDiffer<CatalogObject> {
  return differs[object.kind] as unknown as KindDiffer<CatalogObject>
}
