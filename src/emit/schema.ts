/** Writing schemas. */
import type { Schema } from '../catalog/schema.ts'
import { builder, type KindEmitter } from './emitter.ts'
import { quoteString } from './source.ts'
import { quoteIdentifier } from './sql.ts'

export const schemaEmitter: KindEmitter<Schema> = {
  create: ({ object }) => [builder(`.createSchema(${quoteString(object.name)})`)],
  drop: ({ object }) => [builder(`.dropSchema(${quoteString(object.name)})`)],
  alter: () => [],
  commentTarget: (schema) => `schema ${quoteIdentifier(schema.name)}`,
}
