/** Types that are made anew: the old one steps aside under another name, what uses it is converted, then it goes. */
import { type Catalog, dependentsIn, findObject } from '../catalog/catalog.ts'
import type { Column } from '../catalog/column.ts'
import type { CatalogObject } from '../catalog/kinds.ts'
import type { Alter, Change, Difference, Sides } from './change.ts'
import { difference } from './differ.ts'

/** The aspect of the step that drops the old type, once nothing uses it any more. */
export const OLD_TYPE = 'old type'

/** Whether this change makes a type anew, which what reads values of the type does not survive. */
export function remakesType(cause: Change): boolean {
  return cause.action === 'alter' && cause.differences.some((d) => d.remakes)
}

/** The columns whose values are of a type, or arrays of it: those that a remake converts, not those that only mention it. */
export function columnsWithType(type: CatalogObject, catalog: Catalog): Column[] {
  const columns: Column[] = []
  for (const identity of dependentsIn(catalog).get(type.identity) ?? []) {
    const column = findObject(catalog, 'column', identity)
    if (column !== undefined && holdsType(column, type, catalog)) columns.push(column)
  }
  return columns
}

/** Whether a column's values are of a type, or arrays of it; of a collation, whether they are compared by it. */
export function holdsType(column: Column, type: CatalogObject, catalog: Catalog): boolean {
  if (type.kind === 'collation') return column.collation !== null && printsAs(column.collation, type, catalog)
  if (printsAs(column.baseType, type, catalog)) return true
  const multirange =
    type.kind === 'range type' ? { schema: type.multirangeSchema, name: type.multirangeName } : null
  return multirange !== null && printsAs(column.baseType, multirange, catalog)
}

/** Whether a name that PostgreSQL prints, with brackets or without, is that of an object. */
export function printsAs(
  printed: string,
  object: { readonly schema: string | null; readonly name: string },
  { defaultSchema }: Catalog,
): boolean {
  const named = parseName(printed)
  return named !== null && named.name === object.name && (named.schema ?? defaultSchema) === object.schema
}

const NAME_PART = '("(?:[^"]|"")+"|[^".\\[]+)'
const PRINTED_NAME = new RegExp(`^(?:${NAME_PART}\\.)?${NAME_PART}(?:\\[\\])*$`)

/** A name as PostgreSQL prints it in its parts, without brackets. */
export function parseName(printed: string): { readonly schema: string | null; readonly name: string } | null {
  const found = PRINTED_NAME.exec(printed)
  if (found?.[2] === undefined) return null
  const bare = (one: string): string => (one.startsWith('"') ? one.slice(1, -1).replaceAll('""', '"') : one)
  return { schema: found[1] === undefined ? null : bare(found[1]), name: bare(found[2]) }
}

/** The alteration that makes a type anew because a type that it needs is. */
export function remakeOf(before: CatalogObject, after: CatalogObject, own: Alter | undefined): Alter {
  const reason = difference('type', 'as it is', 'made anew', { remakes: true })
  return { action: 'alter', before, after, differences: [...(own?.differences ?? []), ...reason] }
}

/** The step that ends a remake. */
export function farewellOf(change: Alter): Alter {
  const differences: Difference[] = difference(OLD_TYPE, 'kept', null)
  return { ...change, differences }
}

/** The name under which the old type waits for its end. */
export function nameOfOld(type: { readonly schema: string; readonly name: string }, sides: Sides): string {
  return freeName(type, '_old', sides)
}

/** An object's name with an ending, and a number where that is taken. */
export function freeName(
  { schema, name }: { readonly schema: string; readonly name: string },
  ending: string,
  { live, target }: Sides,
): string {
  const [now, then] = [namesIn(live).get(schema), namesIn(target).get(schema)]
  // 50 bytes leave room for the ending in PostgreSQL's 63.
  const stem = Buffer.from(name)
    .subarray(0, 50)
    .toString()
    .replace(/\uFFFD+$/, '')
  let free = `${stem}${ending}`
  for (let i = 2; now?.has(free) || then?.has(free); i++) free = `${stem}${ending}${i}`
  return free
}

const namesOfCatalog = new WeakMap<Catalog, ReadonlyMap<string | null, ReadonlySet<string>>>()

/** The names of all objects by schema. Computed once per catalog. */
function namesIn(catalog: Catalog): ReadonlyMap<string | null, ReadonlySet<string>> {
  const known = namesOfCatalog.get(catalog)
  if (known !== undefined) return known
  const names = new Map<string | null, Set<string>>()
  for (const { schema, name } of catalog.objects.values()) {
    const ofSchema = names.get(schema)
    if (ofSchema === undefined) names.set(schema, new Set([name]))
    else ofSchema.add(name)
  }
  namesOfCatalog.set(catalog, names)
  return names
}
