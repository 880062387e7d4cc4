/** Reading a catalog from a database: one query per kind, in a few round trips and one read-only snapshot. */
import type { Row, Session } from '../database/session.ts'
import { literalOf } from '../sql/inline-parameters.ts'
import { type AccessRow, accessQuery, type RolesRow, rolesQuery } from './access.ts'
import { assemble, type CastRow, ReadObjects } from './assemble.ts'
import type { Catalog } from './catalog.ts'
import { dependencyQueries, edgesOf, type PairsRow } from './dependencies.ts'
import { type ExtensionTiesRow, extensionTiesQuery } from './extension-ties.ts'
import { fingerprintOf, fingerprintQueries } from './fingerprint.ts'
import { type Kind, kindOrder, readers } from './kinds.ts'
import { type Identity, identityOf } from './object.ts'
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
      // A limit of the role, or in PGOPTIONS, is meant for what an application asks.
      'set local statement_timeout = 0',
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
  const [edges, aliases, wrappers, shells, access, roles, casts, ties] = (await others) as unknown as [
    PairsRow[],
    PairsRow[],
    PairsRow[],
    PairsRow[],
    AccessRow[],
    RolesRow[],
    CastRow[],
    ExtensionTiesRow[],
  ]
  return assemble(read, {
    serverVersion,
    defaultSchema: defaultSchemaOf(scope),
    edges: edgesOf(edges, aliases, wrappers, shells),
    access,
    roles,
    casts,
    ties,
  })
}

function kindQuery(kind: Kind, serverVersion: number, schemas: string): string {
  return readers[kind].query(serverVersion).replaceAll('$1', () => schemas)
}

/** The kinds that a database has thousands of: each is asked for by itself, so that the server works on while it is taken in. */
const many: readonly Kind[] = ['column', 'constraint', 'index']

const kindBatches: readonly (readonly Kind[])[] = [
  ...many.map((kind) => [kind]),
  kindOrder.filter((kind) => !many.includes(kind)),
]

/** All that a catalog is read with. */
export function catalogQueries(serverVersion: number): string[] {
  return [...kindOrder.map((kind) => kindQuery(kind, serverVersion, `'{}'`)), ...otherQueries]
}

const castQuery = `
  select format_type(castsource, null) as source, format_type(casttarget, null) as target, castcontext::text as context
  from pg_cast where castsource <> casttarget`

const otherQueries = [...dependencyQueries, accessQuery, rolesQuery, castQuery, extensionTiesQuery]

/** The ledger's tables and what belongs to them. */
function hiddenIdentities(scope: CatalogScope): ReadonlySet<Identity> {
  return new Set(scope.hiddenTables.map((table) => identityOf('table', table.schema, table.name)))
}
