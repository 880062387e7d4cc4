/** What was read of a database, as a catalog: objects, what each needs, and who may use it. */
import type { Row } from '../database/session.ts'
import { type Access, type AccessRow, accessOf, publicAccess, type RolesRow } from './access.ts'
import { Addresses } from './addresses.ts'
import { attachmentOf, isIncomplete } from './attachment.ts'
import type { Catalog } from './catalog.ts'
import type { Edge } from './dependencies.ts'
import { type ExtensionTiesRow, tieToExtensions } from './extension-ties.ts'
import { isPart, originOf } from './inheritance.ts'
import { type CatalogObject, type Kind, kindOrder, readers } from './kinds.ts'
import type { Identity } from './object.ts'
import type { AddressedRow, KindReader } from './reader.ts'

/** The objects that were read, and where each stands in `pg_depend`. */
export class ReadObjects {
  readonly #byKind = new Map<Kind, readonly CatalogObject[]>()
  readonly identities = new Addresses()
  readonly #hidden: ReadonlySet<Identity>

  constructor(hidden: ReadonlySet<Identity>) {
    this.#hidden = hidden
  }

  /** In any order of kinds. */
  add(kind: Kind, rows: readonly Row[]): void {
    const reader = readers[kind] as unknown as KindReader<CatalogObject>
    const objects: CatalogObject[] = []
    for (const row of rows as unknown as readonly AddressedRow[]) {
      const object = reader.read(row)
      const { identity, parent } = object
      if (this.#hidden.has(identity) || (parent !== null && this.#hidden.has(parent))) continue
      objects.push(object)
      this.identities.set({ classId: row.class_id, objectId: row.object_id, subId: row.sub_id }, identity)
    }
    this.#byKind.set(kind, objects)
  }

  /** In the order of the table of kinds. */
  objects(): Map<Identity, CatalogObject> {
    const all = new Map<Identity, CatalogObject>()
    for (const kind of kindOrder)
      for (const object of this.#byKind.get(kind) ?? []) all.set(object.identity, object)
    return all
  }
}

/** A cast that the server has. */
export interface CastRow {
  readonly source: string
  readonly target: string
  readonly context: string
}

/** What is read beside the objects. */
export interface Surroundings {
  readonly serverVersion: number
  readonly defaultSchema: string
  readonly edges: Iterable<Edge>
  readonly access: readonly AccessRow[]
  readonly roles: readonly RolesRow[]
  readonly casts: readonly CastRow[]
  readonly ties: readonly ExtensionTiesRow[]
}

/** What was read, as a catalog. */
export function assemble(found: ReadObjects, read: Surroundings): Catalog {
  const objects = found.objects()
  const { identities } = found
  const { serverVersion, defaultSchema, casts } = read
  const [roles] = read.roles
  tieToExtensions(read.ties, { objects, identities })
  const maintain = serverVersion >= 170_000
  let dependencies: Catalog['dependencies'] | undefined
  return {
    serverVersion,
    defaultSchema,
    objects,
    // Two catalogs that are the same are compared without.
    get dependencies() {
      dependencies ??= dependenciesOf(objects, identities, read.edges)
      return dependencies
    },
    role: roles?.role ?? '',
    access: accessesOf(read.access, objects, identities, maintain),
    managed: { owners: false, grants: false },
    accessOfPublic: publicAccess(serverVersion, roles?.owner_of_public ?? null),
    defaultPrivileges: [...objects.values()].filter((object) => object.kind === 'default privileges'),
    maintain,
    assignmentCasts: new Set(casts.filter((c) => c.context !== 'e').map((c) => `${c.source}>${c.target}`)),
    casts: new Set(casts.map((c) => `${c.source}>${c.target}`)),
  }
}

function dependenciesOf(
  objects: Catalog['objects'],
  identities: Addresses,
  edges: Iterable<Edge>,
): Catalog['dependencies'] {
  const dependencies = new Map<Identity, Set<Identity>>()
  const containing = containersIn(objects)
  for (const object of objects.values()) dependencies.set(object.identity, containing(object))
  for (const edge of edges) {
    const from = identities.at(edge.from)
    const to = identities.at(edge.to)
    if (from === undefined || to === undefined || from === to) continue
    // An index of a partitioned table is made of those of its partitions, which are there first or made with it.
    if (isAttached(objects.get(from), to)) dependencies.get(to)?.add(from)
    else dependencies.get(from)?.add(to)
  }
  return dependencies
}

function isAttached(object: CatalogObject | undefined, to: Identity): boolean {
  return object !== undefined && attachmentOf(object)?.to === to
}

/** What an object needs by where it stands: its schema, and what it is a part of. */
function containersIn(
  objects: ReadonlyMap<Identity, CatalogObject>,
): (object: CatalogObject) => Set<Identity> {
  const schemas = new Map<string, Identity>()
  const partitions = new Map<Identity, Identity[]>()
  for (const { kind, name, identity } of objects.values()) if (kind === 'schema') schemas.set(name, identity)
  for (const object of objects.values()) {
    if (object.kind !== 'table' || object.partitionOf === null) continue
    const siblings = partitions.get(object.partitionOf.table)
    if (siblings === undefined) partitions.set(object.partitionOf.table, [object.identity])
    else siblings.push(object.identity)
  }
  return (object) => {
    const needs = new Set<Identity>()
    const name = object.kind === 'extension' ? object.inSchema : object.schema
    const schema = name === null ? undefined : schemas.get(name)
    if (schema !== undefined) needs.add(schema)
    // A shell is there before its type.
    if (object.parent !== null && object.kind !== 'shell type' && objects.has(object.parent))
      needs.add(object.parent)
    const origin = isPart(object) ? originOf(object, objects) : undefined
    if (origin !== undefined) needs.add(origin.identity)
    // An index of a partitioned table alone is made after the partitions, which would get it too.
    if (isIncomplete(object) && object.parent !== null)
      for (const partition of partitions.get(object.parent) ?? []) needs.add(partition)
    return needs
  }
}

function accessesOf(
  rows: readonly AccessRow[],
  objects: Catalog['objects'],
  identities: Addresses,
  maintain: boolean,
): Map<Identity, Access> {
  const accesses = new Map<Identity, Access>()
  for (const row of rows) {
    const identity = identities.get({ classId: row.class_id, objectId: row.object_id, subId: row.sub_id })
    const object = identity === undefined ? undefined : objects.get(identity)
    if (object !== undefined) accesses.set(object.identity, accessOf(row, object, maintain))
  }
  return accesses
}
