/** A catalog as text that can be kept, and back: exactly the same values. */
import type { Catalog } from './catalog.ts'
import type { CatalogObject } from './kinds.ts'
import type { Identity } from './object.ts'

type Packed =
  | { readonly map: readonly (readonly [unknown, unknown])[] }
  | { readonly set: readonly unknown[] }
  | { readonly value: unknown }

interface StoredCatalog {
  readonly objects: readonly CatalogObject[]
  /** An object's place among the objects, and the places of those that it needs. */
  readonly dependencies: readonly (readonly number[])[]
  readonly rest: Readonly<Record<string, Packed>>
}

/** The catalog as text. Identities stand in it once: as dependencies, they would be most of it. */
export function storeCatalog({ objects, dependencies, ...rest }: Catalog): string {
  const places = new Map([...objects.keys()].map((identity, place) => [identity, place]))
  const placeOf = (identity: Identity): number => {
    const place = places.get(identity)
    if (place === undefined) throw new Error(`A dependency of the catalog is no object of it: ${identity}`)
    return place
  }
  const stored: StoredCatalog = {
    objects: [...objects.values()],
    dependencies: [...dependencies].map(([identity, needs]) => [identity, ...needs].map(placeOf)),
    rest: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, pack(value)])),
  }
  return JSON.stringify(stored)
}

/** The catalog of which `storeCatalog` made the text. */
export function restoreCatalog(text: string): Catalog {
  const { objects, dependencies, rest } = JSON.parse(text) as StoredCatalog
  const identityAt = (place: number): Identity => (objects[place] as CatalogObject).identity
  return {
    ...(Object.fromEntries(Object.entries(rest).map(([name, packed]) => [name, unpack(packed)])) as Omit<
      Catalog,
      'objects' | 'dependencies'
    >),
    objects: new Map(objects.map((object) => [object.identity, object])),
    dependencies: new Map(
      dependencies.map(([place = 0, ...needs]) => [identityAt(place), new Set(needs.map(identityAt))]),
    ),
  }
}

function pack(value: unknown): Packed {
  if (value instanceof Map) return { map: [...value] }
  return value instanceof Set ? { set: [...value] } : { value }
}

function unpack(packed: Packed): unknown {
  if ('map' in packed) return new Map(packed.map)
  return 'set' in packed ? new Set(packed.set) : packed.value
}
