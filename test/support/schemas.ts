/** Two schemas in SQL, taken from one to the other and back on the test server, the way autogenerate does it. */
import { expect } from 'vitest'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { readCatalog } from '../../src/catalog/read.ts'
import { runChanges } from '../../src/comparison/copy-schema.ts'
import { openSession } from '../../src/database/open.ts'
import type { Session } from '../../src/database/session.ts'
import type { Plan, Sides } from '../../src/diff/change.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { planChanges } from '../../src/diff/plan.ts'
import { reportChanges } from '../../src/diff/report.ts'
import { renderStatement, statementsOf } from '../../src/emit/plan.ts'
import { useTestDatabase } from './database.ts'
import { planned } from './planned.ts'
import { dataOf } from './rows.ts'
import { inScratch } from './scratch.ts'

/** All schemas, nothing hidden. */
export const scope = { schemas: ['*'], hiddenTables: [] }

/** Runs a script in an empty database and reads its catalog. */
export function catalogOf(script: string): Promise<Catalog> {
  return inScratch(script, (session) => readCatalog(session, scope))
}

/** What differs between two schemas, in the words of `check`. */
export async function differencesBetween(before: string, after: string): Promise<string[]> {
  const [live, target] = await Promise.all([catalogOf(before), catalogOf(after)])
  return reportChanges(compareCatalogs({ live, target })).map((change) => change.summary)
}

export interface RoundTrip {
  /** The statements of `up`, as they stand in a revision. */
  readonly up: string
  readonly down: string
  readonly losses: readonly string[]
  readonly risks: readonly string[]
}

/**
 * Takes a database from one schema to the other and back, and expects to arrive both times; the rows that a script brings are
 * to come back as they were wherever no loss is announced.
 *
 * @param options.fromNothing each of the two is then taken away and made of nothing, too
 * @returns the code that did it
 */
export async function roundTrip(
  before: string,
  after: string,
  { fromNothing = false }: { readonly fromNothing?: boolean } = {},
): Promise<RoundTrip> {
  const target = await catalogOf(after)
  return withSession(async (session) => {
    await session.execute(before)
    const live = await readCatalog(session, scope)
    const up = plan({ live, target })
    const down = plan({ live: target, target: live })
    const held = await dataOf(session)
    await arrive(up, target, session)
    await arrive(down, live, session)
    const keeps = Object.keys(held).length > 0 && up.losses.length === 0 && down.losses.length === 0
    if (keeps) expect(await dataOf(session)).toEqual(held)
    if (fromNothing) {
      nothing ??= catalogOf('')
      const line = [live, await nothing, target, await nothing, live]
      for (const [i, to] of line.slice(1).entries())
        await arrive(plan({ live: line[i] ?? live, target: to }), to, session)
    }
    return { up: codeOf(up), down: codeOf(down), losses: up.losses, risks: up.risks }
  })
}

let nothing: Promise<Catalog> | undefined

async function arrive(by: Plan, target: Catalog, session: Session): Promise<void> {
  await run(by, session)
  expect(compareCatalogs({ live: await readCatalog(session, scope), target })).toEqual([])
}

/** Fills a database, takes it to another schema, and gives what a query finds there. */
export async function migrate(
  before: string,
  rows: string,
  after: string,
  query: string,
): Promise<unknown[]> {
  const target = await catalogOf(after)
  return withSession(async (session) => {
    await session.execute(`${before}; ${rows}`)
    await run(plan({ live: await readCatalog(session, scope), target }), session)
    return session.query(query)
  })
}

/** The steps from one side to the other. */
export function plan(sides: Sides): Plan {
  return planChanges(compareCatalogs(sides), sides)
}

/** The statements of a plan, as they stand in a revision. */
export function codeOf(of: Plan): string {
  return statementsOf(of)
    .map((statement) => renderStatement(statement).replace(/^ {2}/gm, ''))
    .join('\n')
}

/** Runs a plan in a transaction. */
export async function run(of: Plan, session: Session): Promise<void> {
  const db = await session.kysely()
  await db.transaction().execute((transaction) => runChanges(of, transaction))
}

/** Opens a session on an empty database of its own, for as long as it is used. */
export async function withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
  const session = planned(await openSession((await useTestDatabase()).url))
  try {
    return await use(session)
  } finally {
    await session.close()
  }
}
