/** The table of kinds: how each is written. */
import type { CatalogObject, Kind, Kinds } from '../catalog/kinds.ts'
import { columnEmitter } from './column.ts'
import { constraintEmitter } from './constraint.ts'
import type { KindEmitter } from './emitter.ts'
import { enumEmitter } from './enum.ts'
import { extensionEmitter } from './extension.ts'
import { materializedViewEmitter } from './materialized-view.ts'
import { schemaEmitter } from './schema.ts'
import { sequenceEmitter } from './sequence.ts'
import { tableEmitter } from './table.ts'
import { tableIndexEmitter } from './table-index.ts'
import { viewEmitter } from './view.ts'

const emitters: { readonly [K in Kind]: KindEmitter<Kinds[K]> } = {
  schema: schemaEmitter,
  extension: extensionEmitter,
  enum: enumEmitter,
  sequence: sequenceEmitter,
  table: tableEmitter,
  column: columnEmitter,
  constraint: constraintEmitter,
  view: viewEmitter,
  'materialized view': materializedViewEmitter,
  index: tableIndexEmitter,
}

/** The emitter of an object's kind. */
export function emitterOf(object: CatalogObject): KindEmitter<CatalogObject> {
  return emitters[object.kind] as unknown as KindEmitter<CatalogObject>
}
