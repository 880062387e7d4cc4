/** Reading a catalog from a database: one query per kind, in one read-only snapshot. */
import type { Row, Session } from '../database/session.ts'
import { type Access, type AccessRow, accessQuery } from './access.ts'
import { attachmentOf, isIncomplete } from './attachment.ts'
import type { Catalog } from './catalog.ts'
import { type DependencyRow, dependencyQuery } from './dependencies.ts'
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

/** The names of all schemas but PostgreSQL's own. */
export async function listSchemas(session: Session): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `select nspname::text as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' order by 1`,
  )
  return rows.map((row) => row.name)
}

/**
 * Reads the managed part of a database's schema.
 *
 * @returns a catalog whose objects stand in the order of the table of kinds
 * @throws what PostgreSQL reports, for example a missing privilege
 */
export async function readCatalog(session: Session, scope: CatalogScope): Promise<Catalog> {
  const defaultSchema = scope.defaultSchema ?? 'public'
  const managed = (await listSchemas(session)).filter((name) =>
    scope.schemas.some((p) => matchesPattern(name, p)),
  )
  await session.execute('begin isolation level repeatable read read only')
  try {
    // What PostgreSQL prints is qualified unless the search path finds it: the same path on both sides of a comparison.
    await session.query(`select set_config('search_path', quote_ident($1), true)`, [defaultSchema])
    const rowsOfKind = []
    for (const kind of kindOrder)
      rowsOfKind.push(await session.query(readers[kind].query(session.serverVersion), [managed]))
    const edges = await session.query<DependencyRow & Row>(dependencyQuery)
    const access = await session.query<AccessRow & Row>(accessQuery)
    const casts = await session.query<CastRow & Row>(castQuery)
    return assemble(
      session.serverVersion,
      defaultSchema,
      rowsOfKind,
      edges,
      access,
      casts,
      hiddenIdentities(scope),
    )
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

function assemble(
  serverVersion: number,
  defaultSchema: string,
  rowsOfKind: readonly Row[][],
  edges: readonly DependencyRow[],
  access: readonly AccessRow[],
  casts: readonly CastRow[],
  hidden: ReadonlySet<Identity>,
): Catalog {
  const objects = new Map<Identity, CatalogObject>()
  const addresses = new Map<string, Identity>()
  kindOrder.forEach((kind, i) => {
    const reader = readers[kind] as unknown as KindReader<CatalogObject>
    for (const row of (rowsOfKind[i] ?? []) as unknown as AddressedRow[]) {
      const object = reader.read(row)
      if (hidden.has(object.identity) || (object.parent !== null && hidden.has(object.parent))) continue
      objects.set(object.identity, object)
      addresses.set(addressKey(row.class_id, row.object_id, row.sub_id), object.identity)
    }
  })
  const dependencies = new Map<Identity, Set<Identity>>()
  for (const object of objects.values()) dependencies.set(object.identity, containers(object, objects))
  for (const edge of edges) {
    const from = addressed(addresses, edge.class_id, edge.object_id, edge.sub_id)
    const to = addressed(addresses, edge.ref_class_id, edge.ref_object_id, edge.ref_sub_id)
    if (from === undefined || to === undefined || from === to) continue
    // An index of a partitioned table is made of those of its partitions, which are there first or made with it.
    if (isAttached(objects.get(from), to)) dependencies.get(to)?.add(from)
    else dependencies.get(from)?.add(to)
  }
  return {
    serverVersion,
    defaultSchema,
    objects,
    dependencies,
    access: accessOf(access, addresses),
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
  if (object.parent !== null && objects.has(object.parent)) needs.add(object.parent)
  const origin = object.kind === 'column' ? originOf(object, objects) : undefined
  if (origin !== undefined) needs.add(origin.identity)
  // An index of a partitioned table alone is made after the partitions, which would get it too.
  if (isIncomplete(object))
    for (const table of objects.values())
      if (table.kind === 'table' && table.partitionOf?.table === object.parent) needs.add(table.identity)
  return needs
}

function accessOf(
  rows: readonly AccessRow[],
  addresses: ReadonlyMap<string, Identity>,
): Map<Identity, Access> {
  const access = new Map<Identity, Access>()
  for (const row of rows) {
    const identity = addresses.get(addressKey(row.class_id, row.object_id, 0))
    if (identity !== undefined) access.set(identity, { owner: row.owner, grants: row.grants })
  }
  return access
}

function addressKey(classId: number, objectId: number, subId: number): string {
  return `${classId}:${objectId}:${subId}`
}

/** The identity at an address; a column of a relation whose columns are no objects (a view) stands for the relation. */
function addressed(
  addresses: ReadonlyMap<string, Identity>,
  classId: number,
  objectId: number,
  subId: number,
): Identity | undefined {
  return (
    addresses.get(addressKey(classId, objectId, subId)) ?? addresses.get(addressKey(classId, objectId, 0))
  )
}

/** The ledger's tables and what belongs to them. */
function hiddenIdentities(scope: CatalogScope): ReadonlySet<Identity> {
  return new Set(scope.hiddenTables.map((table) => identityOf('table', table.schema, table.name)))
}
