/** What sentences call an object. */
import type { Catalog } from '../catalog/catalog.ts'
import { type Identity, nameOfIdentity, quotePart } from '../catalog/object.ts'

/** The name of what lies in a schema, with the schema only where that is not the default one: `users.email`, `audit.event`. */
export function shortName(identity: Identity, { defaultSchema }: Catalog): string {
  const name = nameOfIdentity(identity)
  const start = `${quotePart(defaultSchema)}.`
  return name.startsWith(start) ? name.slice(start.length) : name
}
