/** Comparing schemas. */
import type { Schema } from '../catalog/schema.ts'
import { type KindDiffer, plainDiffer } from './differ.ts'

export const schemaDiffer: KindDiffer<Schema> = {
  ...plainDiffer,
  compare: () => [],
  isFree: () => true,
  risk: (step) =>
    step.action === 'drop'
      ? `schema ${step.object.name} is dropped: that fails while it holds what dbmig does not manage`
      : null,
  names: (schema) => [`schema ${schema.name}`],
}
