/** The table of kinds: one line each. Its order is the order in which objects of unrelated kinds are created. */
import { type Column, columnReader } from './column.ts'
import { type Constraint, constraintReader } from './constraint.ts'
import { type Enum, enumReader } from './enum.ts'
import { type Extension, extensionReader } from './extension.ts'
import { type MaterializedView, materializedViewReader } from './materialized-view.ts'
import type { KindReader } from './reader.ts'
import { type Schema, schemaReader } from './schema.ts'
import { type Sequence, sequenceReader } from './sequence.ts'
import { type Table, tableReader } from './table.ts'
import { type TableIndex, tableIndexReader } from './table-index.ts'
import { type View, viewReader } from './view.ts'

/** Kind → the model of its objects. */
export interface Kinds {
  schema: Schema
  extension: Extension
  enum: Enum
  sequence: Sequence
  table: Table
  column: Column
  constraint: Constraint
  view: View
  'materialized view': MaterializedView
  index: TableIndex
}

export type Kind = keyof Kinds
export type CatalogObject = Kinds[Kind]

/** How each kind is read. */
export const readers: { readonly [K in Kind]: KindReader<Kinds[K]> } = {
  schema: schemaReader,
  extension: extensionReader,
  enum: enumReader,
  sequence: sequenceReader,
  table: tableReader,
  column: columnReader,
  constraint: constraintReader,
  view: viewReader,
  'materialized view': materializedViewReader,
  index: tableIndexReader,
}

export const kindOrder = Object.keys(readers) as readonly Kind[]
