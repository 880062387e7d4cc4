/** Comparing schemas. */
import type { Schema } from '../catalog/schema.ts'
import { type KindDiffer, plainDiffer } from './differ.ts'

export const schemaDiffer: KindDiffer<Schema> = {
  ...plainDiffer,
  compare: () => [],
  isFree: () => true,
  names: (schema) => [`schema ${schema.name}`],
}
