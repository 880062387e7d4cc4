/** Reading a catalog from a database: one query per kind, all sent at once, in one read-only snapshot. */
import type { Row, Session } from '../database/session.ts'
import { literalOf } from '../sql/inline-parameters.ts'
import {
  type Access,
  type AccessRow,
  accessOf,
  accessQuery,
  publicAccess,
  type RolesRow,
  rolesQuery,
} from './access.ts'
import { Addresses } from './addresses.ts'
import { attachmentOf, isIncomplete } from './attachment.ts'
import type { Catalog } from './catalog.ts'
import { dependencyQueries, type Edge, edgesOf, type PairsRow } from './dependencies.ts'
import { originOf } from './inheritance.ts'
import { type CatalogObject, kindOrder, readers } from './kinds.ts'
import { type Identity, identityOf } from './object.ts'
import type { AddressedRow, KindReader } from './reader.ts'
import { matchesPattern } from './scope.ts'

export interface CatalogScope {
  /** Names or patterns (`*` stands for anything) of the schemas that are managed. */
  readonly schemas: readonly string[]
  /** Tables that are never part of a catalog: the ledger's. */
  readonly hiddenTables: readonly { readonly schema: string; readonly name: string }[]
  /** The schema whose objects are printed without qualification; `public` unless told. */
  readonly defaultSchema?: string
}

interface SchemaName {
  readonly name: string
}

const schemaQuery = `select nspname::text as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`

/** The names of all schemas but PostgreSQL's own. */
export async function listSchemas(session: Session): Promise<string[]> {
  const rows = await session.query<SchemaName & Row>(schemaQuery)
  return rows.map((row) => row.name)
}

/**
 * Reads the managed part of a database's schema.
 *
 * @returns a catalog whose objects stand in the order of the table of kinds
 * @throws what PostgreSQL reports, for example a missing privilege
 */
export async function readCatalog(session: Session, scope: CatalogScope): Promise<Catalog> {
  const { serverVersion } = session
  const defaultSchema = scope.defaultSchema ?? 'public'
  try {
    const [, , , names = []] = await session.queryAll([
      'begin isolation level repeatable read read only',
      // What PostgreSQL prints is qualified unless the search path finds it: the same path on both sides of a comparison.
      `select set_config('search_path', quote_ident(${literalOf(defaultSchema)}), true)`,
      // Compiling queries that run once takes longer than running them.
      'set local jit = off',
      schemaQuery,
    ])
    const managed = (names as unknown as SchemaName[])
      .map(({ name }) => name)
      .filter((name) => scope.schemas.some((pattern) => matchesPattern(name, pattern)))
    const schemas = literalOf(managed)
    const results = await session.queryAll([
      ...kindOrder.map((kind) => readers[kind].query(serverVersion).replaceAll('$1', () => schemas)),
      ...dependencyQueries,
      accessQuery,
      rolesQuery,
      castQuery,
    ])
    const rowsOfKind = results.slice(0, kindOrder.length)
    const [edges, aliases, wrappers, shells, access, roles, casts] = results.slice(
      kindOrder.length,
    ) as unknown as [PairsRow[], PairsRow[], PairsRow[], PairsRow[], AccessRow[], RolesRow[], CastRow[]]
    return assemble({
      serverVersion,
      defaultSchema,
      rowsOfKind,
      edges: edgesOf(edges, aliases, wrappers, shells),
      access,
      roles,
      casts,
      hidden: hiddenIdentities(scope),
    })
  } finally {
    await session.execute('rollback')
  }
}

interface CastRow {
  readonly source: string
  readonly target: string
  readonly context: string
}

const castQuery = `
  select format_type(castsource, null) as source, format_type(casttarget, null) as target, castcontext::text as context
  from pg_cast where castsource <> casttarget`

interface Read {
  readonly serverVersion: number
  readonly defaultSchema: string
  /** In the order of the table of kinds. */
  readonly rowsOfKind: readonly Row[][]
  readonly edges: Iterable<Edge>
  readonly access: readonly AccessRow[]
  readonly roles: readonly RolesRow[]
  readonly casts: readonly CastRow[]
  readonly hidden: ReadonlySet<Identity>
}

function assemble(read: Read): Catalog {
  const { serverVersion, defaultSchema, rowsOfKind, edges, casts, hidden } = read
  const objects = new Map<Identity, CatalogObject>()
  const identities = new Addresses()
  kindOrder.forEach((kind, i) => {
    const reader = readers[kind] as unknown as KindReader<CatalogObject>
    for (const row of (rowsOfKind[i] ?? []) as unknown as AddressedRow[]) {
      const object = reader.read(row)
      if (hidden.has(object.identity) || (object.parent !== null && hidden.has(object.parent))) continue
      objects.set(object.identity, object)
      identities.set({ classId: row.class_id, objectId: row.object_id, subId: row.sub_id }, object.identity)
    }
  })
  const dependencies = new Map<Identity, Set<Identity>>()
  for (const object of objects.values()) dependencies.set(object.identity, containers(object, objects))
  for (const edge of edges) {
    const from = identities.at(edge.from)
    const to = identities.at(edge.to)
    if (from === undefined || to === undefined || from === to) continue
    // An index of a partitioned table is made of those of its partitions, which are there first or made with it.
    if (isAttached(objects.get(from), to)) dependencies.get(to)?.add(from)
    else dependencies.get(from)?.add(to)
  }
  const [roles] = read.roles
  const maintain = serverVersion >= 170_000
  return {
    serverVersion,
    defaultSchema,
    objects,
    dependencies,
    role: roles?.role ?? '',
    access: accessesOf(read.access, identities, objects, maintain),
    managed: { owners: false, grants: false },
    accessOfPublic: publicAccess(serverVersion, roles?.owner_of_public ?? null),
    defaultPrivileges: [...objects.values()].filter((object) => object.kind === 'default privileges'),
    maintain,
    assignmentCasts: new Set(casts.filter((c) => c.context !== 'e').map((c) => `${c.source}>${c.target}`)),
    casts: new Set(casts.map((c) => `${c.source}>${c.target}`)),
  }
}

function isAttached(object: CatalogObject | undefined, to: Identity): boolean {
  return object !== undefined && attachmentOf(object)?.to === to
}

/** What an object needs by where it stands: its schema, and what it is a part of. */
function containers(object: CatalogObject, objects: ReadonlyMap<Identity, CatalogObject>): Set<Identity> {
  const needs = new Set<Identity>()
  const schema = object.kind === 'extension' ? object.inSchema : object.schema
  if (schema !== null && objects.has(identityOf('schema', schema))) needs.add(identityOf('schema', schema))
  // A shell is there before its type.
  if (object.parent !== null && object.kind !== 'shell type' && objects.has(object.parent))
    needs.add(object.parent)
  const origin = object.kind === 'column' ? originOf(object, objects) : undefined
  if (origin !== undefined) needs.add(origin.identity)
  // An index of a partitioned table alone is made after the partitions, which would get it too.
  if (isIncomplete(object))
    for (const table of objects.values())
      if (table.kind === 'table' && table.partitionOf?.table === object.parent) needs.add(table.identity)
  return needs
}

function accessesOf(
  rows: readonly AccessRow[],
  identities: Addresses,
  objects: ReadonlyMap<Identity, CatalogObject>,
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

/** The ledger's tables and what belongs to them. */
function hiddenIdentities(scope: CatalogScope): ReadonlySet<Identity> {
  return new Set(scope.hiddenTables.map((table) => identityOf('table', table.schema, table.name)))
}
