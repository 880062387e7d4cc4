/** The proof of a revision: on a shadow database at the schema before it, `up` has made the target, and `down` has led back. */
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
  /** What brings it to where the revision starts; a copy of the live schema unless told. */
  readonly start?: ProofStart | undefined
  /** Looks at the shadow database when `up` has run. */
  readonly afterUp?: (() => Promise<void>) | undefined
  /** What a message advises, where not to write the file without a proof. */
  readonly advice?: string | undefined
  read(session: Session): Promise<Catalog>
  readonly say: (message: string) => void
}

export interface ProofStart {
  /** `the copy of the live schema` */
  readonly what: string
  run(): Promise<void>
}

/**
 * Runs a revision up and down on a shadow database, beside what it is to do.
 *
 * @throws AUTHORING_PROOF_FAILED when it does not run; AUTHORING_PROOF_DIFFERS with what is left when it does not get there
 */
export async function proveRevision(input: ProofInput): Promise<void> {
  const { source, path, root, sides, shadow, read, say, advice } = input
  if (input.start === undefined) {
    say('copying the live schema to a shadow database')
    await attempt('copying the live schema', advice, () => copySchema(sides.live, shadow))
  } else await input.start.run()
  const start = await read(shadow)
  mustEqual(input.start?.what ?? 'The copy of the live schema', start, sides.live, advice)
  // The very text, not what it was made from.
  const { up, down } = await createTranspiler(root)(path, source)
  say('running up')
  await attempt('its up', advice, () => migrate(shadow, up))
  mustEqual('After up, the schema', await read(shadow), sides.target, advice)
  await input.afterUp?.()
  say('running down')
  await attempt('its down', advice, () => migrate(shadow, down))
  mustEqual('After down, the schema', await read(shadow), start, advice)
}

async function migrate(session: Session, migration: unknown): Promise<void> {
  const db = await session.kysely()
  await db.transaction().execute(async (transaction) => {
    if (typeof migration === 'function') await migration(transaction)
  })
}

async function attempt(what: string, advice: string | undefined, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isPgError(error)) throw error
    throw proofFailed(what, describePgError(error), error, advice)
  }
}

/** @throws AUTHORING_PROOF_DIFFERS with what would still have to change */
function mustEqual(what: string, found: Catalog, expected: Catalog, advice: string | undefined): void {
  const rest = reportChanges(compareCatalogs({ live: found, target: expected }))
  if (rest.length > 0)
    throw proofDiffers(
      what,
      rest.map((change) => change.summary),
      advice,
    )
}
