/** Reading a catalog from a database: one query per kind, in a few round trips and one read-only snapshot. */
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
import { type Address, Addresses } from './addresses.ts'
import { attachmentOf, isIncomplete } from './attachment.ts'
import type { Catalog } from './catalog.ts'
import { dependencyQueries, type Edge, edgesOf, type PairsRow } from './dependencies.ts'
import { fingerprintOf, fingerprintQueries } from './fingerprint.ts'
import { isPart, originOf } from './inheritance.ts'
import { type CatalogObject, type Kind, kindOrder, readers } from './kinds.ts'
import { type Identity, identityOf } from './object.ts'
import type { AddressedRow, KindReader } from './reader.ts'
import { isPattern, matchesPattern } from './scope.ts'

export interface CatalogScope {
  /** Names or patterns (`*` stands for anything) of the schemas that are managed. */
  readonly schemas: readonly string[]
  /** Tables that are never part of a catalog: the ledger's. */
  readonly hiddenTables: readonly { readonly schema: string; readonly name: string }[]
  /** The schema whose objects are printed without qualification; `public` unless told. */
  readonly defaultSchema?: string
}

/** PostgreSQL's own schemas are never managed. */
function isOfUsers(schema: string): boolean {
  return !/^pg_|^information_schema$/.test(schema)
}

/** @param opening what was answered to the statements of which the last lists the schemas */
function matching(patterns: readonly string[], opening: readonly Row[][]): string[] {
  return ((opening.at(-1) ?? []) as unknown as SchemaName[])
    .map(({ name }) => name)
    .filter((name) => patterns.some((pattern) => matchesPattern(name, pattern)))
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
export function readCatalog(session: Session, scope: CatalogScope): Promise<Catalog> {
  return inSnapshot(session, scope, (schemas) => readSchemas(session, scope, schemas))
}

export interface Reading {
  readonly catalog: Catalog
  /** The same for two states of databases only where the same catalog is read from both. */
  readonly fingerprint: string
}

/**
 * Reads the managed part of a database's schema, and what it can be known by.
 *
 * @throws what PostgreSQL reports
 */
export function readWithFingerprint(session: Session, scope: CatalogScope): Promise<Reading> {
  return inSnapshot(session, scope, async (schemas) => {
    const fingerprint = fingerprintIn(session, scope, schemas)
    fingerprint.catch(() => {})
    return { catalog: await readSchemas(session, scope, schemas), fingerprint: await fingerprint }
  })
}

/**
 * Reads the managed part of a database's schema unless it is the same, which the server finds out without sending it.
 *
 * @param known the fingerprint of an earlier reading in the same scope
 * @returns null where it is the same
 * @throws what PostgreSQL reports
 */
export function readIfChanged(session: Session, scope: CatalogScope, known: string): Promise<Reading | null> {
  return inSnapshot(session, scope, async (schemas) => {
    const fingerprint = await fingerprintIn(session, scope, schemas)
    return fingerprint === known ? null : { catalog: await readSchemas(session, scope, schemas), fingerprint }
  })
}

/**
 * Asked for before the catalog: expressions are printed as of now, even in a snapshot, so what another session changes in
 * between may make the catalog that of a state to come, but never the fingerprint.
 */
async function fingerprintIn(session: Session, scope: CatalogScope, schemas: string): Promise<string> {
  const { serverVersion } = session
  // What an extension can be updated to is up to files of the server.
  const extensions = kindQuery('extension', serverVersion, schemas)
  const digests = await session.queryAll(fingerprintQueries(serverVersion, [extensions]))
  return JSON.stringify([serverVersion, scope, schemas, fingerprintOf(digests)])
}

/** @param work is given the managed schemas, as the text of an array */
async function inSnapshot<T>(
  session: Session,
  scope: CatalogScope,
  work: (schemas: string) => Promise<T>,
): Promise<T> {
  try {
    const opening = session.queryAll([
      'begin isolation level repeatable read read only',
      // What PostgreSQL prints is qualified unless the search path finds it: the same path on both sides of a comparison.
      `select set_config('search_path', quote_ident(${literalOf(defaultSchemaOf(scope))}), true)`,
      // Compiling queries that run once takes longer than running them.
      'set local jit = off',
      // Thousands of rows with long texts are sorted, which for the usual 4 MB goes through a file.
      `set local work_mem = '64MB'`,
      schemaQuery,
    ])
    // Names need no look at what there is.
    const managed = scope.schemas.some(isPattern)
      ? matching(scope.schemas, await opening)
      : [...new Set(scope.schemas)].filter(isOfUsers)
    const done = work(literalOf(managed))
    // One that fails makes all after it fail, which then nobody awaits.
    for (const part of [opening, done]) part.catch(() => {})
    await opening
    return await done
  } finally {
    await session.execute('rollback')
  }
}

function defaultSchemaOf({ defaultSchema = 'public' }: CatalogScope): string {
  return defaultSchema
}

async function readSchemas(session: Session, scope: CatalogScope, schemas: string): Promise<Catalog> {
  const { serverVersion } = session
  const batches = kindBatches.map((kinds) =>
    session.queryAll(kinds.map((kind) => kindQuery(kind, serverVersion, schemas))),
  )
  const others = session.queryAll(otherQueries)
  for (const batch of [...batches, others]) batch.catch(() => {})
  const read = new ReadObjects(hiddenIdentities(scope))
  for (const [i, kinds] of kindBatches.entries()) {
    const results = await batches[i]
    // The server is at the next batch meanwhile.
    for (const [j, kind] of kinds.entries()) read.add(kind, results?.[j] ?? [])
  }
  const [edges, aliases, wrappers, shells, access, roles, casts] = (await others) as unknown as [
    PairsRow[],
    PairsRow[],
    PairsRow[],
    PairsRow[],
    AccessRow[],
    RolesRow[],
    CastRow[],
  ]
  return assemble(read, {
    serverVersion,
    defaultSchema: defaultSchemaOf(scope),
    edges: edgesOf(edges, aliases, wrappers, shells),
    access,
    roles,
    casts,
  })
}

function kindQuery(kind: Kind, serverVersion: number, schemas: string): string {
  return readers[kind].query(serverVersion).replaceAll('$1', () => schemas)
}

/** The kinds that a database has thousands of: what is sent at once begins with one of them. */
const many: ReadonlySet<Kind> = new Set(['column', 'constraint', 'index', 'statistics'])

const kindBatches: readonly (readonly Kind[])[] = kindOrder
  .flatMap((kind, i) => (i === 0 || many.has(kind) ? [i] : []))
  .map((start, i, starts) => kindOrder.slice(start, starts[i + 1]))

/** All that a catalog is read with. */
export function catalogQueries(serverVersion: number): string[] {
  return [...kindOrder.map((kind) => kindQuery(kind, serverVersion, `'{}'`)), ...otherQueries]
}

/** The objects that were read, and where each stands in `pg_depend`. */
class ReadObjects {
  readonly objects = new Map<Identity, CatalogObject>()
  readonly #addresses: (Address & { readonly identity: Identity })[] = []
  readonly #hidden: ReadonlySet<Identity>
  #identities: Addresses | undefined

  constructor(hidden: ReadonlySet<Identity>) {
    this.#hidden = hidden
  }

  add(kind: Kind, rows: readonly Row[]): void {
    const reader = readers[kind] as unknown as KindReader<CatalogObject>
    for (const row of rows as unknown as readonly AddressedRow[]) {
      const object = reader.read(row)
      const { identity, parent } = object
      if (this.#hidden.has(identity) || (parent !== null && this.#hidden.has(parent))) continue
      this.objects.set(identity, object)
      const { class_id: classId, object_id: objectId, sub_id: subId } = row
      this.#addresses.push({ classId, objectId, subId, identity })
    }
  }

  get identities(): Addresses {
    if (this.#identities === undefined) {
      this.#identities = new Addresses()
      for (const address of this.#addresses) this.#identities.set(address, address.identity)
    }
    return this.#identities
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

const otherQueries = [...dependencyQueries, accessQuery, rolesQuery, castQuery]

interface Read {
  readonly serverVersion: number
  readonly defaultSchema: string
  readonly edges: Iterable<Edge>
  readonly access: readonly AccessRow[]
  readonly roles: readonly RolesRow[]
  readonly casts: readonly CastRow[]
}

function assemble(found: ReadObjects, read: Read): Catalog {
  const { objects } = found
  const { serverVersion, defaultSchema, casts } = read
  const [roles] = read.roles
  const maintain = serverVersion >= 170_000
  let dependencies: Catalog['dependencies'] | undefined
  return {
    serverVersion,
    defaultSchema,
    objects,
    // Two catalogs that are the same are compared without.
    get dependencies() {
      dependencies ??= dependenciesOf(found, read.edges)
      return dependencies
    },
    role: roles?.role ?? '',
    access: accessesOf(read.access, found, maintain),
    managed: { owners: false, grants: false },
    accessOfPublic: publicAccess(serverVersion, roles?.owner_of_public ?? null),
    defaultPrivileges: [...objects.values()].filter((object) => object.kind === 'default privileges'),
    maintain,
    assignmentCasts: new Set(casts.filter((c) => c.context !== 'e').map((c) => `${c.source}>${c.target}`)),
    casts: new Set(casts.map((c) => `${c.source}>${c.target}`)),
  }
}

function dependenciesOf(
  { objects, identities }: ReadObjects,
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
  { objects, identities }: ReadObjects,
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
