/** `defineSchema`: how a user declares a target schema with Kysely's schema builder. */
import type { Kysely, SchemaModule, Sql } from 'kysely'

/** Tables that nobody has described: every name is allowed. */
export type AnyTables = Record<string, Record<string, unknown>>

/** What a declaration is written with: Kysely's own builders, which reach no database. */
export interface SchemaBuilders {
  readonly schema: SchemaModule
  readonly sql: Sql
  /** For the queries of views: `schema.createView('v').as(db.selectFrom('t').select('id'))`. */
  readonly db: Kysely<AnyTables>
}

/** Recognised by what they can do, since a project may load two copies of Kysely. */
export type StatementSource =
  | { toOperationNode(): { readonly kind: string } }
  | { compile(): { readonly sql: string; readonly parameters: readonly unknown[] } }

/** One statement, a list of them, another schema, or nothing (so that `condition && …` may stand in a list). */
export type Statements = StatementSource | TargetSchema | readonly Statements[] | null | undefined | false

/** What a function returns that was not forgotten to. */
export type Declared = Exclude<Statements, undefined>

export type DefineStatements = (builders: SchemaBuilders) => Declared | Promise<Declared>

/** Shared by all copies of dbmig in a process. */
const brand = Symbol.for('dbmig.TargetSchema')

/** A declared schema. It is evaluated when a command needs it. */
export interface TargetSchema {
  readonly [brand]: DefineStatements
}

/**
 * Declares a target schema. Statements may stand in any order; lists may be nested, and one schema may stand in another.
 *
 * ```ts
 * export default defineSchema(({ schema, sql }) => [
 *   schema.createTable('author').addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity()),
 *   sql`comment on table author is 'who writes'`,
 * ])
 * ```
 */
export function defineSchema(define: DefineStatements): TargetSchema {
  return Object.freeze({ [brand]: define })
}

/** Whether a value was made by `defineSchema`, by whichever copy of dbmig. */
export function isTargetSchema(value: unknown): value is TargetSchema {
  return typeof value === 'object' && value !== null && brand in value
}

/** The function that a schema was declared with. */
export function definitionOf(schema: TargetSchema): DefineStatements {
  return schema[brand]
}
