/** What a pull reads of the live database: the catalog of all that is managed, the plan that makes it, and what is left out. */
import { type Catalog, emptyCatalog, PUBLIC_COMMENT } from '../../catalog/catalog.ts'
import { kindOrder } from '../../catalog/kinds.ts'
import { identityOf } from '../../catalog/object.ts'
import { listSchemas, readCatalog } from '../../catalog/read.ts'
import { matchesPattern } from '../../catalog/scope.ts'
import { ledgerTables, managed, surroundings, withoutLedgerSchema } from '../../comparison/comparison.ts'
import type { Project } from '../../config/config.ts'
import type { Session } from '../../database/session.ts'
import type { Sides } from '../../diff/change.ts'
import { nothingToPull } from './errors.ts'
import { type LeftOut, leftOut } from './left-out.ts'

export interface Live {
  readonly catalog: Catalog
  readonly leftOut: readonly LeftOut[]
}

/**
 * Reads the live database: all its schemas, unless the configuration chooses.
 *
 * @throws PULL_NOTHING, and what reading a catalog throws
 */
export async function readLive(project: Project, session: Session): Promise<Live> {
  const { defaultSchema } = await surroundings(session)
  const all = await listSchemas(session)
  const patterns = project.schemas ?? ['*']
  const isManaged = (name: string): boolean => patterns.some((pattern) => matchesPattern(name, pattern))
  const whole = withoutLedgerSchema(
    await readCatalog(session, { schemas: patterns, hiddenTables: ledgerTables(project), defaultSchema }),
    project,
    false,
  )
  const catalog = inFixedOrder(managed(whole, project))
  const others = all.filter((name) => !isManaged(name))
  const found = await leftOut(session, whole, catalog, others)
  const bare = [...catalog.objects.values()].every(({ identity }) => identity === 'schema:public')
  if (bare)
    throw nothingToPull(
      all.filter(isManaged),
      found.some(({ why }) => why !== 'unknown to dbmig'),
    )
  return { catalog, leftOut: found }
}

/** From a new database, which has a schema `public`, to a catalog, which may have none. */
export function fromNothing(catalog: Catalog, project: Project): Sides {
  const live = emptyCatalog(catalog)
  const isManaged = (project.schemas ?? ['public']).some((pattern) => matchesPattern('public', pattern))
  if (live.objects.size > 0 || !isManaged) return { live, target: catalog }
  const identity = identityOf('schema', 'public')
  const schema = {
    kind: 'schema',
    identity,
    schema: null,
    name: 'public',
    parent: null,
    comment: PUBLIC_COMMENT,
  } as const
  const dependencies = new Map([[identity, new Set<string>()]])
  return { live: { ...live, objects: new Map([[identity, schema]]), dependencies }, target: catalog }
}

/** The catalog in an order that is up to names alone, so that a restored copy gives the same files. */
function inFixedOrder(catalog: Catalog): Catalog {
  const ranks = new Map<string, number>(kindOrder.map((kind, i) => [kind, i]))
  const objects = [...catalog.objects].sort(
    ([a, { kind: one }], [b, { kind: other }]) =>
      (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0) || (a === b ? 0 : a < b ? -1 : 1),
  )
  return { ...catalog, objects: new Map(objects) }
}
