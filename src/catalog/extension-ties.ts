/** Reading which functions, triggers, materialized views and indexes go with an extension: `alter … depends on extension`. */
import type { Addresses } from './addresses.ts'
import type { CatalogObject } from './kinds.ts'
import type { Identity } from './object.ts'
import type { AddressedRow } from './reader.ts'

export interface ExtensionTiesRow extends AddressedRow {
  readonly extensions: readonly string[]
}

/** SQL: the objects that have such extensions, with their names. */
export const extensionTiesQuery = `
  select d.classid::int8::float8 as class_id, d.objid::int8::float8 as object_id, d.objsubid as sub_id,
    array_agg(e.extname::text order by e.extname) as extensions
  from pg_depend d
  join pg_extension e on e.oid = d.refobjid
  where d.deptype = 'x' and d.refclassid = 'pg_extension'::regclass and d.objid >= 16384
  group by d.classid, d.objid, d.objsubid`

/** Gives objects their extensions. */
export function tieToExtensions(
  ties: readonly ExtensionTiesRow[],
  found: { readonly objects: Map<Identity, CatalogObject>; readonly identities: Addresses },
): void {
  for (const { class_id: classId, object_id: objectId, sub_id: subId, extensions } of ties) {
    const identity = found.identities.get({ classId, objectId, subId })
    const object = identity === undefined ? undefined : found.objects.get(identity)
    if (object !== undefined)
      found.objects.set(object.identity, { ...object, goesWithExtensions: extensions })
  }
}
