/** A catalog as the TypeScript that Kysely takes: an interface of each table and view, and `Database` of all. */
import { type Catalog, objectsOf } from '../catalog/catalog.ts'
import { nearest } from '../nearest.ts'
import { type CamelCase, type Keys, keysOf } from './camel-case.ts'
import { overrideUnknown } from './errors.ts'
import { globalsIn } from './globals.ts'
import { helperTexts } from './helpers.ts'
import { docComment, literal, property, propertyKey, type TypeText, typeAlias } from './layout.ts'
import { typeNames } from './names.ts'
import { type Override, type Overrides, overriding } from './overrides.ts'
import { bySchema, type Relation, type RowColumn, relationsOf } from './relations.ts'
import { typeResolver } from './resolve-types.ts'
import type { Helper, ValueType } from './value-type.ts'

export interface TypesInput {
  readonly catalog: Catalog
  /** What the catalog is called: `target`, `live`, `revision 3f2a`. */
  readonly name: string
  /** Null: names stay as PostgreSQL has them. */
  readonly camelCase?: CamelCase | null
  /** Whether partitions get types of their own. */
  readonly partitions?: boolean
  readonly overrides?: Overrides
}

export interface DatabaseTypes {
  readonly text: string
  /** What of it does not work as it should, a sentence each. */
  readonly warnings: readonly string[]
}

/** @throws TYPES_OVERRIDE for a type or a column that the catalog does not have */
export function databaseTypes(input: TypesInput): DatabaseTypes {
  const { catalog, name, camelCase = null, partitions = false, overrides = {} } = input
  const of = origins[name] ?? name
  const relations = relationsOf(catalog, partitions)
  const enums = objectsOf(catalog, 'enum').sort(bySchema(catalog.defaultSchema))
  const names = typeNames([...enums, ...relations], catalog.defaultSchema, globalsIn(overrides))
  const printed = relations.flatMap(({ columns }) => columns.map(({ type }) => type))
  const typeOf = typeResolver({ catalog, names, overrides: overrides.types ?? {}, used: printed, of })
  const columnOverrides = readColumnOverrides(overrides.columns ?? {}, relations, catalog, of)
  const keys = keysOf(relations, catalog.defaultSchema, camelCase)
  const helpers = new Set<Helper>()
  const used = new Set<string>()

  const declareColumn = (relation: Relation, column: RowColumn): string => {
    const override = columnOverrides.get(column)
    const value = override === undefined ? typeOf(column.type) : overriding(override)
    // Of a view's column nothing is known, unless somebody says it.
    const isSaid = override !== undefined && relation.kind === 'view'
    const type = columnType(isSaid ? { ...column, nullable: false } : column, value)
    if ('name' in type) used.add(type.name)
    for (const helper of value.helpers) helpers.add(helper)
    return `${docComment(column.comment, '  ')}${property(keys.column(column.name), type)}`
  }
  const interfaces = relations.map((relation) => {
    const lines = distinctBy(relation.columns, ({ name: column }) => keys.column(column)).map((column) =>
      declareColumn(relation, column),
    )
    return `${docComment(relation.comment)}export interface ${names.get(relation.identity)} ${block(lines)}`
  })
  const unions = enums.map(
    ({ identity, comment, labels }) =>
      `${docComment(comment)}${typeAlias(names.get(identity) ?? '', labels.map(literal))}`,
  )
  if (used.delete('ViewColumn')) helpers.add('ViewColumn')
  if (helpers.has('ViewColumn')) used.add('ColumnType')
  const imported = used.size === 0 ? [] : [`import type { ${[...used].sort().join(', ')} } from 'kysely'`]
  const parts = [
    header,
    ...imported,
    ...helperTexts(helpers),
    ...unions,
    ...interfaces,
    `export interface Database ${block(databaseLines(relations, keys, names))}`,
  ]
  return { text: `${parts.join('\n\n')}\n`, warnings: keys.warnings }
}

const origins: Readonly<Record<string, string>> = {
  target: 'the declared schema',
  live: 'the live database',
  base: 'an empty database',
}

/** Stands at the beginning of each file, and says whose it is. */
export const TYPES_MARK = 'Written by `dbmig types`'

/** It does not say of which state: where two states are the same, so are their files. */
const header = `/**
 * The tables, views and enums of the database, for Kysely.
 *
 * ${TYPES_MARK}, which replaces it: what shall change, changes in the
 * schema, or under \`types\` in the configuration of dbmig.
 */`

function block(lines: readonly string[]): string {
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n}`
}

function databaseLines(
  relations: readonly Relation[],
  keys: Keys,
  names: ReadonlyMap<string, string>,
): string[] {
  const keyed = relations.flatMap((relation) => {
    const key = keys.table(relation)
    return key === null ? [] : [{ key, name: names.get(relation.identity) ?? '' }]
  })
  return distinctBy(keyed, ({ key }) => key).map(({ key, name }) => `  ${propertyKey(key)}: ${name}`)
}

/** The first of each key. */
function distinctBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const key = keyOf(item)
    return !seen.has(key) && seen.add(key)
  })
}

/** What Kysely is told of a column. */
function columnType({ writes, nullable, hasDefault }: RowColumn, value: ValueType): TypeText {
  const select = orNull([value.select], nullable)
  if (writes === 'nothing') return { name: 'ViewColumn', args: [select] }
  if (writes === 'generated') return { name: 'GeneratedAlways', args: [select] }
  const takesNull = writes === 'anything'
  const insert = orNull(value.insert, takesNull)
  const update = orNull(value.update ?? value.insert, takesNull)
  const isOne = [insert, update].every((members) => members.join() === select.join())
  if (isOne) return hasDefault ? { name: 'Generated', args: [select] } : { members: select }
  return {
    name: 'ColumnType',
    args: [select, hasDefault ? [...insert, 'undefined'] : insert, update],
  }
}

function orNull(members: readonly string[], nullable: boolean): readonly string[] {
  return nullable ? [...members, 'null'] : members
}

function readColumnOverrides(
  overrides: Readonly<Record<string, Override>>,
  relations: readonly Relation[],
  { defaultSchema }: Catalog,
  of: string,
): ReadonlyMap<RowColumn, Override> {
  const found = new Map<RowColumn, Override>()
  const entries = Object.entries(overrides)
  if (entries.length === 0) return found
  const columns = new Map<string, RowColumn>()
  for (const { schema, name, columns: own } of relations) {
    for (const column of own) {
      if (schema === defaultSchema) columns.set(`${name}.${column.name}`, column)
      columns.set(`${schema}.${name}.${column.name}`, column)
    }
  }
  for (const [key, override] of entries) {
    const column = columns.get(key)
    if (column === undefined) throw overrideUnknown('column', key, of, nearest(key, columns.keys()))
    found.set(column, override)
  }
  return found
}
