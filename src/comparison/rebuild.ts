/** Running the project's revisions on a shadow database. */
import { readFileSync } from 'node:fs'
import type { Project } from '../config/config.ts'
import type { Session } from '../database/session.ts'
import { DbmigError } from '../errors.ts'
import type { Revision, Step } from '../graph/revision.ts'
import { ledgerLocation } from '../ledger/location.ts'
import { ensureLedger } from '../ledger/tables.ts'
import type { Revisions } from '../runner/project.ts'
import { runMigrations } from '../runner/run.ts'
import { makeRoles } from '../shadow/roles.ts'
import type { Shadows } from '../shadow/shadows.ts'
import { doesNotRebuild } from './errors-diff.ts'

/** What a shadow database beside the live one should have too. */
export interface Surroundings {
  readonly roles: readonly string[]
  readonly extensions: readonly string[]
}

const CREATE_EXTENSION = /create\s+extension\s+(?:if\s+not\s+exists\s+)?["']?([\w-]+)/gi

/** An empty shadow for revisions: an embedded one must be told which extensions it is to offer, and which roles there are. */
export async function openForRevisions(
  shadows: Shadows,
  { roles, extensions }: Surroundings,
  texts: Iterable<string>,
): Promise<Session> {
  const named = [...texts].flatMap((text) =>
    [...text.matchAll(CREATE_EXTENSION)].map(([, name = '']) => name),
  )
  const offered = [...new Set([...extensions, ...named])].filter((name) => name !== 'plpgsql')
  const shadow = await shadows.open({ extensions: offered })
  await makeRoles(shadow, roles)
  return shadow
}

/** The text of revision files, for `openForRevisions`. */
export function textsOf(revisions: readonly Revision[]): string[] {
  return revisions.map(({ path }) => readFileSync(path, 'utf8'))
}

export interface RebuildInput {
  readonly project: Project
  readonly revisions: Revisions
  readonly session: Session
  /** Oldest first. */
  readonly up: readonly Revision[]
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs revisions up. The ledger is there afterwards, also where nothing ran.
 *
 * @param failed what becomes of an error; COMPARISON_REBUILD_FAILED unless told
 */
export async function runRevisions(
  { project, revisions: known, session, up, signal }: RebuildInput,
  failed: (error: DbmigError) => DbmigError = doesNotRebuild,
): Promise<void> {
  const location = ledgerLocation(project)
  await ensureLedger(session, location)
  const steps = up.map((revision): Step => ({ revision, direction: 'up' }))
  try {
    await runMigrations({
      session,
      location,
      load: known.load,
      plan: () => steps,
      dependenciesOf: known.dependenciesOf,
      parentsOf: known.parentsOf,
      above: () => [],
      signal,
    })
  } catch (error) {
    throw error instanceof DbmigError && !signal?.aborted ? failed(error) : error
  }
}
