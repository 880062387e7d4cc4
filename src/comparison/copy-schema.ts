/** Building a schema on an empty database from its catalog: what a proof starts from. */
import { type Catalog, emptyCatalog } from '../catalog/catalog.ts'
import type { Session } from '../database/session.ts'
import type { Plan, Sides } from '../diff/change.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { planChanges } from '../diff/plan.ts'
import { planScript } from '../emit/script.ts'

/** The plan that makes all of a catalog's objects. */
export function creationPlan(catalog: Catalog): Plan {
  const sides: Sides = { live: emptyCatalog(catalog), target: catalog }
  return planChanges(compareCatalogs(sides), sides)
}

/** Runs a plan with Kysely, as a revision that consists of it would. */
export async function runChanges(plan: Plan, db: unknown): Promise<void> {
  await runScript(planScript(plan), db)
}

/** Runs the body of an async function of `db` and `sql`. */
export async function runScript(script: string, db: unknown): Promise<void> {
  const { sql } = await import('kysely')
  const AsyncFunction = Object.getPrototypeOf(runChanges).constructor as new (
    ...args: string[]
  ) => (db: unknown, tag: unknown) => Promise<void>
  await new AsyncFunction('db', 'sql', script)(db, sql)
}

/** Builds a catalog's schema on an empty database, in one transaction. */
export async function copySchema(catalog: Catalog, session: Session): Promise<void> {
  const db = await session.kysely()
  await db.transaction().execute((transaction) => runChanges(creationPlan(catalog), transaction))
}
