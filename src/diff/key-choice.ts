/** Foreign keys whose columns have several keys and unique indexes: PostgreSQL chooses which of them one stands on. */
import type { CatalogObject } from '../catalog/kinds.ts'
import { type Identity, identityOf } from '../catalog/object.ts'
import { type Draft, keyOf } from './draft.ts'

/**
 * What a dropped key or unique index had better wait for: it may be chosen otherwise in a database that was led to a
 * schema than in one that was made as the schema says.
 *
 * @returns the keys of the drafts that drop a foreign key to the same columns
 */
export function dropsOfReferences(drafts: readonly Draft[]): (object: CatalogObject) => readonly string[] {
  const drops = new Map<string, string[]>()
  for (const draft of drafts) {
    if (draft.action !== 'drop') continue
    for (const object of [draft.object, ...draft.parts]) {
      if (object.kind !== 'constraint' || object.references === null) continue
      const { schema, table, columns } = object.references
      const place = placeOf(identityOf('table', schema, table), columns)
      const known = drops.get(place)
      if (known === undefined) drops.set(place, [keyOf(draft)])
      else known.push(keyOf(draft))
    }
  }
  return (object) => {
    const columns = uniqueColumns(object)
    return columns === null || object.parent === null
      ? []
      : (drops.get(placeOf(object.parent, columns)) ?? [])
  }
}

function placeOf(table: Identity, columns: readonly string[]): string {
  return JSON.stringify([table, ...columns.toSorted()])
}

function uniqueColumns(object: CatalogObject): readonly string[] | null {
  if (object.kind === 'constraint')
    return object.type === 'primary key' || object.type === 'unique' ? object.columns : null
  if (object.kind !== 'index' || !object.unique) return null
  const columns = object.keys.flatMap(({ column }) => column ?? [])
  return columns.length === object.keys.length ? columns : null
}
