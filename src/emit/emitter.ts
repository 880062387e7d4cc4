/** What a kind of object must say for itself to be written: statements for each step, and its name in SQL. */
import type { Catalog } from '../catalog/catalog.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { AlterStep, CreateStep, DropStep } from '../diff/change.ts'
import { quoteString } from './source.ts'
import { qualifiedName } from './sql.ts'

/** One statement of `up` or `down`. */
export type Statement = BuilderStatement | SqlStatement

interface Written {
  /** Sentences that stand above it as a comment. */
  readonly notes?: readonly string[]
  /** What it belongs to: statements about the same stand together. */
  readonly about?: string
  /** The heading under which it stands in a long file. */
  readonly section?: string
}

/** Calls on Kysely's schema builder: `db.schema` and then these, `.execute()` at the end. */
export interface BuilderStatement extends Written {
  readonly form: 'builder'
  readonly calls: readonly string[]
}

/** What the builder has no word for. */
export interface SqlStatement extends Written {
  readonly form: 'sql'
  readonly sql: string
}

export interface KindEmitter<O extends CatalogObject> {
  create(step: CreateStep<O>): Statement[]
  drop(step: DropStep<O>): Statement[]
  /** Every difference but the comment, which is written for all kinds alike. */
  alter(step: AlterStep<O>): Statement[]
  /** As `comment on` names it: `column users.email`; null where it has comments of another form. */
  commentTarget(object: O, catalog: Catalog): string | null
}

export function builder(...calls: string[]): BuilderStatement {
  return { form: 'builder', calls }
}

export function raw(sql: string): SqlStatement {
  return { form: 'sql', sql }
}

/** A name as Kysely's builder takes it: `users`, `audit.event`. */
export function builderName(schema: string, name: string, catalog: Catalog): string {
  return schema === catalog.defaultSchema ? name : `${schema}.${name}`
}

/**
 * The calls that open a statement about a view or an index: of these Kysely takes the bare name, and the schema apart
 * (it splits only the names of tables and types at the dot).
 */
export function inSchema(schema: string, method: string, name: string, catalog: Catalog): string[] {
  const opening = schema === catalog.defaultSchema ? [] : [`.withSchema(${quoteString(schema)})`]
  return [...opening, `.${method}(${quoteString(name)})`]
}

/** Whether the builder can say the name: it splits at dots and trims around them. */
export function isBuilderName(schema: string, name: string, catalog: Catalog): boolean {
  if (name.includes('.')) return false
  if (schema === catalog.defaultSchema) return true
  return !schema.includes('.') && schema.trim() === schema && name.trim() === name
}

/** An object's qualified name in SQL. */
export function sqlName(
  object: { readonly schema: string; readonly name: string },
  catalog: Catalog,
): string {
  return qualifiedName(object.schema, object.name, catalog)
}

/** The name of the table that an object is a part of, in SQL. */
export function tableSqlName(
  object: { readonly schema: string; readonly table: string },
  catalog: Catalog,
): string {
  return qualifiedName(object.schema, object.table, catalog)
}

/** The aspects of an alteration, for looking one up. */
export function aspectsOf(step: AlterStep): ReadonlySet<string> {
  return new Set(step.differences.map((difference) => difference.aspect))
}

/** The call that opens a chain of alterations of the column's table. */
export function alterTable(
  part: { readonly schema: string; readonly table: string },
  catalog: Catalog,
): string {
  return `.alterTable(${quoteString(builderName(part.schema, part.table, catalog))})`
}
