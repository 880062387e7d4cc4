/** The keys of tables and columns: as PostgreSQL calls them, or as Kysely's CamelCasePlugin does. */
import { nameOfIdentity, quotePart } from '../catalog/object.ts'
import type { Relation } from './relations.ts'

/** The plugin's own functions. */
export interface CamelCase {
  /** What the key of a row is called. */
  readonly camel: (name: string) => string
  /** What a name in a query is in SQL. */
  readonly snake: (name: string) => string
}

export interface Keys {
  /** The key of a relation in `Database`; null where Kysely has no name for it. */
  readonly table: (relation: Relation) => string | null
  readonly column: (name: string) => string
  /** A sentence each. */
  readonly warnings: readonly string[]
}

/** @param camelCase null: names stay */
export function keysOf(
  relations: readonly Relation[],
  defaultSchema: string,
  camelCase: CamelCase | null,
): Keys {
  const { camel, snake } = camelCase ?? { camel: same, snake: same }
  const survives = (name: string): boolean => snake(camel(name)) === name
  // A table's name is no key of a row: what the plugin leaves alone is a name for it.
  const partOf = (name: string): string => (!survives(name) && snake(name) === name ? name : camel(name))
  const keyOf = ({ schema, name }: Relation): string =>
    schema === defaultSchema ? partOf(name) : `${partOf(schema)}.${partOf(name)}`
  const nameless = relations.filter((relation) => !isNameForKysely(relation, defaultSchema))
  const leftOut = new Set(nameless)
  const changed = relations.flatMap((relation) => {
    const parts = relation.schema === defaultSchema ? [relation.name] : [relation.schema, relation.name]
    const whole = parts.every((part) => snake(partOf(part)) === part)
      ? []
      : [nameOfIdentity(relation.identity)]
    const columns = relation.columns.filter(({ name }) => !survives(name))
    return [...whole, ...columns.map(({ name }) => `${nameOfIdentity(relation.identity)}.${quotePart(name)}`)]
  })
  const warnings: string[] = []
  if (nameless.length > 0) {
    const names = listed(nameless.map(({ identity }) => nameOfIdentity(identity)))
    warnings.push(
      `Kysely reads dots, spaces at the ends and " as " in the name of a table as its own, so ${names} cannot be queried by name and ${nameless.length === 1 ? 'is' : 'are'} left out of Database.`,
    )
  }
  if (changed.length > 0)
    warnings.push(
      `CamelCasePlugin does not find the way back from camelCase to ${listed(changed)}, so queries with ${changed.length === 1 ? 'it' : 'them'} fail: rename ${changed.length === 1 ? 'it' : 'them'}, or give the plugin and \`types.camelCase\` the options that fit, such as underscoreBeforeDigits.`,
    )
  return {
    table: (relation) => (leftOut.has(relation) ? null : keyOf(relation)),
    column: camel,
    warnings,
  }
}

function same(name: string): string {
  return name
}

/** Whether Kysely finds the table under its key (its table-parser.ts). */
function isNameForKysely({ schema, name }: Relation, defaultSchema: string): boolean {
  if (schema === defaultSchema) return !/\.| as /.test(name)
  return [schema, name].every((part) => !/\.| as /.test(part) && part === part.trim())
}

const SHOWN = 5

function listed(names: readonly string[]): string {
  const more = names.length - SHOWN
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ')
}
