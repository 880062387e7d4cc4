/** What somebody says that a type or a column is, in place of what pg makes of it. */
import type { ValueType } from './value-type.ts'

/** TypeScript: of all that a value does, or of each. What is inserted is what is selected unless told, and updates are as inserts. */
export type Override =
  | string
  | { readonly select: string; readonly insert?: string | undefined; readonly update?: string | undefined }

export interface Overrides {
  /** By the name of the type, as PostgreSQL prints it. */
  readonly types?: Readonly<Record<string, Override>> | undefined
  /** By `table.column`, or `schema.table.column`. */
  readonly columns?: Readonly<Record<string, Override>> | undefined
}

/** What an override says, as a value. */
export function overriding(override: Override): ValueType {
  if (typeof override === 'string') return { select: override, insert: [override], helpers: [] }
  const { select, insert = select, update } = override
  return { select, insert: [insert], ...(update === undefined ? {} : { update: [update] }), helpers: [] }
}
