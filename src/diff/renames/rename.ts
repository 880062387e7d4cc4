/** The words of renaming: what can have another name, and that two names are one object's. */
import type { Catalog } from '../../catalog/catalog.ts'
import type { CatalogObject, Kind } from '../../catalog/kinds.ts'
import { type Identity, identityOf, quotePart } from '../../catalog/object.ts'
import { routineIdentity } from '../../catalog/routine.ts'

/** Parts of an object that are none themselves: an enum's value, a composite type's attribute, a view's column. */
export type PartKind = 'value' | 'attribute' | 'view column'

/** Something with a name. */
export interface Named {
  readonly kind: Kind | PartKind
  readonly identity: Identity
  readonly name: string
  /** The object itself; of a part the type or view. */
  readonly object: CatalogObject
}

/** What one side calls `from`, the other calls `to`. */
export interface Rename {
  readonly from: Named
  readonly to: Named
}

/** What a user loses when it is dropped and made again. */
const ASKED: ReadonlySet<string> = new Set<Kind | PartKind>([
  ...(['schema', 'table', 'foreign table', 'column', 'value', 'attribute', 'sequence'] as const),
  ...(['enum', 'composite type', 'domain', 'range type'] as const),
])

/** What is all said by its definition. */
const DEFINED: ReadonlySet<string> = new Set<Kind>([
  ...(['collation', 'domain constraint', 'foreign data wrapper', 'server', 'constraint', 'index'] as const),
  ...(['function', 'procedure', 'aggregate', 'view', 'materialized view', 'statistics'] as const),
  ...(['trigger', 'event trigger', 'rule', 'policy'] as const),
  ...(['text search parser', 'text search template'] as const),
  ...(['text search dictionary', 'text search configuration'] as const),
])

/** Whether a rename is a user's to decide; what loses nothing by it is renamed without a question. */
export function isAsked(kind: Named['kind']): boolean {
  return ASKED.has(kind)
}

/** Whether PostgreSQL has a word for renaming it, and its name is not half of what it means (a publication's). */
export function isRenameable({ kind }: CatalogObject): boolean {
  return ASKED.has(kind) || DEFINED.has(kind)
}

export function namedObject(object: CatalogObject): Named {
  return { kind: object.kind, identity: object.identity, name: object.name, object }
}

/** A part of an object, by its name. */
export function namedPart(kind: PartKind, object: CatalogObject, name: string): Named {
  return { kind, identity: identityOf(kind, object.schema, object.name, name), name, object }
}

/** The parts of an object that have names of their own. */
export function partsOf(object: CatalogObject): Named[] {
  if (object.kind === 'enum') return object.labels.map((label) => namedPart('value', object, label))
  if (object.kind === 'composite type')
    return object.attributes.map(({ name }) => namedPart('attribute', object, name))
  return []
}

/** Everything in a catalog that can have another name. */
export function allNamed({ objects }: Catalog): Named[] {
  return [...objects.values()]
    .filter(isRenameable)
    .flatMap((object) => [namedObject(object), ...partsOf(object)])
}

/** The relation or domain that an object is named within: `users` of a column; null where it is named in its schema. */
export function relationOf(object: CatalogObject): string | null {
  switch (object.kind) {
    case 'column':
    case 'constraint':
    case 'trigger':
    case 'policy':
    case 'rule':
      return object.table
    case 'domain constraint':
      return object.domain
    default:
      return null
  }
}

/** The names that lead to it, outermost first: schema, table, column. */
export function pathOf({ kind, object, name }: Named): string[] {
  const within = kind === object.kind ? relationOf(object) : object.name
  return [object.schema, within, name].filter((part): part is string => part !== null)
}

/** The path as a user would write it: without the schema that is understood. */
export function shortPath(named: Named, { defaultSchema }: Pick<Catalog, 'defaultSchema'>): string[] {
  const path = pathOf(named)
  return path.length > 1 && path[0] === defaultSchema ? path.slice(1) : path
}

/** The name as a user would write and read it: `users.full_name`. */
export function shortName(named: Named, catalog: Pick<Catalog, 'defaultSchema'>): string {
  return shortPath(named, catalog).map(quotePart).join('.')
}

/** An object under other names. */
export function objectNamed(
  object: CatalogObject,
  names: { readonly schema?: string; readonly relation?: string; readonly name?: string },
): CatalogObject {
  const { schema = object.schema, relation = relationOf(object), name = object.name } = names
  const within =
    relationOf(object) === null
      ? {}
      : object.kind === 'domain constraint'
        ? { domain: relation }
        : { table: relation }
  // The fields that are written are those that the kind has.
  const renamed = { ...object, ...within, schema, name } as CatalogObject
  return { ...renamed, identity: identityFor(renamed) }
}

function identityFor(object: CatalogObject): Identity {
  if (object.kind === 'function' || object.kind === 'procedure' || object.kind === 'aggregate')
    return routineIdentity(object.kind, object.schema, object.name, object.argumentTypes)
  return identityOf(object.kind, object.schema, relationOf(object), object.name)
}

/** Whether the two are names of one object on both sides, with nothing to do. */
export function isSameName({ from, to }: Rename): boolean {
  return from.identity === to.identity
}
