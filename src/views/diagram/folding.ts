/** Partitions are folded into the table that they are a part of. */
import { type Catalog, objectsOf } from '../../catalog/catalog.ts'
import type { Identity } from '../../catalog/object.ts'

/** The partitions of a catalog, at whatever depth, each with the table that it is folded into. */
export function foldedIn(catalog: Catalog): ReadonlyMap<Identity, Identity> {
  const above = new Map<Identity, Identity>()
  for (const { identity, partitionOf } of [
    ...objectsOf(catalog, 'table'),
    ...objectsOf(catalog, 'foreign table'),
  ]) {
    // A partition of what is not in the catalog stands for itself.
    if (partitionOf !== null && catalog.objects.has(partitionOf.table)) above.set(identity, partitionOf.table)
  }
  const rootOf = (identity: Identity): Identity => {
    const next = above.get(identity)
    return next === undefined ? identity : rootOf(next)
  }
  return new Map([...above.keys()].map((identity) => [identity, rootOf(identity)]))
}
