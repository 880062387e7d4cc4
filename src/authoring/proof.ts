/** The proof of a revision: on a shadow copy of the live schema, `up` has made the target, and `down` has led back. */
import type { Catalog } from '../catalog/catalog.ts'
import { describePgError, isPgError } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import type { Sides } from '../diff/change.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { reportChanges } from '../diff/report.ts'
import { createTranspiler } from '../loader/transpiled.ts'
import { copySchema } from './copy-schema.ts'
import { proofDiffers, proofFailed } from './errors.ts'

export interface ProofInput {
  /** The source of the revision file, as it will stand on disk. */
  readonly source: string
  /** Where it will stand. */
  readonly path: string
  /** The project's folder. */
  readonly root: string
  readonly sides: Sides
  /** An empty shadow database. */
  readonly shadow: Session
  read(session: Session): Promise<Catalog>
  readonly say: (message: string) => void
}

/**
 * Runs a revision up and down on a copy of the live schema.
 *
 * @throws AUTHORING_PROOF_FAILED when it does not run; AUTHORING_PROOF_DIFFERS with what is left when it does not get there
 */
export async function proveRevision(input: ProofInput): Promise<void> {
  const { source, path, root, sides, shadow, read, say } = input
  say('copying the live schema to a shadow database')
  await attempt('copying the live schema', () => copySchema(sides.live, shadow))
  const start = await read(shadow)
  mustEqual('The copy of the live schema', start, sides.live)
  // The very text, not what it was made from.
  const { up, down } = await createTranspiler(root)(path, source)
  say('running up')
  await attempt('its up', () => migrate(shadow, up))
  mustEqual('After up, the schema', await read(shadow), sides.target)
  say('running down')
  await attempt('its down', () => migrate(shadow, down))
  mustEqual('After down, the schema', await read(shadow), start)
}

async function migrate(session: Session, migration: unknown): Promise<void> {
  const db = await session.kysely()
  await db.transaction().execute(async (transaction) => {
    if (typeof migration === 'function') await migration(transaction)
  })
}

async function attempt(what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isPgError(error)) throw error
    throw proofFailed(what, describePgError(error), error)
  }
}

/** @throws AUTHORING_PROOF_DIFFERS with what would still have to change */
function mustEqual(what: string, found: Catalog, expected: Catalog): void {
  const rest = reportChanges(compareCatalogs({ live: found, target: expected }))
  if (rest.length > 0)
    throw proofDiffers(
      what,
      rest.map((change) => change.summary),
    )
}
