/** Two databases, of whatever origin, as catalogs that can be compared. */
import { keepingAccess, seenBy } from '../catalog/access-elsewhere.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { readCatalog } from '../catalog/read.ts'
import type { Project } from '../config/config.ts'
import { isPgError } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import type { Sides } from '../diff/change.ts'
import { listRoles, makeRoles } from '../shadow/roles.ts'
import { type ShadowContext, withShadows } from '../shadow/shadows.ts'
import { ledgerTables, major, managed, surroundings, withoutLedgerSchema } from './comparison.ts'
import { copySchema } from './copy-schema.ts'
import { doesNotCopy } from './errors-diff.ts'

export type Read = (session: Session) => Promise<Catalog>

/**
 * A reader of catalogs for a comparison: of the same schemas, in the words of one role.
 *
 * @param first its role and its default schema are what the others are put in
 */
export async function readerFor(
  project: Project,
  [first, ...others]: readonly [Session, ...Session[]],
  schemas: readonly string[],
): Promise<Read> {
  const { role, defaultSchema } = await surroundings(first)
  const maintain = [first, ...others].every(({ serverVersion }) => serverVersion >= 170_000)
  const scope = { schemas, hiddenTables: ledgerTables(project), defaultSchema }
  return async (session) => managed(seenBy(await readCatalog(session, scope), { role, maintain }), project)
}

/** Two catalogs as the sides of a comparison: without what is there for the ledger alone, and without what is not managed. */
export function sidesOf(from: Catalog, to: Catalog, project: Project): Sides {
  const ledger = `schema:${project.versionSchema}`
  const keeps = [from, to].some((catalog) => withoutLedgerSchema(catalog, project, false).objects.has(ledger))
  const [live, target] = [
    withoutLedgerSchema(from, project, keeps),
    withoutLedgerSchema(to, project, keeps),
  ] as const
  return { live, target: keepingAccess(target, live) }
}

/**
 * Reads two databases. Versions of PostgreSQL print one expression in several ways, so where the two are not the same, copies
 * of both schemas on one server are compared.
 *
 * @param context where copies are made
 * @throws COMPARISON_NOT_COPIED, `SHADOW_…`, and what reading a catalog throws
 */
export async function compareDatabases(
  project: Project,
  from: Session,
  to: Session,
  schemas: readonly string[],
  context: ShadowContext,
): Promise<Sides> {
  const read = await readerFor(project, [from, to], schemas)
  const catalogs = [await read(from), await read(to)] as const
  if (major(from) === major(to)) return sidesOf(...catalogs, project)
  return withShadows(context, async (shadows) => {
    const { extensions, roles } = await needsOf([from, to])
    const open = async (): Promise<Session> => {
      const shadow = await shadows.open({ extensions })
      await makeRoles(shadow, roles)
      return shadow
    }
    const first = await open()
    const copied = async (
      session: Session,
      catalog: Catalog,
      copy: () => Promise<Session>,
    ): Promise<Catalog> =>
      major(session) === major(first) ? catalog : copyOf(catalog, major(session), await copy(), read)
    return sidesOf(
      await copied(from, catalogs[0], async () => first),
      await copied(to, catalogs[1], major(from) === major(first) ? async () => first : open),
      project,
    )
  })
}

async function copyOf(catalog: Catalog, version: number, copy: Session, read: Read): Promise<Catalog> {
  try {
    await copySchema(catalog, copy)
  } catch (error) {
    if (!isPgError(error)) throw error
    throw doesNotCopy(version, major(copy), error)
  }
  return keepingAccess(await read(copy), catalog)
}

async function needsOf(sessions: readonly Session[]): Promise<{ extensions: string[]; roles: string[] }> {
  const extensions = new Set<string>()
  const roles = new Set<string>()
  for (const session of sessions) {
    for (const name of (await surroundings(session)).installed) extensions.add(name)
    for (const name of await listRoles(session)) roles.add(name)
  }
  return { extensions: [...extensions], roles: [...roles] }
}
