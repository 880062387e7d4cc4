/** The proof of revisions: on a shadow database at the schema before it, `up` has made the target, and `down` has led back. */
import type { Catalog } from '../catalog/catalog.ts'
import { describePgError, isPgError } from '../database/pg-error.ts'
import type { Session } from '../database/session.ts'
import type { Sides } from '../diff/change.ts'
import { compareCatalogs } from '../diff/compare.ts'
import { reportChanges } from '../diff/report.ts'
import { createTranspiler } from '../loader/transpiled.ts'
import { copySchema } from './copy-schema.ts'
import { proofDiffers, proofFailed } from './errors.ts'

export interface ProvedFile {
  /** The source of the revision file, as it will stand on disk. */
  readonly source: string
  /** Where it will stand. */
  readonly path: string
  readonly message: string
}

export interface ProofInput {
  /** At least one, each following the one before it. */
  readonly files: readonly ProvedFile[]
  /** The project's folder. */
  readonly root: string
  readonly sides: Sides
  /** An empty shadow database. */
  readonly shadow: Session
  /** What brings it to where the revisions start; a copy of the live schema unless told. */
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
 * Runs revisions up and down on a shadow database, beside what they are to do: all of them lead to the target, and each
 * leads back to just where it began.
 *
 * @throws AUTHORING_PROOF_FAILED when one does not run; AUTHORING_PROOF_DIFFERS with what is left when it does not get there
 */
export async function proveRevisions(input: ProofInput): Promise<void> {
  const { files, root, sides, shadow, read, say, advice } = input
  if (input.start === undefined) {
    say('copying the live schema to a shadow database')
    await attempt('copying the live schema', advice, () => copySchema(sides.live, shadow))
  } else await input.start.run()
  const start = await read(shadow)
  mustEqual(input.start?.what ?? 'The copy of the live schema', start, sides.live, advice)
  // The very text, not what it was made from.
  const load = await createTranspiler(root)
  const ran: { readonly file: ProvedFile; readonly module: Migration; readonly before: Catalog }[] = []
  let before = start
  for (const file of files) {
    const module = await load(file.path, file.source)
    say(files.length === 1 ? 'running up' : `running up: ${file.message}`)
    await attempt(nameOf('up', file, files), advice, () => migrate(shadow, module, 'up'))
    ran.push({ file, module, before })
    before = await read(shadow)
  }
  mustEqual('After up, the schema', before, sides.target, advice)
  await input.afterUp?.()
  for (const { file, module, before } of ran.toReversed()) {
    say(files.length === 1 ? 'running down' : `running down: ${file.message}`)
    await attempt(nameOf('down', file, files), advice, () => migrate(shadow, module, 'down'))
    mustEqual(`After ${nameOf('down', file, files, '')}, the schema`, await read(shadow), before, advice)
  }
}

function nameOf(
  direction: 'up' | 'down',
  { message }: ProvedFile,
  files: readonly ProvedFile[],
  whose = 'its ',
): string {
  return files.length === 1 ? `${whose}${direction}` : `the ${direction} of "${message}"`
}

type Migration = Readonly<Record<string, unknown>>

async function migrate(session: Session, module: Migration, direction: 'up' | 'down'): Promise<void> {
  const { [direction]: migration, config } = module
  if (typeof migration !== 'function') return
  const db = await session.kysely()
  if (isOutside(config)) await migration(db)
  else await db.transaction().execute(async (transaction) => migration(transaction))
}

/** `export const config = { transaction: false }`, as the runner takes it. */
function isOutside(config: unknown): boolean {
  return typeof config === 'object' && config !== null && Reflect.get(config, 'transaction') === false
}

export async function attempt(
  what: string,
  advice: string | undefined,
  run: () => Promise<void>,
): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isPgError(error)) throw error
    throw proofFailed(what, describePgError(error), error, advice)
  }
}

/** @throws AUTHORING_PROOF_DIFFERS with what would still have to change */
export function mustEqual(what: string, found: Catalog, expected: Catalog, advice: string | undefined): void {
  const rest = reportChanges(compareCatalogs({ live: found, target: expected }))
  if (rest.length > 0)
    throw proofDiffers(
      what,
      rest.map((change) => change.summary),
      advice,
    )
}
