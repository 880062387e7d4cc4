/** A catalog: the model of a database's schema, as PostgreSQL itself reported it. */
import type { Access, ManagedAccess } from './access.ts'
import type { DefaultPrivileges } from './default-privileges.ts'
import type { CatalogObject, Kind, Kinds } from './kinds.ts'
import type { Identity } from './object.ts'

export interface Catalog {
  /** As a number: 150018 for 15.18. */
  readonly serverVersion: number
  /** The schema whose objects are printed without qualification. */
  readonly defaultSchema: string
  /** In the order of the table of kinds. */
  readonly objects: ReadonlyMap<Identity, CatalogObject>
  /** What each object needs, from `pg_depend` and from what contains it. Objects outside the catalog do not appear. */
  readonly dependencies: ReadonlyMap<Identity, ReadonlySet<Identity>>
  /** The role that read it. */
  readonly role: string
  /** Owners and privileges where they are not what making the object gave it; of the schema `public`, always. */
  readonly access: ReadonlyMap<Identity, Access>
  /** What of access is a part of the schema; nothing unless asked for. */
  readonly managed: ManagedAccess
  /** Of the schema `public` in a new database. */
  readonly accessOfPublic: Access
  /** All of them, also where they are no part of the schema: what new objects get is up to them. */
  readonly defaultPrivileges: readonly DefaultPrivileges[]
  /** Whether `maintain` can be granted on tables: from PostgreSQL 17 on. */
  readonly maintain: boolean
  /** The casts that need no `using`: `from>to`, types as `format_type` prints them (implicit and assignment casts). */
  readonly assignmentCasts: ReadonlySet<string>
  /** Every cast that `x::type` may use, in the same form. */
  readonly casts: ReadonlySet<string>
  /** Views whose declaration is known to mean the same: what is written in place of PostgreSQL's print. Never compared. */
  readonly writtenQueries?: ReadonlyMap<Identity, WrittenQuery>
}

/** A view's query as somebody wrote it. */
export interface WrittenQuery {
  /** Without the indentation that its lines share. */
  readonly sql: string
  /** The names that the declaration gives to the columns, as `create view v (a, b)`; empty where the query says them all. */
  readonly columns: readonly string[]
}

/** The object of that identity, if the catalog has it and it is of that kind. */
export function findObject<K extends Kind>(
  catalog: Catalog,
  kind: K,
  identity: Identity,
): Kinds[K] | undefined {
  const object = catalog.objects.get(identity)
  return object?.kind === kind ? (object as Kinds[K]) : undefined
}

/** All objects of a kind, in catalog order. */
export function objectsOf<K extends Kind>(catalog: Catalog, kind: K): Kinds[K][] {
  return [...catalog.objects.values()].filter((object): object is Kinds[K] => object.kind === kind)
}

const dependentsOfCatalog = new WeakMap<Catalog, ReadonlyMap<Identity, ReadonlySet<Identity>>>()

/** The dependencies turned around: what needs each object. Computed once per catalog. */
export function dependentsIn(catalog: Catalog): ReadonlyMap<Identity, ReadonlySet<Identity>> {
  const known = dependentsOfCatalog.get(catalog)
  if (known !== undefined) return known
  const dependents = new Map<Identity, Set<Identity>>()
  for (const [identity, needs] of catalog.dependencies) {
    for (const needed of needs) {
      const set = dependents.get(needed)
      if (set === undefined) dependents.set(needed, new Set([identity]))
      else set.add(identity)
    }
  }
  dependentsOfCatalog.set(catalog, dependents)
  return dependents
}

/** A catalog of the objects that `keep` says; what they need among the rest is forgotten. */
export function filterCatalog(catalog: Catalog, keep: (object: CatalogObject) => boolean): Catalog {
  const left = new Set<Identity>()
  for (const object of catalog.objects.values()) if (!keep(object)) left.add(object.identity)
  if (left.size === 0) return catalog
  const objects = new Map([...catalog.objects].filter(([identity]) => !left.has(identity)))
  const dependencies = new Map<Identity, ReadonlySet<Identity>>()
  for (const [identity, needs] of catalog.dependencies) {
    if (objects.has(identity))
      dependencies.set(identity, new Set([...needs].filter((needed) => objects.has(needed))))
  }
  return { ...catalog, objects, dependencies }
}

/** What initdb says of the schema `public`; before PostgreSQL 15 the owner of a new database may not change it. */
export const PUBLIC_COMMENT = 'standard public schema'

/** The catalog of a new database of the same server: where a schema is built from nothing. */
export function emptyCatalog(like: Catalog): Catalog {
  const schema = like.objects.get('schema:public')
  const objects = new Map(
    schema === undefined ? [] : [[schema.identity, { ...schema, comment: PUBLIC_COMMENT }] as const],
  )
  return {
    ...like,
    access: new Map([['schema:public', like.accessOfPublic]]),
    defaultPrivileges: [],
    objects,
    dependencies: new Map([...objects.keys()].map((identity) => [identity, new Set()])),
  }
}
