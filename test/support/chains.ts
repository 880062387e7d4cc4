/** Two schemas in SQL, taken from one to the other and back by a chain of revisions. */
import { expect } from 'vitest'
import type { Catalog } from '../../src/catalog/catalog.ts'
import { readCatalog } from '../../src/catalog/read.ts'
import { runChanges } from '../../src/comparison/copy-schema.ts'
import type { Session } from '../../src/database/session.ts'
import { type ChainOptions, chainOf } from '../../src/diff/chain.ts'
import type { Plan } from '../../src/diff/change.ts'
import { compareCatalogs } from '../../src/diff/compare.ts'
import { accessFacts } from './access.ts'
import { catalogOf, codeOf, run, scope, withSession } from './schemas.ts'

interface TripOptions extends ChainOptions {
  /** Runs what is outside of a transaction twice each time, as after a run that was broken off. */
  readonly twice?: boolean
  /** Owners and grants are compared. */
  readonly managed?: boolean
}

export interface TripLink {
  readonly title: string
  readonly up: string
  readonly down: string
}

/** Takes a database along a chain and back, and expects to arrive, on the way back at every place on the way. */
export async function chainTrip(
  before: string,
  after: string,
  { twice = false, managed = false, ...options }: TripOptions = {},
): Promise<TripLink[]> {
  const access = { owners: managed, grants: managed }
  const target = { ...(await catalogOf(after)), managed: access }
  return withSession(async (session) => {
    await session.execute(before)
    const read = async (): Promise<Catalog> => ({ ...(await readCatalog(session, scope)), managed: access })
    const live = await read()
    const links = chainOf({ live, target }, options)
    const places = [live]
    const had = await accessFacts(session)
    for (const { up } of links) {
      await runLink(up, session, twice)
      places.push(await read())
    }
    expect(compareCatalogs({ live: places.at(-1) ?? live, target })).toEqual([])
    for (const { down, title } of links.toReversed()) {
      places.pop()
      await runLink(down, session, twice)
      const found = await read()
      expect(compareCatalogs({ live: found, target: places.at(-1) ?? live }), `down of ${title}`).toEqual([])
    }
    expect(await accessFacts(session)).toEqual(had)
    return links.map(({ title, up, down }) => ({ title, up: codeOf(up), down: codeOf(down) }))
  })
}

async function runLink(plan: Plan, session: Session, twice: boolean): Promise<void> {
  if (!plan.concurrently) return run(plan, session)
  const db = await session.kysely()
  for (let i = 0; i < (twice ? 2 : 1); i++) await runChanges(plan, db)
}
